"""What a form, a link and an error message need to know of a field of an `Input`."""

from dataclasses import dataclass
from typing import Any, Literal, get_args, get_origin

from pydantic.fields import FieldInfo

from models.base import ModelInput

# What a row of buttons holds; more, or longer ones, need a select box.
MOST_BUTTONS, MOST_LETTERS = 4, 40


@dataclass(frozen=True)
class Field:
    """A field of an `Input`, read from its annotation and metadata."""

    name: str
    info: FieldInfo

    @property
    def title(self) -> str:
        """The label of its widget."""
        return self.info.title or self.name

    @property
    def start(self) -> Any:
        """What the widget starts with: the first of the examples."""
        return (self.info.examples or [self.info.default])[0]

    @property
    def options(self) -> tuple[Any, ...]:
        """The values of a choice, null not among them; empty for other kinds."""
        return get_args(self._kind) if get_origin(self._kind) is Literal else ()

    @property
    def is_text(self) -> bool:
        """Whether it is free text."""
        return self.info.annotation is str

    @property
    def is_long(self) -> bool:
        """Whether it is a choice that a row of buttons would not hold."""
        letters = sum(len(str(option)) for option in self.options)
        return len(self.options) > MOST_BUTTONS or letters > MOST_LETTERS

    @property
    def may_be_unknown(self) -> bool:
        """Whether it is a choice or a number that may be null."""
        return self._nullable and (bool(self.options) or self._kind in (int, float))

    @property
    def unit(self) -> str:
        """The unit of a number, from `json_schema_extra`."""
        return str(self._extra.get("unit", ""))

    @property
    def step(self) -> float:
        """The step of a number, from `json_schema_extra`."""
        return float(str(self._extra.get("step", 1)))

    @property
    def decimals(self) -> int:
        """How many decimals the step has."""
        return 0 if self.step.is_integer() else len(f"{self.step}".split(".")[1])

    def bound(self, *names: str) -> float | None:
        """Return the first bound (`ge`, `gt`, `le`, `lt`) that the field has."""
        for constraint in self.info.metadata:
            for name in names:
                if hasattr(constraint, name):
                    return float(getattr(constraint, name))
        return None

    @property
    def allowed(self) -> str:
        """Say what the field takes, as a visitor reads it."""
        if self.options:
            return "choose " + " or ".join(map(str, self.options))
        low, high = self.bound("ge", "gt"), self.bound("le", "lt")
        return f"it takes {low:g} to {high:g} {self.unit}".strip()

    @property
    def _nullable(self) -> bool:
        return type(None) in get_args(self.info.annotation)

    @property
    def _kind(self) -> Any:
        """The annotation, without the null that it may allow."""
        if not self._nullable:
            return self.info.annotation
        return next(kind for kind in get_args(self.info.annotation) if kind is not type(None))

    @property
    def _extra(self) -> dict[str, Any]:
        extra = self.info.json_schema_extra
        return dict(extra) if isinstance(extra, dict) else {}


def key(name: str, field_name: str) -> str:
    """Return the widget key, which is also the URL parameter: `rainfall_humidity_3pm`."""
    return f"{name}_{field_name}"


def fields(input_type: type[ModelInput]) -> list[Field]:
    """Return the fields of an `Input`, in order."""
    return [Field(name, info) for name, info in input_type.model_fields.items()]

"""What a form, a link and an error message need to know of a field of an `Input`."""

import json
import math
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cached_property, lru_cache
from typing import Annotated, Any

from pydantic import BaseModel, TypeAdapter
from pydantic.fields import FieldInfo
from pydantic_core import to_jsonable_python

from showcase.contract.inputs import Kind, start
from showcase.contract.inputs.start import of as start_of
from showcase.contract.inputs.words import allowed

# What a row of buttons holds; more, or longer ones, need a select box.
MOST_BUTTONS, MOST_LETTERS = 4, 40
STEPS = 100  # of a slider whose field says no step
KEPT_TYPES = 256
UNKNOWN = "unknown"  # null in a link


@dataclass(frozen=True)
class Field:
    """A field of an `Input`, read from its annotation and metadata."""

    name: str
    info: FieldInfo

    @cached_property
    def kind(self) -> Kind:
        """What it takes."""
        return Kind.of(self.info)

    @cached_property
    def title(self) -> str:
        """The label of its widget."""
        return self.info.title or self.name.replace("_", " ").capitalize()

    @property
    def start(self) -> Any:
        """What the widget starts with: the first of the examples, else what makes sense."""
        return start_of(self.info)

    @property
    def options(self) -> tuple[Any, ...]:
        """The values of a choice, null not among them; empty for other kinds."""
        return self.kind.choices

    @property
    def names(self) -> Mapping[Any, str]:
        """What people read for the values of a choice; empty where they read the values."""
        return self.kind.names

    @property
    def is_text(self) -> bool:
        """Whether it is free text."""
        return self.kind.sort == "text" and not self.kind.nullable

    @cached_property
    def is_long(self) -> bool:
        """Whether it is a choice that a row of buttons would not hold."""
        letters = sum(len(self.names.get(option, str(option))) for option in self.options)
        return len(self.options) > MOST_BUTTONS or letters > MOST_LETTERS

    @property
    def may_be_unknown(self) -> bool:
        """Whether it is a choice or a number that may be null."""
        return self.kind.nullable and self.kind.sort in ("choice", "int", "float")

    @property
    def null_must_be_said(self) -> bool:
        """Whether a link has to say that it is null: without a word it would start as a value."""
        no_text = self.kind.sort not in ("", "text", "long")
        return self.may_be_unknown or (self.kind.nullable and no_text and self.start is not None)

    @property
    def is_bound(self) -> bool:
        """Whether Streamlit itself keeps its widget in the address."""
        simple = self.kind.sort in ("choice", "int", "float", "bool") and not self.kind.nullable
        return simple and not self.is_long and not self.names

    @cached_property
    def in_address(self) -> bool:
        """Whether the address may hold it: no free text, no file, nothing long.

        A text that a page draws in its own way is a code.
        """
        return self.kind.is_small or (self.kind.sort in ("text", "") and not self.kind.nullable)

    @property
    def unit(self) -> str:
        """The unit of a number, from `json_schema_extra`."""
        return str(self.extra.get("unit", ""))

    @property
    def placeholder(self) -> str | None:
        """What an empty text field says, from `json_schema_extra`."""
        found = self.extra.get("placeholder")
        return None if found is None else str(found)

    @cached_property
    def step(self) -> float:
        """The step of a number, from `json_schema_extra`; else a hundredth of its range, or 1."""
        low, high = self.bound("ge", "gt"), self.bound("le", "lt")
        if "step" in self.extra or low is None or high is None or self._is_whole:
            return float(str(self.extra.get("step", 1)))
        return _round_step((high - low) / STEPS)

    @cached_property
    def decimals(self) -> int:
        """How many decimals the step has."""
        return 0 if self.step.is_integer() else len(f"{self.step:.10f}".rstrip("0").split(".")[1])

    @property
    def is_slider(self) -> bool:
        """Whether it has both bounds."""
        return None not in (self.bound("ge", "gt"), self.bound("le", "lt"))

    def bound(self, *names: str) -> float | None:
        """Return the first bound (`ge`, `gt`, `le`, `lt`) that the field has."""
        return self.kind.bound(*names)

    @property
    def allowed(self) -> str:
        """Say what the field takes, as a visitor reads it."""
        return allowed(self.kind, self.unit)

    @property
    def known(self) -> "Field":
        """The same field without null, for the widget beside a box for “not known”."""
        found = Known(self.name, self.info)
        found.__dict__["kind"] = replace(self.kind, nullable=False)
        return found

    def checked(self, value: Any) -> Any:
        """Return a value as its widget holds it; ValidationError if the field does not take it."""
        return self._adapter.dump_python(self._adapter.validate_python(value))

    @cached_property
    def extra(self) -> dict[str, Any]:
        """What `json_schema_extra` says."""
        return dict(self.kind.extra)

    @cached_property
    def _adapter(self) -> TypeAdapter[Any]:
        whole: Any = Annotated[self.info.annotation, self.info]
        return TypeAdapter(whole)

    @property
    def _is_whole(self) -> bool:
        return int in (self.kind.base, self.kind.item.base)


class Known(Field):
    """A field that may be null, while it is not."""

    @property
    def start(self) -> Any:
        """The first example or default that is not null, else what makes sense."""
        for found in (*(self.info.examples or ()), self.info.default):
            if found is not None and self.info.default_factory is None:
                return found.model_dump() if isinstance(found, BaseModel) else found
        return start(self.kind)


def key(name: str, field_name: str) -> str:
    """Return the widget key, which is also the URL parameter: `rainfall_humidity_3pm`."""
    return f"{name}_{field_name}"


@lru_cache(KEPT_TYPES)
def fields(input_type: type[BaseModel]) -> tuple[Field, ...]:
    """Return the fields of an `Input`, in order; what is read of them is read once."""
    return tuple(Field(name, info) for name, info in input_type.model_fields.items())


def as_text(value: Any) -> str:
    """Return a value as a link writes it: a text or a date as it is, null as "unknown", else JSON.

    >>> as_text("Public"), as_text(None), as_text(0.7)
    ('Public', 'unknown', '0.7')
    """
    if isinstance(value, str):
        return value
    plain = to_jsonable_python(value)
    if isinstance(plain, str):
        return plain
    return UNKNOWN if value is None else json.dumps(plain, separators=(",", ":"))


def _round_step(size: float) -> float:
    """Return 1, 2 or 5 times a power of ten, not above `size`.

    >>> _round_step(0.037), _round_step(1.02)
    (0.02, 1.0)
    """
    power = 10.0 ** math.floor(math.log10(size))
    return float(f"{next(m for m in (5, 2, 1) if m * power <= size * (1 + 1e-9)) * power:.10g}")

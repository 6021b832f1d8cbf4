"""One description of a field of an `Input`: what it takes, how a text becomes its value and back.

Forms, links, the API's addresses, the columns of a table and messages all ask here.
"""

import contextlib
import json
import math
import re
import types
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from enum import Enum
from functools import cached_property, lru_cache
from typing import Annotated, Any, Literal, Union, get_args, get_origin

from pydantic import BaseModel, TypeAdapter
from pydantic.fields import FieldInfo
from pydantic_core import PydanticUndefined, to_jsonable_python

from showcase.contract.inputs.codecs import LARGEST_WHOLE, Codec, Names, RangeCodec

KINDS = {
    str: "text",
    bool: "bool",
    int: "int",
    float: "float",
    date: "date",
    time: "time",
    datetime: "datetime",
    timedelta: "duration",
}
LISTED = ("text", "int", "float", "bool", "date")
TEXTS = ("text", "long")
NUMBERS = ("int", "float")
FILES = ("file", "bytes", "image", "photo", "audio", "recording")
SMALL = (*NUMBERS, "bool", "choice", "choices", "range", "date", "time", "datetime", "duration")
# What a row of buttons holds; more, or longer ones, need a select box.
MOST_BUTTONS, MOST_LETTERS = 4, 40
STEPS = 100  # of a slider whose field says no step
KEPT_TYPES = 256
MOST_DIGITS = 400
ALL_DIGITS = f"Write a whole number beyond {LARGEST_WHOLE:,} with all its digits, no point."
UNKNOWN = "unknown"  # null in a link
UNKNOWN_WORDS = frozenset((UNKNOWN, "na", "n/a", "nan", "null", "none", "-"))
TRUTH = {"true": True, "false": False}
NUMBER = re.compile(r"[+-]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]+)?")
TAKES = {
    "int": "a whole number",
    "float": "a number",
    "bool": "true or false",
    "date": "a day like 2024-12-31",
    "time": "a time of day like 18:30",
    "datetime": "a moment like 2024-12-31T18:30",
    "duration": "a length of time like PT1H30M",
    "colour": "a colour like #4338ca",
    "choices": "some of the choices",
    "range": "a first and a last value, like [1,2]",
    "list": "a list of values",
}
# a datetime is a date, too
NEXT = {datetime: timedelta(minutes=1), date: timedelta(days=1), timedelta: timedelta(seconds=1)}


@dataclass(frozen=True, eq=False)
class Field:
    """A field of an `Input`, read once from its annotation and metadata.

    `base` is its type without null; a union if it is of several types.
    """

    name: str
    base: Any
    metadata: tuple[Any, ...] = ()
    nullable: bool = False
    info: FieldInfo = field(default_factory=FieldInfo, repr=False)

    @classmethod
    def of(cls, name: str, info: FieldInfo) -> "Field":
        """Return the field called `name`."""
        found = cls.read(info.annotation)
        return cls(name, found.base, (*found.metadata, *info.metadata), found.nullable, info)

    @classmethod
    def read(cls, annotation: Any) -> "Field":
        """Return a nameless field with this annotation."""
        if get_origin(annotation) is Annotated:
            inner = cls.read(get_args(annotation)[0])
            metadata: list[Any] = []
            for item in get_args(annotation)[1:]:
                metadata += item.metadata if isinstance(item, FieldInfo) else [item]
            return cls("", inner.base, (*inner.metadata, *metadata), inner.nullable)
        if get_origin(annotation) not in (Union, types.UnionType):
            is_choice = get_origin(annotation) is Literal
            return cls("", annotation, (), is_choice and None in get_args(annotation))
        members = [member for member in get_args(annotation) if member is not types.NoneType]
        nullable = len(members) < len(get_args(annotation))
        if len(members) != 1:
            return cls("", annotation, (), nullable)
        inner = cls.read(members[0])
        return cls("", inner.base, inner.metadata, nullable or inner.nullable)

    @cached_property
    def codec(self) -> Codec | None:
        """How its values are stored, where that is not as Python has them."""
        return next((m for m in reversed(self.metadata) if isinstance(m, Codec) and m.kind), None)

    @cached_property
    def kind(self) -> str:
        """One word for the widget that it needs; empty where there is none."""
        if self.codec:
            return self.codec.kind
        if self.options:
            return "choice"
        if get_origin(self.base) is list:
            return "choices" if self.item.options else "list" if self.item.kind in LISTED else ""
        if isinstance(self.base, type) and issubclass(self.base, BaseModel):
            return "group"
        return KINDS.get(self.base, "") if isinstance(self.base, type) else ""

    @cached_property
    def options(self) -> tuple[Any, ...]:
        """The values of a choice, null not among them; empty for other kinds."""
        if get_origin(self.base) is Literal:
            return tuple(option for option in get_args(self.base) if option is not None)
        is_enum = isinstance(self.base, type) and issubclass(self.base, Enum)
        return tuple(self.base) if is_enum else ()

    @cached_property
    def names(self) -> Mapping[Any, str]:
        """What people read for the values of a choice; empty where they read the values."""
        named = next((m.names for m in self.metadata if isinstance(m, Names)), None)
        if named is None and self.options and isinstance(self.options[0], Enum):
            named = {o: str(o.value) if isinstance(o.value, str) else o.name for o in self.options}
        return named or {}

    @cached_property
    def item(self) -> "Field":
        """What a list's values are, or a range's two."""
        return Field.read((get_args(self.base) or (None,))[0])

    @cached_property
    def title(self) -> str:
        """The label of its widget."""
        return self.info.title or self.name.replace("_", " ").capitalize()

    @cached_property
    def extra(self) -> dict[str, Any]:
        """What `json_schema_extra` says."""
        extra = self.info.json_schema_extra
        return dict(extra) if isinstance(extra, dict) else {}

    @property
    def unit(self) -> str:
        """The unit of a number."""
        return str(self.extra.get("unit", ""))

    @property
    def placeholder(self) -> str | None:
        """What an empty text field says."""
        found = self.extra.get("placeholder")
        return None if found is None else str(found)

    @property
    def is_text(self) -> bool:
        """Whether it is free text that may not be null."""
        return self.kind == "text" and not self.nullable

    @cached_property
    def is_long(self) -> bool:
        """Whether it is a choice that a row of buttons would not hold."""
        letters = sum(len(self.names.get(option, str(option))) for option in self.options)
        return len(self.options) > MOST_BUTTONS or letters > MOST_LETTERS

    @property
    def is_range(self) -> bool:
        """Whether it is a pair of values."""
        return isinstance(self.codec, RangeCodec)

    @property
    def may_be_unknown(self) -> bool:
        """Whether it is a choice or a number that may be null."""
        return self.nullable and self.kind in ("choice", *NUMBERS)

    @property
    def null_must_be_said(self) -> bool:
        """Whether a link has to say that it is null: without a word it would start as a value."""
        no_text = self.kind not in ("", *TEXTS)
        return self.may_be_unknown or (self.nullable and no_text and self.start is not None)

    @property
    def is_small(self) -> bool:
        """Whether a link always holds it: no text, no file, nothing long."""
        if self.kind == "group":
            return all(inner.is_small for inner in fields(self.base))
        return self.kind in (*SMALL, "colour") or (
            self.kind == "list" and self.item.base is not str
        )

    @property
    def is_bound(self) -> bool:
        """Whether Streamlit itself keeps its widget in the address."""
        simple = self.kind in ("choice", "bool", *NUMBERS) and not self.nullable
        is_typed = self.kind == "int" and not self.is_slider  # read here: a browser rounds them
        return simple and not self.is_long and not self.names and not is_typed and not self.is_huge

    @cached_property
    def is_huge(self) -> bool:
        """Whether it is a whole number that starts, or has a bound, beyond what browsers count."""
        if self.kind != "int":
            return False
        ends = (
            self.limit("ge", "gt"),
            self.limit("le", "lt"),
            *(self.info.examples or (self.start,)),
        )
        return any(isinstance(end, int) and abs(end) > LARGEST_WHOLE for end in ends)

    @cached_property
    def in_address(self) -> bool:
        """Whether the address may hold it: no free text, no file, nothing long.

        A text that a page draws in its own way is a code.
        """
        return self.is_small or (self.kind in ("text", "") and not self.nullable)

    def limit(self, *names: str) -> Any:
        """Return the first bound (`ge`, `gt`, `le`, `lt`, `max_length` …) that there is."""
        for constraint in self.metadata:
            for name in names:
                if (found := getattr(constraint, name, None)) is not None:
                    return found
        return None

    def bound(self, *names: str) -> float | None:
        """Return the first bound as a number; None for none and for one of another type."""
        found = self.limit(*names)
        return float(found) if isinstance(found, int | float) else None

    @property
    def is_slider(self) -> bool:
        """Whether it has both bounds."""
        return None not in (self.bound("ge", "gt"), self.bound("le", "lt"))

    @cached_property
    def step(self) -> float:
        """The step of a number, from `json_schema_extra`; else a hundredth of its range, or 1."""
        low, high = self.bound("ge", "gt"), self.bound("le", "lt")
        is_whole = int in (self.base, self.item.base)
        if "step" in self.extra or low is None or high is None or is_whole or high <= low:
            return float(str(self.extra.get("step", 1)))
        return round_step((high - low) / STEPS)

    @cached_property
    def decimals(self) -> int:
        """How many decimals the step has."""
        return 0 if self.step.is_integer() else len(f"{self.step:.10f}".rstrip("0").split(".")[1])

    @property
    def known(self) -> "Field":
        """The same field without null, for the widget beside a box for “not known”."""
        return replace(self, nullable=False)

    @property
    def start(self) -> Any:
        """What its widget starts with: the first example, the default, else what makes sense.

        That is the least, the first, today or empty, within the bounds. None for what the visitor
        must give (a file, a picture, a sound, a drawing), and where null is allowed. As an `Input`
        keeps it, a nested model as a dict.
        """
        default = self.info.get_default(call_default_factory=True, validated_data={})
        for value in self.info.examples or (default,):
            if value is not PydanticUndefined and (value is not None or self.nullable):
                return value.model_dump() if isinstance(value, BaseModel) else value
        return None if self.nullable else _usual_start(self)

    def checked(self, value: Any) -> Any:
        """Return a value as its widget holds it; ValidationError if the field does not take it."""
        return self._adapter.dump_python(self._adapter.validate_python(value))

    @cached_property
    def _adapter(self) -> TypeAdapter[Any]:
        whole: Any = Annotated[self.info.annotation, self.info]
        return TypeAdapter(whole)


def key(name: str, field_name: str) -> str:
    """Return the widget key, which is also the URL parameter: `rainfall_humidity_3pm`."""
    return f"{name}_{field_name}"


def note_key(name: str, note: str) -> str:
    """Return the key of what a page itself remembers: no parameter can be called so.

    >>> note_key("rainfall", "link")
    'rainfall:link'
    """
    return f"{name}:{note}"


def part_names(field: Field) -> set[str]:
    """Return the names beside the field's own that its widgets stand under."""
    parts = {
        "text": ("long",),
        "int": ("digits",),
        "range": ("from", "to"),
        "duration": ("amount", "unit"),
        "list": ("rows",),
        "table": ("rows", "file"),
        "drawing": ("canvas",),
        **dict.fromkeys(FILES, ("file", "remove")),
    }.get(field.kind, ())
    if field.kind == "group":
        parts = tuple(inner.name for inner in fields(field.base))
    null = ("known", "unknown", "value", "none") if field.nullable else ()
    return {f"{field.name}_{part}" for part in (*parts, *null)}


@lru_cache(KEPT_TYPES)
def fields(input_type: type[BaseModel]) -> tuple[Field, ...]:
    """Return the fields of an `Input`, in order; what is read of them is read once."""
    return tuple(Field.of(name, info) for name, info in input_type.model_fields.items())


def parse(field: Field, text: str) -> Any:
    """Return what a text in a link, an address or a cell means; ValueError for no number.

    A text is taken as it is. Where null is allowed, an empty text is null, and so is
    "unknown" for all but texts. A choice is meant by its value, capitals or not; what begins with a
    bracket is JSON. Dates are left to pydantic, as are bounds and choices that do not exist.

    >>> parse(Field.read(int), "9007199254740993"), parse(Field.read(Literal["Public"]), "public")
    (9007199254740993, 'Public')
    """
    plain = text.strip()
    is_json = plain.startswith(("[", "{"))
    is_text = field.kind in TEXTS or not (field.kind or is_json)
    if field.nullable and (not plain or (not is_text and plain == UNKNOWN)):
        return None
    if is_text:
        return text
    if field.options:
        same = (option for option in field.options if as_text(option) == plain)
        meant = (option for option in field.options if _means(plain, option))
        return next(same, next(meant, text))
    if field.kind in NUMBERS:
        return number(plain, whole=field.kind == "int")
    if field.kind != "bool" and is_json:
        with contextlib.suppress(ValueError, RecursionError):
            return json.loads(plain)
    return TRUTH.get(plain.lower(), text) if field.kind == "bool" else text


def number(text: str, *, whole: bool = False) -> float | int:
    """Return the number that a text says; a whole one with all its digits.

    >>> number("1e3", whole=True), number("-.5")
    (1000, -0.5)
    """
    if not NUMBER.fullmatch(text):
        raise ValueError("This is not a number.")
    if not whole:
        return float(text)
    exact = Decimal(text)
    if exact.adjusted() > MOST_DIGITS or len(text) > 2 * MOST_DIGITS:
        raise ValueError(f"The number has more than {MOST_DIGITS} digits.")
    if exact == exact.to_integral_value():
        return int(exact)
    if abs(exact) > LARGEST_WHOLE:  # where a float has no decimals any more
        raise ValueError("This is not a whole number.")
    return float(text)


def _means(text: str, option: Any) -> bool:
    """Return True if a text is this choice; pandas writes the code 3 as 3.0 beside empty cells.

    >>> _means("3.0", 3), _means("PUBLIC", "Public"), _means("3", "3.0")
    (True, True, False)
    """
    if isinstance(option, str):
        return text.casefold() == option.casefold()
    if isinstance(option, bool) or not isinstance(option, int | float):
        return False
    return NUMBER.fullmatch(text) is not None and float(text) == option


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


def shortest(value: float) -> str:
    """Return a number with every digit that it has, whole ones without decimals.

    >>> shortest(52000.0), shortest(0.1), shortest(2**60)
    ('52000', '0.1', '1152921504606846976')
    """
    return str(int(value)) if isinstance(value, int) or value.is_integer() else repr(value)


def takes(field: Field) -> str:
    """Return what a field takes, as a visitor reads it.

    >>> takes(Field.read(int))
    'it takes a whole number'
    """
    if field.options:
        return "choose " + " or ".join(str(getattr(o, "value", o)) for o in field.options)
    low, high = field.limit("ge", "gt"), field.limit("le", "lt")
    if low is not None and high is not None:
        return f"it takes {_bound(low)} to {_bound(high)} {field.unit}".strip()
    if low is not None:
        more = "at least" if field.limit("ge") is not None else "more than"
        return f"it takes {more} {_bound(low)} {field.unit}".strip()
    if high is not None:
        less = "at most" if field.limit("le") is not None else "less than"
        return f"it takes {less} {_bound(high)} {field.unit}".strip()
    return f"it takes {TAKES.get(field.kind, 'something else')}"


def _bound(bound: Any) -> str:
    if isinstance(bound, int):
        return f"{bound:g}" if abs(bound) < 10**6 else str(bound)
    return f"{bound:g}" if isinstance(bound, float) else str(bound)


def _usual_start(field: Field) -> Any:
    """Return a start that makes sense, within the bounds."""
    if field.options:
        return field.options[0]
    if field.kind == "range":
        return _range_start(field)
    if field.kind == "group":
        return {inner.name: inner.start for inner in fields(field.base)}
    simple: dict[str, Any] = {
        "text": "",
        "long": "",
        "bool": False,
        "colour": "#4338ca",
        "choices": [],
        "list": [],
        "table": [],
    }
    if field.kind in simple:
        return simple[field.kind]
    low, high = _bounds(field)
    if (low is not None and field.kind in NUMBERS) or (low and field.kind == "duration"):
        return low
    usual = {
        "int": 0,
        "float": 0.0,
        "duration": timedelta(hours=1),
        "time": time(12),
        "date": date.today(),  # noqa: DTZ011  # the visitor's day is not known
        "datetime": datetime.combine(date.today(), time(12)),  # noqa: DTZ011
    }
    return _within(usual.get(field.kind), low, high)


def _range_start(field: Field) -> Any:
    low, high = _bounds(field)
    made = field.item.base
    if made is date:
        first = last = date.today()  # noqa: DTZ011  # the visitor's day is not known
    else:
        first, last = made(0), made(1)
        low, high = (bound if bound is None else made(bound) for bound in (low, high))
    return (
        _within(first, None, high) if low is None else low,
        _within(last, low, None) if high is None else high,
    )


def _bounds(field: Field) -> tuple[Any, Any]:
    """Return the least and the greatest value to start with; None where there is no bound."""
    above, below = field.limit("gt"), field.limit("lt")
    low = field.limit("ge") if above is None else _beside(above, 1)
    high = field.limit("le") if below is None else _beside(below, -1)
    is_float = float in (field.base, field.item.base)
    if is_float and low is not None and high is not None and low > high:  # less than 1 apart
        low = high = (field.limit("ge", "gt") + field.limit("le", "lt")) / 2
    return low, high


def _beside(bound: Any, way: int) -> Any:
    """Return the next value up or down from a bound that is not allowed itself."""
    if isinstance(bound, time):
        return (datetime.combine(date(2000, 1, 1), bound) + way * timedelta(minutes=1)).time()
    step = next((step for kind, step in NEXT.items() if isinstance(bound, kind)), 1)
    return bound + way * step


def _within(value: Any, low: Any, high: Any) -> Any:
    """Return the value, or the bound that it is beyond."""
    if low is not None and value < low:
        return low
    return high if high is not None and value > high else value


def round_step(size: float) -> float:
    """Return 1, 2 or 5 times a power of ten, not above `size`.

    >>> round_step(0.037), round_step(1.02)
    (0.02, 1.0)
    """
    power = 10.0 ** math.floor(math.log10(size))
    return float(f"{next(m for m in (5, 2, 1) if m * power <= size * (1 + 1e-9)) * power:.10g}")

"""How an `Input` stores choices, ranges, texts and drawings; the base of all codecs."""

import math
import re
from dataclasses import dataclass
from datetime import datetime, time
from enum import Enum
from typing import Annotated, Any, ClassVar, Literal

from pydantic import BaseModel, FailFast, GetCoreSchemaHandler
from pydantic_core import CoreSchema, core_schema

LONGEST_TEXT = 1_000_000  # characters: what is longer is not stored either
LARGEST_WHOLE = 2**53 - 1  # beyond it browsers and floats round whole numbers
MOST_POINTS = 100_000
FARTHEST = 100_000.0  # pixels


@dataclass(unsafe_hash=True)  # pydantic's own cannot stand in a union
class First(FailFast):
    """Metadata of a list: its first wrong value will do, for a million would cost a gigabyte."""


@dataclass(frozen=True)
class Codec:
    """Metadata of one kind of input.

    An `Input` keeps a value that is JSON, or a date; the function gets what `decode` returns. Both
    are taken when an `Input` is made.
    """

    kind: ClassVar[str] = ""
    base: ClassVar[Any] = str
    wanted: ClassVar[str] = "Fill this in."

    @property
    def kept(self) -> Any:
        """The type of what an `Input` keeps."""
        return self.base

    @property
    def most_bytes(self) -> int:
        """How many bytes a value may take as JSON; 0 for what is always short."""
        return 0

    def encode(self, value: Any) -> Any:
        """Return what an `Input` keeps for a natural value; anything else as it is."""
        return value

    def check(self, value: Any) -> Any:
        """Return the kept value; ValueError with a sentence for the visitor if it cannot be."""
        return value

    def decode(self, value: Any) -> Any:
        """Return what the function gets for a kept value."""
        return value

    def __get_pydantic_core_schema__(
        self, source: Any, handler: GetCoreSchemaHandler
    ) -> CoreSchema:
        checked = core_schema.no_info_after_validator_function(self.check, handler(source))
        return core_schema.no_info_before_validator_function(self.encode, checked)


def without_zone(value: Any) -> Any:
    """Return the value; ValueError with a sentence for a time with a zone, in a model as well."""
    if isinstance(value, datetime) and value.tzinfo is not None:
        raise ValueError("Write the moment without a time zone, like 2024-12-31T18:00.")
    if isinstance(value, time) and value.tzinfo is not None:
        raise ValueError("Write the time without a time zone, like 18:00.")
    if isinstance(value, BaseModel):
        for name in type(value).model_fields:
            without_zone(getattr(value, name))
    elif isinstance(value, list | tuple | set):
        for item in value:
            without_zone(item)
    return value


@dataclass(frozen=True)
class Names(Codec):
    """What people read for the values of a choice: `Annotated[Literal["a"], Names({"a": "A"})]`."""

    names: dict[Any, str]


@dataclass(frozen=True)
class EnumCodec(Names):
    """The members of an Enum, kept by value; the function gets the member."""

    kind: ClassVar[str] = "choice"
    enum: type[Enum]

    @classmethod
    def of(cls, enum: type[Enum]) -> "EnumCodec":
        """Return the codec; people read texts as they are, for other values the member's name."""
        return cls({_value(member): _shown(member) for member in enum}, enum)

    @property
    def kept(self) -> Any:
        """The values as a `Literal`."""
        return Literal[tuple(self.names)]

    def encode(self, value: Any) -> Any:
        """Return the value of a member."""
        return _value(value) if isinstance(value, self.enum) else value

    def decode(self, value: Any) -> Enum:
        """Return the member."""
        return next(member for member in self.enum if _value(member) == value)


@dataclass(frozen=True)
class RangeCodec(Codec):
    """Two numbers or days, the first not after the last, both within the bounds."""

    kind: ClassVar[str] = "range"
    ge: Any = None
    le: Any = None
    gt: Any = None
    lt: Any = None

    def check(self, value: tuple[Any, Any]) -> tuple[Any, Any]:
        """Return the pair if it is in order and within the bounds."""
        first, last = value
        if first > last:
            raise ValueError(f"It starts with {first}, after its end, {last}.")
        if (self.ge is not None and first < self.ge) or (self.gt is not None and first <= self.gt):
            raise ValueError(f"It may start at {_or(self.ge, self.gt)} at the earliest.")
        if (self.le is not None and last > self.le) or (self.lt is not None and last >= self.lt):
            raise ValueError(f"It may end at {_or(self.le, self.lt)} at the latest.")
        return value


def _or(one: Any, other: Any) -> Any:
    return other if one is None else one


def _value(member: Enum) -> Any:
    """Return what stands for a member: its text or number, else its name."""
    value = member.value
    return value if isinstance(value, str | int) and not isinstance(value, Enum) else member.name


def _shown(member: Enum) -> str:
    value = member.value
    return value if isinstance(value, str) else member.name.replace("_", " ").capitalize()


Places = Annotated[list[float], First()]
Stroke = Annotated[list[Places], First()]
Strokes = Annotated[list[Stroke], First()]


@dataclass(frozen=True)
class LongCodec(Codec):
    """A text of several lines."""

    kind: ClassVar[str] = "long"
    wanted: ClassVar[str] = "Type some words."

    @property
    def most_bytes(self) -> int:
        r"""A character takes up to 6 bytes, written as \u4e2d."""
        return 6 * LONGEST_TEXT

    def check(self, value: str) -> str:
        """Return a text of at most a million characters."""
        if len(value) > LONGEST_TEXT:
            raise ValueError(
                f"The text has {len(value):,} characters: at most {LONGEST_TEXT:,} are allowed."
            )
        return value


@dataclass(frozen=True)
class ColourCodec(Codec):
    """A colour as #rrggbb, small letters."""

    kind: ClassVar[str] = "colour"

    def check(self, value: str) -> str:
        """Return the colour in six small digits."""
        digits = value.removeprefix("#").lower()
        if re.fullmatch("[0-9a-f]{3}", digits):
            digits = "".join(digit * 2 for digit in digits)
        if not re.fullmatch("[0-9a-f]{6}", digits):
            raise ValueError("A colour is # and six digits of 0 to 9 and a to f, like #4338ca.")
        return f"#{digits}"


@dataclass(frozen=True)
class DrawingCodec(Codec):
    """Strokes on a sheet, in its pixels, `[[x, ...], [y, ...]]` each; the y axis points down."""

    kind: ClassVar[str] = "drawing"
    base: ClassVar[Any] = Strokes
    wanted: ClassVar[str] = "Draw something."
    width: int = 280
    height: int = 280

    @property
    def most_bytes(self) -> int:
        """A number takes up to 20 bytes, of which a point has two."""
        return 40 * MOST_POINTS

    def check(self, value: Strokes) -> Strokes:
        """Return strokes that have as many x as y, all of them numbers on or near a sheet."""
        if any(len(stroke) != 2 or len(stroke[0]) != len(stroke[1]) for stroke in value):
            raise ValueError("Each stroke is two lists of equal length, [[x, ...], [y, ...]].")
        if not value or not all(stroke[0] for stroke in value):
            raise ValueError(self.wanted)
        if sum(len(stroke[0]) for stroke in value) > MOST_POINTS:
            raise ValueError(f"The drawing has more than {MOST_POINTS:,} points: draw less.")
        for stroke in value:
            for places in stroke:
                if not all(math.isfinite(at) and abs(at) <= FARTHEST for at in places):
                    raise ValueError(f"Each place is a number up to {FARTHEST:,.0f}.")
        return value


LongText = Annotated[str, LongCodec()]
Colour = Annotated[str, ColourCodec()]
Drawing = Annotated[Strokes, DrawingCodec()]

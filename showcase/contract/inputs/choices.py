"""Choices with names, and pairs of a first and a last value."""

from dataclasses import dataclass
from enum import Enum
from typing import Any, ClassVar, Literal

from showcase.contract.inputs.mark import Mark


@dataclass(frozen=True)
class Names(Mark):
    """What people read for the values of a choice: `Annotated[Literal["a"], Names({"a": "A"})]`."""

    names: dict[Any, str]


@dataclass(frozen=True)
class EnumMark(Names):
    """The members of an Enum, kept by value; the function gets the member."""

    sort: ClassVar[str] = "choice"
    enum: type[Enum]

    @classmethod
    def of(cls, enum: type[Enum]) -> "EnumMark":
        """Return the mark; people read texts as they are, for other values the member's name."""
        return cls({_value(member): _shown(member) for member in enum}, enum)

    @property
    def literal(self) -> Any:
        """The values as a `Literal`."""
        return Literal[tuple(self.names)]

    def kept(self, value: Any) -> Any:
        """Return the value of a member."""
        return _value(value) if isinstance(value, self.enum) else value

    def natural(self, value: Any) -> Enum:
        """Return the member."""
        return next(member for member in self.enum if _value(member) == value)


@dataclass(frozen=True)
class RangeMark(Mark):
    """Two numbers or days, the first not after the last, both within the bounds."""

    sort: ClassVar[str] = "range"
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

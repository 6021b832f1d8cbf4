"""What an annotation says of a value beyond its Python type: how it is kept, checked, handed on."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, ClassVar

from pydantic import FailFast, GetCoreSchemaHandler
from pydantic_core import CoreSchema, core_schema


@dataclass(unsafe_hash=True)  # pydantic's own cannot stand in a union
class First(FailFast):
    """Metadata of a list: its first wrong value will do, for a million would cost a gigabyte."""


@dataclass(frozen=True)
class Mark:
    """Metadata of one kind of input.

    An `Input` keeps a value that is JSON, or a date; the function gets the `natural` one. Both are
    taken when an `Input` is made.
    """

    sort: ClassVar[str] = ""
    base: ClassVar[Any] = str
    wanted: ClassVar[str] = "Fill this in."

    @property
    def most_bytes(self) -> int:
        """How many bytes a value may take as JSON; 0 for what is always short."""
        return 0

    def kept(self, value: Any) -> Any:
        """Return what an `Input` keeps for a natural value; anything else as it is."""
        return value

    def check(self, value: Any) -> Any:
        """Return the kept value; ValueError with a sentence for the visitor if it cannot be."""
        return value

    def natural(self, value: Any) -> Any:
        """Return what the function gets for a kept value."""
        return value

    def __get_pydantic_core_schema__(
        self, source: Any, handler: GetCoreSchemaHandler
    ) -> CoreSchema:
        checked = core_schema.no_info_after_validator_function(self.check, handler(source))
        return core_schema.no_info_before_validator_function(self.kept, checked)


def without_zone(value: datetime) -> datetime:
    """Return the moment as it is; ValueError with a sentence for one that has a time zone."""
    if value.tzinfo is not None:
        raise ValueError("Write the moment without a time zone, like 2024-12-31T18:00.")
    return value

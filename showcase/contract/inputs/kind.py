"""What a field of an `Input` takes: read once from its annotation and metadata.

Forms, links, columns of a table and messages all ask here.
"""

import types
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from enum import Enum
from functools import cached_property
from typing import Annotated, Any, Literal, Union, get_args, get_origin

from pydantic import BaseModel
from pydantic.fields import FieldInfo

from showcase.contract.inputs.choices import Names, RangeMark
from showcase.contract.inputs.mark import Mark

SORTS = {
    str: "text",
    bool: "bool",
    int: "int",
    float: "float",
    date: "date",
    time: "time",
    datetime: "datetime",
    timedelta: "duration",
}
NUMBERS = ("int", "float")
SMALL = (
    "int",
    "float",
    "bool",
    "choice",
    "range",
    "date",
    "time",
    "datetime",
    "duration",
    "colour",
)


@dataclass(frozen=True)
class Kind:
    """The type of a field without null, and what its metadata say of it."""

    base: Any
    metadata: tuple[Any, ...] = ()
    nullable: bool = False
    extra: Mapping[str, Any] = field(default_factory=dict)

    @classmethod
    def of(cls, info: FieldInfo) -> "Kind":
        """Return the kind of a field."""
        extra = info.json_schema_extra
        found = cls.read(info.annotation)
        more = dict(extra) if isinstance(extra, dict) else {}
        return cls(found.base, (*found.metadata, *info.metadata), found.nullable, more)

    @classmethod
    def read(cls, annotation: Any) -> "Kind":
        """Return the kind of an annotation; its base is a union if it is of several types."""
        if get_origin(annotation) is Annotated:
            inner = cls.read(get_args(annotation)[0])
            metadata = []
            for one in get_args(annotation)[1:]:
                metadata += one.metadata if isinstance(one, FieldInfo) else [one]
            return cls(inner.base, (*inner.metadata, *metadata), inner.nullable)
        if get_origin(annotation) not in (Union, types.UnionType):
            return cls(annotation)
        members = [member for member in get_args(annotation) if member is not types.NoneType]
        nullable = len(members) < len(get_args(annotation))
        if len(members) != 1:
            return cls(annotation, (), nullable)
        inner = cls.read(members[0])
        return cls(inner.base, inner.metadata, nullable or inner.nullable)

    @cached_property
    def mark(self) -> Mark | None:
        """The mark that says which kind it is, if one does."""
        return next((m for m in reversed(self.metadata) if isinstance(m, Mark) and m.sort), None)

    @cached_property
    def sort(self) -> str:
        """One word for the widget that it needs; empty for a kind that has none."""
        if self.mark:
            return self.mark.sort
        if self.choices:
            return "choice"
        if get_origin(self.base) is list:
            return "choices" if self.item.choices else "list" if self.item.sort in LISTED else ""
        if isinstance(self.base, type) and issubclass(self.base, BaseModel):
            return "group"
        return SORTS.get(self.base, "") if isinstance(self.base, type) else ""

    @cached_property
    def choices(self) -> tuple[Any, ...]:
        """The values of a choice, null not among them; empty for other kinds."""
        if get_origin(self.base) is Literal:
            return get_args(self.base)
        is_enum = isinstance(self.base, type) and issubclass(self.base, Enum)
        return tuple(self.base) if is_enum else ()

    @cached_property
    def names(self) -> Mapping[Any, str]:
        """What people read for the values of a choice; empty where they read the values."""
        named = next((m.names for m in self.metadata if isinstance(m, Names)), None)
        if named is None and self.choices and isinstance(self.choices[0], Enum):
            named = {c: str(c.value) if isinstance(c.value, str) else c.name for c in self.choices}
        return named or {}

    @cached_property
    def item(self) -> "Kind":
        """The kind of a list's values, or of a range's two."""
        return Kind.read((get_args(self.base) or (None,))[0])

    @property
    def is_small(self) -> bool:
        """Whether a link always holds it: no text, no file, nothing long."""
        if self.sort == "group":
            return all(Kind.of(info).is_small for info in self.base.model_fields.values())
        return self.sort in (*SMALL, "choices") or (
            self.sort == "list" and self.item.base is not str
        )

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
    def is_range(self) -> bool:
        """Whether it is a pair of values."""
        return isinstance(self.mark, RangeMark)


LISTED = ("text", "int", "float", "bool", "date")

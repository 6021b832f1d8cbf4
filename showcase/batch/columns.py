"""What a CSV column for a field of an `Input` takes, and how its cells become values."""

import dataclasses
import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from itertools import islice
from types import MappingProxyType
from typing import Any

from annotated_types import MaxLen

from showcase.contract import ModelInput
from showcase.contract.fields import (
    ALL_DIGITS,
    NUMBER,
    UNKNOWN_WORDS,
    Field,
    fields,
    number,
    parse,
)
from showcase.contract.inputs.codecs import LARGEST_WHOLE
from showcase.contract.messages import plain
from showcase.contract.text_file import ABSENT

SHORT_TEXT = 300
LISTED = 12
UNKNOWN = UNKNOWN_WORDS | {"privacysuppressed", "ps"}  # as the College Scorecard has it
PUNCTUATION = re.compile(r"[.,:;]")
ALIKE = str.maketrans("‘’ʼ`‐‑–—", "''''----")  # what Word types for what a keyboard has
MINUS = ("−", "‐", "‑", "–")  # before a number
SIMPLE = {
    "text": "a short text",
    "bool": "true or false",
    "date": "a day like 2024-12-31",
    "time": "a time of day like 18:30",
    "datetime": "a moment like 2024-12-31T18:30",
}
FITS = (*SIMPLE, "int", "float", "choice")
UNREADABLE = ("_parsing", "_type", "_inexact")
OUT_OF_RANGE = ("greater_than", "less_than", "finite_number")


@dataclass(frozen=True)
class Column:
    """The column of one field: a number, a choice, a short text, a day, yes or no.

    With a `start` the file may lack it, and cells may be empty: then that is the value.
    """

    field: Field
    names: Mapping[Any, str] = dataclasses.field(default_factory=dict)
    start: Any = None

    @property
    def name(self) -> str:
        """The name of the field."""
        return self.field.name

    @property
    def choices(self) -> tuple[Any, ...]:
        """The values of a choice; empty for other kinds."""
        return self.field.options

    @property
    def required(self) -> bool:
        """Whether the file must have this column."""
        has_none = self.field.info.is_required() or self.field.info.default is not None
        return has_none and self.start is None

    @property
    def may_be_empty(self) -> bool:
        """Whether a cell may be left empty."""
        return self.field.nullable or not self.required

    @property
    def takes(self) -> str:
        """What a cell may hold, as a visitor reads it."""
        if self.choices:
            named = (f"{c} or {self.names[c]}" if c in self.names else str(c) for c in self.choices)
            listed = "; ".join(islice(named, LISTED))
            return f"one of: {listed}{'; …' if len(self.choices) > LISTED else ''}"
        if code := next((value for value in self.names if value is not None), None):
            return f"a code or its name, such as {code} or {self.names[code]}"
        if self.field.kind in SIMPLE:
            return SIMPLE[self.field.kind]
        return f"a {'whole ' if self.field.kind == 'int' else ''}number{self._range()}"

    def filled(self, cell: Any) -> bool:
        """Return True if a cell holds a value: what may be unknown may say so in words."""
        if not isinstance(cell, str):
            return cell is not None and cell is not ABSENT
        text = cell.strip()
        return bool(text) and not (self.field.nullable and _plain(text) in self._unknown)

    def value(self, cell: str) -> Any:
        """Return what a cell that is not blank means; ValueError for text in a number.

        The bounds and a choice that does not exist are left to the model, which says it better.
        """
        text = cell.strip()
        if text[:1] in MINUS:
            text = f"-{text[1:]}"
        if self.choices or self.names:
            # pandas writes 3.0 for 3
            counted = number(text, whole=True) if NUMBER.fullmatch(text) else None
            named = self._named.get(_plain(text), self._numbered.get(counted, text))
            if named is text and counted is None:
                named = self._loosely_named.get(_loose(text), text)
            if self.choices or named is not text:
                return named
        try:
            return parse(self.field, text)
        except ValueError as error:
            if "," in text:
                raise ValueError(
                    "Write the number without thousands separators and with a point for the "
                    "decimals, like 1234.5."
                ) from error
            empty = " Leave the cell empty if it is not known." if self.may_be_empty else ""
            raise ValueError(f"{error} It takes {self.takes}.{empty}") from error

    @cached_property
    def _unknown(self) -> frozenset[str]:
        return UNKNOWN | {_plain(self.names.get(None, ""))}

    @cached_property
    def _named(self) -> dict[str, Any]:
        """What a cell of words means: a choice as it is written, or the name of a value."""
        named = {_plain(name): value for value, name in self.names.items()}
        return named | {_plain(c): c for c in self.choices if isinstance(c, str)}

    @cached_property
    def _loosely_named(self) -> dict[str, Any]:
        """The same without punctuation, for those that are told apart without it."""
        meant: dict[str, set[Any]] = {}
        for name, value in self._named.items():
            meant.setdefault(_loose(name), set()).add(value)
        return {
            name: next(iter(found)) for name, found in meant.items() if name and len(found) == 1
        }

    @cached_property
    def _numbered(self) -> dict[float | None, Any]:
        """What a cell with a number means: a choice that is one."""
        return {c: c for c in self.choices if isinstance(c, int | float)}

    def message(self, error: Mapping[str, Any]) -> str:
        """Return what pydantic found as a visitor reads it: the model's own words, or the range."""
        if error["type"] in ("value_error", "assertion_error"):
            return plain(str(error["msg"]))
        if error["type"] == "literal_error" or error["type"].startswith(OUT_OF_RANGE):
            return f"It takes {self.takes}."
        if error["type"] == "int_from_float":
            return "It takes a whole number, without decimals."
        if self.field.kind in SIMPLE and error["type"].endswith(UNREADABLE):
            return f"It takes {self.takes}."
        return f"{error['msg'].removesuffix('.')}."

    def _range(self) -> str:
        low, high = self.field.bound("ge", "gt"), self.field.bound("le", "lt")
        unit = self.field.unit
        units = f" ({unit})" if unit else ""
        if low is not None and high is not None:
            return f" from {low:.15g} to {high:.15g}{units}"
        if low is not None:
            return f" of at least {low:.15g}{units}"
        return f" of at most {high:.15g}{units}" if high is not None else units


def columns(
    input_type: type[ModelInput], names: Mapping[str, Mapping[Any, str]] = MappingProxyType({})
) -> list[Column]:
    """Return the columns of an `Input`, in order; TypeError for one that is not tabular.

    `names` are what people read for the values of a field (a model's `CHOICE_NAMES`): cells may
    hold them, too.
    """
    if not is_tabular(input_type):
        raise TypeError(f"{input_type.__module__}.Input does not fit into the cells of a table")
    return [Column(field, names.get(field.name) or field.names) for field in fields(input_type)]


def is_tabular(input_type: type[ModelInput]) -> bool:
    """Tell whether all fields are numbers, choices or short texts, each possibly null.

    >>> from models import rainfall, sentiment, sketch
    >>> [is_tabular(model.Input) for model in (rainfall, sentiment, sketch)]
    [True, False, False]
    """
    return all(map(_fits, fields(input_type)))


def checked_kind(field: Field, value: Any) -> Any:
    """Return a value of JSON; ValueError if the field does not take its kind of JSON.

    pydantic alone would read "22" as 22 and true as 1; whoever sends those is mistaken.

    >>> checked_kind(Field.read(int), 5.0)
    5.0
    """
    if value is None and field.nullable:
        return value
    is_number = isinstance(value, int | float) and not isinstance(value, bool)
    if field.kind == "int" and isinstance(value, float) and abs(value) > LARGEST_WHOLE:
        raise ValueError(ALL_DIGITS)
    one_of_numbers = all(type(choice) in (int, float) for choice in field.options)
    right, words = {
        "choice": (is_number or not one_of_numbers, "a number"),
        "text": (isinstance(value, str), "a text"),
        "long": (isinstance(value, str), "a text"),
        "bool": (isinstance(value, bool), "true or false"),
        "float": (is_number, "a number"),
        "int": (is_number and value == value // 1, "a whole number"),
    }.get(field.kind, (True, ""))
    if not right:
        raise ValueError(f"This must be {words}.")
    return value


def _fits(field: Field) -> bool:
    longest = [c.max_length for c in field.metadata if isinstance(c, MaxLen)]
    return field.kind in FITS and all(length <= SHORT_TEXT for length in longest)


def _loose(text: str) -> str:
    """Return a text without its punctuation, too: "City: Large" for "City, large".

    >>> _loose("Accounting & Related Services.")
    'accounting and related services'
    """
    words = _plain(text).replace("&", " and ").replace("'", "")
    return " ".join(PUNCTUATION.sub(" ", words).split())


def _plain(text: str) -> str:
    """Return a text without what people and their programs write in different ways."""
    return " ".join(unicodedata.normalize("NFKC", text).translate(ALIKE).casefold().split())

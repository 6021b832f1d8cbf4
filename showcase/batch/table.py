"""An uploaded table with the columns of an `Input`, and its rows as inputs.

What is wrong with the file as a whole, or with a row, is said in plain words.
"""

import csv
import io
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import PurePath
from typing import Any, NamedTuple

from pydantic import ValidationError

from showcase.batch.columns import Column, checked_kind, columns
from showcase.contract import ModelInput
from showcase.contract.messages import plain, shortened
from showcase.contract.text_file import ABSENT, TABLES, Row, TableFile
from showcase.contract.text_file import read_table as read_table_file

MAX_ROWS = 10_000


class TooManyRowsError(ValueError):
    """A table that is predicted as a job, where there are jobs."""


@dataclass(frozen=True)
class Table:
    """A table: every row has at least as many cells as there are columns.

    `places` is field name to place among the columns. `doubts` are sentences about an encoding that
    was guessed, and columns that are not used though their names resemble one that would be.
    """

    columns: tuple[str, ...]
    rows: tuple[Row, ...]
    places: dict[str, int]
    delimiter: str
    doubts: tuple[str, ...] = ()
    is_text: bool = True  # a CSV, whose cells are texts; else JSON Lines

    @property
    def unused(self) -> tuple[str, ...]:
        """The columns that are only carried through."""
        used = set(self.places.values())
        return tuple(name for place, name in enumerate(self.columns) if place not in used)


def read_table(content: bytes, name: str, input_type: type[ModelInput]) -> Table:
    """Return the table of a CSV file that has the columns of an `Input`, others carried along.

    ValueError says in plain words why a file cannot be used: what it is, how large, which column is
    missing and what it may be called instead.
    """
    if PurePath(name).suffix.lower() not in TABLES:
        raise ValueError("This is not a CSV file. Save the table as CSV (in Excel: CSV UTF-8).")
    table = matched(read_table_file(content, name), input_type)
    if not table.rows:
        raise ValueError("There is nothing to predict: the file has no rows below the first line.")
    if len(table.rows) > MAX_ROWS:
        raise TooManyRowsError(
            f"The file has {len(table.rows):,} rows; {MAX_ROWS:,} are allowed. Split it."
        )
    return table


def matched(file: TableFile, input_type: type[ModelInput]) -> Table:
    """Return the table with the columns of an `Input`; ValueError names those that are missing."""
    places, doubts = places_of(file.columns, columns(input_type))
    notes = (file.note,) if file.note else ()
    doubts = (*notes, *doubts)
    return Table(file.columns, file.rows, places, file.delimiter, doubts, file.is_text)


def places_of(
    header: Sequence[str], wanted: Sequence[Column]
) -> tuple[dict[str, int], tuple[str, ...]]:
    """Return where each field's column is, capitals or not, and the doubts about optional ones.

    ValueError names those that are missing.
    """
    there = {name.casefold(): place for place, name in enumerate(header)}
    places = {c.name: there[c.name.casefold()] for c in wanted if c.name.casefold() in there}
    spare = [name for name in header if name.casefold() not in {f.casefold() for f in places}]
    absent = [column for column in wanted if column.name not in places]
    if lacking := [column.name for column in absent if column.required]:
        raise ValueError(_lacking(lacking, spare))
    doubts = [
        f"The column {_quoted(near)} is not used: is it meant to be {_quoted(column.name)}?"
        for column in absent
        if (near := _nearest(column.name, spare))
    ]
    starts = [column for column in absent if column.start is not None]
    doubts += [f"There is no column {_quoted(one.name)}: it is {one.start}." for one in starts]
    return places, tuple(doubts)


def _lacking(lacking: Sequence[str], spare: Sequence[str]) -> str:
    nouns = "column" if len(lacking) == 1 else "columns"
    guesses = {name: _nearest(name, spare) for name in lacking}
    meant = [
        f" Rename {_quoted(guess)} to {_quoted(name)}, if that is it."
        for name, guess in guesses.items()
        if guess
    ]
    named = ", ".join(map(_quoted, lacking))
    return f"The {nouns} {named} must be named in the first line.{''.join(meant)}"


def _nearest(name: str, spare: Sequence[str]) -> str:
    """Return the column whose name resembles the field's most; empty if none does."""
    plain = {other.casefold().replace(" ", "_"): other for other in spare}
    near = get_close_matches(name.casefold(), plain, n=1, cutoff=0.7)
    return plain[near[0]] if near else ""


def _quoted(text: str) -> str:
    return f"“{shortened(text)}”"


class Problem(NamedTuple):
    """Why a row was not used: its line in the file, the column, what stands there, what is wrong.

    The column is empty where the row as a whole is at fault.
    """

    line: int
    column: str
    value: str
    message: str


@dataclass(frozen=True)
class Check:
    """Turns rows into inputs, or into their problems."""

    table: Table
    input_type: type[ModelInput]
    columns: Sequence[Column]

    def row(self, row: Row) -> ModelInput | list[Problem]:
        """Return the input that a row holds, or what is wrong with it, column by column."""
        width = len(self.table.columns)
        if len(row.cells) > width:
            message = f"The row has {len(row.cells)} cells, the first line names {width} columns."
            return [Problem(row.line, "", shortened(row.cells[width]), message)]
        values, wrong = self._values(row.cells)
        try:
            given = self.input_type.model_validate(values)
        except ValidationError as error:
            wrong = self._messages(error) | wrong
        else:
            if not wrong:
                return given
        in_order = [column.name for column in self.columns if column.name in wrong] or [""]
        return [self._problem(row, name, wrong[name]) for name in in_order]

    def refused(self, row: Row, error: ValueError) -> list[Problem]:
        """Return why a function refused a row that looked usable: its own words."""
        if not isinstance(error, ValidationError):
            return [Problem(row.line, "", "", str(error))]
        return [self._problem(row, name, said) for name, said in self._messages(error).items()]

    def _values(self, cells: Sequence[Any]) -> tuple[dict[str, Any], dict[str, str]]:
        """Return the values by field, null and absent ones left out, and what is wrong by field."""
        values: dict[str, Any] = {}
        wrong: dict[str, str] = {}
        for column in self.columns:
            place = self.table.places.get(column.name)
            cell: Any = ABSENT if place is None else cells[place]
            if column.filled(cell):
                try:
                    values[column.name] = (
                        column.value(cell)
                        if self.table.is_text
                        else checked_kind(column.field, cell)
                    )
                except ValueError as error:
                    wrong[column.name] = str(error)
            elif column.start is not None:
                values[column.name] = column.start
            elif column.required and column.field.nullable:
                values[column.name] = None
            elif column.required:
                wrong[column.name] = f"This must be filled in: {column.takes}."
        return values, wrong

    def _messages(self, error: ValidationError) -> dict[str, str]:
        """Return the first message for each field; under no name what is wrong between fields."""
        named = {column.name: column for column in self.columns}
        messages: dict[str, str] = {}
        for detail in error.errors():
            column = named.get(str(detail["loc"][0])) if detail["loc"] else None
            if column is None:
                messages.setdefault("", plain(detail["msg"]))
            else:
                messages.setdefault(column.name, column.message(detail))
        return messages

    def _problem(self, row: Row, name: str, message: str) -> Problem:
        place = self.table.places.get(name)
        cell = "" if place is None or row.cells[place] is ABSENT else row.cells[place]
        return Problem(
            row.line,
            name if place is None else self.table.columns[place],
            shortened(cell if isinstance(cell, str) else str(cell)),
            message,
        )


def template(input_type: type[ModelInput], examples: Sequence[ModelInput]) -> bytes:
    """Return a CSV with a column per field and a row per example, null as an empty cell."""
    names = [column.name for column in columns(input_type)]
    rows = ([as_cell(getattr(given, name)) for name in names] for given in examples)
    return written([names, *rows], ",")


def as_cell(value: str | float | None) -> str:
    """Return a value as a cell: null is empty, a whole number has no decimals.

    >>> as_cell(15000.0), as_cell(0.25), as_cell(None), as_cell("5203")
    ('15000', '0.25', '', '5203')
    """
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return "" if value is None else str(value)


def written(rows: Iterable[Sequence[str]], delimiter: str) -> bytes:
    """Return rows as a CSV file that Excel reads as UTF-8 too."""
    output = io.StringIO(newline="")
    csv.writer(output, delimiter=delimiter).writerows(rows)
    return output.getvalue().encode("utf-8-sig")

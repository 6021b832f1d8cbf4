"""An uploaded table with the columns of an `Input`, or what is wrong with it in plain words."""

import csv
import io
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import PurePath

from showcase.batch.columns import Column, columns
from showcase.contract import ModelInput
from showcase.contract.messages import shortened
from showcase.contract.text_file import TABLES, Row, TableFile
from showcase.contract.text_file import read_table as read_table_file

MAX_ROWS = 10_000


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
        raise ValueError(
            f"The file has {len(table.rows):,} rows; {MAX_ROWS:,} are allowed. Split it."
        )
    return table


def matched(file: TableFile, input_type: type[ModelInput]) -> Table:
    """Return the table with the columns of an `Input`; ValueError names those that are missing."""
    places, doubts = _places(file.columns, columns(input_type))
    notes = (file.note,) if file.note else ()
    doubts = (*notes, *doubts)
    return Table(file.columns, file.rows, places, file.delimiter, doubts, file.is_text)


def _places(
    header: Sequence[str], wanted: Sequence[Column]
) -> tuple[dict[str, int], tuple[str, ...]]:
    """Return where each field's column is, capitals or not, and the doubts about optional ones."""
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

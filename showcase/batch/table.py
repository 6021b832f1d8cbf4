"""A CSV file as a table with the columns of an `Input`, or what is wrong with it in plain words."""

import csv
import io
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from itertools import islice
from pathlib import PurePath

from showcase.batch.columns import Column, columns
from showcase.contract import ModelInput
from showcase.contract.messages import shortened
from showcase.contract.text_file import TABLES, Row, csv_rows, decode, delimiter_of

MAX_ROWS = 10_000
MAX_COLUMNS = 200


@dataclass(frozen=True)
class Table:
    """A CSV: every row has at least as many cells as there are columns.

    `places` is field name to place among the columns. `doubts` are sentences about columns that
    are not used though their names resemble one that would be.
    """

    columns: tuple[str, ...]
    rows: tuple[Row, ...]
    places: dict[str, int]
    delimiter: str
    doubts: tuple[str, ...] = ()

    @property
    def unused(self) -> tuple[str, ...]:
        """The columns that are only carried through."""
        used = set(self.places.values())
        return tuple(name for place, name in enumerate(self.columns) if place not in used)


def read_table(content: bytes, name: str, input_type: type[ModelInput]) -> Table:
    """Return the table of a CSV file that has the columns of an `Input`, others carried along.

    Blank lines are left out. ValueError says in plain words why a file cannot be used: what it is,
    how large, which column is missing and what it may be called instead.
    """
    if PurePath(name).suffix.lower() not in TABLES:
        raise ValueError("This is not a CSV file. Save the table as CSV (in Excel: CSV UTF-8).")
    text = decode(content)
    written = (row for row in csv_rows(text) if any(map(str.strip, row.cells)))
    header = _header(next(written, None))
    places, doubts = _places(header, columns(input_type))
    rows = tuple(_filled(row, len(header)) for row in _at_most(written))
    if not rows:
        raise ValueError("There is nothing to predict: the file has no rows below the first line.")
    return Table(header, rows, places, delimiter_of(text), doubts)


def _header(row: Row | None) -> tuple[str, ...]:
    """Return the column names; a nameless one, such as pandas' index, is called by its place."""
    if row is None:
        raise ValueError("The file is empty: it has only blank lines.")
    if len(row.cells) > MAX_COLUMNS:
        raise ValueError(f"The file has {len(row.cells):,} columns; {MAX_COLUMNS} are allowed.")
    names = [cell.strip() or f"column_{n}" for n, cell in enumerate(row.cells, start=1)]
    counts = Counter(map(str.casefold, names))
    if twice := [name for name in names if counts[name.casefold()] > 1]:
        raise ValueError(f"The column {_quoted(twice[0])} is there {len(twice)} times; keep one.")
    return tuple(names)


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


def _at_most(rows: Iterator[Row]) -> list[Row]:
    kept = list(islice(rows, MAX_ROWS))
    if more := sum(1 for _ in rows):
        raise ValueError(
            f"The file has {len(kept) + more:,} rows; {MAX_ROWS:,} are allowed. Split it."
        )
    return kept


def _filled(row: Row, width: int) -> Row:
    """Return the row with empty cells added where it is short, and blank ones beyond taken off."""
    cells = row.cells + [""] * (width - len(row.cells))
    beyond = any(map(str.strip, cells[width:]))
    return row if beyond else Row(row.line, cells[:width])


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

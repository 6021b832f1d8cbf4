"""A text or CSV file as a list of texts, and their scores, for the batch tab. No Streamlit."""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import PurePath
from typing import TYPE_CHECKING, NamedTuple

from models.sentiment import MAX_CHARACTERS, Input, is_blank, predict
from showcase.contract.text_file import TABLES, csv_rows, decode

if TYPE_CHECKING:
    from models.sentiment.analyzer import Analyzer

MAX_LINES = 10_000
TEXT_COLUMNS = (
    "text", "texts", "comment", "comments", "review", "reviews", "tweet", "message", "feedback",
    "sentence", "answer", "opinion", "description", "content", "body", "title", "line",
)  # fmt: skip


class Line(NamedTuple):
    """A text, and its line in the file or its row in the spreadsheet, from 1."""

    number: int
    text: str


class ScoredLine(NamedTuple):
    """A line with its answer; the shares sum to 1, or are 0 where there is no word.

    The text is as it was in the file: a writer of CSV for spreadsheets must escape formulas.
    """

    number: int
    text: str
    label: str
    compound: float
    negative: float
    neutral: float
    positive: float


@dataclass(frozen=True)
class Lines:
    """What a file holds: the texts to score, and what was left out."""

    lines: tuple[Line, ...]
    blank: int
    too_long: tuple[int, ...]
    column: str | None = None
    columns: tuple[str, ...] = ()


def read_lines(content: bytes, file_name: str, column: str | None = None) -> Lines:
    """Return the texts of a file: a column of a .csv or .tsv, else every line.

    The column is the one given, else one with a usual name (`TEXT_COLUMNS`), else the one with
    the longest texts. ValueError says in plain words why a file cannot be read.
    """
    text = decode(content)
    if PurePath(file_name).suffix.lower() not in TABLES:
        return _sorted_out([Line(n, line) for n, line in enumerate(_split(text), start=1)])
    header, rows = _table(text)
    chosen = _named(header, column) if column is not None else _likeliest(header, rows)
    lines = [Line(n, row[chosen]) for n, row in enumerate(rows, start=2)]
    return _sorted_out(lines, column=header[chosen], columns=tuple(header))


def _split(text: str) -> list[str]:
    """Return the lines as a text editor counts them: the end of the last line begins no other."""
    lines = re.split(r"\r\n|\r|\n", text)
    return lines if lines[-1] else lines[:-1]


def _table(text: str) -> tuple[list[str], list[list[str]]]:
    """Return the header and the rows of a CSV text, short rows filled up with empty cells."""
    table = [row.cells for row in csv_rows(text)]
    if not table or not any(table[0]):
        raise ValueError("The first line of the CSV file is blank; it must name the columns.")
    header, rows = table[0], table[1:]
    for number, row in enumerate(rows, start=2):
        if len(row) > len(header):
            raise ValueError(
                f"Row {number} of the CSV file has {len(row)} cells, its first line names "
                f"{len(header)}. Put quotation marks around texts with commas."
            )
    return header, [row + [""] * (len(header) - len(row)) for row in rows]


def _named(header: Sequence[str], column: str) -> int:
    """Return the place of the column, capitals or not; ValueError names those there are."""
    wanted = column.strip().casefold()
    for place, name in enumerate(header):
        if name.strip().casefold() == wanted:
            return place
    raise ValueError(f"The file has no column {column!r}; it has {', '.join(header)}.")


def _likeliest(header: Sequence[str], rows: Sequence[Sequence[str]]) -> int:
    """Return the place of the column that holds the texts."""
    names = [name.strip().casefold() for name in header]
    for usual in TEXT_COLUMNS:
        if usual in names:
            return names.index(usual)
    lengths = [sum(len(row[place]) for row in rows) for place in range(len(header))]
    return lengths.index(max(lengths))


def _sorted_out(
    lines: Sequence[Line], column: str | None = None, columns: tuple[str, ...] = ()
) -> Lines:
    """Return the lines that can be scored, the others counted; ValueError if none is left."""
    written = [line for line in lines if not is_blank(line.text)]
    fit = tuple(line for line in written if len(line.text) <= MAX_CHARACTERS)
    if not written:
        raise ValueError("There is nothing to score: no line has any text.")
    if not fit:
        raise ValueError("There is nothing to score: every line is over 5,000 characters long.")
    if len(fit) > MAX_LINES:
        raise ValueError(f"The file has {len(fit):,} lines; {MAX_LINES:,} are allowed. Split it.")
    too_long = tuple(line.number for line in written if len(line.text) > MAX_CHARACTERS)
    return Lines(fit, len(lines) - len(written), too_long, column, columns)


def score_lines(
    model: "Analyzer",
    lines: Sequence[Line],
    threshold: float,
    progress: Callable[[float], None] = lambda _: None,
) -> list[ScoredLine]:
    """Return every line with its answer; `progress` hears the share done (0 to 1), 100 times."""
    scored = []
    for done, (number, text) in enumerate(lines, start=1):
        answer = predict(model, Input(text=text, threshold=threshold))
        shares = answer.parts or {}
        scored.append(ScoredLine(number, text, answer.label, answer.score or 0.0, **shares))
        if done % max(len(lines) // 100, 1) == 0 or done == len(lines):
            progress(done / len(lines))
    return scored

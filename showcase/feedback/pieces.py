"""Any CSV file of rows piece by piece, with the bytes of each: what is no row is no error."""

import csv
import io
import re
from collections.abc import Iterator
from itertools import pairwise
from typing import BinaryIO, NamedTuple, Self

from showcase.feedback.csv_log.rows import LARGEST_CELL
from showcase.feedback.record import COLUMNS

DELIMITERS = ",;\t"  # spreadsheets write semicolons where the comma is the decimal sign
# Where a row begins: its id and the year.
ROW = re.compile(rb"^(?=[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}.\d{4}-)", re.MULTILINE)


class Layout(NamedTuple):
    """The columns of a file, in lower case, and the sign between its cells."""

    columns: tuple[str, ...]
    delimiter: str = ","

    @classmethod
    def of(cls, file: BinaryIO) -> Self:
        """Return the layout that the first line of an open file tells; go back to its start."""
        first = file.readline()
        file.seek(0)
        text = cls(()).text(first).removeprefix("\ufeff").rstrip("\r\n")
        delimiter = max(DELIMITERS, key=text.count)
        names = next(csv.reader([text], delimiter=delimiter), [])
        return cls(tuple(name.strip().casefold() for name in names), delimiter)

    def text(self, line: bytes) -> str:
        """Return the text of a line: of the log as `read` gives it, else as a spreadsheet would."""
        try:
            return line.decode("utf-8", "replace" if self == OURS else "strict")
        except UnicodeDecodeError:
            return line.decode("cp1252", "replace")

    def loose_rows(self, raw: bytes) -> list[list[str]]:
        """Return the cells as written of what is no CSV, if it has any; blank lines left out."""
        lines = io.StringIO(self.text(raw), newline="")
        rows = csv.reader(lines, delimiter=self.delimiter)
        return [cells for cells in rows if cells]


OURS = Layout(COLUMNS)


def pieces(file: BinaryIO, layout: Layout) -> Iterator[tuple[bytes, list[str]]]:
    """Return an open file piece by piece with its cells as written, none for what is no row.

    All pieces together are the file, the line with the names of the columns included.
    """
    _allow_large_cells()
    held: list[bytes] = []
    reader = csv.reader(_lines(file, layout, held), delimiter=layout.delimiter, strict=True)
    while True:
        try:
            cells = next(reader, None)
        except csv.Error:  # the reader starts afresh at the next line
            cells = []
        if cells is None:
            return
        yield b"".join(held), cells
        held.clear()


def fragments(raw: bytes) -> Iterator[bytes]:
    """Return what is no row, cut where rows seem to begin; together they are all of it."""
    _allow_large_cells()
    starts = [found.start() for found in ROW.finditer(raw) if found.start()]
    for start, end in pairwise([0, *starts, len(raw)]):
        yield raw[start:end]


def _allow_large_cells() -> None:
    if csv.field_size_limit() < LARGEST_CELL:  # of the whole process: raised, never lowered
        csv.field_size_limit(LARGEST_CELL)


def _lines(file: BinaryIO, layout: Layout, held: list[bytes]) -> Iterator[str]:
    for line in file:
        held.append(line)
        yield layout.text(line)

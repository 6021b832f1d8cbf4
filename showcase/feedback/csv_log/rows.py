"""Rows as bytes: written as RFC 4180, read back exactly as they were given."""

import csv
import io
from collections.abc import Iterable, Iterator, Sequence
from typing import BinaryIO

from showcase.feedback.csv_injection import guard, unguard
from showcase.feedback.record import COLUMNS

# A drawing takes megabytes. This is the most that a C long holds on every system.
LARGEST_CELL = 2**31 - 1


def encode(row: Sequence[str]) -> bytes:
    r"""Return one line of RFC 4180 in UTF-8, its end included.

    >>> encode(["-5", "'tis", 'a "b", c'])
    b'-5,\'tis,"a ""b"", c"\r\n'
    """
    return encode_all([row])


def encode_all(rows: Iterable[Sequence[str]]) -> bytes:
    """Return the lines of several rows."""
    lines = io.StringIO(newline="")
    guarded = ([guard(cell) for cell in row] for row in rows)
    csv.writer(lines, lineterminator="\r\n").writerows(guarded)
    return lines.getvalue().encode()


HEADER = encode(COLUMNS)


def header_length(start: bytes) -> int:
    """Return how many bytes the header takes at this start of a file; 0 for other columns.

    A byte order mark, quotes and bare line feeds, as spreadsheets leave them, are no difference.
    """
    line, end, _ = start.partition(b"\n")
    names = line.decode("utf-8-sig", "replace").removesuffix("\r").split(",")
    ours = bool(end) and tuple(name.strip('"') for name in names) == COLUMNS
    return len(line) + len(end) if ours else 0


class Rows:
    """The valid rows of an open log, from the offset `start` of one on.

    After the iteration `end` is the offset behind the last of them, and `skipped` counts the
    unusable rows before it. Memory holds one row at a time.
    """

    def __init__(self, file: BinaryIO, start: int) -> None:
        file.seek(start)
        self._file = file
        self._offset = self.end = start
        self.skipped = 0

    def __iter__(self) -> Iterator[list[str]]:
        if csv.field_size_limit() < LARGEST_CELL:  # of the whole process: raised, never lowered
            csv.field_size_limit(LARGEST_CELL)
        reader = csv.reader(self._lines(), strict=True)
        unusable = 0
        while (row := _next_row(reader)) is not None:
            if len(row) != len(COLUMNS) or row[0] in ("", COLUMNS[0]):
                unusable += 1
                continue
            self.end = self._offset
            self.skipped += unusable
            unusable = 0
            yield [unguard(cell) if cell[:1] == "'" else cell for cell in row]

    def _lines(self) -> Iterator[str]:
        for line in self._file:
            if not line.endswith(b"\n"):  # a dead writer's half row, or one being written
                return
            self._offset += len(line)
            yield line.decode("utf-8", "replace")


def _next_row(reader: Iterator[list[str]]) -> list[str] | None:
    try:
        return next(reader, None)
    except csv.Error:  # the reader starts afresh at the next line
        return []

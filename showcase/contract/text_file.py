"""The text of an uploaded file and the rows of a CSV, whatever program wrote it."""

import csv
import io
import re
from codecs import BOM_UTF16_BE, BOM_UTF16_LE
from collections.abc import Iterator
from typing import NamedTuple

MAX_BYTES = 5 * 2**20
TABLES = (".csv", ".tsv")
DELIMITERS = ",;\t"  # Excel writes semicolons where the comma is the decimal sign
# control characters that no text file holds: all but tab, line and page breaks, and escape
CONTROL = re.compile(r"[\x00-\x08\x0e-\x1a\x1c-\x1f]")
NOT_TEXT = (
    "This is not a text file: it holds bytes that no text has. Save it as plain text or CSV in "
    "UTF-8 (in Excel: CSV UTF-8) and try again."
)


class Row(NamedTuple):
    """A row of a CSV and the line of the file that it begins in, from 1."""

    line: int
    cells: list[str]


def decode(content: bytes) -> str:
    """Return a file's text from UTF-8, UTF-16 with its mark, or Windows-1252; else ValueError."""
    if not content:
        raise ValueError("The file is empty.")
    if len(content) > MAX_BYTES:
        size = f"{len(content) / 2**20:.1f}"
        raise ValueError(f"The file has {size} MB; 5 MB are allowed. Split it into parts.")
    encoding = "utf-16" if content.startswith((BOM_UTF16_LE, BOM_UTF16_BE)) else "utf-8-sig"
    try:
        text = content.decode(encoding)
    except UnicodeDecodeError:
        text = _decode_windows(content)
    if CONTROL.search(text):
        raise ValueError(NOT_TEXT)
    return text


def _decode_windows(content: bytes) -> str:
    try:
        return content.decode("cp1252")
    except UnicodeDecodeError as error:
        raise ValueError(NOT_TEXT) from error


def delimiter_of(text: str) -> str:
    r"""Return the sign between the cells: the commonest of `DELIMITERS` in the first line.

    >>> delimiter_of("\na;b;c\n1,5;2;3\n")
    ';'
    """
    first = next((line for line in io.StringIO(text, newline=None) if line.strip()), "")
    return max(DELIMITERS, key=first.count)


def csv_rows(text: str) -> Iterator[Row]:
    r"""Return the rows one by one, blank lines as rows without cells.

    ValueError names the line near which the quotation marks do not match.

    >>> [row.line for row in csv_rows('a,b\n"two\nlines",1\n\nx,y\n')]
    [1, 2, 4, 5]
    """
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter_of(text), strict=True)
    begins = 1
    try:
        for cells in reader:
            yield Row(begins, cells)
            begins = reader.line_num + 1
    except csv.Error as error:
        raise ValueError(
            f"The CSV file is broken near line {reader.line_num}: a quotation mark is missing or "
            "too many. Put a text in quotation marks, and double those inside it."
        ) from error

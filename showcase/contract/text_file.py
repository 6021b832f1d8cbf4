"""Uploaded text files and tables, whatever program wrote them: one reader with one set of rules."""

import csv
import io
import json
import re
from codecs import BOM_UTF16_BE, BOM_UTF16_LE
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import PurePath
from typing import Any, NamedTuple
from unicodedata import normalize

from showcase.contract.messages import shortened

UPLOAD_MB = 10  # as the uploader says, which lets any type in: ours says better what is wrong
MAX_BYTES = UPLOAD_MB * 2**20
MAX_COLUMNS = 200
TABLES = (".csv", ".tsv")
JSON_LINES = (".jsonl", ".ndjson")
LINE_END = re.compile(r"\r\n|\r|\n")
DELIMITERS = ",;\t"  # Excel writes semicolons where the comma is the decimal sign
SEPARATOR = re.compile(
    r'"?sep=(?P<sign>[^"\r\n])"?[,;\t ]*(?:\r\n|\r|\n)', re.IGNORECASE
)  # Excel's
# control characters that no text file holds: all but tab, line and page breaks, and escape
UNSEEN = re.compile("[\u00ad\u200b-\u200f\u2060\ufeff]")  # of a heading that looks like another
CONTROL = re.compile(r"[\x00-\x08\x0e-\x1a\x1c-\x1f]")
NOT_TEXT = (
    "This is not a text file: it holds bytes that no text has. Save it as plain text or CSV in "
    "UTF-8 (in Excel: CSV UTF-8) and try again."
)
NOT_UTF8 = (
    "The file is not in UTF-8; it was read as Windows-1252, a guess. If letters look wrong, save "
    "it as UTF-8 (in Excel: CSV UTF-8)."
)
REPLACED = "\N{REPLACEMENT CHARACTER}"


class Absent:
    """Stands in a row of JSON Lines for a key that its object does not have."""


ABSENT = Absent()


class Row(NamedTuple):
    """A row of a table and the line of the file that it begins in, from 1.

    The cells are texts in a CSV, and values of JSON (or `ABSENT`) in JSON Lines.
    """

    line: int
    cells: list[Any]


@dataclass(frozen=True)
class TableFile:
    """An uploaded table: its columns, and its rows without the blank ones.

    Each row has a cell for each column; more only where the file has too many. `broken` are lines
    of JSON Lines that cannot be read, with the reason; `note` is what is to be said on the page
    about the file's encoding.
    """

    columns: tuple[str, ...]
    rows: tuple[Row, ...]
    delimiter: str = ","
    is_text: bool = True  # a CSV; else JSON Lines
    blank: int = 0
    broken: tuple[tuple[int, str], ...] = ()
    note: str = ""

    def place(self, column: str) -> int | None:
        """Return where a column is, capitals or not; None where there is none."""
        names = [name.casefold() for name in self.columns]
        return names.index(column.casefold()) if column.casefold() in names else None


def read_table(content: bytes, name: str) -> TableFile:
    """Return the table in a CSV or JSON Lines file, judged by its name's ending.

    ValueError says in plain words why the file cannot be used.
    """
    text, note = read_text(content)
    if PurePath(name).suffix.lower() in JSON_LINES:
        return _json_lines(text, note)
    width, rows, blank = 0, [], 0
    header: tuple[str, ...] = ()
    for row in csv_rows(text):
        if not any(map(str.strip, row.cells)):
            blank += bool(header)
        elif not header:
            header = _header(row.cells)
            width = len(header)
        else:
            cells = row.cells + [""] * (width - len(row.cells))
            too_many = any(map(str.strip, cells[width:]))
            rows.append(Row(row.line, cells if too_many else cells[:width]))
    if not header:
        raise ValueError("The file is empty: it has only blank lines.")
    return TableFile(header, tuple(rows), delimiter_of(text), blank=blank, note=note)


def decode(content: bytes) -> str:
    """Return a file's text as `read_text` reads it."""
    return read_text(content)[0]


def read_text(content: bytes) -> tuple[str, str]:
    """Return a file's text, and what is to be said about its encoding; ValueError for no text.

    UTF-8, or UTF-16 with its byte order mark. Where only a few bytes are not UTF-8, those alone
    are replaced; else Windows-1252 is guessed.
    """
    if not content:
        raise ValueError("The file is empty.")
    if len(content) > MAX_BYTES:
        size = f"{len(content) / 2**20:.1f}"
        raise ValueError(
            f"The file has {size} MB; {UPLOAD_MB} MB are allowed. Split it into parts."
        )
    encoding = "utf-16" if content.startswith((BOM_UTF16_LE, BOM_UTF16_BE)) else "utf-8-sig"
    note = ""
    try:
        text = content.decode(encoding)
    except UnicodeDecodeError:
        text, note = _guessed(content)
    if CONTROL.search(text):
        raise ValueError(NOT_TEXT)
    return text.lstrip("\ufeff"), note  # joined files may begin with two marks


def _guessed(content: bytes) -> tuple[str, str]:
    """Return the text of bytes that are not UTF-8 throughout, and what is to be said about it."""
    mostly = content.decode("utf-8-sig", errors="replace")
    broken = mostly.count(REPLACED)
    if broken < sum(character > "\x7f" for character in mostly) - broken:
        first = len(re.findall(r"\r\n|\r|\n", mostly[: mostly.index(REPLACED)])) + 1
        places = "place is" if broken == 1 else "places are"
        return (
            mostly,
            f"{broken:,} {places} not UTF-8 and shown as {REPLACED}, from line {first:,}.",
        )
    try:
        return content.decode("cp1252"), NOT_UTF8
    except UnicodeDecodeError as error:
        raise ValueError(NOT_TEXT) from error


def delimiter_of(text: str) -> str:
    r"""Return the sign between the cells: the one that Excel's `sep=` names, else the commonest.

    >>> delimiter_of("\na;b;c\n1,5;2;3\n"), delimiter_of("sep=|\na|b,c,d\n")
    (';', '|')
    """
    if named := SEPARATOR.match(text):
        return named["sign"]
    first = next((line for line in io.StringIO(text, newline=None) if line.strip()), "")
    return max(DELIMITERS, key=first.count)


def csv_rows(text: str) -> Iterator[Row]:
    r"""Return the rows one by one, blank lines as rows without cells, without Excel's `sep=`.

    ValueError names the line near which the quotation marks do not match.

    >>> [row.line for row in csv_rows('a,b\n"two\nlines",1\n\nx,y\n')]
    [1, 2, 4, 5]
    """
    hint = SEPARATOR.match(text)
    skipped = 1 if hint else 0
    lines = io.StringIO(text[hint.end() :] if hint else text, newline="")
    csv.field_size_limit(max(csv.field_size_limit(), MAX_BYTES))  # Python's own is 128 kB
    reader = csv.reader(lines, delimiter=delimiter_of(text), strict=True)
    begins = 1 + skipped
    try:
        for cells in reader:
            yield Row(begins, cells)
            begins = reader.line_num + 1 + skipped
    except csv.Error as error:
        raise ValueError(
            f"The CSV file is broken near line {reader.line_num + skipped}: a quotation mark is "
            "missing or too many. Put a text in quotation marks, and double those inside it."
        ) from error


def _header(cells: Sequence[str]) -> tuple[str, ...]:
    """Return the column names; a nameless one, such as pandas' index, is called by its place."""
    if len(cells) > MAX_COLUMNS:
        raise ValueError(f"The file has {len(cells):,} columns; {MAX_COLUMNS} are allowed.")
    plain = (UNSEEN.sub("", normalize("NFC", cell)).strip() for cell in cells)
    names = [name or f"column_{n}" for n, name in enumerate(plain, start=1)]
    counts = Counter(map(str.casefold, names))
    if twice := [name for name in names if counts[name.casefold()] > 1]:
        times = f"is there {len(twice)} times; keep one."
        raise ValueError(f"The column “{shortened(twice[0])}” {times}")
    return tuple(names)


def _json_lines(text: str, note: str) -> TableFile:
    """Return the objects of JSON Lines as a table: their keys are the columns."""
    objects: list[tuple[int, dict[str, Any]]] = []
    broken: list[tuple[int, str]] = []
    for number, line in enumerate(LINE_END.split(text), start=1):
        if not line.strip():
            continue
        try:
            value = json.loads(line, object_pairs_hook=_object, parse_constant=_no_number)
        except json.JSONDecodeError:
            broken.append((number, "This is not JSON: each line is to be one object."))
        except (ValueError, RecursionError) as error:
            broken.append((number, str(error) if isinstance(error, ValueError) else "Too deep."))
        else:
            if isinstance(value, dict):
                objects.append((number, value))
            else:
                broken.append((number, "This is not a JSON object with the fields as its keys."))
    keys = dict.fromkeys(key for _, value in objects for key in value)
    header = _header(list(keys)) if keys else ()
    rows = tuple(Row(n, [value.get(key, ABSENT) for key in keys]) for n, value in objects)
    return TableFile(header, rows, is_text=False, broken=tuple(broken), note=note)


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """Return an object of JSON; ValueError for a key that it has twice."""
    value = dict(pairs)
    if len(value) < len(pairs):
        twice = next(key for key, times in Counter(key for key, _ in pairs).items() if times > 1)
        raise ValueError(f"“{shortened(twice)}” is in it twice; keep one.")
    return value


def _no_number(name: str) -> Any:
    raise ValueError(f"{name} is not a number of JSON.")

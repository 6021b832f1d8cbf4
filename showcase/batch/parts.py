"""A large table cut into parts: which rows of which file, found in one pass that also hashes it."""

import csv
import hashlib
import io
import math
from codecs import BOM_UTF16_BE, BOM_UTF16_LE, getincrementaldecoder
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray
from pyarrow import csv as arrow_csv
from pyarrow import parquet
from pyarrow.fs import FileSystem

from showcase.batch.columns import Column
from showcase.batch.places import open_place
from showcase.batch.table import places_of
from showcase.contract.text_file import NOT_TEXT, NOT_UTF8, REPLACED, Row, read_table

PART_BYTES = 8 * 2**20
PART_ROWS = 250_000  # of Parquet, whose row groups are not divided
BATCH_ROWS = 131_072  # that are checked and predicted at a time
HEAD_BYTES = 2**18  # in which the header of a CSV must be
NOT_CP1252 = b"\x81\x8d\x8f\x90\x9d"
NEWLINE, QUOTE = ord("\n"), ord('"')
BROKEN = (
    "a quotation mark is missing or too many. Put a text in quotation marks, and double those "
    "inside it."
)


@dataclass(frozen=True)
class Source:
    """A file of the input, how its rows are read, and its hash, which tells it from another."""

    address: str
    size: int
    sha256: str
    names: tuple[str, ...]
    places: Mapping[str, int]
    doubts: tuple[str, ...] = ()
    delimiter: str = ","
    encoding: str = "utf-8"
    is_clean: bool = True  # UTF-8 throughout

    @property
    def is_csv(self) -> bool:
        """Whether it is text; else it is Parquet."""
        return _is_csv(self.address)


class Stretch(NamedTuple):
    """Some rows of a file: bytes of a CSV, or row groups of Parquet.

    `line` is where the first of them begins, from 1; `rows` is about how many there are.
    """

    start: int
    stop: int
    line: int
    rows: int


@dataclass(frozen=True)
class Part:
    """A stretch of a file that is predicted and written at once, and its number among all."""

    number: int
    source: Source
    stretch: Stretch


def cut(
    addresses: Sequence[str], wanted: Sequence[Column], part_bytes: int = PART_BYTES
) -> list[Part]:
    """Return the parts of some files, in order; ValueError says which file cannot be used."""
    parts: list[Part] = []
    for address in addresses:
        read = _cut_csv if _is_csv(address) else _cut_parquet
        try:
            source, stretches = read(address, wanted, part_bytes)
        except (ValueError, pa.ArrowException, OSError) as error:
            raise ValueError(f"{address}: {error}") from error
        if parts and (source.names, source.is_csv) != _kind(parts[0].source):
            raise ValueError(
                f"{address} has other columns than {parts[0].source.address}, or another format: "
                "predict them apart."
            )
        parts += [Part(len(parts) + n, source, one) for n, one in enumerate(stretches)]
    if not parts:
        raise ValueError("There is nothing to predict: no file has a row.")
    return parts


def _kind(source: Source) -> tuple[tuple[str, ...], bool]:
    return source.names, source.is_csv


def _is_csv(address: str) -> bool:
    return not address.lower().endswith(".parquet")


def _cut_csv(
    address: str, wanted: Sequence[Column], part_bytes: int
) -> tuple[Source, list[Stretch]]:
    system, path = open_place(address)
    with system.open_input_stream(path) as stream:
        head = stream.read(HEAD_BYTES)
    if head.startswith((BOM_UTF16_LE, BOM_UTF16_BE)):
        raise ValueError("The file is in UTF-16. Save it as UTF-8 (in Excel: CSV UTF-8).")
    if len(head) == HEAD_BYTES:
        head = head[: max(_last_end(head, inside=False)[0], 1)]
    table = read_table(head, address)
    places, doubts = places_of(table.columns, wanted)
    start, line = len(head), 1
    if table.rows:
        line = table.rows[0].line
        start = sum(map(len, head.splitlines(keepends=True)[: line - 1]))
    pass_ = _Pass(system, path, start, line, part_bytes)
    stretches = list(pass_.stretches())
    encoding, note = pass_.encoding()
    doubts = (note, *doubts) if note else doubts
    source = Source(
        address,
        pass_.size,
        pass_.digest.hexdigest(),
        table.columns,
        places,
        doubts,
        table.delimiter,
        encoding,
        pass_.is_utf8,
    )
    return source, stretches


class _Pass:
    """One pass over the bytes of a CSV: where it can be cut, its hash, whether it is UTF-8."""

    def __init__(
        self, system: FileSystem, path: str, start: int, line: int, part_bytes: int
    ) -> None:
        self.system, self.path = system, path
        self.start, self.line, self.part_bytes = start, line, part_bytes
        self.digest = hashlib.sha256()
        self.size = 0
        self.is_utf8 = self.is_cp1252 = True
        self.broken = self.beyond_ascii = 0

    def encoding(self) -> tuple[str, str]:
        """Return how the file is read, and what is to be said about it, as `read_text` has it."""
        if self.is_utf8:
            return "utf-8", ""
        if self.broken < self.beyond_ascii:
            places = "place is" if self.broken == 1 else "places are"
            return "utf-8", f"{self.broken:,} {places} not UTF-8 and shown as {REPLACED}."
        if not self.is_cp1252:
            raise ValueError(NOT_TEXT)
        return "cp1252", NOT_UTF8

    def stretches(self) -> Iterator[Stretch]:
        """Yield the bytes from one end of a row to another: no line break between quotes is one."""
        start, line, rows, inside = self.start, self.line, 0, False
        for position, chunk in self._chunks():
            data = chunk[max(self.start - position, 0) :]
            end, now_inside = _last_end(data, inside=inside)
            ended = data[:end].count(NEWLINE)
            if end:
                stop = position + len(chunk) - len(data) + end
                yield Stretch(start, stop, line, rows + ended)
                start, line, rows, ended = stop, line + rows + ended, 0, 0
            rows += data[end:].count(NEWLINE)
            inside = now_inside
        if inside:
            raise ValueError(f"The CSV file is broken after line {line}: {BROKEN}")
        if self.size > start:
            yield Stretch(start, self.size, line, rows + 1)

    def _chunks(self) -> Iterator[tuple[int, bytes]]:
        decoder = getincrementaldecoder("utf-8")("replace")
        with self.system.open_input_stream(self.path) as stream:
            while chunk := stream.read(self.part_bytes):
                self.digest.update(chunk)
                self._count(decoder, chunk)
                yield self.size, chunk
                self.size += len(chunk)
        self._count(decoder, b"", final=True)

    def _count(self, decoder: Any, chunk: bytes, *, final: bool = False) -> None:
        """Count what is not ASCII, and what of it is not UTF-8 either."""
        if chunk.isascii() and not decoder.getstate()[0]:
            return
        text = decoder.decode(chunk, final)
        broken = text.count(REPLACED)
        self.broken += broken
        held = np.frombuffer(text.encode("utf-32-le", "replace"), np.uint32)
        self.beyond_ascii += int(np.count_nonzero(held > 0x7F)) - broken
        self.is_utf8 = not self.broken
        self.is_cp1252 = self.is_cp1252 and not any(byte in chunk for byte in NOT_CP1252)


def _last_end(data: bytes, *, inside: bool) -> tuple[int, bool]:
    r"""Return where the last row of some bytes ends (0: none does), and whether quotes stay open.

    >>> _last_end(b'1,2\n3,"a\nb', inside=False)
    (4, True)
    """
    if b'"' not in data:
        return (0 if inside else data.rfind(b"\n") + 1), inside
    held = np.frombuffer(data, np.uint8)
    is_open = np.logical_xor(np.logical_xor.accumulate(held == QUOTE), inside)
    ends = np.flatnonzero((held == NEWLINE) & ~is_open)
    return (int(ends[-1]) + 1 if len(ends) else 0), bool(is_open[-1])


def _cut_parquet(address: str, wanted: Sequence[Column], _: int) -> tuple[Source, list[Stretch]]:
    system, path = open_place(address)
    digest, size = hashlib.sha256(), 0
    with system.open_input_stream(path) as stream:
        while chunk := stream.read(PART_BYTES):
            digest.update(chunk)
            size += len(chunk)
    with system.open_input_file(path) as stream:
        about = parquet.ParquetFile(stream).metadata
        names = tuple(about.schema.to_arrow_schema().names)
        counts = [about.row_group(n).num_rows for n in range(about.num_row_groups)]
    places, doubts = places_of(names, wanted)
    stretches, start, first, rows = [], 0, 1, 0
    for n, count in enumerate(counts, start=1):
        rows += count
        if rows >= PART_ROWS or (n == len(counts) and rows):
            stretches.append(Stretch(start, n, first, rows))
            start, first, rows = n, first + rows, 0
    return Source(address, size, digest.hexdigest(), names, places, doubts), stretches


class Rows(NamedTuple):
    """Some rows of a file, cells of a CSV as texts, and the line that each begins in.

    `ragged` are the rows with more cells than there are columns.
    """

    cells: pa.Table
    lines: NDArray[np.int64]
    ragged: Sequence[Row] = ()


def read_part(part: Part) -> Iterator[Rows]:
    """Yield the rows of a part, a bounded number at a time.

    ValueError for a file whose quotation marks do not match.
    """
    system, path = open_place(part.source.address)
    start, stop, line, _ = part.stretch
    with system.open_input_file(path) as stream:
        if part.source.is_csv:
            stream.seek(start)
            yield from _batches(_read_csv(stream.read(stop - start), part.source, line))
            return
        file = parquet.ParquetFile(stream)
        for batch in file.iter_batches(BATCH_ROWS, row_groups=range(start, stop)):
            yield Rows(pa.Table.from_batches([batch]), np.arange(line, line + len(batch)))
            line += len(batch)


def _batches(rows: Rows) -> Iterator[Rows]:
    """Yield rows in their order, one batch at least."""
    begins: float = 0
    for start in range(0, max(len(rows.lines), 1), BATCH_ROWS):
        stop = start + BATCH_ROWS
        ends = rows.lines[stop] if stop < len(rows.lines) else math.inf
        ragged = [row for row in rows.ragged if begins <= row.line < ends]
        yield Rows(rows.cells.slice(start, BATCH_ROWS), rows.lines[start:stop], ragged)
        begins = ends


def _read_csv(content: bytes, source: Source, line: int) -> Rows:
    """Return rows; read one by one where some take several lines, or have too many cells."""
    if not source.is_clean:
        content = content.decode(source.encoding, "replace").encode()
    lines = content.count(b"\n") + (not content.endswith(b"\n"))
    try:
        table = arrow_csv.read_csv(
            io.BytesIO(content),
            arrow_csv.ReadOptions(
                use_threads=False, column_names=source.names, block_size=len(content) + 1
            ),
            arrow_csv.ParseOptions(
                delimiter=source.delimiter,
                newlines_in_values=b'"' in content,
                ignore_empty_lines=True,
            ),
            arrow_csv.ConvertOptions(
                column_types=dict.fromkeys(source.names, pa.string()), strings_can_be_null=False
            ),
        )
    except pa.ArrowInvalid:
        return _read_rows(content.decode(), source, line)
    if len(table) != lines:
        return _read_rows(content.decode(), source, line)
    return Rows(table, np.arange(line, line + lines))


def _read_rows(text: str, source: Source, line: int) -> Rows:
    width = len(source.names)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=source.delimiter, strict=True)
    rows: list[Row] = []
    ragged: list[Row] = []
    begins = line
    try:
        for cells in reader:
            if any(map(str.strip, cells)):
                too_many = any(map(str.strip, cells[width:]))
                padded = cells if too_many else (cells + [""] * width)[:width]
                (ragged if too_many else rows).append(Row(begins, padded))
            begins = line + reader.line_num
    except csv.Error as error:
        place = line + reader.line_num - 1
        raise ValueError(
            f"{source.address}: The CSV file is broken near line {place}: {BROKEN}"
        ) from error
    by_column = zip(*(row.cells for row in rows), strict=True) if rows else [[]] * width
    columns = [pa.array(cells, pa.string()) for cells in by_column]
    lines = np.array([row.line for row in rows], np.int64)
    return Rows(pa.Table.from_arrays(columns, names=source.names), lines, ragged)

"""The log as Arrow record batches: the very rows of `Rows`, read twenty times as fast.

The file is read in blocks that end where a row ends. A block whose quotes and line ends are as RFC
4180 has them is parsed by Arrow, several at a time; any other by `Rows`, which knows what is lost.
"""

from collections import deque
from collections.abc import Generator, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from typing import BinaryIO

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc
from pyarrow import csv

from showcase.feedback.csv_injection import ESCAPED
from showcase.feedback.csv_log.file import Rows
from showcase.feedback.record import COLUMNS, EXTRA

# Columns that only batches have: an int64 that grows in the order stored, here where in the file
# the row is, and whether it counts, an int8 of `Status`.
POSITION, STATUS = EXTRA
BLOCK = 4 * 2**20
WORKERS = 2
AHEAD = 2 * WORKERS  # bounds the memory: so many blocks are held at once
TRIES = 1_000  # line ends of one cell that are looked at before `Rows` has to deal with it
QUOTE, LINE_FEED, RETURN = b'"\n\r'
BOM = "\ufeff".encode()
NO_IDS = pa.array(["", COLUMNS[0]])

Bytes = npt.NDArray[np.uint8]
Offsets = npt.NDArray[np.int64]


def read(
    file: BinaryIO,
    start: int,
    end: int,
    columns: Sequence[str],
    not_current: Sequence[tuple[int, int]] = (),
    *,
    width: int = len(COLUMNS),
) -> Iterator[pa.RecordBatch]:
    """Yield the rows between two offsets of a log; a row that ends behind `end` is left out.

    Columns are strings, `position` int64: an offset from which `Rows` reads that row first.
    `not_current` holds the offsets and the status of all rows that are not current, by offset.
    A log of an earlier version has fewer columns, `width`.
    """
    if STATUS in columns:
        others = np.array(not_current, np.int64).reshape(-1, 2)
        for batch in read(file, start, end, sorted({*columns, POSITION} - {STATUS}), width=width):
            yield with_status(batch, others, columns)
        return
    offset = start
    while offset < end:
        if width == len(COLUMNS):
            offset = yield from _fast(file, offset, end, columns)
        if offset < end:
            offset = yield from _exact(file, offset, end, columns, width)


def _fast(
    file: BinaryIO, start: int, end: int, columns: Sequence[str]
) -> Generator[pa.RecordBatch, None, int]:
    """Yield what Arrow can be trusted with; return the offset where that ends."""
    ahead: deque[tuple[int, Future[pa.RecordBatch | None]]] = deque()
    with ThreadPoolExecutor(WORKERS) as pool:
        while True:
            while len(ahead) < AHEAD and (block := _block(file, start, end)):
                ahead.append((start, pool.submit(_parsed, block, start, columns)))
                start += len(block)
            if not ahead:
                return start
            offset, parsed = ahead.popleft()
            if (batch := parsed.result()) is None:
                pool.shutdown(cancel_futures=True)
                return offset
            yield batch


def _exact(
    file: BinaryIO, start: int, end: int, columns: Sequence[str], width: int
) -> Generator[pa.RecordBatch, None, int]:
    """Yield what `Rows` finds in about one block; return the offset behind it."""
    rows = Rows(file, start, width)
    found: list[list[str]] = []
    places, behind = [start], end
    for row in rows:
        if rows.end > end:
            break
        found.append(row)
        places.append(rows.end)
        if rows.end - start >= BLOCK:
            behind = rows.end
            break
    if found:
        cells = dict(zip(COLUMNS, zip(*found, strict=True), strict=True))
        arrays = {name: pa.array(cells[name], pa.string()) for name in set(columns) - {POSITION}}
        yield _batch(arrays, np.array(places[:-1]), columns)
    return behind


def _block(file: BinaryIO, start: int, end: int) -> memoryview:
    """Return whole rows from `start` on, about a block; nothing where quotes do not pair off."""
    file.seek(start)
    data = file.read(min(BLOCK, end - start))
    unpaired = np.count_nonzero(_bytes(data) == QUOTE) % 2
    behind = len(data)
    for _ in range(TRIES):
        cut = data.rfind(b"\n", 0, behind) + 1
        unpaired ^= data.count(b'"', cut, behind) % 2
        if not unpaired or not cut:
            return memoryview(data)[:cut]
        behind = cut - 1
    return memoryview(b"")


def _parsed(block: memoryview, start: int, columns: Sequence[str]) -> pa.RecordBatch | None:
    """Return the rows of a block that begins at the offset `start`; None if `Rows` has to."""
    ends = _line_ends(_bytes(block))
    if ends is None or block[: len(BOM)] == BOM:  # Arrow would take the mark off
        return None
    names = list({COLUMNS[0], *columns} - {POSITION})
    try:
        table = csv.read_csv(
            pa.BufferReader(block),
            csv.ReadOptions(use_threads=False, block_size=len(block) + 1, column_names=COLUMNS),
            csv.ParseOptions(newlines_in_values=True),
            csv.ConvertOptions(
                include_columns=names, column_types=dict.fromkeys(names, pa.string())
            ),
        )
    except pa.ArrowInvalid:  # another number of cells, or no UTF-8
        return None
    if len(table) != len(ends) or pc.any(pc.is_in(table[COLUMNS[0]], NO_IDS)).as_py():
        return None
    arrays = {name: _unescaped(table[name].combine_chunks()) for name in names}
    return _batch(arrays, start + np.concatenate(([0], ends[:-1])), columns)


def _line_ends(block: Bytes) -> Offsets | None:
    """Return the offset behind each row; None unless every quote and line end is in its place."""
    quotes = np.flatnonzero(block == QUOTE)
    feeds = np.flatnonzero(block == LINE_FEED)
    if not (_delimit_cells(block, quotes) and _end_lines(block, quotes, feeds)):
        return None
    ends: Offsets = feeds[_outside(feeds, quotes)] + 1
    return ends


def _delimit_cells(block: Bytes, quotes: Offsets) -> bool:
    """Return True if cells begin and end at all these quotes, but for doubled ones."""
    if not len(quotes):
        return True
    opening, closing = quotes[::2], quotes[1::2]
    apart = opening[1:] - closing[:-1] != 1  # a doubled one closes and opens again
    begins = np.append(opening[:1], opening[1:][apart])
    ends = np.append(closing[:-1][apart], closing[-1:])
    return bool(BEFORE_CELL[block[begins - 1]].all() and BEHIND_CELL[block[ends + 1]].all())


def _end_lines(block: Bytes, quotes: Offsets, feeds: Offsets) -> bool:
    """Return True if every carriage return outside of quotes has a line feed behind it."""
    paired = np.count_nonzero(block[feeds - 1] == RETURN)
    if paired == np.count_nonzero(block == RETURN):
        return True
    returns = np.flatnonzero(block == RETURN)
    bare = returns[block[returns + 1] != LINE_FEED]
    return not _outside(bare, quotes).any()


def _outside(places: Offsets, quotes: Offsets) -> npt.NDArray[np.bool_]:
    outside: npt.NDArray[np.bool_] = np.searchsorted(quotes, places) % 2 == 0
    return outside


def _unescaped(cells: pa.StringArray) -> pa.StringArray:
    """Return the cells as `unescape_formula` has them."""
    if not pc.any(pc.starts_with(cells, "'")).as_py():
        return cells
    escaped = pc.match_substring_regex(cells, f"^(?:{ESCAPED.pattern})")
    return pc.if_else(escaped, pc.utf8_slice_codeunits(cells, 1), cells)


def with_status(batch: pa.RecordBatch, others: Offsets, columns: Sequence[str]) -> pa.RecordBatch:
    """Return the columns of a batch, `status` among them, by the positions of rows not current.

    `others` is (n, 2), their positions in order, each with its status.
    """
    positions = np.asarray(batch[POSITION])
    status = np.zeros(len(batch), np.int8)
    first, last = np.searchsorted(others[:, 0], [positions[0], positions[-1] + 1])
    status[np.searchsorted(positions, others[first:last, 0])] = others[first:last, 1]
    arrays = {name: batch[name] for name in batch.schema.names} | {STATUS: pa.array(status)}
    return pa.RecordBatch.from_arrays([arrays[name] for name in columns], list(columns))


def _batch(
    arrays: dict[str, pa.StringArray], places: Offsets, columns: Sequence[str]
) -> pa.RecordBatch:
    every = {**arrays, POSITION: pa.array(places, pa.int64())}
    return pa.RecordBatch.from_arrays([every[name] for name in columns], list(columns))


def _bytes(data: bytes | memoryview) -> Bytes:
    return np.frombuffer(data, np.uint8)


def _are(characters: bytes) -> npt.NDArray[np.bool_]:
    """Return for each byte whether it is one of these."""
    return np.isin(np.arange(256), list(characters))


BEFORE_CELL, BEHIND_CELL = _are(b"\n,"), _are(b"\r\n,")

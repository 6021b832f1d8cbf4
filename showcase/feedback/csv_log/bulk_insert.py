"""Finished rows stored many at a time: for copies, and for what waited elsewhere."""

import logging
import sqlite3
from collections.abc import Iterable, Iterator, Sequence

from showcase.feedback.csv_log.file import Log
from showcase.feedback.csv_log.index import Index
from showcase.feedback.csv_log.rows import encode_all
from showcase.feedback.errors import RefusedError
from showcase.feedback.record import COLUMNS

logger = logging.getLogger(__name__)

# A chunk is one flush to disk, and as long as others wait for the lock.
CHUNK_ROWS = 5_000
CHUNK_CHARACTERS = 8 * 2**20


def chunks(rows: Iterable[Sequence[str]]) -> Iterator[list[Sequence[str]]]:
    """Return the rows in lists of bounded size, in order.

    RefusedError: what is given is no row.
    """
    chunk: list[Sequence[str]] = []
    size = 0
    for row in rows:
        _check(row)
        chunk.append(row)
        size += sum(map(len, row))
        if len(chunk) >= CHUNK_ROWS or size >= CHUNK_CHARACTERS:
            yield chunk
            chunk, size = [], 0
    if chunk:
        yield chunk


def add(index: Index, log: Log, rows: Iterable[Sequence[str]]) -> int:
    """Write the rows whose ids are not stored yet, in one piece; return how many these are."""
    fresh: dict[str, Sequence[str]] = {}
    for row in rows:
        if row[0] not in fresh and index.entry(row[0]) is None:
            fresh[row[0]] = row
    if fresh:
        write(index, log, list(fresh.values()), encode_all(fresh.values()))
    return len(fresh)


def write(index: Index, log: Log, rows: Sequence[Sequence[str]], data: bytes) -> None:
    """Write rows, of which `data` are the bytes, into the log and take them into its index."""
    index.begin()
    index.add(rows)
    log.append(data)
    try:
        index.commit(log.mark(log.size))
    except (OSError, sqlite3.Error) as error:  # stored they are; whoever writes next takes them in
        logger.warning("%s: the index is behind: %s", log.path, error)


def _check(row: Sequence[str]) -> None:
    if len(row) != len(COLUMNS) or row[0] in ("", COLUMNS[0]):
        raise RefusedError(
            f"This is no row of verdicts: {str(list(row))[:200]}. It takes the {len(COLUMNS)} "
            "columns in their order, and an id."
        )

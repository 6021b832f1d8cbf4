"""Keeping the index level with the log: taken further where it is behind, else made anew."""

import logging
import sqlite3
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

from showcase.feedback.csv_log.file import Log
from showcase.feedback.csv_log.index import Index, is_broken
from showcase.feedback.csv_log.rows import Rows

logger = logging.getLogger(__name__)

T = TypeVar("T")
Question = Callable[[Index], T]


def ask_level(path: Path, log: Log, question: Question[T]) -> T:
    """Return the answer of the index at `path` once it is level with the log.

    The caller holds the lock. A broken index is made anew and asked again.
    """
    try:
        with Index(f"{path.as_uri()}?mode=rw") as index:
            if _level(index, log):
                return question(index)
    except sqlite3.Error as error:
        if not is_broken(error):
            raise
    _build(path, log)
    with Index(f"{path.as_uri()}?mode=rw") as index:
        return question(index)


def ask_as_is(path: Path, log: Log, question: Question[T]) -> T | None:
    """Return the answer of the index as it stands; None where it is not level with the log.

    Needs no lock: it changes nothing, and whatever is being written makes it not level.
    """
    try:
        with Index(f"{path.as_uri()}?mode=ro") as index:
            index.begin("DEFERRED")
            mark, answer = index.mark(), question(index)
    except sqlite3.Error:
        return None
    is_level = mark is not None and mark.committed == log.size and log.bears(mark)
    return answer if is_level else None


def ask_log(log: Log, question: Question[T]) -> T:
    """Return the answer without any index, from reading the whole log."""
    with Index("file::memory:") as index, log.buffered() as file:
        index.create()
        index.add(Rows(file, log.start) if log.start else ())
        return question(index)


def _level(index: Index, log: Log) -> bool:
    mark = index.mark()
    if mark is None or not log.bears(mark):
        return False
    if mark.committed < log.size:
        index.begin()
        _take_in(index, log, mark.committed)
    return True


def remove(path: Path) -> None:
    """Remove the index at `path`, and what was left of one in the making."""
    for old in (path, _fresh(path)):  # a journal goes after its index, or a reader would see half
        old.unlink(missing_ok=True)
        Path(f"{old}-journal").unlink(missing_ok=True)


def _fresh(path: Path) -> Path:
    return path.with_name(f"{path.name}.new")


def _build(path: Path, log: Log) -> None:
    logger.info("%s is made anew from %s", path, log.path)
    fresh = _fresh(path)
    remove(path)
    try:
        with Index(f"{fresh.as_uri()}?mode=rwc") as index:
            index.create()
            index.begin()
            _take_in(index, log, log.start)
        fresh.replace(path)
    finally:
        fresh.unlink(missing_ok=True)  # half an index is worth nothing, least of all on a full disk


def _take_in(index: Index, log: Log, start: int) -> None:
    """Add the rows from the offset `start` on; what is unfinished behind them is set aside."""
    with log.buffered() as file:
        rows = Rows(file, start)
        index.add(rows)
    if rows.skipped:
        logger.warning("%s: %d rows are unusable and left out", log.path, rows.skipped)
    log.sync()
    log.cut(rows.end)
    index.commit(log.mark(rows.end))

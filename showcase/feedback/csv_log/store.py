"""The feedback store in one CSV file, shared by any number of threads and processes."""

import logging
import shutil
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple, TypeVar

from showcase.feedback import erasure, taken
from showcase.feedback.csv_log import index as log_index
from showcase.feedback.csv_log.file import LOCK_TIMEOUT_S, Log, Rows, add_columns, lock_of, open_log
from showcase.feedback.csv_log.index import Entry, Index
from showcase.feedback.errors import (
    NOT_COPIED,
    NOT_COUNTED,
    NOT_FORGOTTEN,
    NOT_READ,
    NOT_STORABLE,
    NOT_STORED,
    StorageError,
    id_taken,
    nothing_replaced,
    other_replaced,
    storage_errors,
)
from showcase.feedback.persistence import is_persistent
from showcase.feedback.record import COLUMNS, Record, chunks, keys, may_replace, to_dataframe

if TYPE_CHECKING:
    import pandas as pd
    import pyarrow as pa

logger = logging.getLogger(__name__)

T = TypeVar("T")
Shape = TypeVar("Shape", bound=NamedTuple)
LEAST_FREE = 50 * 2**20
ATTEMPTS = 3


class CsvStore:
    """A log of verdicts in a CSV file; nothing stays open between two calls.

    Beside the file `feedback.csv` stand `.lock` (stable, empty), `.index` (SQLite, rebuilt when it
    is missing), for a large log `.columns` (its short columns, see `columnar_copy`) and, after a
    crash, `.torn`.
    """

    def __init__(
        self, path: Path, lasting: bool | None = None, lock_timeout_s: float = LOCK_TIMEOUT_S
    ) -> None:
        self.place = f"{'/'.join(path.parts[-2:])} on this server"
        self._path = path.resolve()
        self._index_path = self._path.with_name(f"{self._path.name}.index")
        self.lasting = is_persistent(self._path) if lasting is None else lasting
        self._lock = lock_of(self._path, lock_timeout_s)

    def append(self, record: Record) -> str:
        """Store the record and return its id; see `Store.append`."""
        row = record.row()
        for _ in range(ATTEMPTS):
            with self._locked(NOT_STORED) as (log, index):
                if not _is_stored(index, row):
                    log_index.write(index, log, [row])
                if log.in_place():
                    taken.count(record)
                    return record.id
                logger.warning("%s was replaced while a row was written", self._path)
        raise StorageError(f"{NOT_STORED}: {self.place} is replaced again and again. Try later.")

    def extend(self, rows: Iterable[Sequence[str]]) -> int:
        """Store finished rows and return how many were new; see `Store.extend`."""
        return sum(map(self._extend, chunks(rows)))

    def _extend(self, chunk: Sequence[Sequence[str]]) -> int:
        for _ in range(ATTEMPTS):
            with self._locked(NOT_COPIED) as (log, index):
                fresh: dict[str, Sequence[str]] = {}
                for row in chunk:
                    if row[0] not in fresh and index.entry(row[0]) is None:
                        fresh[row[0]] = row
                if fresh:
                    log_index.write(index, log, list(fresh.values()))
                if log.in_place():
                    return len(fresh)
        raise StorageError(f"{NOT_COPIED}: {self.place} is replaced again and again. Try later.")

    def forget(self, annotator: str = "", session: str = "") -> int:
        """Remove all rows of a person or a visit; return how many; see `Store.forget`."""
        request = erasure.ErasureRequest(annotator, session)
        with storage_errors(NOT_FORGOTTEN, self.place):
            if not erasure.is_there(self._path, self._index_path):
                return 0
            with self._lock:
                if self._path.exists():
                    add_columns(self._path)
                removed = erasure.erase(self._path, self._index_path, request)
                if self._path.exists():
                    with Log(self._path, "ab+") as log:
                        if log.start:
                            with log_index.synced(self._index_path, log):
                                pass  # half a row at the end is set aside
                return removed

    def unsearched(self) -> list[Path]:
        """Return the files with other columns, in which `forget` looks for nobody."""
        with storage_errors(NOT_READ, self.place):
            return erasure.other_columns(self._path)

    def read(self) -> "pd.DataFrame":
        """Return the whole log, every row, the columns in order."""
        with storage_errors(NOT_READ, self.place):
            try:
                with Log(self._path) as log, log.buffered() as file:
                    return to_dataframe(log.rows(file))
            except FileNotFoundError:
                return to_dataframe(())

    def batches(self, columns: Sequence[str] = COLUMNS) -> Iterator["pa.RecordBatch"]:
        """Yield the log as it is now, in batches of a few megabytes; see `Store.batches`."""
        from showcase.feedback.csv_log import arrow_reader, columnar_copy

        snapshot = None
        for _ in range(ATTEMPTS):
            if arrow_reader.STATUS in columns:
                snapshot = self._query(Index.snapshot, None)
            with (
                storage_errors(NOT_READ, self.place),
                suppress(FileNotFoundError),
                Log(self._path) as log,
                log.buffered() as file,
            ):
                if snapshot and not log.has(snapshot.position):
                    continue  # it was rewritten just now
                if snapshot and snapshot.generation and columnar_copy.has(columns):
                    yield from columnar_copy.batches(log, file, self._lock, snapshot, columns)
                elif log.start:
                    end = snapshot.position.committed if snapshot else log.size
                    others = snapshot.not_current if snapshot else ()
                    yield from arrow_reader.read(
                        file, log.start, end, columns, others, width=log.width
                    )
            return
        raise StorageError(f"{NOT_READ}: {self.place} is replaced again and again. Try later.")

    def daily(self) -> None:
        """Return nothing: the log has to be read for that."""

    def get(self, ids: Sequence[str]) -> list[dict[str, str]]:
        """Return the rows with these ids; see `Store.get`."""

        def rows(index: Index, log: Log) -> list[dict[str, str]]:
            offsets = [offset for row_id in ids if (offset := index.offset(row_id)) is not None]
            width = log.width
            with log.buffered() as file:
                found = [next(iter(Rows(file, offset, width))) for offset in offsets]
            return [dict(zip(COLUMNS, row, strict=True)) for row in found]

        return self._query(rows, [])

    def version_token(self) -> str:
        """Return a text that changes with the log; see `Store.version_token`."""
        with (
            storage_errors(NOT_READ, self.place),
            suppress(FileNotFoundError),
            Log(self._path) as log,
        ):
            position = log.position(log.size)
            return "{} {} {} {}".format(*position[:3], position.fingerprint.hex())
        return ""

    def count(self, demo: str | None = None) -> int:
        """Return how many verdicts are current: a chain counts once, a withdrawn one not."""
        return self._query(lambda index, _: index.count(demo), 0)

    def current_rows(
        self, shape: type[Shape], *, demo: str = "", session: str = "", source: str = ""
    ) -> list[Shape]:
        """Return the current rows of games or of a task; see `Store.current_rows`."""
        return self._query(lambda index, _: index.current_rows(shape, demo, session, source), [])

    def waiting(self) -> int:
        """Return 0: a row is in its place as soon as it is stored."""
        return 0

    def refused(self) -> int:
        """Return 0: a row that is refused is refused at once."""
        return 0

    def check(self) -> None:
        """Raise a StorageError unless a verdict could be stored now, and a few thousand more."""
        with self._writing(NOT_STORABLE):
            free = shutil.disk_usage(self._path.parent).free
        if free < LEAST_FREE:
            raise StorageError(
                f"{NOT_STORABLE}: the disk with {self.place} is nearly full. Whoever runs this app "
                "has to make room."
            )

    def __contains__(self, record_id: str) -> bool:
        """Return True if a row with this id is stored."""
        return self._query(lambda index, _: index.entry(record_id) is not None, False)

    def _query(self, query: Callable[[Index, Log], T], missing: T) -> T:
        """Return what a query reads: without the lock where the index is current."""
        with storage_errors(NOT_COUNTED, self.place):
            try:
                with Log(self._path) as log:
                    answer = log_index.query_if_current(
                        self._index_path, log, lambda index: query(index, log)
                    )
            except FileNotFoundError:
                return missing
            if answer is not None:
                return answer
            try:
                for _ in range(ATTEMPTS):
                    with self._locked(NOT_COUNTED) as (log, index):
                        return query(index, log)
            except StorageError as error:  # such as a folder that may only be read
                logger.warning("The whole log is read. %s", error)
            with Log(self._path) as log, log.buffered() as file:
                rows = log.rows(file)
                with log_index.temporary((rows.offset, row) for row in rows) as index:
                    return query(index, log)

    @contextmanager
    def _locked(self, outcome: str) -> Iterator[tuple[Log, Index]]:
        """Give the log and its index, in sync, while all others wait.

        Where the index turns out to be broken it is removed, and the `with` block left without an
        error: try again.
        """
        with self._writing(outcome) as log, log_index.synced(self._index_path, log) as index:
            yield log, index

    @contextmanager
    def _writing(self, outcome: str) -> Iterator[Log]:
        with storage_errors(outcome, self.place):
            self._path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            with self._lock, open_log(self._path) as log:
                yield log


def _is_stored(index: Index, row: Sequence[str]) -> bool:
    """Return True if the row is there already; RefusedError if it breaks a rule."""
    key = keys(row)
    own = Entry.of(row, key)
    stored = index.entry(key.id)
    if stored:
        if stored.content != own.content:
            raise id_taken(key.id)
        return True
    if key.supersedes:
        replaced = index.entry(key.supersedes)
        if replaced is None:
            raise nothing_replaced(key.supersedes)
        if not may_replace(own.subject, replaced):
            raise other_replaced(key.supersedes)
    return False

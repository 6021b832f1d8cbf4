"""The feedback store in one CSV file, shared by any number of threads and processes."""

import logging
import shutil
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from filelock import FileLock

from showcase.feedback import forgetting
from showcase.feedback.csv_log import bulk_insert
from showcase.feedback.csv_log.file import Log, open_log
from showcase.feedback.csv_log.games import GameRow
from showcase.feedback.csv_log.index import Entry, Index
from showcase.feedback.csv_log.index_sync import Question, ask_as_is, ask_level, ask_log
from showcase.feedback.csv_log.judgements import Judgement
from showcase.feedback.csv_log.rows import Rows, encode
from showcase.feedback.errors import StorageError, storage_errors
from showcase.feedback.messages import (
    NOT_COPIED,
    NOT_COUNTED,
    NOT_FORGOTTEN,
    NOT_READ,
    NOT_STORABLE,
    NOT_STORED,
    id_taken,
    nothing_replaced,
    other_replaced,
)
from showcase.feedback.persistence import is_lasting
from showcase.feedback.person import Person
from showcase.feedback.record import COLUMNS, Record

if TYPE_CHECKING:
    import pandas as pd
    import pyarrow as pa

logger = logging.getLogger(__name__)

T = TypeVar("T")
# Long enough for another process to make the index of a million rows anew.
LOCK_TIMEOUT_S = 30.0
LOCK_POLL_S = 0.005
LEAST_FREE = 50 * 2**20
ATTEMPTS = 3


class CsvStore:
    """A log of verdicts in a CSV file; nothing stays open between two calls.

    Beside the file `feedback.csv` stand `.lock` (stable, empty), `.index` (SQLite, made anew when
    it is missing) and, after a crash, `.torn`.
    """

    def __init__(
        self, path: Path, lasting: bool | None = None, lock_timeout_s: float = LOCK_TIMEOUT_S
    ) -> None:
        self.place = f"{'/'.join(path.parts[-2:])} on this server"
        self._path = path.resolve()
        self._index_path = self._path.with_name(f"{self._path.name}.index")
        self.lasting = is_lasting(self._path) if lasting is None else lasting
        self._lock = FileLock(
            f"{self._path}.lock",
            timeout=lock_timeout_s,
            poll_interval=LOCK_POLL_S,
            preserve_lock_file=True,
        )

    def append(self, record: Record) -> str:
        """Store the record and return its id; see `Store.append`."""
        row = record.row()
        data = encode(row)
        for _ in range(ATTEMPTS):
            if self._wrote(row, data):
                return record.id
            logger.warning("%s was replaced while a row was written: written again", self._path)
        raise StorageError(f"{NOT_STORED}: {self.place} is replaced again and again. Try later.")

    def extend(self, rows: Iterable[Sequence[str]]) -> int:
        """Store finished rows and return how many were new; see `Store.extend`."""
        return sum(map(self._extended, bulk_insert.chunks(rows)))

    def forget(self, annotator: str = "", session: str = "") -> int:
        """Remove all rows of a person or a visit; return how many; see `Store.forget`."""
        person = Person(annotator, session)
        with storage_errors(NOT_FORGOTTEN, self.place):
            if not forgetting.is_there(self._path, self._index_path):
                return 0
            with self._lock:
                return forgetting.forget(self._path, self._index_path, person)

    def read(self) -> "pd.DataFrame":
        """Return the whole log, every row, the columns in order."""
        from showcase.feedback.dataframe import frame

        with storage_errors(NOT_READ, self.place):
            try:
                with Log(self._path) as log, log.buffered() as file:
                    return frame(Rows(file, log.start) if log.start else ())
            except FileNotFoundError:
                return frame(())

    def batches(self, columns: Sequence[str] = COLUMNS) -> Iterator["pa.RecordBatch"]:
        """Yield the log as it stands now, in batches of a few megabytes; see `Store.batches`."""
        from showcase.feedback.csv_log.batches import read

        with (
            storage_errors(NOT_READ, self.place),
            suppress(FileNotFoundError),
            Log(self._path) as log,
            log.buffered() as file,
        ):
            if start := log.start:
                yield from read(file, start, log.size, columns)

    def rows(self, places: Sequence[int]) -> list[list[str]]:
        """Return the rows at these places; see `Store.rows`."""
        with (
            storage_errors(NOT_READ, self.place),
            suppress(FileNotFoundError),
            Log(self._path) as log,
            log.buffered() as file,
        ):
            found = [next(iter(Rows(file, place)), None) for place in places]
            return [row for row in found if row]
        return []

    def mark(self) -> str:
        """Return a text that changes with the log; see `Store.mark`."""
        with (
            storage_errors(NOT_READ, self.place),
            suppress(FileNotFoundError),
            Log(self._path) as log,
        ):
            mark = log.mark(log.size)
            return f"{mark.committed} {mark.inode} {mark.boot} {mark.fingerprint.hex()}"
        return ""

    def count(self, demo: str | None = None) -> int:
        """Return how many verdicts are in force: a chain counts once, a withdrawn one not."""
        return self._ask(lambda index: index.count(demo), 0)

    def games(self, demo: str, session: str = "") -> list[GameRow]:
        """Return the rounds of games in force, in the order in which they were stored."""
        return self._ask(lambda index: index.games(demo, session), [])

    def judgements(self, session: str) -> list[Judgement]:
        """Return the rows in force of one annotation task, in the order stored."""
        return self._ask(lambda index: index.judgements(session), [])

    def waiting(self) -> int:
        """Return 0: a row is in its place as soon as it is stored."""
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
        """Tell whether a row with this id is stored."""
        return self._ask(lambda index: index.entry(record_id) is not None, False)

    def _wrote(self, row: Sequence[str], data: bytes) -> bool:
        """Write the row; tell whether the file it went to is still the one at the path."""
        with self._writing(NOT_STORED) as log:
            ask_level(self._index_path, log, lambda index: _append(index, log, row, data))
            return log.in_place()

    def _extended(self, chunk: Sequence[Sequence[str]]) -> int:
        """Store a chunk of rows; return how many of them are new."""
        for _ in range(ATTEMPTS):
            with self._writing(NOT_COPIED) as log:
                new = ask_level(
                    self._index_path, log, lambda index: bulk_insert.add(index, log, chunk)
                )
                if log.in_place():
                    return new
        raise StorageError(f"{NOT_COPIED}: {self.place} is replaced again and again. Try later.")

    def _ask(self, question: Question[T], missing: T) -> T:
        with storage_errors(NOT_COUNTED, self.place):
            try:
                with Log(self._path) as log:
                    answer = ask_as_is(self._index_path, log, question)
                return self._ask_level(question) if answer is None else answer
            except FileNotFoundError:
                return missing

    def _ask_level(self, question: Question[T]) -> T:
        try:
            with self._writing(NOT_COUNTED) as log:
                return ask_level(self._index_path, log, question)
        except StorageError as error:  # such as a folder that may only be read
            logger.warning("The whole log is read. %s", error)
        with Log(self._path) as log:
            return ask_log(log, question)

    @contextmanager
    def _writing(self, outcome: str) -> Iterator[Log]:
        with storage_errors(outcome, self.place):
            self._path.parent.mkdir(parents=True, exist_ok=True)
            with self._lock, open_log(self._path) as log:
                yield log


def _append(index: Index, log: Log, row: Sequence[str], data: bytes) -> None:
    if not _is_stored(index, row):
        bulk_insert.write(index, log, [row], data)


def _is_stored(index: Index, row: Sequence[str]) -> bool:
    own = Entry.of(row)
    found = index.entry(own.chain)
    if found is None:
        _check_replaced(index, row[-1], own.subject)
        return False
    if found.content != own.content:
        raise id_taken(own.chain)
    return True


def _check_replaced(index: Index, supersedes: str, subject: bytes) -> None:
    if not supersedes:
        return
    replaced = index.entry(supersedes)
    if replaced is None:
        raise nothing_replaced(supersedes)
    if replaced.subject != subject:
        raise other_replaced(supersedes)

"""A database with an outbox in front: verdicts wait on this machine while it cannot be reached."""

import getpass
import logging
import os
import tempfile
import threading
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple, TypeVar

from filelock import FileLock, Timeout

from showcase.feedback.csv_log import index
from showcase.feedback.csv_log.file import HEADER, Log, LogPosition, Rows
from showcase.feedback.csv_log.store import CsvStore
from showcase.feedback.errors import (
    NOT_FORGOTTEN,
    NOT_READ,
    MissingError,
    StorageError,
    storage_errors,
)
from showcase.feedback.record import COLUMNS, Record
from showcase.feedback.sql.store import SqlStore

if TYPE_CHECKING:
    import pandas as pd
    import pyarrow as pa

    from showcase.feedback.store import Day

logger = logging.getLogger(__name__)

T = TypeVar("T")
Shape = TypeVar("Shape", bound=NamedTuple)
NOT_SENT = "What waits was not sent"
RETRY_S = 1.0  # and longer each time, up to
LONGEST_S = 15.0
TEMPORARY = "vitrine-spool-"  # folders, one of each user
ERASURE_S = 60.0  # how long forgetting waits for another process that sends


class Spool(CsvStore):
    """A CSV like any other, but one that is emptied, and in which a row may replace a missing one.

    Where its folder cannot be written to, it is in the folder for temporary files. Beside
    `spool.csv`, `spool-refused.csv` keeps what the database refused.
    """

    def __init__(self, path: Path) -> None:
        super().__init__(_writable(path.resolve()))
        self.path = self._path
        self._refused_path = self.path.with_name(f"{self.path.stem}-refused{self.path.suffix}")
        self._refused = CsvStore(self._refused_path)

    def append(self, record: Record) -> str:
        """Keep the record; the database will check that the row it replaces is there."""
        try:
            return super().append(record)
        except MissingError:
            self.extend([record.row()])
            return record.id

    def forget(self, annotator: str = "", session: str = "") -> int:
        """Remove all rows of a person or a visit, those that were refused too.

        Also from where the app keeps them if another user runs it, who may not write here.
        """
        spools = [
            CsvStore(path)
            for name in (self.path.name, self._refused_path.name)
            for path in Path(tempfile.gettempdir()).glob(f"{TEMPORARY}*/{name}")
            if path != self.path and os.access(path, os.W_OK)
        ]
        elsewhere = (self._refused, *spools)
        removed = super().forget(annotator, session)
        return removed + sum(store.forget(annotator, session) for store in elsewhere)

    def unsearched(self) -> list[Path]:
        """Return the files with other columns, of what was refused too."""
        return super().unsearched() + self._refused.unsearched()

    def waiting(self) -> int:
        """Return how many rows wait."""
        return self._query(lambda index, _: index.size(), 0) if self else 0

    def refused(self) -> int:
        """Return how many rows were set aside."""
        return self._refused._query(lambda index, _: index.size(), 0)  # noqa: SLF001  # one of us

    def set_aside(self, row: Sequence[str], reason: Exception) -> None:
        """Keep a row that the database refused where it holds up no other."""
        self._refused.extend([row])
        logger.error("%s It was set aside into %s", reason, self._refused.place)

    @contextmanager
    def opened(self) -> Iterator[tuple[Log, Rows]]:
        """Give the log and all its rows, while others write more."""
        with storage_errors(NOT_SENT, self.place), Log(self._path) as log, log.buffered() as file:
            yield log, Rows(file, log.start)

    @contextmanager
    def emptied(self, sent: LogPosition) -> Iterator[Rows]:
        """Give the rows behind the position, while others wait; then remove the file."""
        with self._writing(NOT_SENT) as log, log.buffered() as file:
            with index.synced(self._index_path, log):
                pass  # half a row is set aside
            yield Rows(file, sent.committed if log.has(sent) else log.start)
            index.remove(self._index_path)
            self._path.unlink()

    def __bool__(self) -> bool:
        """Return True if anything waits."""
        with suppress(OSError):
            return self._path.stat().st_size > len(HEADER)
        return False


class OutboxStore:
    """A database whose verdicts wait in a file while it is away, and are sent once it is back.

    After a failure nobody waits for the database: verdicts go straight to the file, and questions
    are refused, until a thread in the background finds that it is back and has sent what waits.
    All processes of a machine share the file; one at a time sends.
    """

    def __init__(self, database: SqlStore, path: Path, retry_s: float = RETRY_S) -> None:
        self.place = database.place
        self.lasting = database.lasting
        self._database = database
        self._spool = Spool(path)
        self._sending = FileLock(f"{self._spool.path}.sending", preserve_lock_file=True)
        self._retry_s = retry_s
        self._problem = ""
        self._thread: threading.Thread | None = None
        self._starting = threading.Lock()
        self._closed = threading.Event()

    def append(self, record: Record) -> str:
        """Store the record, here for now if the database is away; see `Store.append`."""
        if not self._problem and not self._spool:
            try:
                return self._database.append(record)
            except StorageError as error:
                self._is_away(error)
        stored = self._spool.append(record)
        self._start_sending()
        return stored

    def extend(self, rows: Iterable[Sequence[str]]) -> int:
        """Store finished rows in the database; see `Store.extend`."""
        return self._database.extend(rows)

    def forget(self, annotator: str = "", session: str = "") -> int:
        """Remove all rows of a person or a visit, those that wait too; see `Store.forget`."""
        try:
            with storage_errors(NOT_FORGOTTEN, self.place), self._sending.acquire(ERASURE_S):
                here = self._spool.forget(annotator, session)
                return here + self._database.forget(annotator, session)
        finally:
            self._start_sending()

    def unsearched(self) -> list[Path]:
        """Return the files with other columns beside those in which verdicts wait."""
        return self._spool.unsearched()

    def read(self) -> "pd.DataFrame":
        """Return all that is in the database."""
        return self._ask(self._database.read)

    def batches(self, columns: Sequence[str] = COLUMNS) -> Iterator["pa.RecordBatch"]:
        """Yield all that is in the database; see `Store.batches`."""
        yield from self._ask(lambda: self._database.batches(columns))

    def daily(self) -> "list[Day]":
        """Return how the verdicts in the database are spread; see `Store.daily`."""
        return self._ask(self._database.daily)

    def get(self, ids: Sequence[str]) -> list[dict[str, str]]:
        """Return the rows of the database with these ids."""
        return self._ask(lambda: self._database.get(ids))

    def version_token(self) -> str:
        """Return a text that changes with the database."""
        return self._ask(self._database.version_token)

    def count(self, demo: str | None = None) -> int:
        """Return how many verdicts are current in the database."""
        return self._ask(lambda: self._database.count(demo))

    def current_rows(
        self, shape: type[Shape], *, demo: str = "", session: str = "", source: str = ""
    ) -> list[Shape]:
        """Return the current rows of games or of a task in the database."""
        return self._ask(
            lambda: self._database.current_rows(shape, demo=demo, session=session, source=source)
        )

    def waiting(self) -> int:
        """Return how many verdicts are kept on this machine until their database is back."""
        return self._spool.waiting()

    def refused(self) -> int:
        """Return how many verdicts the database refused, which are set aside on this machine."""
        return self._spool.refused()

    def check(self) -> None:
        """Raise a StorageError unless a verdict could be stored now, if only here."""
        if not self._problem:
            try:
                return self._database.check()
            except StorageError as error:
                self._is_away(error)
        return self._spool.check()

    def send(self) -> int:
        """Send what waits; return how many rows the database did not have yet.

        StorageError: it is still away. filelock.Timeout: another process is sending.
        """
        with self._sending.acquire(timeout=0):
            self._database.check()
            new = self._send_all() if self._spool else 0
            self._problem = ""
        if new:
            logger.info("%d verdicts that waited here are in the database", new)
        return new

    def close(self) -> None:
        """Send no more in the background; what waits stays where it is."""
        self._closed.set()

    def __contains__(self, record_id: str) -> bool:
        """Return True if a row with this id is stored, here or in the database."""
        if record_id in self._spool:
            return True
        return self._ask(lambda: record_id in self._database)

    def _ask(self, question: Callable[[], T]) -> T:
        if self._problem or self._spool:
            self._start_sending()
        if self._problem:
            raise StorageError(f"{NOT_READ}: {self._problem}")
        try:
            return question()
        except StorageError as error:
            self._is_away(error)
            raise

    def _is_away(self, error: StorageError) -> None:
        logger.warning(
            "verdicts wait in %s until the database is back: %s", self._spool.path, error
        )
        self._problem = _reason(error)
        self._start_sending()

    def _start_sending(self) -> None:
        """Let the thread run that sends what waits."""
        with self._starting:
            if self._thread is None or not self._thread.is_alive():
                self._thread = threading.Thread(target=self._keep_sending, daemon=True)
                self._thread.start()

    def _keep_sending(self) -> None:
        pause_s = self._retry_s
        while True:
            try:
                self.send()
            except Timeout:
                logger.debug("another process sends what waits")
            except (StorageError, OSError) as error:
                self._problem = self._problem or _reason(error)
            with self._starting:
                if not (self._problem or self._spool):
                    self._thread = None
                    return
            if self._closed.wait(pause_s):
                return
            pause_s = min(2 * pause_s, LONGEST_S)

    def _send_all(self) -> int:
        """Send the bulk while others add to it, then the rest while they wait; remove the file."""
        with self._spool.opened() as (log, rows):
            new = self._take_in(rows)
            sent = log.position(rows.end)
        with self._spool.emptied(sent) as rest:
            new += self._take_in(rest)
            self._problem = ""  # before the file is gone: at no moment is a verdict nowhere
        return new

    def _take_in(self, rows: Iterable[Sequence[str]]) -> int:
        new = 0
        for taken in self._database.take_in(rows, strict=True):
            new += taken.new
            for row, reason in taken.refused:
                self._spool.set_aside(row, reason)
        return new


def _writable(path: Path) -> Path:
    """Return the path, or one in a folder of this user's for temporary files."""
    folder = next(parent for parent in path.parents if parent.exists())
    if os.access(folder, os.W_OK):
        return path
    temporary = Path(tempfile.gettempdir())
    earlier = temporary / f"vitrine-{path.name}"  # where version 0.1 had it
    if earlier.exists() and _is_own(earlier):
        return earlier
    own = temporary / f"{TEMPORARY}{getpass.getuser() if os.name == 'nt' else os.getuid()}"
    own.mkdir(mode=0o700, parents=True, exist_ok=True)
    if not (_is_own(own) and own.is_dir()):  # somebody else was there first
        own = Path(tempfile.mkdtemp(prefix=TEMPORARY))
    return own / path.name


def _is_own(path: Path) -> bool:
    """Return True if a file is this user's and no link."""
    return not path.is_symlink() and (os.name == "nt" or path.stat().st_uid == os.getuid())


def _reason(error: Exception) -> str:
    """Return what a message says behind its outcome."""
    return str(error).partition(": ")[2] or str(error)

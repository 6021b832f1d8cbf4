"""A database with a spool in front: verdicts wait on this machine while it cannot be reached."""

import logging
import threading
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from filelock import FileLock, Timeout

from showcase.feedback.csv_log.games import GameRow
from showcase.feedback.csv_log.judgements import Judgement
from showcase.feedback.errors import StorageError, storage_errors
from showcase.feedback.messages import NOT_FORGOTTEN, NOT_READ
from showcase.feedback.record import COLUMNS, Record
from showcase.feedback.spool import Spool
from showcase.feedback.sql.store import SqlStore

if TYPE_CHECKING:
    import pandas as pd
    import pyarrow as pa

logger = logging.getLogger(__name__)

T = TypeVar("T")
RETRY_S = 1.0  # and longer each time, up to
LONGEST_S = 15.0
PATIENCE_S = 60.0  # of somebody to be forgotten, while another process sends


class SpooledStore:
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
        self._rouse()
        return stored

    def extend(self, rows: Iterable[Sequence[str]]) -> int:
        """Store finished rows in the database; see `Store.extend`."""
        return self._database.extend(rows)

    def forget(self, annotator: str = "", session: str = "") -> int:
        """Remove all rows of a person or a visit, those that wait too; see `Store.forget`."""
        try:
            with storage_errors(NOT_FORGOTTEN, self.place), self._sending.acquire(PATIENCE_S):
                here = self._spool.forget(annotator, session)
                return here + self._database.forget(annotator, session)
        finally:
            self._rouse()

    def read(self) -> "pd.DataFrame":
        """Return all that is in the database."""
        return self._ask(self._database.read)

    def batches(self, columns: Sequence[str] = COLUMNS) -> Iterator["pa.RecordBatch"]:
        """Yield all that is in the database; see `Store.batches`."""
        yield from self._ask(lambda: self._database.batches(columns))

    def rows(self, places: Sequence[int]) -> list[list[str]]:
        """Return the rows at these places of the database."""
        return self._ask(lambda: self._database.rows(places))

    def mark(self) -> str:
        """Return a text that changes with the database."""
        return self._ask(self._database.mark)

    def count(self, demo: str | None = None) -> int:
        """Return how many verdicts are in force in the database."""
        return self._ask(lambda: self._database.count(demo))

    def games(self, demo: str, session: str = "") -> list[GameRow]:
        """Return the rounds of games in force in the database."""
        return self._ask(lambda: self._database.games(demo, session))

    def judgements(self, session: str) -> list[Judgement]:
        """Return the rows in force of one annotation task in the database."""
        return self._ask(lambda: self._database.judgements(session))

    def waiting(self) -> int:
        """Return how many verdicts are kept on this machine until their database is back."""
        return self._spool.waiting()

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
        """Tell whether a row with this id is stored, here or in the database."""
        if record_id in self._spool:
            return True
        return self._ask(lambda: record_id in self._database)

    def _ask(self, question: Callable[[], T]) -> T:
        if self._problem or self._spool:
            self._rouse()
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
        self._rouse()

    def _rouse(self) -> None:
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
            sent = log.mark(rows.end)
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


def _reason(error: Exception) -> str:
    """Return what a message says behind its outcome."""
    return str(error).partition(": ")[2] or str(error)

"""One database behind its address: every question and change, tried again where that helps."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any, TypeVar
from weakref import finalize

from sqlalchemy import Connection, Engine, Row, Select
from sqlalchemy.exc import SQLAlchemyError

from showcase.feedback.errors import storage_errors
from showcase.feedback.messages import NOT_FORGOTTEN, NOT_READ
from showcase.feedback.sql.engine import connect, database_url
from showcase.feedback.sql.errors import passes, translated
from showcase.feedback.sql.schema import is_current, prepare

T = TypeVar("T")
Work = Callable[[Connection], T]
ATTEMPTS = 3
SERVER = "a PostgreSQL database"
FETCHED = 500  # rows at a time: drawings take megabytes


class Database:
    """A pool of connections, opened as they are needed; the tables are made at the first use.

    ValueError for an address that cannot be used. Everything else that goes wrong is a
    `FeedbackError` that begins with the outcome.
    """

    def __init__(self, url: str) -> None:
        self._url = database_url(url)
        is_file = self._url.get_backend_name() == "sqlite"
        self.file = Path(self._url.database or "") if is_file else None
        self.place = f"{'/'.join(self.file.parts[-2:])} on this server" if self.file else SERVER
        self._writer = connect(self._url)
        reads = {"reads": True} if is_file else {"isolation_level": "AUTOCOMMIT"}
        self._reader = self._writer.execution_options(**reads)
        self._snapshot = self._writer.execution_options(reads=True, yield_per=FETCHED)
        self._is_prepared = False
        finalize(self, self._writer.dispose)

    def change(self, outcome: str, work: Work[T]) -> T:
        """Return what the work returns once all that it changed is stored; else none of it is."""
        return self._run(outcome, self._writer, work)

    def ask(self, outcome: str, work: Work[T]) -> T:
        """Return what the work reads."""
        return self._run(outcome, self._reader, work)

    def stream(self, query: "Select[Any]") -> Iterator[Sequence["Row[*tuple[Any, ...]]"]]:
        """Yield the rows as they were at the beginning, some at a time."""
        with self._translating(NOT_READ):
            self._prepare()
            with self._snapshot.connect() as connection, connection.execute(query) as found:
                yield from found.partitions()

    def empty_journal(self) -> None:
        """Take what was removed out of the journal beside a file too, unless somebody reads it."""
        if self.file:
            with self._translating(NOT_FORGOTTEN), closing(self._writer.raw_connection()) as raw:
                raw.cursor().execute("PRAGMA wal_checkpoint(TRUNCATE)")

    def _run(self, outcome: str, engine: Engine, work: Work[T]) -> T:
        attempt = 1
        while True:
            with self._translating(outcome):
                try:
                    self._prepare()
                    with engine.begin() as connection:
                        return work(connection)
                except SQLAlchemyError as error:
                    if attempt == ATTEMPTS or not passes(error):
                        raise
            attempt += 1

    def _prepare(self) -> None:
        if self._is_prepared:
            return
        if self.file:
            self.file.parent.mkdir(parents=True, exist_ok=True)
        with self._reader.begin() as connection:
            there = is_current(connection)
        if not there:
            with self._writer.begin() as connection:
                prepare(connection)
        self._is_prepared = True

    @contextmanager
    def _translating(self, outcome: str) -> Iterator[None]:
        try:
            with storage_errors(outcome, self.place):
                yield
        except SQLAlchemyError as error:
            self._is_prepared = False  # who knows what comes back
            raise translated(error, outcome, self._url) from None

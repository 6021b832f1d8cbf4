"""One database behind its address: connections, time limits, second attempts, errors in words."""

import logging
import sqlite3
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any, TypeVar
from weakref import finalize

import psycopg
from psycopg.abc import PQGen
from psycopg.errors import OperationalError, _WaitTimeout
from sqlalchemy import URL, Connection, Engine, Row, Select, create_engine, event, make_url, text
from sqlalchemy.exc import ArgumentError, DataError, DBAPIError, SQLAlchemyError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError

from showcase.feedback.errors import (
    NOT_FORGOTTEN,
    NOT_READ,
    FeedbackError,
    RefusedError,
    StorageError,
    storage_errors,
)
from showcase.feedback.sql.schema import is_there, prepare

logger = logging.getLogger(__name__)

T = TypeVar("T")
Work = Callable[[Connection], T]
ATTEMPTS = 3
SERVER = "a PostgreSQL database"
FETCHED = 500  # rows at a time: drawings take megabytes
DIALECTS = {"postgres", "postgresql"}
SHOWN = "postgresql://NAME:PASSWORD@HOST:5432/DATABASE"
CONNECT_S = 3
BUSY_S = 5
STATEMENT_S = 8
BULK_S = 120  # for what looks at all rows, or changes thousands
POOL = 5
MORE = 5  # at busy moments: hosts sell few connections
POSTGRESQL = {
    "connect_timeout": CONNECT_S,
    "application_name": "vitrine",
    "client_encoding": "utf8",
    "prepare_threshold": None,  # poolers between app and server lose prepared statements
    "keepalives_idle": 30,
    "keepalives_interval": 5,
    "keepalives_count": 3,
    "tcp_user_timeout": 1_000 * BUSY_S,  # a network that swallows everything is noticed
}
TIMEOUTS = f"SET statement_timeout = '{STATEMENT_S}s'; SET lock_timeout = '{BUSY_S}s'"
# Readers see a snapshot and hold up nobody; what is deleted is overwritten, not only unlinked.
CACHE = "cache_size = -16384"  # KiB
PRAGMAS = ("journal_mode = WAL", "synchronous = FULL", "secure_delete = ON", CACHE)
# What a transaction changes beyond its cache is written, and read again, before it ends.
BULK_CACHE = "cache_size = -131072"
# `_WaitTimeout` is psycopg's own, whose version is pinned: there is no public way.
SILENCE_S = 10.0  # longer than the server itself lets a statement take

OPERATOR = "Whoever runs this app has to"
AGAIN = "Try again in a minute."
AWAY = f"the database cannot be reached. {AGAIN}"
BUSY = f"the database is busy. {AGAIN}"
FULL = f"no space is left in the database. {OPERATOR} make room, then try again."
FORBIDDEN = f"this app has no permission to use the database. {OPERATOR} allow that."
LOGIN = f"the database does not accept this app's name and password. {OPERATOR} set them right."
MISSING = f"there is no database of that name on the server. {OPERATOR} make it, or set its name."
UNKNOWN_HOST = f"the database's server is not found under its name. {OPERATOR} set it right."
NO_DATABASE = f"the file is no SQLite database that can be opened. {OPERATOR} look at it."
UNSUITABLE = "the database does not take this text. Send another one."

BY_STATE = {
    "28000": LOGIN, "28P01": LOGIN, "3D000": MISSING, "42501": FORBIDDEN, "25006": FORBIDDEN,
    "53100": FULL, "53300": BUSY, "55P03": BUSY, "57014": BUSY, "40001": BUSY, "40P01": BUSY,
}  # fmt: skip
BY_TEXT = {  # a connection that fails has no such code
    "password authentication failed": LOGIN,
    "no password supplied": LOGIN,
    "no pg_hba.conf entry": LOGIN,
    "does not exist": MISSING,
    "too many": BUSY,
    "remaining connection slots": BUSY,
    "failed to resolve host": UNKNOWN_HOST,
    "could not translate host name": UNKNOWN_HOST,
}
BY_SQLITE = {
    sqlite3.SQLITE_BUSY: BUSY,
    sqlite3.SQLITE_LOCKED: BUSY,
    sqlite3.SQLITE_FULL: FULL,
    sqlite3.SQLITE_READONLY: FORBIDDEN,
    sqlite3.SQLITE_PERM: FORBIDDEN,
    sqlite3.SQLITE_CANTOPEN: NO_DATABASE,
    sqlite3.SQLITE_NOTADB: NO_DATABASE,
    sqlite3.SQLITE_CORRUPT: NO_DATABASE,
}
# Data that has no place in a column, a row or an index: it will not get better by waiting.
ROWS_FAULT = ("22", "54")
# Transactions that met each other: the second attempt finds what the other one did.
PASSING = ("23", "40")


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
        self._snapshot = self._writer.execution_options(reads=True)
        self._is_prepared = False
        finalize(self, self._writer.dispose)

    def change(self, outcome: str, work: Work[T]) -> T:
        """Return what the work returns once all that it changed is stored; else none of it is."""
        return self._run(outcome, self._writer, work)

    def ask(self, outcome: str, work: Work[T]) -> T:
        """Return what the work reads."""
        return self._run(outcome, self._reader, work)

    def ask_long(self, outcome: str, work: Work[T]) -> T:
        """Return what the work reads, which may take as long as large changes."""

        def patiently(connection: Connection) -> T:
            if not self.file:
                allow_seconds(connection, BULK_S)
            return work(connection)

        return self._run(outcome, self._snapshot, patiently)

    def stream(
        self, query: "Select[Any]", size: int = FETCHED
    ) -> Iterator[Sequence["Row[*tuple[Any, ...]]"]]:
        """Yield the rows as they were at the beginning, so many at a time."""
        with self._translating(NOT_READ):
            self._prepare()
            options = {"yield_per": size}
            with (
                self._snapshot.connect() as connection,
                connection.execute(query, execution_options=options) as found,
            ):
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
                    if attempt == ATTEMPTS or not is_transient(error):
                        raise
            attempt += 1

    def _prepare(self) -> None:
        if self._is_prepared:
            return
        if self.file:
            self.file.parent.mkdir(parents=True, exist_ok=True)
        with self._reader.begin() as connection:
            there = is_there(connection)
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


# The way to it


def database_url(url: str) -> URL:
    """Return the parsed address, as hosts write it too; ValueError that never shows it."""
    try:
        found = make_url(url)
    except (ArgumentError, ValueError):
        raise ValueError(f"the database's address cannot be read: give {SHOWN}") from None
    dialect, _, _ = found.drivername.partition("+")
    if "@" in (found.host or ""):
        raise ValueError(f"write @ in the password as %40, / as %2F and : as %3A: {SHOWN}")
    if dialect in DIALECTS:
        return found.set(drivername="postgresql+psycopg")
    if found.drivername == "sqlite" and found.database not in (None, "", ":memory:"):
        return found.set(database=str(Path(found.database).resolve()))
    raise ValueError(f"no store for {dialect}: give {SHOWN} or sqlite:///PATH")


def connect(url: URL) -> Engine:
    """Return a pool of connections; none is opened yet."""
    common: dict[str, Any] = {"hide_parameters": True, "pool_timeout": BUSY_S}
    if url.get_backend_name() == "sqlite":
        engine = create_engine(url, connect_args={"timeout": BUSY_S}, **common)
        event.listen(engine, "connect", _set_up_sqlite)
        event.listen(engine, "begin", _begin)
        event.listen(engine, "checkin", _empty_cache)
        return engine
    own = {name: value for name, value in POSTGRESQL.items() if name not in url.query}
    engine = create_engine(
        url, connect_args=own, pool_pre_ping=True, pool_size=POOL, max_overflow=MORE, **common
    )
    event.listen(
        engine,
        "do_connect",
        lambda _, __, given, named: TimedConnection.connect(*given, **named),
    )
    event.listen(engine, "connect", _set_up_postgresql)
    event.listen(engine, "checkin", _reset_patience)
    return engine


def _set_up_sqlite(connection: Any, _: object) -> None:
    connection.isolation_level = None  # transactions begin below, not at the first change
    for pragma in PRAGMAS:
        connection.execute(f"PRAGMA {pragma}")


def _set_up_postgresql(connection: Any, _: object) -> None:
    with connection.cursor() as cursor:
        cursor.execute(TIMEOUTS)
    connection.commit()


def _reset_patience(connection: Any, _: object) -> None:
    """Undo `allow_seconds` where a connection goes back into the pool."""
    if connection is not None:
        vars(connection).pop("patience_s", None)


def allow_seconds(connection: Connection, seconds: float) -> None:
    """Let the server and the connection take so long in this transaction, as large changes do."""
    connection.execute(text(f"SET LOCAL statement_timeout = '{seconds}s'"))
    connection.execute(text(f"SET LOCAL lock_timeout = '{seconds}s'"))
    driver: Any = connection.connection.driver_connection
    driver.patience_s = 2 * seconds


def _empty_cache(connection: Any, _: object) -> None:
    """Undo `allow_memory` where a connection goes back into the pool."""
    if connection is not None:
        connection.execute(f"PRAGMA {CACHE}")


def allow_memory(connection: Connection) -> None:
    """Let SQLite hold all that this transaction changes in memory, as large changes need it."""
    connection.exec_driver_sql(f"PRAGMA {BULK_CACHE}")


def _begin(connection: Connection) -> None:
    """Begin a transaction in SQLite: who will write takes the right to at once, or waits."""
    reads = connection.get_execution_options().get("reads")
    connection.exec_driver_sql("BEGIN" if reads else "BEGIN IMMEDIATE")


class TimedConnection(psycopg.Connection[Any]):
    """Ends what takes longer than `patience_s`: a server that froze keeps its connections open."""

    patience_s = SILENCE_S

    def wait(self, gen: PQGen[T], interval: float = 0.1, timeout: float | None = None) -> T:
        """Return what the operation returns; OperationalError if that takes too long."""
        try:
            return super().wait(gen, interval, self.patience_s if timeout is None else timeout)
        except _WaitTimeout:
            if timeout is not None:
                raise
            self.pgconn.finish()
            raise OperationalError("the server does not answer") from None


# Its errors, in plain words: its own words may hold a part of a password


def translated(error: SQLAlchemyError, outcome: str, url: URL) -> FeedbackError:
    """Return the error for a visitor; what the database said of it goes to the log."""
    state = _state(error)
    if isinstance(error, DataError) or state.startswith(ROWS_FAULT):
        return RefusedError(f"{outcome}: {UNSUITABLE}")
    said = reason(error)
    logger.warning("%s: %s", said, _in_its_own_words(error, url), extra={"sqlstate": state})
    return StorageError(f"{outcome}: {said}")


def reason(error: SQLAlchemyError) -> str:
    """Return why it failed, in a sentence or two."""
    if isinstance(error, PoolTimeoutError):
        return BUSY
    original = getattr(error, "orig", None)
    if isinstance(original, sqlite3.Error):
        code = getattr(original, "sqlite_errorcode", 0) & 0xFF
        return BY_SQLITE.get(code, f"the database failed ({code}). {OPERATOR} look at it.")
    state = _state(error)
    if state in BY_STATE:
        return BY_STATE[state]
    text = str(original)
    if not state or state.startswith(("08", "57P")):
        return next((said for words, said in BY_TEXT.items() if words in text), AWAY)
    return f"the database failed ({state}). {OPERATOR} look at it."


def is_transient(error: SQLAlchemyError) -> bool:
    """Return True if a second attempt may go well at once: a lost connection, a meeting of two."""
    lost = isinstance(error, DBAPIError) and error.connection_invalidated
    return lost or _state(error).startswith(PASSING)


def _state(error: SQLAlchemyError) -> str:
    return getattr(getattr(error, "orig", None), "sqlstate", None) or ""


def _in_its_own_words(error: SQLAlchemyError, url: URL) -> str:
    """Return the first line of what the database reports, without what is secret in its address."""
    line = (str(getattr(error, "orig", None) or error).splitlines() or [""])[0]
    hidden = (url.password, *(value for key, value in url.query.items() if "passw" in key))
    for secret in filter(None, hidden):
        line = line.replace(str(secret), "***")
    return line

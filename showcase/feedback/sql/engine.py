"""The way to a database: its address, its connections, and how long anything may take."""

from pathlib import Path
from typing import Any

from sqlalchemy import URL, Connection, Engine, create_engine, event, make_url, text
from sqlalchemy.exc import ArgumentError

DIALECTS = {"postgres", "postgresql"}
SHOWN = "postgresql://NAME:PASSWORD@HOST:5432/DATABASE"
CONNECT_S = 3
BUSY_S = 5
STATEMENT_S = 8
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
PRAGMAS = (
    "journal_mode = WAL",
    "synchronous = FULL",
    "secure_delete = ON",
    "cache_size = -16384",  # KiB
)


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
        return engine
    from showcase.feedback.sql.lock_timeout import Impatient

    own = {name: value for name, value in POSTGRESQL.items() if name not in url.query}
    engine = create_engine(
        url, connect_args=own, pool_pre_ping=True, pool_size=POOL, max_overflow=MORE, **common
    )
    event.listen(
        engine, "do_connect", lambda _, __, given, named: Impatient.connect(*given, **named)
    )
    event.listen(engine, "connect", _set_up_postgresql)
    event.listen(engine, "checkin", _lose_patience)
    return engine


def _set_up_sqlite(connection: Any, _: object) -> None:
    connection.isolation_level = None  # transactions begin below, not at the first change
    for pragma in PRAGMAS:
        connection.execute(f"PRAGMA {pragma}")


def _set_up_postgresql(connection: Any, _: object) -> None:
    with connection.cursor() as cursor:
        cursor.execute(TIMEOUTS)
    connection.commit()


def _lose_patience(connection: Any, _: object) -> None:
    """Undo `be_patient` where a connection goes back into the pool."""
    if connection is not None:
        vars(connection).pop("patience_s", None)


def be_patient(connection: Connection, seconds: float) -> None:
    """Let the server and the connection take so long in this transaction, as large changes do."""
    connection.execute(text(f"SET LOCAL statement_timeout = '{seconds}s'"))
    connection.execute(text(f"SET LOCAL lock_timeout = '{seconds}s'"))
    driver: Any = connection.connection.driver_connection
    driver.patience_s = 2 * seconds


def _begin(connection: Connection) -> None:
    """Begin a transaction in SQLite: who will write takes the right to at once, or waits."""
    reads = connection.get_execution_options().get("reads")
    connection.exec_driver_sql("BEGIN" if reads else "BEGIN IMMEDIATE")

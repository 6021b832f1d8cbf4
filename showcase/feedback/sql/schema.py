"""The tables in which a database holds verdicts, made and versioned at the first use.

`place` is the order in which rows were stored. Of a chain of rows that replace each other, `chain`
holds the id of the first in all the others, and `in_force` is true in the newest, unless that was
withdrawn. `verdict_counts` holds how many rows are in force and how often anything has changed,
both as sums over its slots.
"""

import secrets

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Connection,
    Double,
    Identity,
    Index,
    Integer,
    MetaData,
    SmallInteger,
    Table,
    Text,
    case,
    exists,
    func,
    inspect,
    literal_column,
    select,
    text,
)

from showcase.feedback.errors import NOT_STORABLE, StorageError
from showcase.feedback.record import ADDED, COLUMNS, GAME, Status

VERSION = 2  # 1 had no column `signed_in`
# Any number that no other program locks: processes that start at once make the tables in turn.
LOCK = 7_150_413_622_019

metadata = MetaData()
verdicts = Table(
    "verdicts",
    metadata,
    Column("place", BigInteger().with_variant(Integer, "sqlite"), Identity(), primary_key=True),
    *(
        Column(name, Double, nullable=True)
        if name == "confidence"
        else Column(
            name,
            Text,
            nullable=False,
            unique=name == "id",
            server_default="" if name in ADDED else None,
        )
        for name in COLUMNS
    ),
    Column("chain", Text),
    Column("in_force", Boolean, key="is_current", nullable=False),
    sqlite_autoincrement=True,  # no place is taken twice
)
counts = Table(
    "verdict_counts",
    metadata,
    Column("demo", Text, primary_key=True),
    Column("slot", SmallInteger, primary_key=True, autoincrement=False),
    Column("verdicts", BigInteger, nullable=False),
    Column("changes", BigInteger, nullable=False),
)
version = Table(
    "vitrine_schema",
    metadata,
    Column("version", Integer, nullable=False),
    Column("made", Text, nullable=False),  # random: another database has another
)

row_columns = tuple(verdicts.c[name] for name in COLUMNS)
# A B-tree takes no more than 2,700 bytes of a key, and a visit's id may be any text.
session_start = func.substr(verdicts.c.session, literal_column("1"), literal_column("64"))
day = func.substr(verdicts.c.created_at, literal_column("1"), literal_column("10"))
root = func.coalesce(verdicts.c.chain, verdicts.c.id)
_later = verdicts.alias("later")
_is_revised = exists().where(_later.c.chain == root, _later.c.place > verdicts.c.place)
status = case(
    (verdicts.c.is_current, int(Status.CURRENT)),
    ((verdicts.c.verdict == "withdrawn") & ~_is_revised, int(Status.WITHDRAWN)),
    else_=int(Status.SUPERSEDED),
)
is_game = verdicts.c.source == literal_column(f"'{GAME}'")
in_chain = verdicts.c.chain.is_not(None)

Index("verdicts_chain", verdicts.c.chain, postgresql_where=in_chain, sqlite_where=in_chain)
Index("verdicts_session", session_start)
Index(
    "verdicts_game",
    verdicts.c.demo,
    verdicts.c.place,
    postgresql_where=is_game,
    sqlite_where=is_game,
)


def is_there(connection: Connection) -> bool:
    """Return True if the tables are there; StorageError for those of a newer version."""
    found = _version(connection)
    if found is not None and found > VERSION:
        raise StorageError(
            f"{NOT_STORABLE}: the tables in the database have version {found}, and this app knows "
            f"version {VERSION}. Whoever runs this app has to update it."
        )
    return found == VERSION


def prepare(connection: Connection) -> None:
    """Make the tables or add what they lack, unless another process was faster."""
    if connection.dialect.name == "postgresql":
        connection.execute(select(func.pg_advisory_xact_lock(LOCK)))
    if is_there(connection):
        return
    if _version(connection) is None:
        _make(connection)
        return
    for name in ADDED:
        connection.execute(text(f"ALTER TABLE verdicts ADD COLUMN {name} TEXT NOT NULL DEFAULT ''"))
    connection.execute(version.update().values(version=VERSION))


def _version(connection: Connection) -> int | None:
    if not inspect(connection).has_table(version.name):
        return None
    return connection.execute(select(func.max(version.c.version))).scalar_one_or_none()


def _make(connection: Connection) -> None:
    for table in (verdicts, counts):
        if inspect(connection).has_table(table.name):
            raise StorageError(
                f"{NOT_STORABLE}: the database has a table {table.name} that this app did not "
                "make. Whoever runs this app has to give it a database or a schema of its own."
            )
    metadata.create_all(connection)
    connection.execute(version.insert().values(version=VERSION, made=secrets.token_hex(8)))

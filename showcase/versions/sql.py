"""Versions in the database that holds the verdicts, in two tables of their own."""

import atexit
import json
import shutil
import tempfile
import threading
from functools import cached_property
from pathlib import Path
from typing import TypeVar

from pydantic import ValidationError
from sqlalchemy import (
    Column,
    Connection,
    Integer,
    LargeBinary,
    MetaData,
    Table,
    Text,
    func,
    inspect,
    select,
)

from showcase.feedback.errors import StorageError
from showcase.feedback.sql.engine import Database
from showcase.feedback.sql.schema import LOCK
from showcase.versions.store import NOT_FOUND, NOT_KEPT, Change, StoredVersion, checked

T = TypeVar("T", StoredVersion, Change)
metadata = MetaData()
table = Table(
    "model_versions",
    metadata,
    Column("demo", Text, primary_key=True),
    Column("version", Text, primary_key=True),
    Column("created_at", Text, nullable=False),
    Column("stored", Text, nullable=False),
    Column("content", LargeBinary, nullable=False),
)
history = Table(
    "model_history",
    metadata,
    Column("number", Integer, primary_key=True, autoincrement=True),
    Column("demo", Text, nullable=False),
    Column("change", Text, nullable=False),
)


class SqlVersions:
    """Versions as rows; the tables are made when the first one is kept."""

    def __init__(self, url: str) -> None:
        self._database = Database(url)
        self._lock = threading.Lock()
        self._there = False

    def add(self, stored: StoredVersion, content: bytes) -> None:
        """Keep a version in one transaction."""
        checked(stored, content)
        values = {
            "demo": stored.demo,
            "version": stored.version,
            "created_at": stored.created_at,
            "stored": stored.model_dump_json(),
            "content": content,
        }

        def write(connection: Connection) -> None:
            _make(connection)
            own = (table.c.demo == stored.demo) & (table.c.version == stored.version)
            if connection.execute(select(table.c.version).where(own)).first() is None:
                connection.execute(table.insert().values(values))

        self._database.change(NOT_KEPT, write)

    def find(self, demo: str, version: str) -> StoredVersion | None:
        """Return a stored version; None if there is none."""
        found = [one for one in self.every(demo) if one.version == version]
        return found[0] if found else None

    def every(self, demo: str) -> list[StoredVersion]:
        """Return a model's stored versions, the newest first."""
        query = (
            select(table.c.stored)
            .where(table.c.demo == demo)
            .order_by(table.c.created_at.desc(), table.c.version)
        )

        def read(connection: Connection) -> list[str]:
            return list(connection.execute(query).scalars()) if self._is_there(connection) else []

        return [_parsed(StoredVersion, stored) for stored in self._database.ask(NOT_FOUND, read)]

    def artifact(self, stored: StoredVersion) -> Path:
        """Return a file in this process's own folder, fetched once."""
        path = self._folder / stored.demo / stored.version / stored.artifact
        with self._lock:
            if not path.exists():
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_bytes(self._content(stored))
        return path

    def history(self, demo: str = "") -> list[Change]:
        """Return the changes in the order in which they were stored."""
        query = select(history.c.change).order_by(history.c.number)
        if demo:
            query = query.where(history.c.demo == demo)

        def read(connection: Connection) -> list[str]:
            return list(connection.execute(query).scalars()) if self._is_there(connection) else []

        return [_parsed(Change, change) for change in self._database.ask(NOT_FOUND, read)]

    def change(self, change: Change) -> None:
        """Append a row."""

        def write(connection: Connection) -> None:
            _make(connection)
            values = {"demo": change.demo, "change": change.model_dump_json()}
            connection.execute(history.insert().values(values))

        self._database.change(NOT_KEPT, write)

    def token(self) -> str:
        """Return the number of the last change."""

        def read(connection: Connection) -> str:
            if not self._is_there(connection):
                return ""
            return str(connection.execute(select(func.max(history.c.number))).scalar() or "")

        return self._database.ask(NOT_FOUND, read)

    @cached_property
    def _folder(self) -> Path:
        folder = Path(tempfile.mkdtemp(prefix="vitrine-models-"))  # nobody else may read it
        atexit.register(shutil.rmtree, folder, ignore_errors=True)
        return folder

    def _content(self, stored: StoredVersion) -> bytes:
        own = (table.c.demo == stored.demo) & (table.c.version == stored.version)
        content = self._database.ask(
            NOT_FOUND,
            lambda connection: connection.execute(select(table.c.content).where(own)).scalar(),
        )
        found = bytes(content or b"")
        checked(stored, found)
        return found

    def _is_there(self, connection: Connection) -> bool:
        if not self._there:
            self._there = inspect(connection).has_table(history.name)
        return self._there


def _parsed(kind: type[T], text: str) -> T:
    try:
        return kind.model_validate(json.loads(text))
    except (ValueError, ValidationError) as error:
        raise StorageError(f"{NOT_FOUND}: one of them is none any more.") from error


def _make(connection: Connection) -> None:
    """Make the tables, unless they are there; of several processes one after the other."""
    if connection.dialect.name == "postgresql":
        connection.execute(select(func.pg_advisory_xact_lock(LOCK)))
    metadata.create_all(connection)

"""Tasks in the database that holds the verdicts, in a table of their own."""

import hashlib

from pydantic import ValidationError
from sqlalchemy import (
    Column,
    Connection,
    MetaData,
    Table,
    Text,
    delete,
    func,
    inspect,
    select,
    update,
)

from showcase.annotation.tasks import READ, Task, is_task, same
from showcase.feedback.errors import StorageError
from showcase.feedback.sql.engine import Database
from showcase.feedback.sql.schema import LOCK

NOT_KEPT, NOT_FOUND = "The task was not kept", "The tasks could not be read"
NOT_REMOVED = "The task was not removed"
metadata = MetaData()
table = Table(
    "annotation_tasks",
    metadata,
    Column("id", Text, primary_key=True),
    Column("created_at", Text, nullable=False),
    Column("created_by", Text, nullable=False),
    Column("task", Text, nullable=False),
)


class SqlTasks:
    """Tasks as rows; the table is made when the first task is kept."""

    def __init__(self, url: str) -> None:
        self._database = Database(url)

    def add(self, task: Task) -> None:
        """Keep a task; once it returns, the task is stored."""
        values = {
            "id": task.id,
            "created_at": task.created_at,
            "created_by": task.created_by,
            "task": task.model_copy(update={"created_by": ""}).model_dump_json(),
        }

        def write(connection: Connection) -> None:
            _make(connection)
            connection.execute(table.insert().values(values))

        self._database.change(NOT_KEPT, write)

    def find(self, task_id: str) -> Task | None:
        """Return the task with that id; None if there is none."""
        found = self._read(task_id) if is_task(task_id) else []
        return found[0] if found else None

    def every(self) -> list[Task]:
        """Return all tasks, the newest first."""
        return self._read()

    def remove(self, task_id: str) -> None:
        """Remove the row."""

        def write(connection: Connection) -> None:
            if _is_there(connection):
                connection.execute(delete(table).where(table.c.id == task_id))

        self._database.change(NOT_REMOVED, write)

    def forget(self, name: str) -> int:
        """Take a person's name off the tasks that they made; return of how many."""

        def write(connection: Connection) -> int:
            if not _is_there(connection):
                return 0
            names = connection.execute(select(table.c.created_by).distinct()).scalars()
            theirs = [one for one in names if same(one) == same(name)]
            nameless = update(table).where(table.c.created_by.in_(theirs)).values(created_by="")
            return connection.execute(nameless).rowcount

        return self._database.change(NOT_REMOVED, write)

    def _read(self, task_id: str = "") -> list[Task]:
        query = select(table.c.task, table.c.created_by).order_by(
            table.c.created_at.desc(), table.c.id
        )
        if task_id:
            query = query.where(table.c.id == task_id)

        def read(connection: Connection) -> list[tuple[str, str]]:
            if not _is_there(connection):
                return []
            return [(row.task, row.created_by) for row in connection.execute(query)]

        return [_parsed(*row) for row in self._database.ask(NOT_FOUND, read)]


def _parsed(task: str, created_by: str) -> Task:
    try:
        found = READ.task(hashlib.sha256(task.encode()).digest(), lambda: task)
    except ValidationError as error:
        raise StorageError(f"{NOT_FOUND}: one of them is not a task any more.") from error
    return found.model_copy(update={"created_by": created_by})


def _is_there(connection: Connection) -> bool:
    return inspect(connection).has_table(table.name)


def _make(connection: Connection) -> None:
    """Make the table, unless it is there; of several processes one after the other."""
    if connection.dialect.name == "postgresql":
        connection.execute(select(func.pg_advisory_xact_lock(LOCK)))
    metadata.create_all(connection)

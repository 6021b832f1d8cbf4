"""Tasks: the list that people judge, how many of them each input needs, and where it is kept."""

import logging
import os
import re
import secrets
import threading
import uuid
from collections import OrderedDict
from collections.abc import Callable, Hashable, Iterable
from datetime import UTC, datetime
from functools import lru_cache
from pathlib import Path
from typing import Annotated, Any, Protocol, Self

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, ValidationError

from showcase.contract import ModelInput
from showcase.feedback import hash_input
from showcase.feedback.csv_log.file import sync_folder
from showcase.feedback.errors import StorageError, storage_errors
from showcase.feedback.normalise import at_most, instant, person_key, storable
from showcase.feedback.record import TASK

MOST_ITEMS = 2_000
LARGEST = 20_000_000  # bytes of a task's inputs as JSON
MOST_PEOPLE = 20
LONGEST_TITLE, LONGEST_GUIDELINES = 120, 5_000
ID = re.compile(rf"{TASK}[0-9a-f]{{12}}")
Text = Annotated[str, BeforeValidator(storable), AfterValidator(str.strip)]
logger = logging.getLogger(__name__)
NOT_KEPT = "The task was not kept"
NOT_FOUND = "The tasks could not be read"
KEPT = 50_000_000  # bytes of the tasks read last; they never change


def new_id() -> str:
    """Return the random id of a task, which is the session of its rows."""
    return f"{TASK}{secrets.token_hex(6)}"


def is_task(text: str) -> bool:
    """Tell whether a text is written as the id of a task.

    >>> is_task("task-0123456789ab"), is_task("task-0123"), is_task("0123456789abcdef")
    (True, False, False)
    """
    return ID.fullmatch(text) is not None


class Item(BaseModel):
    """One input to judge, as plain JSON, and its hash as the log has it."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    input_hash: str
    input: dict[str, Any]


class Task(BaseModel):
    """A list of inputs of one demo; each is judged by so many people. It never changes."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    id: str = Field(default_factory=new_id, pattern=ID.pattern)
    demo: str
    title: Annotated[Text, AfterValidator(at_most(LONGEST_TITLE))]
    guidelines: Annotated[Text, AfterValidator(at_most(LONGEST_GUIDELINES))] = ""
    people: int = Field(ge=1, le=MOST_PEOPLE)
    items: tuple[Item, ...] = Field(min_length=1, max_length=MOST_ITEMS)
    created_at: Annotated[str, BeforeValidator(instant)] = Field(
        default_factory=lambda: instant(datetime.now(UTC))
    )
    created_by: str = ""

    @classmethod
    def of(cls, inputs: Iterable[ModelInput], **given: Any) -> Self:
        """Return a task of these inputs, each once; ValidationError for what cannot be."""
        return cls(items=distinct(inputs), **given)

    @property
    def wanted(self) -> int:
        """How many judgements make it complete."""
        return len(self.items) * self.people

    def item(self, input_hash: str) -> Item | None:
        """Return the input with that hash; None if it is not in the list."""
        return next((item for item in self.items if item.input_hash == input_hash), None)


def distinct(inputs: Iterable[ModelInput]) -> tuple[Item, ...]:
    """Return the inputs as items, each once, in their order."""
    found: dict[str, Item] = {}
    for given in inputs:
        hashed = hash_input(given)
        if hashed not in found:
            found[hashed] = Item(input_hash=hashed, input=given.model_dump(mode="json"))
    return tuple(found.values())


class TasksRead:
    """The tasks read last, up to so many bytes of JSON."""

    def __init__(self, most: int = KEPT) -> None:
        self._most, self._size = most, 0
        self._tasks: OrderedDict[Hashable, tuple[Task, int]] = OrderedDict()
        self._lock = threading.Lock()

    def task(self, key: Hashable, read: Callable[[], str | bytes]) -> Task:
        """Return the task that was kept under the key, else what `read` gives."""
        with self._lock:
            if key in self._tasks:
                self._tasks.move_to_end(key)
                return self._tasks[key][0]
        content = read()
        task = Task.model_validate_json(content)
        with self._lock:
            self._size += len(content) - self._tasks.pop(key, (task, 0))[1]
            self._tasks[key] = task, len(content)
            while self._size > self._most:
                self._size -= self._tasks.popitem(last=False)[1][1]
        return task


@lru_cache(1024)
def same(name: str) -> str:
    """Return what is equal for two spellings of one person's name.

    >>> same("MIA"), same("Ｍia")
    ('mia', 'mia')
    """
    return person_key(name)


def judgement_id(task: str, input_hash: str, name: str, replaces: str = "") -> str:
    """Return the id of a person's row about an item: however often it is sent, it counts once."""
    said = "\0".join((task, input_hash, same(name), replaces))
    return str(uuid.uuid5(uuid.NAMESPACE_OID, said))


class Tasks(Protocol):
    """All tasks; one object serves every thread. Each method raises a StorageError if it cannot."""

    def add(self, task: Task) -> None:
        """Keep a task; once it returns, the task is on disk."""

    def find(self, task_id: str) -> Task | None:
        """Return the task with that id; None if there is none."""

    def every(self) -> list[Task]:
        """Return all tasks, the newest first."""

    def remove(self, task_id: str) -> None:
        """Remove a task; what people judged in it stays in the log."""

    def forget(self, name: str) -> int:
        """Take a person's name off the tasks that they made; return of how many."""


def open_tasks(url: str) -> Tasks:
    """Return the tasks beside the verdicts of that address; nothing is read or written yet."""
    scheme, _, path = url.partition(":")
    if scheme == "csv":
        return Folder(Path(path).resolve().parent / "tasks")
    return _in_database(url)


@lru_cache(4)
def _in_database(url: str) -> Tasks:
    """Return the one object, with its pool of connections, for a database."""
    from showcase.annotation.sql import SqlTasks

    return SqlTasks(url)


class Folder:
    """Tasks as files `<id>.json` in a folder of their own."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._place = f"{'/'.join(folder.parts[-2:])} on this server"

    def add(self, task: Task) -> None:
        """Write the file under another name first, so that nobody ever reads half of it."""
        with storage_errors(NOT_KEPT, self._place):
            self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            fresh = self._folder / f".{task.id}.new"
            fresh.unlink(missing_ok=True)
            fresh.touch(0o600)  # nobody else may read it: it holds what people typed
            with fresh.open("w", encoding="utf-8") as file:
                file.write(task.model_dump_json())
                file.flush()
                os.fsync(file.fileno())
            fresh.replace(self._path(task.id))
            sync_folder(self._folder)

    def find(self, task_id: str) -> Task | None:
        """Return the task with that id; None if there is none."""
        if not is_task(task_id):
            return None
        with storage_errors(NOT_FOUND, self._place):
            return self._read(self._path(task_id))

    def every(self) -> list[Task]:
        """Return all tasks, the newest first."""
        with storage_errors(NOT_FOUND, self._place):
            files = list(self._folder.glob("task-*.json")) if self._folder.is_dir() else []
        ids = (path.stem for path in files)
        found = [task for task in map(self._find_or_log, ids) if task is not None]
        return sorted(found, key=lambda task: task.created_at, reverse=True)

    def forget(self, name: str) -> int:
        """Write the files of a person's tasks anew, without the name."""
        theirs = [task for task in self.every() if same(task.created_by) == same(name)]
        for task in theirs:
            self.add(task.model_copy(update={"created_by": ""}))
        return len(theirs)

    def remove(self, task_id: str) -> None:
        """Remove the file."""
        with storage_errors("The task was not removed", self._place):
            self._path(task_id).unlink(missing_ok=True)
            sync_folder(self._folder)

    def _find_or_log(self, task_id: str) -> Task | None:
        try:
            return self.find(task_id)
        except StorageError as error:  # one that cannot be read hides no other
            logger.warning("%s", error)
            return None

    def _path(self, task_id: str) -> Path:
        return self._folder / f"{task_id}.json"

    def _read(self, path: Path) -> Task | None:
        try:
            # a file that somebody mended is read again
            return READ.task((path, path.stat().st_mtime_ns), path.read_bytes)
        except FileNotFoundError:
            return None
        except ValidationError as error:
            raise StorageError(
                f"{NOT_FOUND}: {path.name} is not a task any more. Whoever runs this app has to "
                "mend or remove it."
            ) from error


READ = TasksRead()

"""All rows of one person removed from the files of a log: the log, torn rows, rotated files.

Each file is replaced as a whole, so that a kill leaves it as it was or without the rows. The caller
holds the lock.
"""

import logging
import os
import re
import shutil
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import BinaryIO

from showcase.feedback.csv_log.file import Log, sync_folder
from showcase.feedback.csv_log.index_sync import ask_level, remove
from showcase.feedback.csv_log.rows import Rows, header_length
from showcase.feedback.person import Person
from showcase.feedback.pieces import OURS, Layout, fragments, pieces

logger = logging.getLogger(__name__)

ROTATED = re.compile(r"-\d{8}T\d{6}\.\d{6}Z")


def forget(path: Path, index_path: Path, person: Person) -> int:
    """Remove a person's rows wherever the log at `path` has left them; return how many.

    Half rows of killed writers go as well if they do not say that they are somebody else's.
    """
    older, torn = rotated(path), _torn(path)
    for file in (*older, torn, path):
        _unfinished(file).unlink(missing_ok=True)  # of a run that was killed
    removed = sum(_without(file, person) for file in older) + _without_torn(torn, person)
    if not path.exists():
        remove(index_path)
        return removed
    removed += _without(path, person, index_path)
    with Log(path, "ab+") as log:
        if log.start:
            ask_level(index_path, log, lambda _: None)
    return removed


def is_there(path: Path, index_path: Path) -> bool:
    """Tell whether there is anything of a log at this path, its lock set aside."""
    return any(map(Path.exists, (path, index_path, _torn(path), *rotated(path))))


def rotated(path: Path) -> list[Path]:
    """Return the files that were renamed because they had other columns, oldest first."""
    beside = sorted(path.parent.iterdir()) if path.parent.is_dir() else []
    return [
        file
        for file in beside
        if file.name.startswith(path.stem)
        and file.suffix == path.suffix
        and ROTATED.fullmatch(file.stem.removeprefix(path.stem))
    ]


def _without(path: Path, person: Person, index_path: Path | None = None) -> int:
    """Rewrite a file without the person's rows, if it has any; return how many it had.

    Its index goes first: it knows the rows too, and would outlive a kill between the two.
    """
    with path.open("rb") as source:
        layout = Layout.of(source)
        if not person.could_be_in(layout):
            logger.warning("%s has no column that names anybody: it is left as it is", path)
            return 0
        person.removed = 0
        if layout == OURS:
            person.note_replaced(Rows(source, header_length(source.readline())))
            source.seek(0)
        with _replacement(path, person, index_path) as target:
            found = pieces(source, layout)
            target.write(next(found)[0])  # the names of the columns
            for raw, cells in found:
                target.write(person.left_of(raw, cells, layout))
    return person.removed


def _without_torn(path: Path, person: Person) -> int:
    if not path.exists():
        return 0
    person.removed = 0
    with _replacement(path, person) as target:
        for fragment in fragments(path.read_bytes()):
            target.write(person.left_of_half(fragment))
    if not path.stat().st_size:
        path.unlink()
    return person.removed


@contextmanager
def _replacement(path: Path, person: Person, index_path: Path | None = None) -> Iterator[BinaryIO]:
    """Give a file to write to that takes the place of the one at `path` if it lacks anything."""
    fresh = _unfinished(path)
    try:
        with fresh.open("wb") as target:
            _same_rights(path, fresh)
            yield target
            target.flush()
            os.fsync(target.fileno())
        if person.removed or fresh.stat().st_size < path.stat().st_size:
            if index_path:
                remove(index_path)
            fresh.replace(path)
            sync_folder(path.parent)
    finally:
        fresh.unlink(missing_ok=True)


def _torn(path: Path) -> Path:
    return path.with_name(f"{path.name}.torn")


def _unfinished(path: Path) -> Path:
    return path.with_name(f"{path.name}.forgetting")


def _same_rights(path: Path, fresh: Path) -> None:
    """Let whoever could write to the one file write to the other: the app may be another user."""
    shutil.copymode(path, fresh)
    with suppress(OSError, AttributeError):  # only the superuser may give files away; not Windows
        os.chown(fresh, path.stat().st_uid, path.stat().st_gid)

"""The file in which verdicts wait on this machine while their database is away."""

import logging
import os
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path

from showcase.feedback.csv_log.file import Log, Mark
from showcase.feedback.csv_log.index_sync import ask_level, remove
from showcase.feedback.csv_log.rows import HEADER, Rows
from showcase.feedback.csv_log.store import CsvStore
from showcase.feedback.errors import MissingError, storage_errors
from showcase.feedback.record import Record

logger = logging.getLogger(__name__)

NOT_SENT = "What waits was not sent"


class Spool(CsvStore):
    """A CSV like any other, but one that is emptied, and in which a row may replace a missing one.

    Where its folder cannot be written to, it is in the folder for temporary files. Beside
    `spool.csv`, `spool-refused.csv` keeps what the database refused.
    """

    def __init__(self, path: Path) -> None:
        super().__init__(_writable(path.resolve()))
        self.path = self._path
        self._refused = CsvStore(self.path.with_name(f"{self.path.stem}-refused{self.path.suffix}"))

    def append(self, record: Record) -> str:
        """Keep the record; whether the row that it replaces is there, the database will tell."""
        try:
            return super().append(record)
        except MissingError:
            self.extend([record.row()])
            return record.id

    def forget(self, annotator: str = "", session: str = "") -> int:
        """Remove all rows of a person or a visit, those that were refused too."""
        return super().forget(annotator, session) + self._refused.forget(annotator, session)

    def waiting(self) -> int:
        """Return how many rows wait."""
        return self._ask(lambda index: index.size(), 0) if self else 0

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
    def emptied(self, sent: Mark) -> Iterator[Rows]:
        """Give the rows behind the mark, while others wait; then remove the file."""
        with self._writing(NOT_SENT) as log, log.buffered() as file:
            ask_level(self._index_path, log, lambda _: None)  # half a row is set aside
            yield Rows(file, sent.committed if log.bears(sent) else log.start)
            remove(self._index_path)
            self._path.unlink()

    def __bool__(self) -> bool:
        """Tell whether anything waits."""
        with suppress(OSError):
            return self._path.stat().st_size > len(HEADER)
        return False


def _writable(path: Path) -> Path:
    folder = next(parent for parent in path.parents if parent.exists())
    if os.access(folder, os.W_OK):
        return path
    return Path(tempfile.gettempdir()) / f"vitrine-{path.name}"

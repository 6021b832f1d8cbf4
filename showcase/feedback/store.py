"""What a feedback store offers, and the one place that picks it by its URL."""

from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple, Protocol, TypeVar

from showcase.feedback.csv_log.store import CsvStore
from showcase.feedback.record import COLUMNS, Record

if TYPE_CHECKING:
    import pandas as pd
    import pyarrow as pa

Shape = TypeVar("Shape", bound=NamedTuple)


class Day(NamedTuple):
    """How many verdicts of a day, a model version and a source are stored, and current.

    Times are texts; `first` and `last` are those of the current ones.
    """

    demo: str
    version: str
    source: str
    moment: str
    first: str | None
    last: str | None
    stored: int
    verdicts: int
    correct: int
    wrong: int
    unsure: int


class Store(Protocol):
    """A log of verdicts; one object serves every thread."""

    @property
    def place(self) -> str:
        """Where rows go, in words for a visitor."""

    @property
    def lasting(self) -> bool:
        """Whether rows survive a restart of the app."""

    def append(self, record: Record) -> str:
        """Store the record and return its id; the same record twice leaves one row.

        RefusedError: the id belongs to another verdict, or `supersedes` names a row that is missing
        or of another demo, input or session. StorageError: nothing was stored.
        """

    def extend(self, rows: Iterable[Sequence[str]]) -> int:
        """Store finished rows, as `Record.row` gives them, in order; return how many were new.

        Rows whose ids are stored are passed over, so that it may be done again after it was cut
        short: it stores chunk by chunk. RefusedError: what is given is no row.
        """

    def forget(self, annotator: str = "", session: str = "") -> int:
        """Remove all rows of a person, by the name in any spelling, or of a visit; return how many.

        They go wherever they lie, while others write, with the rows that they replaced, which would
        count again. Cut short, it leaves each file with all of
        them or without any, and may be done again. ValueError: neither is given.
        """

    def unsearched(self) -> list[Path]:
        """Return the files with other columns, in which `forget` looks for nobody."""

    def read(self) -> "pd.DataFrame":
        """Return the whole log: text columns as str, `confidence` as float64 with NaN for none."""

    def batches(self, columns: Sequence[str] = COLUMNS) -> Iterator["pa.RecordBatch"]:
        """Yield the whole log in the order in which it was stored, in batches of bounded memory.

        Every column holds strings, empty for none, as `Record.row` gives them. The batches are a
        snapshot: nothing of a row that is being written. Two more columns may be asked for:
        `position`, an int64 that grows in the order stored, and `status`, an int8 of `Status`: of a
        chain of superseding rows the newest is current, unless it is withdrawn; of rows with one id
        the first counts.
        """

    def daily(self) -> "Sequence[Day] | None":
        """Return how the verdicts are spread, where it is faster than reading them; else None.

        The day of a time that no `Record` has written may be another one.
        """

    def get(self, ids: Sequence[str]) -> list[dict[str, str]]:
        """Return the rows with these ids by column, in their order, those missing left out.

        The time does not grow with the log.
        """

    def version_token(self) -> str:
        """Return a text that changes whenever the log does, in constant time."""

    def count(self, demo: str | None = None) -> int:
        """Return how many verdicts are current, of one demo or of all, in constant time."""

    def current_rows(
        self, shape: type[Shape], *, demo: str = "", session: str = "", source: str = ""
    ) -> list[Shape]:
        """Return the current rows of games (source "game") or of a task, in the order stored.

        `shape` is a NamedTuple whose fields are columns. The session of a row of a task begins with
        `task-`; of other rows, which are neither, there are none here. The time does not grow with
        the log.
        """

    def waiting(self) -> int:
        """Return how many verdicts are kept on this machine until their database is back."""

    def refused(self) -> int:
        """Return how many verdicts the database refused, which are set aside on this machine."""

    def check(self) -> None:
        """Raise a StorageError that says why no verdict could be stored now, if that is so."""

    def __contains__(self, record_id: str) -> bool:
        """Return True if a row with this id is stored, in constant time."""


def open_store(url: str, lasting: bool | None = None, spool: Path | None = None) -> Store:
    """Return the store behind the URL; nothing is read or written yet.

    `lasting` overrides what is known about the place. With a spool, a file, verdicts for a server
    that cannot be reached wait in it. ValueError: no store has such a URL.

    >>> open_store("csv:feedback/feedback.csv").place
    'feedback/feedback.csv on this server'
    """
    scheme, _, rest = url.partition(":")
    if scheme == "csv":
        return CsvStore(_csv_path(url, rest), lasting)
    if "://" in url:
        return _sql_store(url, lasting, spool)
    raise ValueError(
        f"no feedback store for {scheme!r}: give csv:<path>, such as csv:feedback/feedback.csv, "
        "postgresql://NAME:PASSWORD@HOST:5432/DATABASE or sqlite:///<path>"
    )


def _sql_store(url: str, lasting: bool | None, spool: Path | None) -> Store:
    from showcase.feedback.outbox import OutboxStore
    from showcase.feedback.sql.store import SqlStore

    store = SqlStore(url, lasting)
    return OutboxStore(store, spool) if spool and store.is_remote else store


def _csv_path(url: str, rest: str) -> Path:
    if not rest or rest.endswith("/") or (rest.startswith("//") and not rest.startswith("///")):
        raise ValueError(
            f"no file in {url!r}: give csv:<path of a file>, such as csv:feedback/feedback.csv"
        )
    if Path(rest).is_dir():
        raise ValueError(f"{url!r} is a folder: give a file in it, such as csv:{rest}/feedback.csv")
    return Path(rest)

"""The feedback store in a database, PostgreSQL or SQLite, shared by any number of processes."""

import shutil
from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple, TypeVar

from sqlalchemy import (
    Connection,
    Row,
    Select,
    exists,
    func,
    select,
)

from showcase.feedback import taken
from showcase.feedback.errors import (
    NOT_COPIED,
    NOT_FORGOTTEN,
    NOT_READ,
    NOT_STORABLE,
    NOT_STORED,
    RefusedError,
    StorageError,
)
from showcase.feedback.normalise import storable
from showcase.feedback.persistence import is_persistent
from showcase.feedback.record import (
    COLUMNS,
    EXTRA,
    GAME,
    TASK,
    Record,
    chunks,
    to_dataframe,
)
from showcase.feedback.sql.engine import FETCHED, Database
from showcase.feedback.sql.schema import (
    counts,
    day,
    is_game,
    session_start,
    status,
    verdicts,
    version,
)
from showcase.feedback.sql.statements import (
    CONFIDENCE,
    NotAllNewError,
    Refused,
    Taken,
    all_storable,
    append,
    cleaned,
    forget,
    stored_rows,
    take_in,
    texts,
)
from showcase.feedback.store import Day

if TYPE_CHECKING:
    import pandas as pd
    import pyarrow as pa

Shape = TypeVar("Shape", bound=NamedTuple)
LEAST_FREE = 50 * 2**20
# Chunks are larger than in a file: what a transaction costs is shared by more rows.
MORE_ROWS, MORE_CHARACTERS = 20, 4
LARGE = {"input", "prediction"}  # the columns whose cells may take megabytes
EXTRA_COLUMNS = dict(zip(EXTRA, (verdicts.c.place, status), strict=True))
EXTRA_TYPES = dict(zip(EXTRA, ("int64", "int8"), strict=True))


class SqlStore:
    """A log of verdicts in a database; its tables are made when it is first used.

    ValueError for an address that cannot be used; its text shows nothing of it.
    """

    def __init__(self, url: str, lasting: bool | None = None) -> None:
        self._database = Database(url)
        self.place = self._database.place
        file = self._database.file
        self.lasting = (file is None or is_persistent(file)) if lasting is None else lasting
        self.is_remote = file is None

    def append(self, record: Record) -> str:
        """Store the record and return its id; see `Store.append`."""
        row = record.row()
        self._database.change(NOT_STORED, partial(append, row=row))
        taken.count(record)
        return record.id

    def unsearched(self) -> list[Path]:
        """Return nothing: the database has one table."""
        return []

    def read(self) -> "pd.DataFrame":
        """Return the whole log, every row, the columns in order."""
        pieces = self._pieces(COLUMNS)
        return to_dataframe(texts(row, CONFIDENCE) for rows in pieces for row in rows)

    def batches(self, columns: Sequence[str] = COLUMNS) -> Iterator["pa.RecordBatch"]:
        """Yield the log as it is now, in batches of a few megabytes; see `Store.batches`."""
        import pyarrow as pa

        for rows in self._pieces(columns):
            arrays = [
                pa.array(
                    texts(cells, *range(len(cells))) if name == "confidence" else cells,
                    EXTRA_TYPES.get(name, "string"),
                )
                for name, cells in zip(columns, zip(*rows, strict=True), strict=True)
            ]
            yield pa.RecordBatch.from_arrays(arrays, list(columns))

    def daily(self) -> list[Day]:
        """Return how the verdicts are spread, counted by the database; see `Store.daily`."""
        column, current = verdicts.c, verdicts.c.is_current
        groups = column.demo, column.model_version, column.source, day
        times = [of(column.created_at).filter(current) for of in (func.min, func.max)]
        judged = (
            func.count().filter(current, column.verdict == verdict)
            for verdict in ("correct", "wrong", "unsure")
        )
        numbers = func.count(), func.count().filter(current), *judged
        query = select(*groups, *times, *numbers).group_by(*groups)
        rows = self._database.ask_long(NOT_READ, lambda found: found.execute(query).all())
        return [Day(*row) for row in rows]

    def get(self, ids: Sequence[str]) -> list[dict[str, str]]:
        """Return the rows with these ids; see `Store.get`."""
        wanted = [storable(row_id) for row_id in ids]
        found = self._database.ask(NOT_READ, partial(stored_rows, ids=wanted))
        return [
            dict(zip(COLUMNS, found[row_id], strict=True)) for row_id in wanted if row_id in found
        ]

    def version_token(self) -> str:
        """Return a text that changes with the log; see `Store.version_token`."""
        changes = select(func.sum(counts.c.changes)).scalar_subquery()
        made, number = self._all(select(version.c.made, changes))[0]
        return f"{made} {number or 0}"

    def count(self, demo: str | None = None) -> int:
        """Return how many verdicts are current: a chain counts once, a withdrawn one not."""
        query = select(func.coalesce(func.sum(counts.c.verdicts), 0))
        if demo is not None:
            query = query.where(counts.c.demo == storable(demo))
        return int(self._one(query))

    def current_rows(
        self, shape: type[Shape], *, demo: str = "", session: str = "", source: str = ""
    ) -> list[Shape]:
        """Return the current rows of games or of a task; see `Store.current_rows`."""
        if source != GAME and not session.startswith(TASK):
            return []
        fields = shape._fields
        query = select(*(verdicts.c[name] for name in fields)).where(verdicts.c.is_current)
        if source == GAME:
            query = query.where(is_game)
        if demo:
            query = query.where(verdicts.c.demo == storable(demo))
        if session:
            # the condition that its index serves, and the exact one
            exact = storable(session)
            query = query.where(session_start == exact[:64], verdicts.c.session == exact)
        numbers = [fields.index("confidence")] if "confidence" in fields else []
        rows = self._all(query.order_by(verdicts.c.place))
        return [shape._make(texts(row, *numbers)) for row in rows]

    def waiting(self) -> int:
        """Return 0: a row is in its place as soon as it is stored."""
        return 0

    def refused(self) -> int:
        """Return 0: a row that is refused is refused at once."""
        return 0

    def check(self) -> None:
        """Raise a StorageError unless a verdict could be stored now, and a few thousand more."""
        self._database.change(NOT_STORABLE, _try)
        file = self._database.file
        if file and shutil.disk_usage(file.parent).free < LEAST_FREE:
            raise StorageError(
                f"{NOT_STORABLE}: the disk with {self.place} is nearly full. Whoever runs this app "
                "has to make room."
            )

    def extend(self, rows: Iterable[Sequence[str]]) -> int:
        """Store finished rows and return how many were new; see `Store.extend`."""
        return sum(taken.new for taken in self.take_in(rows, strict=False))

    def take_in(self, rows: Iterable[Sequence[str]], *, strict: bool) -> Iterator[Taken]:
        """Store finished rows, chunk by chunk as the caller asks for the next.

        Where that is not `strict`, no row is refused: one with a known id is passed over, and one
        that may not replace the row that it names becomes a verdict of its own.
        """
        all_new = True
        for chunk in chunks(rows, MORE_ROWS, MORE_CHARACTERS):
            fit = chunk if not strict and all_storable(chunk) else list(map(cleaned, chunk))
            try:
                taken = self._take_in(fit, strict=strict, likely_new=all_new)
                all_new = taken.new == len(fit)
                yield taken
            except RefusedError:  # by the database, for one of them
                if not strict:
                    raise
                yield from map(self._take_in_one, fit)
            del chunk, fit  # before the next one is made

    def forget(self, annotator: str = "", session: str = "") -> int:
        """Remove all rows of a person or a visit; return how many; see `Store.forget`."""
        if not (annotator or session):
            raise ValueError("nobody to forget: give a name or a session")
        whose = {"annotator": storable(annotator), "session": storable(session)}
        removed = self._database.change(NOT_FORGOTTEN, partial(forget, **whose))
        self._database.empty_journal()
        return removed

    def __contains__(self, record_id: str) -> bool:
        """Tell whether a row with this id is stored."""
        return bool(self._one(select(exists().where(verdicts.c.id == storable(record_id)))))

    def _take_in(
        self, rows: Sequence[Sequence[str]], *, strict: bool, likely_new: bool = False
    ) -> Taken:
        work = partial(take_in, rows=rows, strict=strict)
        if likely_new:
            with suppress(NotAllNewError):
                return self._database.change(NOT_COPIED, partial(work, likely_new=True))
        return self._database.change(NOT_COPIED, work)

    def _take_in_one(self, row: Sequence[str]) -> Taken:
        try:
            return self._take_in([row], strict=True)
        except RefusedError as reason:
            return Taken(0, [Refused(row, reason)])

    def _one(self, query: Select[Any]) -> Any:
        return self._all(query)[0][0]

    def _all(self, query: Select[Any]) -> Sequence[Row[*tuple[Any, ...]]]:
        return self._database.ask(NOT_READ, lambda connection: connection.execute(query).all())

    def _pieces(self, columns: Sequence[str]) -> Iterator[Sequence[Row[*tuple[Any, ...]]]]:
        chosen = (EXTRA_COLUMNS[name] if name in EXTRA else verdicts.c[name] for name in columns)
        size = FETCHED if LARGE.intersection(columns) else 10 * FETCHED
        return self._database.stream(select(*chosen).order_by(verdicts.c.place), size)


def _try(connection: Connection) -> None:
    """Write something, and take it back."""
    attempt = connection.begin_nested()
    connection.execute(counts.insert().values(demo="", slot=-1, verdicts=0, changes=0))
    attempt.rollback()

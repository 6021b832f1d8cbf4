"""The feedback store in a database, PostgreSQL or SQLite, shared by any number of processes."""

import shutil
from collections.abc import Iterable, Iterator, Sequence
from functools import partial
from typing import TYPE_CHECKING, Any

from sqlalchemy import ColumnElement, Connection, Row, Select, exists, func, select

from showcase.feedback.csv_log.bulk_insert import chunks
from showcase.feedback.csv_log.games import GameRow
from showcase.feedback.csv_log.judgements import PREFIX, Judgement
from showcase.feedback.errors import RefusedError, StorageError
from showcase.feedback.messages import (
    NOT_COPIED,
    NOT_FORGOTTEN,
    NOT_READ,
    NOT_STORABLE,
    NOT_STORED,
)
from showcase.feedback.normalise import storable
from showcase.feedback.persistence import is_lasting
from showcase.feedback.record import COLUMNS, Record
from showcase.feedback.sql import bulk_insert
from showcase.feedback.sql import rows as sql_rows
from showcase.feedback.sql.bulk_insert import Refused, Taken
from showcase.feedback.sql.database import Database
from showcase.feedback.sql.rows import CONFIDENCE
from showcase.feedback.sql.schema import (
    counts,
    is_game,
    row_columns,
    session_start,
    verdicts,
    version,
)

if TYPE_CHECKING:
    import pandas as pd
    import pyarrow as pa

LEAST_FREE = 50 * 2**20


class SqlStore:
    """A log of verdicts in a database; its tables are made when it is first used.

    ValueError for an address that cannot be used; its text shows nothing of it.
    """

    def __init__(self, url: str, lasting: bool | None = None) -> None:
        self._database = Database(url)
        self.place = self._database.place
        file = self._database.file
        self.lasting = (file is None or is_lasting(file)) if lasting is None else lasting
        self.is_remote = file is None

    def append(self, record: Record) -> str:
        """Store the record and return its id; see `Store.append`."""
        row = record.row()
        self._database.change(NOT_STORED, lambda connection: sql_rows.append(connection, row))
        return record.id

    def read(self) -> "pd.DataFrame":
        """Return the whole log, every row, the columns in order."""
        from showcase.feedback.dataframe import frame

        pieces = self._pieces(COLUMNS)
        return frame(sql_rows.texts(row, CONFIDENCE) for rows in pieces for row in rows)

    def batches(self, columns: Sequence[str] = COLUMNS) -> Iterator["pa.RecordBatch"]:
        """Yield the log as it stands now, in batches of a few megabytes; see `Store.batches`."""
        from showcase.feedback.sql.batches import batch

        for rows in self._pieces(columns):
            yield batch(rows, columns)

    def rows(self, places: Sequence[int]) -> list[list[str]]:
        """Return the rows at these places; see `Store.rows`."""
        query = select(verdicts.c.place, *row_columns).where(verdicts.c.place.in_(places))
        found = {row[0]: sql_rows.texts(row[1:], CONFIDENCE) for row in self._all(query)}
        return [found[place] for place in places if place in found]

    def mark(self) -> str:
        """Return a text that changes with the log; see `Store.mark`."""
        changes = select(func.sum(counts.c.changes)).scalar_subquery()
        found = self._all(select(version.c.made, changes))[0]
        return f"{found[0]} {found[1] or 0}"

    def count(self, demo: str | None = None) -> int:
        """Return how many verdicts are in force: a chain counts once, a withdrawn one not."""
        query = select(func.coalesce(func.sum(counts.c.verdicts), 0))
        if demo is not None:
            query = query.where(counts.c.demo == storable(demo))
        return int(self._one(query))

    def games(self, demo: str, session: str = "") -> list[GameRow]:
        """Return the rounds of games in force, in the order in which they were stored."""
        columns = [verdicts.c[name] for name in GameRow._fields]
        query = select(*columns).where(verdicts.c.demo == storable(demo), is_game)
        if session:
            query = query.where(*_of_session(session))
        query = query.where(verdicts.c.in_force).order_by(verdicts.c.place)
        return list(map(GameRow._make, self._all(query)))

    def judgements(self, session: str) -> list[Judgement]:
        """Return the rows in force of one annotation task, in the order stored."""
        if not session.startswith(PREFIX):
            return []
        columns = [verdicts.c[name] for name in Judgement._fields]
        query = select(*columns).where(*_of_session(session), verdicts.c.in_force)
        return list(map(Judgement._make, self._all(query.order_by(verdicts.c.place))))

    def waiting(self) -> int:
        """Return 0: a row is in its place as soon as it is stored."""
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
        for chunk in chunks(rows):
            cleaned = list(map(sql_rows.clean, chunk))
            try:
                yield self._take_in(cleaned, strict=strict)
            except RefusedError:  # by the database, for one of them
                if not strict:
                    raise
                yield from map(self._take_in_one, cleaned)

    def forget(self, annotator: str = "", session: str = "") -> int:
        """Remove all rows of a person or a visit; return how many; see `Store.forget`."""
        if not (annotator or session):
            raise ValueError("nobody to forget: give a name or a session")
        whose = {"annotator": storable(annotator), "session": storable(session)}
        removed = self._database.change(NOT_FORGOTTEN, partial(bulk_insert.forget, **whose))
        self._database.empty_journal()
        return removed

    def __contains__(self, record_id: str) -> bool:
        """Tell whether a row with this id is stored."""
        return bool(self._one(select(exists().where(verdicts.c.id == storable(record_id)))))

    def _take_in(self, rows: Sequence[Sequence[str]], *, strict: bool) -> Taken:
        work = partial(bulk_insert.take_in, rows=rows, strict=strict)
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
        query = select(*(verdicts.c[name] for name in columns)).order_by(verdicts.c.place)
        return self._database.stream(query)


def _of_session(session: str) -> tuple[ColumnElement[bool], ColumnElement[bool]]:
    """Return the condition that its index serves, and the exact one."""
    given = storable(session)
    return session_start == given[:64], verdicts.c.session == given


def _try(connection: Connection) -> None:
    """Write something, and take it back."""
    attempt = connection.begin_nested()
    connection.execute(counts.insert().values(demo="", slot=-1, verdicts=0, changes=0))
    attempt.rollback()

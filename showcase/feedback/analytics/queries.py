"""Queries over the current verdicts: shares, versions, time, confusion, confidence, and rows.

Only the columns that figures need are held; rows are fetched from the store when asked for.
"""

import threading
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import TYPE_CHECKING, Any, NamedTuple

from showcase.contract.metrics import wilson
from showcase.feedback.analytics.filters import VerdictFilter
from showcase.feedback.analytics.load import (
    ID,
    Database,
    connect,
    load_current_rows,
    load_days,
)
from showcase.feedback.errors import StorageError
from showcase.feedback.record import COLUMNS
from showcase.feedback.store import Store

if TYPE_CHECKING:
    import duckdb
    import pyarrow as pa

    from showcase.feedback.analytics.load import Tables

MOST_NAMES = 1_000  # that somebody could choose from
DAILY = ("demo", "version", "source")  # the texts of which the table `daily` tells
SEARCHES = 5  # texts whose rows are remembered
BINS = 10
MOST_PAIRS = 20_000  # of a prediction and an expected label
SPANS = (("day", 45), ("week", 400))  # a point for each of these in up to so many days, else months
COUNTED = "max(last), sum(correct)::BIGINT, sum(wrong)::BIGINT, sum(unsure)::BIGINT"
MOST_READING = 20  # reading again takes at most this part of the time: 1 / MOST_READING


class Agreement(NamedTuple):
    """How often people said that a model is right: of a demo, a version of it, or a time."""

    demo: str
    version: str
    since: datetime | None
    until: datetime | None
    correct: int
    wrong: int
    unsure: int

    @property
    def judged(self) -> int:
        """How many said that it is right or wrong."""
        return self.correct + self.wrong

    @property
    def share(self) -> float:
        """The share (0 to 1) of those that said it is right; 0 for none."""
        return self.correct / self.judged if self.judged else 0.0

    @property
    def interval(self) -> tuple[float, float]:
        """The 95% interval of the share."""
        return wilson(self.correct, self.judged)


class Bin(NamedTuple):
    """Answers of about one confidence (0 to 1, their mean): how many, and how many correct."""

    confidence: float
    correct: int
    judged: int

    @property
    def share(self) -> float:
        """The share (0 to 1) that was said to be right."""
        return self.correct / self.judged

    @property
    def interval(self) -> tuple[float, float]:
        """The 95% interval of the share."""
        return wilson(self.correct, self.judged)


@dataclass(frozen=True)
class VerdictAnalytics(Database):
    """The current verdicts as of one look at the store.

    `stored` counts every row of the log, `count_all` the current ones. How often models were
    said to be right is counted day by day beforehand: there a filter is one of demos, versions,
    sources and days only. A store that counts faster than it is read is read when the rows
    themselves are asked for.
    """

    store: Store
    version_token: str
    stored: int
    count_all: int
    _found: "dict[str, pa.Array]" = field(default_factory=dict)
    _loading: threading.Lock = field(default_factory=threading.Lock)
    _times: list[float] = field(default_factory=list)

    @property
    def reading_s(self) -> float:
        """How long it took to read the rows, if that was asked for."""
        return sum(self._times)

    @property
    def is_read(self) -> bool:
        """Whether the rows have been read."""
        return bool(self._times)

    def load(self) -> None:
        """Read the rows, unless that is done. StorageError if they cannot be read."""
        with self._loading:
            if self.is_read:
                return
            began = time.monotonic()
            load_current_rows(self.connection, self.store)
            self._times.append(time.monotonic() - began)

    def _cursor(self, tables: "Tables | None" = None) -> "duckdb.DuckDBPyConnection":
        self.load()
        return super()._cursor(tables)

    def _ask_daily(self, query: str, values: Sequence[object] = ()) -> list[tuple[Any, ...]]:
        with super()._cursor() as cursor:
            return cursor.execute(query, list(values)).fetchall()

    def agreement(self, chosen: VerdictFilter) -> list[Agreement]:
        """Return for each demo how often it was said to be right, the most judged first."""
        return self._counted("demo, ''", chosen, "sum(verdicts) DESC")

    def by_version(self, chosen: VerdictFilter) -> list[Agreement]:
        """Return the same for each version of each demo, the oldest first."""
        return self._counted("demo, version", chosen, "demo, min(first)")

    def over_time(self, chosen: VerdictFilter) -> tuple[str, list[Agreement]]:
        """Return "day", "week" or "month", and how often each demo was said to be right in each."""
        where, values = chosen.where()
        ((first, last),) = self._ask_daily(
            f"SELECT min(first), max(last) FROM daily WHERE {where}", values
        )
        days = (last - first).days if first else 0
        unit = next((unit for unit, most in SPANS if days <= most), "month")
        return unit, self._counted(
            "demo, ''", chosen, "min(moment)", f"date_trunc('{unit}', moment)"
        )

    def confusion(self, chosen: VerdictFilter) -> list[tuple[str, str, int]]:
        """Return what was predicted, what was right and how often, the most frequent first."""
        where, values = chosen.where()
        return self.ask(
            "SELECT predicted, expected, count(*) FROM verdicts "
            f"WHERE {where} AND expected <> '' GROUP BY ALL ORDER BY 3 DESC, 1, 2 "
            f"LIMIT {MOST_PAIRS}",
            values,
        )

    def distance(self, chosen: VerdictFilter) -> tuple[float, int]:
        """Return how far predicted numbers are from the right ones, as median, and of how many."""
        where, values = chosen.where()
        ((middle, count),) = self.ask(
            "SELECT median(apart), count(apart) FROM (SELECT "
            "abs(TRY_CAST(expected AS DOUBLE) - TRY_CAST(predicted AS DOUBLE)) AS apart "
            f"FROM verdicts WHERE {where} AND expected <> '') WHERE isfinite(apart)",
            values,
        )
        return middle or 0.0, count

    def reliability(self, chosen: VerdictFilter) -> list[Bin]:
        """Return the judged answers in bins of their confidence, the least sure first."""
        where, values = chosen.where()
        found = self.ask(
            "SELECT avg(confidence), count(*) FILTER (WHERE verdict = 'correct'), count(*) "
            f"FROM verdicts WHERE {where} AND confidence BETWEEN 0 AND 1 "
            "AND verdict IN ('correct', 'wrong') "
            f"GROUP BY least(floor(confidence * {BINS}), {BINS - 1}) ORDER BY 1",
            values,
        )
        return [Bin(*row) for row in found]

    def names(self, column: str, chosen: VerdictFilter | None = None) -> list[str]:
        """Return what stands in a column, the most frequent first; empty texts are left out."""
        chosen = chosen or VerdictFilter(sources=())
        where, values = chosen.where()
        is_daily = column in DAILY and chosen.is_daily
        table, number = ("daily", "sum(verdicts)") if is_daily else ("verdicts", "count(*)")
        found = (self._ask_daily if is_daily else self.ask)(
            f"SELECT {column} FROM {table} WHERE {where} AND {column} <> '' "
            f"GROUP BY 1 ORDER BY {number} DESC, 1 LIMIT {MOST_NAMES}",
            values,
        )
        return [name for (name,) in found]

    def period(self) -> tuple[date, date] | None:
        """Return the first and the last day (UTC) of any verdict; None for no verdict."""
        ((first, last),) = self._ask_daily("SELECT min(first), max(last) FROM daily")
        return (first.date(), last.date()) if first else None

    def count(self, chosen: VerdictFilter) -> int:
        """Return how many verdicts are chosen."""
        where, values, tables = self._chosen(chosen)
        return int(self.ask(f"SELECT count(*) FROM verdicts WHERE {where}", values, tables)[0][0])

    def latest(self, chosen: VerdictFilter, size: int, page: int = 1) -> list[dict[str, str]]:
        """Return one page of the chosen rows by column, the newest first; fetched for this only."""
        where, values, tables = self._chosen(chosen)
        found = self.ask(
            f"SELECT {ID} FROM verdicts WHERE {where} ORDER BY position DESC LIMIT ? OFFSET ?",
            [*values, size, (page - 1) * size],
            tables,
        )
        return self.store.get([row_id for (row_id,) in found])

    def stream(
        self, chosen: VerdictFilter | None, hidden: Sequence[str] = ()
    ) -> "Iterator[pa.RecordBatch]":
        """Yield the chosen rows in the order stored; for None the whole log, replaced rows too.

        Of the whole log, rows of the `hidden` annotation tasks are left out.
        """
        import pyarrow as pa
        import pyarrow.compute as pc

        if chosen is None:
            tasks = pa.array(hidden, pa.string())
            for batch in self.store.batches():
                yield batch.filter(pc.invert(pc.is_in(batch["session"], tasks)))
            return
        where, values, tables = self._chosen(chosen)
        found = self.ask(f"SELECT {ID} FROM verdicts WHERE {where}", values, tables)
        ids = pa.array([row_id for (row_id,) in found], pa.string())
        for batch in self.store.batches((*COLUMNS, "status")) if found else ():
            is_chosen = pc.and_(pc.is_in(batch["id"], ids), pc.equal(batch["status"], 0))
            yield batch.filter(is_chosen).select(COLUMNS)

    def takes_more_than(self, most: int, chosen: VerdictFilter | None) -> bool:
        """Return True if the chosen rows, or the whole log, take more bytes than `most`."""
        total = 0
        for batch in self.stream(chosen):
            total += batch.nbytes
            if total > most:
                return True
        return False

    def _chosen(self, chosen: VerdictFilter) -> "tuple[str, list[object], dict[str, pa.Table]]":
        import pyarrow as pa

        where, values = chosen.where()
        if not chosen.text:
            return where, values, {}
        found = pa.table({"id": self._matching(chosen.text)})
        return f"{where} AND {ID} IN (SELECT id FROM found)", values, {"found": found}

    def _matching(self, text: str) -> "pa.Array":
        from showcase.feedback.analytics.search import matching

        with self._lock:
            if text not in self._found:
                if len(self._found) >= SEARCHES:
                    self._found.clear()
                self._found[text] = matching(self.store, text)
            return self._found[text]

    def _counted(
        self, group: str, chosen: VerdictFilter, order: str, since: str = "min(first)"
    ) -> list[Agreement]:
        where, values = chosen.where()
        found = self._ask_daily(
            f"SELECT {group}, {since}, {COUNTED} FROM daily WHERE {where} "
            f"GROUP BY ALL ORDER BY {order}, demo",
            values,
        )
        return [Agreement(*row) for row in found]


@dataclass
class Analysis:
    """The one analysis of a store for all visitors, read again when the log has changed."""

    store: Store
    _verdicts: VerdictAnalytics | None = None
    _read_at: float = 0.0
    _took_s: float = 0.0
    _failure: str = ""
    _failed_until: float = 0.0
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def look(self) -> VerdictAnalytics:
        """Return what is in the store, unless it was read a moment ago.

        The longer reading takes, the longer a moment is. StorageError if it cannot be read; those
        who waited meanwhile are told so at once, for as long as it took.
        """
        with self._lock:
            began = time.monotonic()
            if began < self._failed_until:
                raise StorageError(self._failure)
            try:
                return self._look(began)
            except StorageError as error:
                now = time.monotonic()
                self._failure, self._failed_until = str(error), now + (now - began)
                raise

    def _look(self, began: float) -> VerdictAnalytics:
        token, age_s = self.store.version_token(), began - self._read_at
        known = self._verdicts
        took_s = self._took_s + (known.reading_s if known else 0)
        if known and (known.version_token == token or age_s < MOST_READING * took_s):
            return known
        began = time.monotonic()
        self._verdicts = known = None  # its memory is wanted for the next
        self._verdicts = _read(self.store, token)
        self._read_at = time.monotonic()
        self._took_s = self._read_at - began
        return self._verdicts


def _read(store: Store, version_token: str) -> VerdictAnalytics:
    connection = connect()
    days = store.daily()
    if days is None:
        stored = load_current_rows(connection, store)
        ((current,),) = connection.execute("SELECT count(*) FROM verdicts").fetchall()
        return VerdictAnalytics(connection, store, version_token, stored, current, _times=[0.0])
    load_days(connection, days)
    stored, current = (sum(day.stored for day in days), sum(day.verdicts for day in days))
    return VerdictAnalytics(connection, store, version_token, stored, current)

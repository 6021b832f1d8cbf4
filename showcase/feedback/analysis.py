"""What people said, counted: the verdicts in force of a store, in columns, shared by all visitors.

Works on any store. Only the columns that figures need are held; rows are fetched when asked for.
"""

import os
import tempfile
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from showcase.feedback.choice import Choice
from showcase.feedback.figures import Agreement, Bin
from showcase.feedback.record import COLUMNS
from showcase.feedback.store import Store

if TYPE_CHECKING:
    import duckdb
    import numpy as np
    import numpy.typing as npt
    import pyarrow as pa

    Places = npt.NDArray[np.int64]
    Tables = Mapping[str, pa.Table]

T = TypeVar("T")
SHARE = 20  # reading anew takes at most this part of the time: 1 / SHARE
MOST_NAMES = 1_000  # that somebody could choose from
SEARCHES = 5  # texts whose rows are remembered
BINS = 10
QUIET = "SET enable_progress_bar = false"  # it would go to the log; each connection has its own
MOST_PAIRS = 20_000  # of a prediction and an expected label
MEMORY_LIMIT = "350MB"  # beyond it DuckDB goes on in the temporary folder
SPANS = (("day", 45), ("week", 400))  # a point for each of these in up to so many days, else months
COUNTED = """
max(moment), count(*) FILTER (WHERE verdict = 'correct'),
count(*) FILTER (WHERE verdict = 'wrong'), count(*) FILTER (WHERE verdict = 'unsure')
"""


@dataclass(frozen=True)
class Verdicts:
    """The verdicts in force as of one look at the store; any number of threads may ask.

    `stored` counts every row of the log, `count_all` those in force.
    """

    store: Store
    connection: "duckdb.DuckDBPyConnection"
    mark: str
    stored: int
    count_all: int
    _found: "dict[str, Places]" = field(default_factory=dict)
    _kept: dict[object, Any] = field(default_factory=dict)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def once(self, key: object, make: Callable[[], T]) -> T:
        """Return what `make` returns; the same key again costs nothing."""
        if key not in self._kept:
            self._kept[key] = make()
        found: T = self._kept[key]
        return found

    def ask(
        self,
        query: str,
        values: Sequence[object] = (),
        tables: "Tables | None" = None,
    ) -> list[tuple[Any, ...]]:
        """Return the rows of an SQL query; `tables` are further ones that it names."""
        with self._cursor(tables) as cursor:
            rows: list[tuple[Any, ...]] = cursor.execute(query, list(values)).fetchall()
            return rows

    def make(self, name: str, query: str, values: Sequence[object] = ()) -> None:
        """Make the table of that name, once, from a query."""
        with self._lock, self._cursor() as cursor:
            made = cursor.execute("SELECT table_name FROM duckdb_tables()").fetchall()
            if (name,) not in made:
                cursor.execute(f"CREATE TABLE {name} AS {query}", list(values))

    def agreement(self, choice: Choice) -> list[Agreement]:
        """Return for each demo how often it was said to be right, the most judged first."""
        return self._counted("demo, ''", choice, "count(*) DESC")

    def by_version(self, choice: Choice) -> list[Agreement]:
        """Return the same for each version of each demo, the oldest first."""
        return self._counted("demo, version", choice, "demo, min(moment)")

    def over_time(self, choice: Choice) -> tuple[str, list[Agreement]]:
        """Return "day", "week" or "month", and how often each demo was said to be right in each."""
        where, values = choice.where()
        ((first, last),) = self.ask(
            f"SELECT min(moment), max(moment) FROM verdicts WHERE {where}", values
        )
        days = (last - first).days if first else 0
        unit = next((unit for unit, most in SPANS if days <= most), "month")
        return unit, self._counted(
            "demo, ''", choice, "min(moment)", f"date_trunc('{unit}', moment)"
        )

    def confusion(self, choice: Choice) -> list[tuple[str, str, int]]:
        """Return what was predicted, what was right and how often, the most frequent first."""
        where, values = choice.where()
        return self.ask(
            "SELECT predicted, expected, count(*) FROM verdicts "
            f"WHERE {where} AND expected <> '' GROUP BY ALL ORDER BY 3 DESC, 1, 2 "
            f"LIMIT {MOST_PAIRS}",
            values,
        )

    def reliability(self, choice: Choice) -> list[Bin]:
        """Return the judged answers in bins of their confidence, the least sure first."""
        where, values = choice.where()
        found = self.ask(
            "SELECT avg(confidence), count(*) FILTER (WHERE verdict = 'correct'), count(*) "
            f"FROM verdicts WHERE {where} AND confidence BETWEEN 0 AND 1 "
            "AND verdict IN ('correct', 'wrong') "
            f"GROUP BY least(floor(confidence * {BINS}), {BINS - 1}) ORDER BY 1",
            values,
        )
        return [Bin(*row) for row in found]

    def names(self, column: str, choice: Choice | None = None) -> list[str]:
        """Return what stands in a column, the most frequent first; empty texts are left out."""
        where, values = (choice or Choice(sources=())).where()
        found = self.ask(
            f"SELECT {column} FROM verdicts WHERE {where} AND {column} <> '' "
            f"GROUP BY 1 ORDER BY count(*) DESC, 1 LIMIT {MOST_NAMES}",
            values,
        )
        return [name for (name,) in found]

    def period(self) -> tuple[date, date] | None:
        """Return the first and the last day (UTC) of any verdict; None for no verdict."""
        ((first, last),) = self.ask("SELECT min(moment), max(moment) FROM verdicts")
        return (first.date(), last.date()) if first else None

    def count(self, choice: Choice) -> int:
        """Return how many verdicts are chosen."""
        where, values, tables = self._chosen(choice)
        return int(self.ask(f"SELECT count(*) FROM verdicts WHERE {where}", values, tables)[0][0])

    def latest(self, choice: Choice, size: int, page: int = 1) -> list[dict[str, str]]:
        """Return one page of the chosen rows by column, the newest first; fetched for this only."""
        where, values, tables = self._chosen(choice)
        found = self.ask(
            f"SELECT place, id FROM verdicts WHERE {where} ORDER BY place DESC LIMIT ? OFFSET ?",
            [*values, size, (page - 1) * size],
            tables,
        )
        return self.fetch(found)

    def fetch(self, found: Sequence[tuple[int, int]]) -> list[dict[str, str]]:
        """Return the rows of these places and hashes of ids; those that are gone are left out."""
        rows = self.store.rows([place for place, _ in found])
        hashes, wanted = self._hashes([row[0] for row in rows]), {row_id for _, row_id in found}
        return [
            dict(zip(COLUMNS, row, strict=True))
            for row, row_id in zip(rows, hashes.tolist(), strict=True)
            if row_id in wanted
        ]

    def stream(self, choice: Choice | None) -> "Iterator[pa.RecordBatch]":
        """Yield the chosen rows in the order stored; for None the whole log, replaced rows too."""
        import numpy as np

        if choice is None:
            yield from self.store.batches()
            return
        where, values, tables = self._chosen(choice)
        query = f"SELECT place, id FROM verdicts WHERE {where} ORDER BY place"
        places, ids = self._arrays(query, values, tables)
        for batch in self.store.batches((*COLUMNS, "place")) if len(places) else ():
            at = np.minimum(np.searchsorted(places, batch["place"]), len(places) - 1)
            there = places[at] == batch["place"].to_numpy()
            found = batch.filter(there).select(COLUMNS)
            yield found.filter(self._hashes(found["id"].to_pylist()) == ids[at[there]])

    def _cursor(self, tables: "Tables | None" = None) -> "duckdb.DuckDBPyConnection":
        cursor = self.connection.cursor()
        cursor.execute(QUIET)
        for name, table in (tables or {}).items():
            cursor.register(name, table)
        return cursor

    def _arrays(
        self, query: str, values: Sequence[object] = (), tables: "Tables | None" = None
    ) -> "list[npt.NDArray[np.uint64]]":
        """Return the columns of whole numbers that a query gives."""
        import numpy as np

        with self._cursor(tables) as cursor:
            found = cursor.execute(query, list(values)).fetchnumpy()
            return [np.asarray(column) for column in found.values()]

    def _hashes(self, ids: list[str]) -> "npt.NDArray[np.uint64]":
        return self._arrays("SELECT hash(unnest(?::VARCHAR[])) AS id", [ids])[0]

    def _chosen(self, choice: Choice) -> "tuple[str, list[object], dict[str, pa.Table]]":
        import pyarrow as pa

        where, values = choice.where()
        if not choice.text:
            return where, values, {}
        found = pa.table({"place": self._matching(choice.text)})
        return f"{where} AND place IN (SELECT place FROM found)", values, {"found": found}

    def _matching(self, text: str) -> "Places":
        from showcase.feedback.search import matching

        with self._lock:
            if text not in self._found:
                if len(self._found) >= SEARCHES:
                    self._found.clear()
                self._found[text] = matching(self.store, text)
            return self._found[text]

    def _counted(
        self, group: str, choice: Choice, order: str, since: str = "min(moment)"
    ) -> list[Agreement]:
        where, values = choice.where()
        found = self.ask(
            f"SELECT {group}, {since}, {COUNTED} FROM verdicts WHERE {where} "
            f"GROUP BY ALL ORDER BY {order}, demo",
            values,
        )
        return [Agreement(*row) for row in found]


@dataclass
class Analysis:
    """The one analysis of a store, read anew when the log has changed."""

    store: Store
    _verdicts: Verdicts | None = None
    _read_at: float = 0.0
    _took_s: float = 0.0
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def look(self) -> Verdicts:
        """Return what is in the store, unless it was read a moment ago.

        The longer reading takes, the longer a moment is. StorageError if it cannot be read.
        """
        with self._lock:
            mark, age_s = self.store.mark(), time.monotonic() - self._read_at
            known = self._verdicts
            if known and (known.mark == mark or age_s < SHARE * self._took_s):
                return known
            began = time.monotonic()
            self._verdicts = known = None  # its memory is wanted for the next
            self._verdicts = _read(self.store, mark)
            self._read_at = time.monotonic()
            self._took_s = self._read_at - began
            return self._verdicts


def _read(store: Store, mark: str) -> Verdicts:
    import duckdb

    from showcase.feedback.columns import load

    connection = duckdb.connect(
        ":memory:",
        config={
            "memory_limit": MEMORY_LIMIT,
            "temp_directory": str(Path(tempfile.gettempdir()) / f"vitrine-review-{os.getpid()}"),
            "autoinstall_known_extensions": "false",
            "autoload_known_extensions": "false",
        },
    )
    connection.execute(QUIET)
    stored = load(connection, store)
    ((in_force,),) = connection.execute("SELECT count(*) FROM verdicts").fetchall()
    return Verdicts(store, connection, mark, stored, in_force)

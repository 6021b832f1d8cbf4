"""The verdicts in force of a store, in columns: figures of them, and the rows behind the figures.

Only the columns that figures need are held; rows are fetched from the store when asked for.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import TYPE_CHECKING

from showcase.feedback.analytics.database import Database
from showcase.feedback.analytics.filters import Choice
from showcase.feedback.analytics.stats import Agreement, Bin
from showcase.feedback.record import COLUMNS
from showcase.feedback.store import Store

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt
    import pyarrow as pa

    Places = npt.NDArray[np.int64]

MOST_NAMES = 1_000  # that somebody could choose from
SEARCHES = 5  # texts whose rows are remembered
BINS = 10
MOST_PAIRS = 20_000  # of a prediction and an expected label
SPANS = (("day", 45), ("week", 400))  # a point for each of these in up to so many days, else months
COUNTED = "max(last), sum(correct)::BIGINT, sum(wrong)::BIGINT, sum(unsure)::BIGINT"


@dataclass(frozen=True)
class Verdicts(Database):
    """The verdicts in force as of one look at the store.

    `stored` counts every row of the log, `count_all` those in force. How often models were said to
    be right is counted day by day beforehand: there a choice is one of demos, versions, sources and
    days only.
    """

    store: Store
    mark: str
    stored: int
    count_all: int
    _found: "dict[str, Places]" = field(default_factory=dict)

    def agreement(self, choice: Choice) -> list[Agreement]:
        """Return for each demo how often it was said to be right, the most judged first."""
        return self._counted("demo, ''", choice, "sum(verdicts) DESC")

    def by_version(self, choice: Choice) -> list[Agreement]:
        """Return the same for each version of each demo, the oldest first."""
        return self._counted("demo, version", choice, "demo, min(first)")

    def over_time(self, choice: Choice) -> tuple[str, list[Agreement]]:
        """Return "day", "week" or "month", and how often each demo was said to be right in each."""
        where, values = choice.where()
        ((first, last),) = self.ask(
            f"SELECT min(first), max(last) FROM daily WHERE {where}", values
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
        ((first, last),) = self.ask("SELECT min(first), max(last) FROM daily")
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
        places, ids = self.arrays(query, values, tables)
        for batch in self.store.batches((*COLUMNS, "place")) if len(places) else ():
            at = np.minimum(np.searchsorted(places, batch["place"]), len(places) - 1)
            there = places[at] == batch["place"].to_numpy()
            found = batch.filter(there).select(COLUMNS)
            yield found.filter(self._hashes(found["id"].to_pylist()) == ids[at[there]])

    def _hashes(self, ids: list[str]) -> "npt.NDArray[np.uint64]":
        return self.arrays("SELECT hash(unnest(?::VARCHAR[])) AS id", [ids])[0]

    def _chosen(self, choice: Choice) -> "tuple[str, list[object], dict[str, pa.Table]]":
        import pyarrow as pa

        where, values = choice.where()
        if not choice.text:
            return where, values, {}
        found = pa.table({"place": self._matching(choice.text)})
        return f"{where} AND place IN (SELECT place FROM found)", values, {"found": found}

    def _matching(self, text: str) -> "Places":
        from showcase.feedback.analytics.search import matching

        with self._lock:
            if text not in self._found:
                if len(self._found) >= SEARCHES:
                    self._found.clear()
                self._found[text] = matching(self.store, text)
            return self._found[text]

    def _counted(
        self, group: str, choice: Choice, order: str, since: str = "min(first)"
    ) -> list[Agreement]:
        where, values = choice.where()
        found = self.ask(
            f"SELECT {group}, {since}, {COUNTED} FROM daily WHERE {where} "
            f"GROUP BY ALL ORDER BY {order}, demo",
            values,
        )
        return [Agreement(*row) for row in found]

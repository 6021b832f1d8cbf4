"""The columns of a log that figures need, in DuckDB: one row for each verdict in force."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa

if TYPE_CHECKING:
    import duckdb
    import numpy.typing as npt

    from showcase.feedback.store import Store

NEEDED = (
    "place",
    "id",
    "created_at",
    "demo",
    "model_version",
    "source",
    "input_hash",
    "predicted",
    "confidence",
    "verdict",
    "expected",
    "annotator",
    "session",
    "supersedes",
)
SCHEMA = pa.schema([(name, pa.int64() if name == "place" else pa.string()) for name in NEEDED])
# Long texts that are only compared take eight bytes as a hash. Rows come in any order; `place`
# tells the order in which they were stored.
LOAD = """
CREATE TABLE verdicts AS SELECT
    place, hash(id) AS id, TRY_CAST(created_at AS TIMESTAMP) AS moment, demo,
    model_version AS version, source, hash(input_hash) AS item, predicted,
    TRY_CAST(confidence AS FLOAT) AS confidence, verdict, expected, annotator,
    hash(session) AS visit,
    CASE WHEN supersedes <> '' THEN hash(supersedes) END AS supersedes
FROM log
"""
DAILY = """
CREATE TABLE daily AS SELECT
    demo, version, source, date_trunc('day', moment) AS moment, min(moment) AS first,
    max(moment) AS last, count(*) AS verdicts,
    count(*) FILTER (WHERE verdict = 'correct') AS correct,
    count(*) FILTER (WHERE verdict = 'wrong') AS wrong,
    count(*) FILTER (WHERE verdict = 'unsure') AS unsure
FROM verdicts GROUP BY ALL
"""
REPLACING = """
SELECT place, id, supersedes, hash(demo, item, visit) AS subject
FROM verdicts WHERE supersedes IS NOT NULL ORDER BY place
"""


def load(connection: "duckdb.DuckDBPyConnection", store: "Store") -> int:
    """Fill the table `verdicts` with the rows in force; return how many rows the log has.

    The table `daily` has their numbers day by day.

    Of a chain of superseding rows the newest counts, and a withdrawn one counts as nothing; of rows
    with one id the first counts. That is what `Store.count` counts.
    """
    reader = pa.RecordBatchReader.from_batches(SCHEMA, store.batches(NEEDED))
    with _registered(connection, "log", reader):
        connection.execute("SET preserve_insertion_order = false")
        connection.execute(LOAD)
    stored = connection.execute("SELECT count(*) FROM verdicts").fetchone()
    _drop(connection, _repeated(connection))
    _drop(connection, _replaced(connection))
    connection.execute("DELETE FROM verdicts WHERE verdict = 'withdrawn'")
    connection.execute("ALTER TABLE verdicts DROP COLUMN supersedes")
    connection.execute(DAILY)
    return int(stored[0]) if stored else 0


def _repeated(connection: "duckdb.DuckDBPyConnection") -> "npt.NDArray[np.int64]":
    """Return the places of rows whose id was stored before."""
    found = connection.execute("SELECT id, place FROM verdicts").fetchnumpy()
    ids, places = np.asarray(found["id"]), np.asarray(found["place"], np.int64)
    ordered = np.sort(ids)
    if (ordered[1:] != ordered[:-1]).all():
        return np.zeros(0, np.int64)
    order = np.lexsort((places, ids))
    repeated: npt.NDArray[np.int64] = places[order][1:][ids[order][1:] == ids[order][:-1]]
    return repeated


def _replaced(connection: "duckdb.DuckDBPyConnection") -> "npt.NDArray[np.int64]":
    """Return the places of rows in whose chain there is a newer one."""
    connection.execute(f"CREATE TEMP TABLE replacing AS {REPLACING}")
    links = connection.execute(
        "SELECT old.place AS old, new.place AS new "
        "FROM replacing AS new JOIN verdicts AS old ON old.id = new.supersedes "
        "WHERE old.place < new.place AND hash(old.demo, old.item, old.visit) = new.subject"
    ).fetchnumpy()
    connection.execute("DROP TABLE replacing")
    rows, numbered = np.unique(np.concatenate([links["old"], links["new"]]), return_inverse=True)
    old, new = np.split(numbered, 2)
    root = np.arange(len(rows))
    root[new] = old
    while (further := root[root] != root).any():
        root[further] = root[root[further]]
    newest = np.zeros(len(rows), np.int64)
    newest[root] = np.arange(len(rows))  # in the order stored: the last one stays
    replaced: npt.NDArray[np.int64] = rows[newest[root] != np.arange(len(rows))]
    return replaced


def _drop(connection: "duckdb.DuckDBPyConnection", places: "npt.NDArray[np.int64]") -> None:
    if not len(places):
        return
    with _registered(connection, "dropped", pa.table({"place": places})):
        connection.execute("DELETE FROM verdicts WHERE place IN (SELECT place FROM dropped)")


@contextmanager
def _registered(connection: "duckdb.DuckDBPyConnection", name: str, data: object) -> Iterator[None]:
    connection.register(name, data)
    try:
        yield
    finally:
        connection.unregister(name)

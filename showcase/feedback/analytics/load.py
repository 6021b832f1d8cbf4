"""The columns of a log that figures need, in DuckDB: one row for each verdict in force."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

import pyarrow as pa

from showcase.feedback.analytics import superseded

if TYPE_CHECKING:
    import duckdb

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
SUBJECT = ("demo", "item", "visit")


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
    _drop(connection, superseded.repeated(connection, "verdicts"))
    _drop(connection, superseded.replaced(connection, "verdicts", SUBJECT))
    connection.execute("DELETE FROM verdicts WHERE verdict = 'withdrawn'")
    connection.execute("ALTER TABLE verdicts DROP COLUMN supersedes")
    connection.execute(DAILY)
    return int(stored[0]) if stored else 0


def _drop(connection: "duckdb.DuckDBPyConnection", places: superseded.Places) -> None:
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

"""Verdicts in DuckDB: all rows of a log with their status, or the current ones in columns."""

import os
import tempfile
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol, Self, TypeVar

from showcase.feedback.errors import StorageError
from showcase.feedback.record import COLUMNS

if TYPE_CHECKING:
    import duckdb
    import numpy as np
    import numpy.typing as npt
    import pyarrow as pa

    from showcase.feedback.store import Store

    Tables = Mapping[str, pa.Table]
    Positions = npt.NDArray[np.int64]

T = TypeVar("T")
QUIET = "SET enable_progress_bar = false"  # it would go to the log; each connection has its own
MEMORY_LIMIT = "350MB"  # beyond it DuckDB goes on in the temporary folder

NEEDED = (
    "position",
    "status",
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
)
# Long texts that are only compared take eight bytes as a hash, and a UUID sixteen. Rows come in any
# order; `position` keeps the order in which they were stored.
LOAD = """
CREATE TABLE verdicts AS SELECT
    position, CASE WHEN TRY_CAST(id AS UUID)::VARCHAR = id THEN id::UUID END AS uuid,
    CASE WHEN uuid IS NULL THEN id END AS other_id, TRY_CAST(created_at AS TIMESTAMP) AS moment,
    demo, model_version AS version, source, hash(input_hash) AS item, predicted,
    TRY_CAST(confidence AS FLOAT) AS confidence, verdict, expected, annotator,
    hash(session) AS visit
FROM log WHERE status = 0
"""
ID = "coalesce(uuid::VARCHAR, other_id)"
DAILY = """
CREATE TABLE daily AS SELECT
    demo, version, source, date_trunc('day', moment) AS moment, min(moment) AS first,
    max(moment) AS last, count(*) AS verdicts,
    count(*) FILTER (WHERE verdict = 'correct') AS correct,
    count(*) FILTER (WHERE verdict = 'wrong') AS wrong,
    count(*) FILTER (WHERE verdict = 'unsure') AS unsure
FROM verdicts GROUP BY ALL
"""


def connect(memory_limit: str = MEMORY_LIMIT) -> "duckdb.DuckDBPyConnection":
    """Return a new, empty database that neither prints anything nor needs a network."""
    import duckdb

    folder = Path(tempfile.gettempdir()) / f"vitrine-review-{os.getpid()}"
    config: dict[str, str | bool | int | float | list[str]] = {
        "memory_limit": memory_limit,
        "temp_directory": str(folder),
        "autoinstall_known_extensions": "false",
        "autoload_known_extensions": "false",
    }
    connection = duckdb.connect(":memory:", config=config)
    connection.execute(QUIET)
    return connection


@dataclass(frozen=True)
class Database:
    """Answers queries; what takes long is asked once."""

    connection: "duckdb.DuckDBPyConnection"
    _kept: dict[object, Any] = field(default_factory=dict, kw_only=True)
    _lock: threading.Lock = field(default_factory=threading.Lock, kw_only=True)

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

    def arrays(
        self, query: str, values: Sequence[object] = (), tables: "Tables | None" = None
    ) -> "list[npt.NDArray[np.uint64]]":
        """Return the columns of whole numbers that a query gives."""
        import numpy as np

        with self._cursor(tables) as cursor:
            found = cursor.execute(query, list(values)).fetchnumpy()
            return [np.asarray(column) for column in found.values()]

    def _cursor(self, tables: "Tables | None" = None) -> "duckdb.DuckDBPyConnection":
        cursor = self.connection.cursor()
        cursor.execute(QUIET)
        for name, table in (tables or {}).items():
            cursor.register(name, table)
        return cursor


def load_current_rows(connection: "duckdb.DuckDBPyConnection", store: "Store") -> int:
    """Fill the table `verdicts` with the current rows; return how many rows the log has.

    The table `daily` has their numbers day by day.
    """
    import pyarrow as pa

    stored = 0

    def counted() -> Iterator[pa.RecordBatch]:
        nonlocal stored
        for batch in store.batches(NEEDED):
            stored += len(batch)
            yield batch

    types = {"position": pa.int64(), "status": pa.int8()}
    schema = pa.schema([(name, types.get(name, pa.string())) for name in NEEDED])
    connection.register("log", pa.RecordBatchReader.from_batches(schema, counted()))
    try:
        connection.execute("SET preserve_insertion_order = false")
        connection.execute(LOAD)
    finally:
        connection.unregister("log")
    connection.execute(DAILY)
    return stored


# Every row, for the commands

KEYS = (
    "id",
    "created_at",
    "demo",
    "source",
    "input_hash",
    "verdict",
    "annotator",
    "session",
    "status",
)
KEYS_MEMORY = "128MB"
OLDER_OF_A_PERSON = """
SELECT position FROM keys
WHERE status = 0 AND source <> 'game'
QUALIFY row_number() OVER (
    PARTITION BY demo, input_hash, annotator,
        CASE WHEN annotator = '' THEN COALESCE(NULLIF(session, ''), id) END
    ORDER BY created_at DESC, position DESC
) > 1
"""


class Log(Protocol):
    """What a snapshot is taken of: a store, or a file of rows."""

    def batches(self, columns: "Sequence[str]" = COLUMNS) -> "Iterator[pa.RecordBatch]":
        """Yield the columns of every row, in the order stored; see `Store.batches`."""


class Snapshot:
    """The rows that a log had at one moment; to be used in a `with` block.

    `status` holds one of `Status` for each of them, by its position from 0: (n,) int8. One pass
    over the log reads what identifies the rows, of which DuckDB sets aside what memory does not
    hold, and a second one the rows.
    """

    def __init__(self, log: Log) -> None:
        import duckdb
        import numpy as np
        import pyarrow as pa

        self._log = log
        status: list[npt.NDArray[np.int8]] = [np.empty(0, np.int8)]
        hashes: list[npt.NDArray[np.int64]] = [np.empty(0, np.int64)]
        start = 0
        with ExitStack() as stack:
            config: dict[str, str | bool | int | float | list[str]] = {
                "memory_limit": KEYS_MEMORY,
                "temp_directory": stack.enter_context(tempfile.TemporaryDirectory()),
                "threads": 2,
            }
            self._database = stack.enter_context(duckdb.connect(config=config))
            texts = ", ".join(f"{name} VARCHAR" for name in KEYS[:-1])
            self._database.execute(f"CREATE TABLE keys ({texts}, status TINYINT, position BIGINT)")
            for batch in log.batches(KEYS):
                status.append(np.asarray(batch["status"]))
                hashes.append(_hashes(batch))
                positions = pa.array(np.arange(start, start + len(batch)))
                table = pa.Table.from_batches([batch]).append_column("position", positions)
                self._database.register("batch", table)
                self._database.execute("INSERT INTO keys FROM batch")
                start += len(batch)
            self._stack = stack.pop_all()
        self.status = np.concatenate(status)
        self._hashes = np.concatenate(hashes)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._stack.close()

    def ask(self, query: str) -> "pa.Table":
        """Return the answer of SQL over `keys` (`KEYS` and `position`)."""
        return self._database.sql(query).to_arrow_table()

    def positions(self, query: str, *values: str) -> "Positions":
        """Return the column `position` of what SQL over `keys` finds, with values for its `?`."""
        import numpy as np

        return np.asarray(self._database.execute(query, values).fetchnumpy()["position"], np.int64)

    def older_of_a_person(self) -> "Positions":
        """Return where the current verdicts are that a person gave anew on the same input.

        A person is a name, or a visit where none is given; without either each verdict is somebody
        else's. Games are left out of it.
        """
        return self.positions(OLDER_OF_A_PERSON)

    def rows(self, chosen: "npt.NDArray[np.bool_]") -> "Iterator[pa.RecordBatch]":
        """Yield all columns of the chosen rows: (n,) bool by position.

        StorageError: the log has been rewritten since.
        """
        import numpy as np
        import pyarrow as pa

        start, size = 0, len(self.status)
        for whole in self._log.batches():
            batch = whole.slice(0, size - start)
            if not np.array_equal(_hashes(batch), self._hashes[start : start + len(batch)]):
                raise StorageError("The log was rewritten while it was read: run this again.")
            yield batch.filter(pa.array(chosen[start : start + len(batch)]))
            start += len(batch)
            if start == size:
                return
        if start < size:
            raise StorageError("The log was shortened while it was read: run this again.")


def _hashes(batch: "pa.RecordBatch") -> "npt.NDArray[np.int64]":
    import numpy as np

    return np.fromiter(map(hash, batch["id"].to_pylist()), np.int64, len(batch))

"""Verdicts in DuckDB: all rows of a log with their status, or the current ones in columns."""

import atexit
import os
import shutil
import tempfile
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol, Self, TypeVar

from showcase.feedback.errors import StorageError
from showcase.feedback.normalise import person_key
from showcase.feedback.record import COLUMNS
from showcase.feedback.store import Day

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
SPILLS = "vitrine-review-"  # folders of this name, with the number of their process
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
    "signed_in",
)
# Long texts that are only compared take eight bytes as a hash, and a UUID sixteen. Rows come in any
# order; `position` keeps the order in which they were stored.
LOAD = """
CREATE TABLE verdicts AS SELECT
    position, CASE WHEN TRY_CAST(id AS UUID)::VARCHAR = id THEN id::UUID END AS uuid,
    CASE WHEN uuid IS NULL THEN id END AS other_id, TRY_CAST(created_at AS TIMESTAMP) AS moment,
    demo, model_version AS version, source, hash(input_hash) AS item, predicted,
    TRY_CAST(confidence AS FLOAT) AS confidence, verdict, expected, annotator, person,
    hash(session) AS visit
FROM log WHERE status = 0
"""
SIGNED_IN = "\n"  # behind a name: in no name of its own
ID = "coalesce(uuid::VARCHAR, other_id)"
DAILY = """
CREATE OR REPLACE TABLE daily AS SELECT
    demo, version, source, date_trunc('day', moment) AS moment, min(moment) AS first,
    max(moment) AS last, count(*) AS verdicts,
    count(*) FILTER (WHERE verdict = 'correct') AS correct,
    count(*) FILTER (WHERE verdict = 'wrong') AS wrong,
    count(*) FILTER (WHERE verdict = 'unsure') AS unsure
FROM verdicts GROUP BY ALL
"""

# The same from what a store has counted itself.
COUNTED = """
CREATE TABLE daily AS SELECT
    demo, version, source, date_trunc('day', TRY_CAST(moment AS TIMESTAMP)) AS moment,
    min(TRY_CAST(first AS TIMESTAMP)) AS first, max(TRY_CAST(last AS TIMESTAMP)) AS last,
    sum(verdicts)::BIGINT AS verdicts, sum(correct)::BIGINT AS correct, sum(wrong)::BIGINT AS wrong,
    sum(unsure)::BIGINT AS unsure
FROM days WHERE verdicts > 0 GROUP BY ALL
"""


def connect(memory_limit: str = MEMORY_LIMIT) -> "duckdb.DuckDBPyConnection":
    """Return a new, empty database that neither prints anything nor needs a network."""
    import duckdb

    config: dict[str, str | bool | int | float | list[str]] = {
        "memory_limit": memory_limit,
        "temp_directory": str(_spill_folder()),
        "autoinstall_known_extensions": "false",
        "autoload_known_extensions": "false",
    }
    connection = duckdb.connect(":memory:", config=config)
    connection.execute(QUIET)
    return connection


@cache
def _spill_folder() -> Path:
    """Return this process's own folder for what memory does not hold; removed when it ends."""
    remove_spills()
    folder = Path(tempfile.mkdtemp(prefix=own_prefix()))  # nobody else may read it
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    return folder


def own_prefix() -> str:
    """Return what folders of this process are called that may be left by a kill, for `tempfile`."""
    return f"{SPILLS}{os.getpid()}-"


def remove_spills() -> None:
    """Remove what processes that were killed have left: it holds verdicts and names."""
    if os.name != "posix":  # elsewhere the question would end the process
        return
    for folder in Path(tempfile.gettempdir()).glob(f"{SPILLS}*"):
        process = folder.name.removeprefix(SPILLS).partition("-")[0]
        try:
            os.kill(int(process), 0)  # sends nothing
        except (ProcessLookupError, ValueError):
            shutil.rmtree(folder, ignore_errors=True)
        except OSError:  # another user's
            continue


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
            yield with_person(batch)

    types = {"position": pa.int64(), "status": pa.int8()}
    schema = pa.schema([(name, types.get(name, pa.string())) for name in (*NEEDED, "person")])
    connection.register("log", pa.RecordBatchReader.from_batches(schema, counted()))
    try:
        connection.execute("SET preserve_insertion_order = false")
        connection.execute(LOAD)
    finally:
        connection.unregister("log")
    connection.execute(DAILY)
    return stored


def load_days(connection: "duckdb.DuckDBPyConnection", days: "Sequence[Day]") -> None:
    """Fill the table `daily` with what a store has counted."""
    import pyarrow as pa

    texts = ("demo", "version", "source", "moment", "first", "last")
    types = {name: pa.string() if name in texts else pa.int64() for name in Day._fields}
    table = pa.Table.from_pylist([day._asdict() for day in days], pa.schema(types.items()))
    connection.register("days", table)
    try:
        connection.execute(COUNTED)
    finally:
        connection.unregister("days")


def with_person(batch: "pa.RecordBatch") -> "pa.RecordBatch":
    """Add a column that is equal for all spellings of a name; nobody's name is empty.

    Who signed in is another person than somebody who only gives that name.
    """
    import pyarrow as pa
    import pyarrow.compute as pc

    names = batch["annotator"].dictionary_encode()
    keys = pa.array(map(person_key, names.dictionary.to_pylist()), pa.string())
    person = keys.take(names.indices)
    proven = pc.and_(pc.equal(batch["signed_in"], "true"), pc.not_equal(person, ""))
    person = pc.if_else(proven, pc.binary_join_element_wise(person, SIGNED_IN, ""), person)
    return pa.RecordBatch.from_arrays([*batch.columns, person], [*batch.schema.names, "person"])


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
    "signed_in",
    "status",
)
KEYS_MEMORY = "128MB"
OLDER_OF_A_PERSON = """
SELECT position FROM keys
WHERE status = 0 AND source <> 'game'
QUALIFY row_number() OVER (
    PARTITION BY demo, input_hash, person,
        CASE WHEN person = '' THEN COALESCE(NULLIF(session, ''), id) END
    ORDER BY position DESC
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
        import numpy as np
        import pyarrow as pa

        self._log = log
        status: list[npt.NDArray[np.int8]] = [np.empty(0, np.int8)]
        hashes: list[npt.NDArray[np.int64]] = [np.empty(0, np.int64)]
        start = 0
        with ExitStack() as stack:
            self._database = stack.enter_context(connect(KEYS_MEMORY))
            self._database.execute("SET threads = 2")
            texts = ", ".join(f"{name} VARCHAR" for name in KEYS[:-1])
            self._database.execute(
                f"CREATE TABLE keys ({texts}, status TINYINT, person VARCHAR, position BIGINT)"
            )
            for batch in log.batches(KEYS):
                status.append(np.asarray(batch["status"]))
                hashes.append(_hashes(batch))
                positions = pa.array(np.arange(start, start + len(batch)))
                table = pa.Table.from_batches([with_person(batch)]).append_column(
                    "position", positions
                )
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
        """Return the answer of SQL over `keys` (`KEYS`, `person` and `position`)."""
        return self._database.sql(query).to_arrow_table()

    def positions(self, query: str, *values: str) -> "Positions":
        """Return the column `position` of what SQL over `keys` finds, with values for its `?`."""
        import numpy as np

        return np.asarray(self._database.execute(query, values).fetchnumpy()["position"], np.int64)

    def older_of_a_person(self) -> "Positions":
        """Return where the current verdicts are that a person gave anew on the same input.

        A person is a name, proven or not, or a visit where none is given; without either each
        verdict is somebody else's. Games are left out of it.
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

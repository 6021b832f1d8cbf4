"""Every row's standing in a log of any length: what is in force, and what something newer replaced.

One pass over the log gives the standings, a second one the rows. Memory holds what identifies a
row, and not even that of more rows than fit: DuckDB sets the rest aside.
"""

import tempfile
from collections.abc import Iterator
from contextlib import ExitStack
from typing import TYPE_CHECKING, Protocol, Self

import duckdb
import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from showcase.feedback.analytics import superseded
from showcase.feedback.errors import StorageError
from showcase.feedback.record import COLUMNS

if TYPE_CHECKING:
    from collections.abc import Sequence

KEYS = (
    "id",
    "created_at",
    "demo",
    "source",
    "input_hash",
    "verdict",
    "annotator",
    "session",
    "supersedes",
)
SCHEMA = pa.schema([*((name, pa.string()) for name in KEYS), ("place", pa.int64())])
IN_FORCE, REPLACED, WITHDRAWN = range(3)
MEMORY = "128MB"

INSERT = """
INSERT INTO keys SELECT * REPLACE (NULLIF(supersedes, '') AS supersedes) FROM batch
"""
SUBJECT = ("demo", "input_hash", "session")
OLDER_OF_A_PERSON = """
SELECT place FROM keys SEMI JOIN standing ON keys.place = standing.place AND standing.code = 0
WHERE source <> 'game'
QUALIFY row_number() OVER (
    PARTITION BY demo, input_hash, annotator,
        CASE WHEN annotator = '' THEN COALESCE(NULLIF(session, ''), id) END
    ORDER BY created_at DESC, place DESC
) > 1
"""


class Log(Protocol):
    """What a snapshot is taken of: a store, or a file of rows."""

    def batches(self, columns: "Sequence[str]" = COLUMNS) -> Iterator[pa.RecordBatch]:
        """Yield the columns of every row, in the order stored."""


class Snapshot:
    """The rows that a log had at one moment; to be used in a `with` block.

    `standing` holds for each of them, by its place, whether it is in force: (n,) uint8.
    """

    def __init__(self, log: Log) -> None:
        self._log = log
        self._ids: list[NDArray[np.int64]] = []
        with ExitStack() as stack:
            folder = stack.enter_context(tempfile.TemporaryDirectory())
            config: dict[str, str | bool | int | float | list[str]] = {
                "memory_limit": MEMORY,
                "temp_directory": folder,
                "threads": 2,
            }
            self._database = stack.enter_context(duckdb.connect(config=config))
            self._database.register("none", SCHEMA.empty_table())
            self._database.execute("CREATE TABLE keys AS SELECT * FROM none")
            for batch in self._keys():
                self._database.register("batch", pa.Table.from_batches([batch]))
                self._database.execute(INSERT)
            self.standing = self._standing()
            self._stack = stack.pop_all()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._stack.close()

    def ask(self, query: str) -> pa.Table:
        """Return the answer of SQL over `keys` (`KEYS`, `place`) and `standing` (place, code)."""
        places = np.arange(len(self.standing))
        table = pa.table({"place": places, "code": self.standing})
        self._database.register("standing", table)
        return self._database.sql(query).to_arrow_table()

    def places(self, query: str, *values: str) -> superseded.Places:
        """Return the column `place` of the answer of SQL over `keys`, with values for its `?`."""
        found = self._database.execute(query, values).fetchnumpy()["place"]
        return np.asarray(found, np.int64)

    def older_of_a_person(self) -> superseded.Places:
        """Return the places of verdicts in force that the same person gave anew on that input.

        A person is a name, or a visit where none is given; without either each verdict is somebody
        else's. Games are left out of it.
        """
        return np.asarray(self.ask(OLDER_OF_A_PERSON)["place"], np.int64)

    def rows(self, chosen: NDArray[np.bool_]) -> Iterator[pa.RecordBatch]:
        """Yield all columns of the chosen rows: (n,) bool by place.

        StorageError: the log has been rewritten since.
        """
        start = 0
        for whole in self._log.batches():
            batch = whole.slice(0, len(self.standing) - start)
            if not np.array_equal(_hashes(batch), self._hashes[start : start + len(batch)]):
                raise StorageError("The log was rewritten while it was read: run this again.")
            yield batch.filter(pa.array(chosen[start : start + len(batch)]))
            start += len(batch)
            if start == len(self.standing):
                return
        if start < len(self.standing):
            raise StorageError("The log was shortened while it was read: run this again.")

    def _keys(self) -> Iterator[pa.RecordBatch]:
        start = 0
        for batch in self._log.batches(KEYS):
            self._ids.append(_hashes(batch))
            places = pa.array(np.arange(start, start + len(batch)), pa.int64())
            yield pa.RecordBatch.from_arrays([*batch.columns, places], schema=SCHEMA)
            start += len(batch)

    def _standing(self) -> NDArray[np.uint8]:
        self._hashes = np.concatenate([*self._ids, np.empty(0, np.int64)])
        standing = np.full(len(self._hashes), IN_FORCE, np.uint8)
        withdrawn = "SELECT place FROM keys WHERE verdict = 'withdrawn'"
        standing[self.places(withdrawn)] = WITHDRAWN
        twice = superseded.repeated(self._database, "keys")
        standing[twice] = REPLACED
        self._database.register("twice", pa.table({"place": twice}))
        self._database.execute("CREATE TEMP VIEW once AS FROM keys ANTI JOIN twice USING (place)")
        standing[superseded.replaced(self._database, "once", SUBJECT)] = REPLACED
        return standing


def _hashes(batch: pa.RecordBatch) -> NDArray[np.int64]:
    return np.fromiter(map(hash, batch.column("id").to_pylist()), np.int64, len(batch))

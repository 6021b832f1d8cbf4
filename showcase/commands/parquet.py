"""A Parquet file as a log: the columns of the feedback, all of them strings."""

import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from contextlib import closing, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from filelock import FileLock, Timeout

from showcase.feedback import COLUMNS, FeedbackError
from showcase.feedback.csv_log.file import sync_folder
from showcase.feedback.csv_log.index import temporary
from showcase.feedback.errors import storage_errors
from showcase.feedback.record import ADDED, EXTRA, Keys, chunks

if TYPE_CHECKING:
    import pyarrow as pa
    from pyarrow.parquet import ParquetWriter

BATCH_ROWS = 10_000
NOT_READ = "The rows could not be read"
NOT_WRITTEN = "The rows were not written"


class ParquetLog:
    """The file; it is only ever replaced as a whole."""

    def __init__(self, path: Path) -> None:
        self.place = str(path)
        self._path = path

    def batches(self, columns: Sequence[str] = COLUMNS) -> Iterator["pa.RecordBatch"]:
        """Yield the rows in their order; see `Store.batches`."""
        import pyarrow as pa
        from pyarrow import parquet

        if set(EXTRA) & set(columns):
            yield from self._with_status(columns)
            return
        with storage_errors(NOT_READ, self.place), _bad_files(self.place):
            if not self._path.exists():
                return
            with parquet.ParquetFile(self._path) as file:
                self._check(there := file.schema_arrow.names)
                wanted = [name for name in columns if name in there]
                for batch in file.iter_batches(BATCH_ROWS, columns=wanted):
                    none = pa.array([""] * len(batch))
                    cells = [
                        _text(batch.column(name)) if name in there else none for name in columns
                    ]
                    yield pa.RecordBatch.from_arrays(cells, list(columns))

    def _with_status(self, columns: Sequence[str]) -> Iterator["pa.RecordBatch"]:
        """Yield rows with their number and status, worked out in a temporary index."""
        import numpy as np
        import pyarrow as pa

        from showcase.feedback.csv_log.arrow_reader import with_status

        with temporary(enumerate(self._keys())) as index:
            others = np.array(index.not_current(), np.int64).reshape(-1, 2)
        names = sorted({*columns, "id"} - {*EXTRA})
        start = 0
        for batch in self.batches(names):
            positions = pa.array(np.arange(start, start + len(batch)), pa.int64())
            numbered = pa.RecordBatch.from_arrays([*batch.columns, positions], [*names, EXTRA[0]])
            yield with_status(numbered, others, columns)
            start += len(batch)

    def _keys(self) -> Iterator[tuple[str, ...]]:
        """Return the rows with nothing but their keys in them."""
        blank = dict.fromkeys(COLUMNS, "")
        for batch in self.batches(Keys._fields):
            for row in batch.to_pylist():
                yield tuple({**blank, **row}.values())

    def extend(self, rows: Iterable[Sequence[str]]) -> int:
        """Add the rows whose ids are not there yet, in order; return how many these were.

        Until all of them are written the file stays as it was.
        """
        lock = FileLock(f"{self._path}.lock", timeout=0)
        part = self._path.with_name(f"{self._path.name}.part")
        with storage_errors(NOT_WRITTEN, self.place), _not_twice(self.place):
            self._path.parent.mkdir(parents=True, exist_ok=True)
            with lock:
                try:
                    new = self._write(part, rows)
                    part.replace(self._path)
                    sync_folder(self._path.parent)
                finally:
                    part.unlink(missing_ok=True)
                    Path(lock.lock_file).unlink(missing_ok=True)
        return new

    def _write(self, part: Path, rows: Iterable[Sequence[str]]) -> int:
        import pyarrow as pa
        from pyarrow import parquet

        schema = pa.schema([(name, pa.string()) for name in COLUMNS])
        # without a name the database is a temporary file that no kill leaves behind
        with (
            parquet.ParquetWriter(part, schema, compression="zstd") as file,
            closing(sqlite3.connect("", isolation_level=None)) as ids,
        ):
            ids.execute("CREATE TABLE ids (id TEXT PRIMARY KEY) WITHOUT ROWID")
            ids.execute("BEGIN")
            for batch in self.batches():
                ids.executemany(
                    "INSERT OR IGNORE INTO ids VALUES (?)", _singles(batch.column("id").to_pylist())
                )
                file.write_batch(batch)
            return sum(_added(file, ids, chunk, schema) for chunk in chunks(rows))

    def _check(self, names: Sequence[str]) -> None:
        if missing := [name for name in COLUMNS if name not in (*names, *ADDED)]:
            raise FeedbackError(
                f"{self.place} is no log of verdicts: it lacks the columns {', '.join(missing)}."
            )


def _added(
    file: "ParquetWriter",
    ids: sqlite3.Connection,
    rows: Sequence[Sequence[str]],
    schema: "pa.Schema",
) -> int:
    import pyarrow as pa

    new = [
        row
        for row in rows
        if ids.execute("INSERT OR IGNORE INTO ids VALUES (?)", (row[0],)).rowcount
    ]
    if new:
        columns = [pa.array(cells, pa.string()) for cells in zip(*new, strict=True)]
        file.write_batch(pa.RecordBatch.from_arrays(columns, schema=schema))
    return len(new)


def _singles(values: Iterable[str]) -> Iterator[tuple[str]]:
    return ((value,) for value in values)


def _text(cells: "pa.Array") -> "pa.Array":
    """Return cells of any type as text, empty for none; a double as `Record` writes it, `1.0`."""
    import pyarrow as pa

    if pa.types.is_float64(cells.type):
        cells = pa.array([None if (cell := one.as_py()) is None else repr(cell) for one in cells])
    return cells.cast(pa.string()).fill_null("")


@contextmanager
def _bad_files(place: str) -> Iterator[None]:
    import pyarrow as pa

    try:
        yield
    except (pa.ArrowInvalid, pa.ArrowNotImplementedError) as error:
        reason = str(error).split(". ")[0]
        raise FeedbackError(f"{place} cannot be read as Parquet: {reason}.") from error


@contextmanager
def _not_twice(place: str) -> Iterator[None]:
    try:
        yield
    except Timeout as error:
        raise FeedbackError(
            f"Another process is writing {place}: wait until it is done."
        ) from error

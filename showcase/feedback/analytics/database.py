"""A DuckDB database in memory, which any number of threads may ask."""

import os
import tempfile
import threading
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

if TYPE_CHECKING:
    import duckdb
    import numpy as np
    import numpy.typing as npt
    import pyarrow as pa

    Tables = Mapping[str, pa.Table]

T = TypeVar("T")
QUIET = "SET enable_progress_bar = false"  # it would go to the log; each connection has its own
MEMORY_LIMIT = "350MB"  # beyond it DuckDB goes on in the temporary folder


def connect() -> "duckdb.DuckDBPyConnection":
    """Return a new, empty database that neither prints anything nor needs a network."""
    import duckdb

    folder = Path(tempfile.gettempdir()) / f"vitrine-review-{os.getpid()}"
    config: dict[str, str | bool | int | float | list[str]] = {
        "memory_limit": MEMORY_LIMIT,
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

"""Which rows of a log came twice, and which a newer row of their chain replaced; in DuckDB.

The tables that are asked hold `place`, the order in which rows were stored, `id` and `supersedes`
(null for none), as texts or as hashes of them. It is what `Store.count` counts.
"""

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

if TYPE_CHECKING:
    import duckdb

Places = npt.NDArray[np.int64]

REPEATED = """
SELECT place FROM {table}
SEMI JOIN (SELECT id FROM {table} GROUP BY id HAVING count(*) > 1) USING (id)
QUALIFY row_number() OVER (PARTITION BY id ORDER BY place) > 1
"""
LINKS = """
WITH replacing AS (SELECT * FROM {table} WHERE supersedes IS NOT NULL)
SELECT old.place AS old, new.place AS new
FROM replacing AS new JOIN {table} AS old ON old.id = new.supersedes AND old.place < new.place
WHERE {alike} ORDER BY new.place
"""


def repeated(connection: "duckdb.DuckDBPyConnection", table: str) -> Places:
    """Return the places of rows whose id was stored before."""
    return _places(connection.execute(REPEATED.format(table=table)).fetchnumpy()["place"])


def replaced(connection: "duckdb.DuckDBPyConnection", table: str, subject: Sequence[str]) -> Places:
    """Return the places of rows in whose chain there is a newer one; no id may be there twice.

    A row can only replace one that is alike in the columns of `subject`.
    """
    alike = " AND ".join(f"old.{column} = new.{column}" for column in subject)
    links = connection.execute(LINKS.format(table=table, alike=alike)).fetchnumpy()
    rows, numbered = np.unique(np.concatenate([links["old"], links["new"]]), return_inverse=True)
    old, new = np.split(numbered, 2)
    root = np.arange(len(rows))
    root[new] = old
    while (further := root[root] != root).any():
        root[further] = root[root[further]]
    newest = np.zeros(len(rows), np.int64)
    newest[root] = np.arange(len(rows))  # in the order stored: the last one stays
    return _places(rows[newest[root] != np.arange(len(rows))])


def _places(found: npt.ArrayLike) -> Places:
    return np.asarray(found, np.int64)

"""Rows of a table as Arrow record batches of strings."""

from collections.abc import Sequence
from typing import Any

import pyarrow as pa

PLACE = "place"  # an int64, the key of the row


def batch(rows: Sequence[Sequence[Any]], columns: Sequence[str]) -> pa.RecordBatch:
    """Return at least one row, cells in the order of the columns, as a batch."""
    cells = zip(*rows, strict=True)
    arrays = [_array(name, found) for name, found in zip(columns, cells, strict=True)]
    return pa.RecordBatch.from_arrays(arrays, list(columns))


def _array(name: str, cells: Sequence[Any]) -> pa.Array:
    if name == PLACE:
        return pa.array(cells, pa.int64())
    if name == "confidence":
        cells = ["" if cell is None else str(cell) for cell in cells]
    return pa.array(cells, pa.string())

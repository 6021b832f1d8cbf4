"""Rows as a pandas table."""

from collections.abc import Iterable, Sequence
from itertools import islice

import pandas as pd

from showcase.feedback.record import COLUMNS

# Bounds what Python strings take beside the table that they go into.
BATCH = 20_000


def frame(rows: Iterable[Sequence[str]]) -> pd.DataFrame:
    """Return the rows with text columns as str and `confidence` as float64, NaN for none."""
    remaining = iter(rows)
    pieces = [_piece([])]
    while batch := list(islice(remaining, BATCH)):
        pieces.append(_piece(batch))
    return pd.concat(pieces, ignore_index=True)


def _piece(rows: list[Sequence[str]]) -> pd.DataFrame:
    piece = pd.DataFrame(rows, columns=list(COLUMNS), dtype="str")
    piece["confidence"] = [_number(text) for text in piece["confidence"]]
    return piece.astype({"confidence": "float64"})


def _number(text: str) -> float:
    """Return the number exactly as it was written; NaN for none, as for what a person typed in."""
    try:
        return float(text or "nan")
    except ValueError:
        return float("nan")

"""`feedback export`: the rows in force, or the whole log, as a file."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from showcase.commands.tables import BOM, writing
from showcase.feedback import COLUMNS
from showcase.feedback.snapshot import IN_FORCE, Log, Snapshot

MATCHING = """
SELECT place FROM keys
WHERE ($1 = '' OR demo = $2) AND created_at >= $3 AND ($4 = '' OR created_at < $5)
"""
NESTED = ("input", "prediction")


class Choice(NamedTuple):
    """Which rows: of one demo or of all, from one moment and before another, as they are stored."""

    demo: str = ""
    since: str = ""
    until: str = ""
    every: bool = False


def export(log: Log, path: Path, form: str, choice: Choice) -> int:
    """Write the chosen rows in their order; return how many."""
    with (
        Snapshot(log) as snapshot,
        writing(path, form, dict.fromkeys(COLUMNS, "text"), BOM) as write,
    ):
        chosen = _chosen(snapshot, choice)
        for batch in snapshot.rows(chosen):
            write(map(_nested, cells(batch)) if form == "jsonl" else cells(batch))
    return int(chosen.sum())


def cells(batch: pa.RecordBatch) -> Iterator[tuple[str, ...]]:
    """Return the rows of a batch."""
    return zip(*(column.to_pylist() for column in batch.columns), strict=True)


def _chosen(snapshot: Snapshot, choice: Choice) -> NDArray[np.bool_]:
    chosen = np.zeros(len(snapshot.standing), bool)
    demo, since, until, every = choice
    chosen[snapshot.places(MATCHING, demo, demo, since, until, until)] = True
    return chosen if every else chosen & (snapshot.standing == IN_FORCE)


def _nested(row: tuple[str, ...]) -> list[Any]:
    """Return a row whose JSON is no text any more, and whose confidence is a number or null."""
    told: dict[str, Any] = dict(zip(COLUMNS, row, strict=True))
    for name in NESTED:
        told[name] = parsed(told[name])
    told["confidence"] = parsed(told["confidence"]) if told["confidence"] else None
    return list(told.values())


def parsed(text: str) -> Any:
    """Return what a cell of JSON holds, or the text if it is none."""
    try:
        return json.loads(text)
    except ValueError:  # as a person may have typed it in
        return text

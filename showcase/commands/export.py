"""Rows of the log as a file: for `feedback export` and for the download of the review page."""

import json
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from showcase.commands.store_urls import CommandError, printable
from showcase.commands.tables import BOM, writing
from showcase.contract import registry
from showcase.feedback import COLUMNS
from showcase.feedback.analytics.row_status import IN_FORCE, Log, Snapshot

MATCHING = """
SELECT place FROM keys
WHERE ($1 = '' OR demo = $2) AND created_at >= $3 AND ($4 = '' OR created_at < $5)
"""
DEMOS = "SELECT DISTINCT demo FROM keys ORDER BY demo"
NESTED = (COLUMNS.index("input"), COLUMNS.index("prediction"))
CONFIDENCE = COLUMNS.index("confidence")
TEXTS = dict.fromkeys(COLUMNS, "text")
KINDS = {"csv": TEXTS, "jsonl": TEXTS, "parquet": TEXTS | {"confidence": "number"}}


class Choice(NamedTuple):
    """Which rows: of one demo or of all, from one moment and before another, as they are stored."""

    demo: str = ""
    since: str = ""
    until: str = ""
    every: bool = False


def export(log: Log, path: Path, form: str, choice: Choice) -> int:
    """Write the chosen rows in their order; return how many.

    CommandError: there is no such demo, neither in the log nor in the app.
    """
    with Snapshot(log) as snapshot:
        chosen = _chosen(snapshot, choice)
        write(snapshot.rows(chosen), path, form)
    return int(chosen.sum())


def write(batches: Iterable[pa.RecordBatch], path: Path, form: str) -> None:
    """Write rows: all texts in CSV; in Parquet and JSON lines a confidence is a number or null.

    JSON lines hold inputs and predictions as the JSON that they are.
    """
    with writing(path, form, KINDS[form], BOM) as into:
        for batch in batches:
            into(map(SHAPES[form], cells(batch)))


def cells(batch: pa.RecordBatch) -> Iterator[tuple[str, ...]]:
    """Return the rows of a batch."""
    return zip(*(column.to_pylist() for column in batch.columns), strict=True)


def _chosen(snapshot: Snapshot, choice: Choice) -> NDArray[np.bool_]:
    chosen = np.zeros(len(snapshot.standing), bool)
    demo, since, until, every = choice
    if demo and demo not in {one.name for one in registry.demos()}:
        _refuse_unknown(demo, snapshot.ask(DEMOS)["demo"].to_pylist())
    chosen[snapshot.places(MATCHING, demo, demo, since, until, until)] = True
    return chosen if every else chosen & (snapshot.standing == IN_FORCE)


def _refuse_unknown(demo: str, known: list[str]) -> None:
    if demo not in known:
        named = f"it has {', '.join(map(printable, known))}" if known else "it is empty"
        raise CommandError(f"The log has no rows of “{printable(demo)}”: {named}.")


def _typed(row: tuple[str, ...]) -> list[Any]:
    """Return a row whose confidence is a number or null."""
    told: list[Any] = list(row)
    told[CONFIDENCE] = _share(row[CONFIDENCE])
    return told


def _share(text: str) -> float | None:
    """Return a confidence; None for none, and for what somebody typed in that is none.

    >>> _share("0.97"), _share(""), _share("high"), _share("nan")
    (0.97, None, None, None)
    """
    try:
        share = float(text)
    except ValueError:
        return None
    return share if 0 <= share <= 1 else None


def _nested(row: tuple[str, ...]) -> list[Any]:
    """Return a row whose JSON is no text any more, and whose confidence is a number or null."""
    told = _typed(row)
    for place in NESTED:
        told[place] = parsed(told[place])
    return told


def parsed(text: str) -> Any:
    """Return what a cell of JSON holds, or the text if it is none."""
    try:
        return json.loads(text)
    except ValueError:  # as a person may have typed it in
        return text


SHAPES: dict[str, Callable[[tuple[str, ...]], Sequence[Any]]] = {
    "csv": list,
    "jsonl": _nested,
    "parquet": _typed,
}

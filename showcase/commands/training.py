"""`feedback export --training`: what people said about a demo, as inputs and targets to learn from.

One row per input and person: the newest of each chain, and the newest of several verdicts of the
same person about the same input.
"""

import math
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray
from pydantic import ValidationError
from pydantic.fields import FieldInfo

from showcase.commands.export import cells, parsed
from showcase.commands.store_urls import CommandError
from showcase.commands.tables import writing
from showcase.contract import Demo, ModelModule
from showcase.contract.inputs import Kind
from showcase.feedback import COLUMNS
from showcase.feedback.analytics.row_status import REPLACED, WITHDRAWN, Log, Snapshot

TARGET = "target"
SORTS = {"float": "number", "int": "whole", "bool": "bool"}
OF_DEMO = "SELECT place FROM keys WHERE demo = ?"
GAMES = "SELECT place FROM keys WHERE source = 'game'"

OLDER = "replaced by a newer one"
UNDONE = "withdrawn"
PLAYED = "from games"
UNSURE = "unsure"
UNTOLD = "wrong, without the right answer"
NO_ANSWER = "correct, without a right answer to learn"
UNKNOWN = "with a right answer that the model does not know"
INVALID = "with an input that the model does not take"
REASONS = (OLDER, UNDONE, PLAYED, UNSURE, UNTOLD, NO_ANSWER, UNKNOWN, INVALID)


class Outcome(NamedTuple):
    """How many rows were written, and how many were left out for each of `REASONS`."""

    written: int
    left_out: dict[str, int]


def export_training(log: Log, demo: Demo, path: Path, form: str) -> Outcome:
    """Write the inputs of a demo, a column for each field, with their targets."""
    module = demo.load_module()
    sorts = {name: _sort(info) for name, info in module.Input.model_fields.items()}
    if TARGET in sorts:
        raise CommandError(f"The input of {demo.name} has a field “{TARGET}” of its own.")
    target = "text" if module.LABELS is not None or not _is_number(log, demo) else "number"
    left_out = Counter(dict.fromkeys(REASONS, 0))
    written = 0
    with Snapshot(log) as snapshot, writing(path, form, sorts | {TARGET: target}) as write:
        chosen = _chosen(snapshot, demo.name, left_out)
        for batch in snapshot.rows(chosen):
            rows = list(_examples(module, batch, target, left_out))
            write(rows)
            written += len(rows)
    return Outcome(written, dict(left_out))


def _chosen(snapshot: Snapshot, demo: str, left_out: Counter[str]) -> NDArray[np.bool_]:
    """Return the rows (n,) bool that count by their standing; say how many do not, and why."""
    standing = snapshot.standing.copy()
    of_demo, games = np.zeros((2, len(standing)), bool)
    of_demo[snapshot.places(OF_DEMO, demo)] = True
    games[snapshot.places(GAMES)] = True
    standing[snapshot.older_of_a_person()] = REPLACED
    left_out[PLAYED] = int((of_demo & games).sum())
    candidates = of_demo & ~games
    for reason, code in ((OLDER, REPLACED), (UNDONE, WITHDRAWN)):
        left_out[reason] = int((candidates & (standing == code)).sum())
        candidates &= standing != code
    return candidates


def _examples(
    module: ModelModule, batch: pa.RecordBatch, target: str, left_out: Counter[str]
) -> Iterator[list[Any]]:
    for row in cells(batch):
        told = dict(zip(COLUMNS, row, strict=True))
        if reason := _reason(told, module, target):
            left_out[reason] += 1
            continue
        try:
            given = module.Input.model_validate_json(told["input"])
        except ValidationError:
            left_out[INVALID] += 1
            continue
        answer = float(told["expected"]) if target == "number" else told["expected"]
        yield [*given.model_dump(mode="json").values(), answer]


def _reason(row: dict[str, str], module: ModelModule, target: str) -> str:
    """Return why there is nothing to learn from a row; empty if there is."""
    if row["verdict"] == "unsure":
        return UNSURE
    if not row["expected"]:
        return UNTOLD if row["verdict"] == "wrong" else NO_ANSWER
    if target == "number":
        return "" if _is_finite(row["expected"]) else UNKNOWN
    return UNKNOWN if module.LABELS is not None and row["expected"] not in module.LABELS else ""


def _is_finite(text: str) -> bool:
    try:
        return math.isfinite(float(text))
    except ValueError:
        return False


def _is_number(log: Log, demo: Demo) -> bool:
    """Tell whether the demo answers with a number, by the first of its answers that is stored."""
    for batch in log.batches(("demo", "prediction")):
        for name, prediction in cells(batch):
            if name == demo.name:
                found = parsed(prediction)
                value = found.get("value") if isinstance(found, dict) else None
                return isinstance(value, int | float) and not isinstance(value, bool)
    return False


def _sort(info: FieldInfo) -> str:
    """Return which of `TYPES` holds the values of a field."""
    kind = Kind.of(info)
    if kind.choices:
        return "whole" if all(type(choice) is int for choice in kind.choices) else "text"
    return SORTS.get(kind.sort, "text")

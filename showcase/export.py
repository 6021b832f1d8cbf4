"""Rows of the log as a file: CSV, JSON lines or Parquet; as they are, or as data to train on.

For `showcase feedback export` and for the download of the review page.
"""

import json
import math
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray
from pydantic import ValidationError

from showcase.contract import Demo, ModelModule, registry
from showcase.contract.fields import Field, fields
from showcase.contract.messages import printable
from showcase.feedback import COLUMNS, FeedbackError
from showcase.feedback.analytics.load import Log, Snapshot
from showcase.feedback.csv_log.file import encode, encode_all
from showcase.feedback.errors import storage_errors
from showcase.feedback.record import Status

FORMATS = ("csv", "jsonl", "parquet")
BOM = "\ufeff".encode()  # tells Excel that the file is UTF-8
TYPES = {"number": "double", "whole": "int64", "bool": "bool", "text": "string"}
Rows = Iterable[Sequence[Any]]
Write = Callable[[Rows], None]
MATCHING = """
SELECT position FROM keys
WHERE ($1 = '' OR demo = $2) AND created_at >= $3 AND ($4 = '' OR created_at < $5)
"""
DEMOS = "SELECT DISTINCT demo FROM keys ORDER BY demo"
NESTED = (COLUMNS.index("input"), COLUMNS.index("prediction"))
CONFIDENCE = COLUMNS.index("confidence")
ALL_TEXT = dict.fromkeys(COLUMNS, "text")
KINDS = {"csv": ALL_TEXT, "jsonl": ALL_TEXT, "parquet": ALL_TEXT | {"confidence": "number"}}
TARGET = "target"
COLUMN_TYPES = {"float": "number", "int": "whole", "bool": "bool"}
OF_DEMO = "SELECT position FROM keys WHERE demo = ?"
GAMES = "SELECT position FROM keys WHERE source = 'game'"
OLDER = "replaced by a newer one"
UNDONE = "withdrawn"
PLAYED = "from games"
UNSURE = "unsure"
UNTOLD = "wrong, without the right answer"
NO_ANSWER = "correct, without a right answer to learn"
UNKNOWN = "with a right answer that the model does not know"
INVALID = "with an input that the model does not take"
REASONS = (OLDER, UNDONE, PLAYED, UNSURE, UNTOLD, NO_ANSWER, UNKNOWN, INVALID)


class ExportError(FeedbackError):
    """What was asked for cannot be exported; the message says why, in a sentence."""


def format_of(path: Path, given: str | None) -> str:
    """Return the format that was asked for, or that the name of the file tells."""
    found = given or path.suffix.removeprefix(".").lower()
    if found not in FORMATS:
        raise ExportError(
            f"{path} does not tell its format: call it .csv, .jsonl or .parquet, or say --format."
        )
    return found


@contextmanager
def writing(
    path: Path, form: str, columns: Mapping[str, str], mark: bytes = b""
) -> Iterator[Write]:
    """Give a function that writes rows; the file is there once all of them are written.

    `columns` are the names, each with one of `TYPES`. Texts that a spreadsheet would run get an
    apostrophe in CSV only, which begins with `mark`.
    """
    part = path.with_name(f"{path.name}.part")
    with storage_errors("The file was not written", str(path)):
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            part.write_bytes(mark if form == "csv" else b"")
            with WRITERS[form](part, columns) as write:
                yield write
            part.replace(path)
        finally:
            part.unlink(missing_ok=True)


@contextmanager
def _csv(path: Path, columns: Mapping[str, str]) -> Iterator[Write]:
    with path.open("ab") as file:
        file.write(encode(tuple(columns)))

        def write(rows: Rows) -> None:
            file.write(encode_all([_cell(value) for value in row] for row in rows))

        yield write


@contextmanager
def _json_lines(path: Path, columns: Mapping[str, str]) -> Iterator[Write]:
    with path.open("w", encoding="utf-8", newline="\n") as file:

        def write(rows: Rows) -> None:
            for row in rows:
                told = dict(zip(columns, row, strict=True))
                file.write(json.dumps(told, ensure_ascii=False, allow_nan=False) + "\n")

        yield write


@contextmanager
def _parquet(path: Path, columns: Mapping[str, str]) -> Iterator[Write]:
    import pyarrow as pa
    from pyarrow import parquet

    schema = pa.schema([(name, TYPES[sort]) for name, sort in columns.items()])
    with parquet.ParquetWriter(path, schema, compression="zstd") as file:

        def write(rows: Rows) -> None:
            if cells := list(zip(*rows, strict=True)):
                arrays = [
                    pa.array(map(_json_text, column) if sort == "text" else column, TYPES[sort])
                    for column, sort in zip(cells, columns.values(), strict=True)
                ]
                file.write_batch(pa.RecordBatch.from_arrays(arrays, schema=schema))

        yield write


WRITERS = {"csv": _csv, "jsonl": _json_lines, "parquet": _parquet}


def _json_text(value: Any) -> str | None:
    """Return a value as text: what is none as JSON, null as it is.

    >>> _json_text("a"), _json_text(1.5), _json_text([[1, 2]]), _json_text(None)
    ('a', '1.5', '[[1,2]]', None)
    """
    if value is None or isinstance(value, str):
        return value
    return json.dumps(value, separators=(",", ":"), sort_keys=True)


def _cell(value: Any) -> str:
    return value if isinstance(value, str) else _json_text(value) or ""


class RowFilter(NamedTuple):
    """Which rows: of one demo or of all, from one moment and before another, as they are stored."""

    demo: str = ""
    since: str = ""
    until: str = ""
    every: bool = False


def export(log: Log, path: Path, form: str, choice: RowFilter) -> int:
    """Write the chosen rows in their order; return how many.

    ExportError: there is no such demo, neither in the log nor in the app.
    """
    with Snapshot(log) as snapshot:
        chosen = _matching(snapshot, choice)
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


def _matching(snapshot: Snapshot, choice: RowFilter) -> NDArray[np.bool_]:
    chosen = np.zeros(len(snapshot.status), bool)
    demo, since, until, every = choice
    if demo and demo not in {one.name for one in registry.demos()}:
        _refuse_unknown(demo, snapshot.ask(DEMOS)["demo"].to_pylist())
    chosen[snapshot.positions(MATCHING, demo, demo, since, until, until)] = True
    return chosen if every else chosen & (snapshot.status == Status.CURRENT)


def _refuse_unknown(demo: str, known: list[str]) -> None:
    if demo not in known:
        named = f"it has {', '.join(map(printable, known))}" if known else "it is empty"
        raise ExportError(f"The log has no rows of “{printable(demo)}”: {named}.")


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


class TrainingExport(NamedTuple):
    """How many rows were written, and how many were left out for each of `REASONS`."""

    written: int
    left_out: dict[str, int]


def export_training(log: Log, demo: Demo, path: Path, form: str) -> TrainingExport:
    """Write the inputs of a demo, a column for each field, with their targets.

    One row per input and person: the newest of each chain, and the newest of several verdicts of
    the same person about the same input.
    """
    module = demo.load_module()
    sorts = {field.name: _column_type(field) for field in fields(module.Input)}
    if TARGET in sorts:
        raise ExportError(f"The input of {demo.name} has a field “{TARGET}” of its own.")
    target = "text" if module.LABELS is not None or not _is_number(log, demo) else "number"
    left_out = Counter(dict.fromkeys(REASONS, 0))
    written = 0
    with Snapshot(log) as snapshot, writing(path, form, sorts | {TARGET: target}) as write:
        chosen = _countable(snapshot, demo.name, left_out)
        for batch in snapshot.rows(chosen):
            rows = list(_training_rows(module, batch, target, left_out))
            write(rows)
            written += len(rows)
    return TrainingExport(written, dict(left_out))


def _countable(snapshot: Snapshot, demo: str, left_out: Counter[str]) -> NDArray[np.bool_]:
    """Return the rows (n,) bool that count by their status; say how many do not, and why."""
    status = snapshot.status.copy()
    of_demo, games = np.zeros((2, len(status)), bool)
    of_demo[snapshot.positions(OF_DEMO, demo)] = True
    games[snapshot.positions(GAMES)] = True
    status[snapshot.older_of_a_person()] = Status.SUPERSEDED
    left_out[PLAYED] = int((of_demo & games).sum())
    candidates = of_demo & ~games
    for reason, code in ((OLDER, Status.SUPERSEDED), (UNDONE, Status.WITHDRAWN)):
        left_out[reason] = int((candidates & (status == code)).sum())
        candidates &= status != code
    return candidates


def _training_rows(
    module: ModelModule, batch: pa.RecordBatch, target: str, left_out: Counter[str]
) -> Iterator[list[Any]]:
    for row in cells(batch):
        told = dict(zip(COLUMNS, row, strict=True))
        if reason := _why_left_out(told, module, target):
            left_out[reason] += 1
            continue
        try:
            given = module.Input.model_validate_json(told["input"])
        except ValidationError:
            left_out[INVALID] += 1
            continue
        answer = float(told["expected"]) if target == "number" else told["expected"]
        yield [*given.model_dump(mode="json").values(), answer]


def _why_left_out(row: dict[str, str], module: ModelModule, target: str) -> str:
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


def _column_type(field: Field) -> str:
    """Return which of `TYPES` holds the values of a field."""
    if field.options:
        return "whole" if all(type(option) is int for option in field.options) else "text"
    return COLUMN_TYPES.get(field.kind, "text")

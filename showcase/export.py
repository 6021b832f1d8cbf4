"""Rows of the log as a file: CSV, JSON lines or Parquet.

For `showcase feedback export` and for the download of the review page.
"""

import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from showcase.contract import registry
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

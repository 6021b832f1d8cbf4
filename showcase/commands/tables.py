"""Rows written to a file, CSV, JSON lines or Parquet: whole or not at all."""

import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from showcase.commands.store_urls import CommandError
from showcase.feedback.csv_log.rows import encode, encode_all
from showcase.feedback.errors import storage_errors

FORMATS = ("csv", "jsonl", "parquet")
BOM = "\ufeff".encode()  # tells Excel that the file is UTF-8
TYPES = {"number": "double", "whole": "int64", "bool": "bool", "text": "string"}

Rows = Iterable[Sequence[Any]]
Write = Callable[[Rows], None]


def format_of(path: Path, given: str | None) -> str:
    """Return the format that was asked for, or that the name of the file tells."""
    found = given or path.suffix.removeprefix(".").lower()
    if found not in FORMATS:
        raise CommandError(
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
                    pa.array(map(_text, column) if sort == "text" else column, TYPES[sort])
                    for column, sort in zip(cells, columns.values(), strict=True)
                ]
                file.write_batch(pa.RecordBatch.from_arrays(arrays, schema=schema))

        yield write


WRITERS = {"csv": _csv, "jsonl": _json_lines, "parquet": _parquet}


def _text(value: Any) -> str | None:
    """Return a value as text: what is none as JSON, null as it is.

    >>> _text("a"), _text(1.5), _text([[1, 2]]), _text(None)
    ('a', '1.5', '[[1,2]]', None)
    """
    if value is None or isinstance(value, str):
        return value
    return json.dumps(value, separators=(",", ":"), sort_keys=True)


def _cell(value: Any) -> str:
    return value if isinstance(value, str) else _text(value) or ""

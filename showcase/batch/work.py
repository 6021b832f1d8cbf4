"""What a process does with a part: read, check, predict, write under another name, rename.

The same for Dask's workers and for the one process of a job.
"""

import csv
import io
import json
import uuid
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any, NamedTuple, Self

import pyarrow as pa
import pyarrow.compute as pc
from pyarrow import NativeFile, parquet
from pyarrow import csv as arrow_csv

from showcase.batch.frames import Answered, Block, as_numbers, is_plain_float
from showcase.batch.parts import Part, Rows, read_part
from showcase.batch.places import open_place
from showcase.batch.results import free_name
from showcase.batch.table import as_cell
from showcase.contract import ModelModule, model_version, registry
from showcase.feedback import FeedbackError
from showcase.feedback.csv_injection import FORMULA, escape_formula
from showcase.runtime import project
from showcase.runtime.settings import feedback_url
from showcase.versions import in_force, open_versions

STATE = "_batch"  # folder of what is not the result: readers of Parquet pass over its name
UNFINISHED = ".unfinished"
PROBLEM_COLUMNS = ("file", "line", "column", "value", "problem")


@dataclass(frozen=True)
class Task:
    """What all parts have in common: which model, and where and how answers are written.

    `root` is the project's folder; `answers` are the columns that an answer adds, and whether they
    hold texts.
    """

    demo: str
    version: str
    root: str
    folder: str
    kind: str
    delimiter: str
    answers: tuple[tuple[str, bool], ...]

    def part_path(self, number: int) -> str:
        """Return where the answers of a part are."""
        return f"{self.folder}/part-{number:06d}.{self.kind}"

    def state_path(self, name: str) -> str:
        """Return where a file is that is not the result."""
        return f"{self.folder}/{STATE}/{name}"


class Done(NamedTuple):
    """How many rows of a part were predicted, and how many could not be used."""

    number: int
    predicted: int
    refused: int


class Loaded(NamedTuple):
    """A model in this process."""

    module: ModelModule
    model: Any


@lru_cache(1)
def load(demo: str, version: str, root: str) -> Loaded:
    """Return that version of the model, loaded once a process.

    RuntimeError if it is neither the shipped one nor stored. On another machine, the project is
    where the worker was started.
    """
    if not registry.demos():
        is_here = (Path(root) / "models" / "registry.py").is_file()
        project.open_project(Path(root) if is_here else Path.cwd())
    module: Any = registry.find(demo).load_module()
    if (now := model_version(module)) == version:
        return Loaded(module, module.load())
    versions = open_versions(feedback_url())
    if (stored := versions.find(demo, version)) is None:
        raise RuntimeError(f"The model changed from {version} to {now} meanwhile: run it again.")
    return Loaded(module, module.load(versions.artifact(stored)))


def version_in_force(demo: str) -> str:
    """Return the version that answers now: the shipped one, or the one that was promoted."""
    found = registry.find(demo)
    try:
        promoted = "" if found.function else in_force(open_versions(feedback_url()), demo)
    except (FeedbackError, ValueError) as error:
        raise RuntimeError(str(error)) from error
    return promoted or model_version(found.load_module())


@lru_cache(4)
def _block(
    demo: str, names: tuple[str, ...], places: tuple[tuple[str, int], ...], is_csv: bool
) -> Block:
    return Block(registry.find(demo).load_module(), names, dict(places), is_csv)


def do_part(part: Part, task: Task) -> Done:
    """Predict a part; it is done once a file says so, after the answers have their name.

    Whoever is killed before leaves nothing but the part to be done again.
    """
    loaded = load(task.demo, task.version, task.root)
    source = part.source
    block = _block(task.demo, source.names, tuple(source.places.items()), source.is_csv)
    predicted, problems = 0, io.StringIO(newline="")
    refused: set[int] = set()
    side = csv.writer(problems)
    with renamed(task.part_path(part.number)) as stream, _Writer(stream, task, part) as writer:
        for rows in read_part(part):
            found = block.answer(loaded.model, rows)
            writer.write(answered_table(rows, found, block, task.answers))
            predicted += len(found.rows)
            refused |= {one.line for one in found.problems}
            side.writerows(
                [source.address, one.line, one.column, *map(escape_formula, one[2:])]
                for one in found.problems
            )
    done = Done(part.number, predicted, len(refused))
    for ending, text in ((".csv", problems.getvalue()), (".json", json.dumps(done))):
        with renamed(task.state_path(f"{part.number:06d}{ending}")) as stream:
            stream.write(text.encode())
    return done


@contextmanager
def renamed(path: str) -> Iterator[NativeFile]:
    """Open a file for writing under a name of its own; it gets its name once it is whole."""
    system, place = open_place(path)
    other = f"{place}.{uuid.uuid4().hex}{UNFINISHED}"
    with system.open_output_stream(other) as stream:
        yield stream
    system.move(other, place)


def answered_table(
    rows: Rows, found: Answered, block: Block, answers: Sequence[tuple[str, bool]]
) -> pa.Table:
    """Return the usable rows with their answers; a column of plain numbers holds numbers."""
    used = rows.cells if len(found.rows) == len(rows.cells) else rows.cells.take(found.rows)
    columns = used.columns
    for column in block.columns:
        place = block.places.get(column.name)
        if place is not None and block.is_csv and is_plain_float(column.field):
            columns[place] = as_numbers(columns[place].combine_chunks())
    names = list(used.column_names)
    for name, is_text in answers:
        cells = found.answers[name] if name in found.answers else [None] * len(found.rows)
        columns.append(_column(cells, is_text=is_text))
        names.append(free_name(name, {taken.casefold() for taken in names}))
    return pa.Table.from_arrays(columns, names=names)


def _column(cells: Any, *, is_text: bool) -> pa.Array:
    """Return answers as texts or numbers; whole numbers that no such number holds, as texts."""
    try:
        return pa.array(cells, from_pandas=True).cast(pa.string() if is_text else pa.float64())
    except (OverflowError, pa.ArrowInvalid):
        return pa.array([as_cell(value) for value in cells], pa.string())


class _Writer:
    """Writes tables of one schema as Parquet, or as CSV, of which the first part has the names."""

    def __init__(self, stream: NativeFile, task: Task, part: Part) -> None:
        self.stream, self.task = stream, task
        self.is_first = part.number == 0
        self.parquet: parquet.ParquetWriter | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        if self.parquet is not None:
            self.parquet.close()

    def write(self, table: pa.Table) -> None:
        """Add rows."""
        if self.task.kind == "csv":
            self._write_csv(table)
            return
        if self.parquet is None:
            self.parquet = parquet.ParquetWriter(self.stream, table.schema, compression="zstd")
        try:
            self.parquet.write_table(table.cast(self.parquet.schema))
        except pa.ArrowInvalid:
            raise ValueError(
                "Some answers are whole numbers that only a CSV holds: name one, or --format csv."
            ) from None

    def _write_csv(self, table: pa.Table) -> None:
        if self.is_first:
            header = io.StringIO(newline="")
            names = map(escape_formula, table.column_names)
            csv.writer(header, delimiter=self.task.delimiter).writerow(names)
            self.stream.write(header.getvalue().encode())
            self.is_first = False
        table = pa.Table.from_arrays(
            [_without_formulas(column) for column in table.columns], names=table.column_names
        )
        try:  # Arrow puts all texts into quotation marks, or none
            content = self._csv(table, "none")
        except pa.ArrowInvalid:
            content = self._csv(table, "needed")
        self.stream.write(content)

    def _csv(self, table: pa.Table, quoting: str) -> pa.Buffer:
        sink = pa.BufferOutputStream()
        options = arrow_csv.WriteOptions(
            include_header=False, delimiter=self.task.delimiter, quoting_style=quoting
        )
        arrow_csv.write_csv(table, sink, options)
        return sink.getvalue()


def _without_formulas(column: pa.ChunkedArray) -> pa.ChunkedArray:
    """Return texts such that a spreadsheet runs none of them; all else as it is."""
    if not pa.types.is_string(column.type):
        return column
    doubtful = pc.match_substring_regex(column, f"^{FORMULA.pattern}")
    if not pc.any(doubtful).as_py():
        return column
    texts = column.to_pylist()
    return pa.chunked_array([[text and escape_formula(text) for text in texts]], pa.string())

"""A large table from end to end: cut, done part by part, joined; run again, it goes on."""

import csv
import io
import json
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path, PurePath
from typing import Any

from filelock import FileLock, Timeout
from pandas.api.types import is_numeric_dtype
from pyarrow import parquet
from pyarrow.fs import FileSelector, FileSystem, FileType

from showcase.batch.frames import Block, all_columns
from showcase.batch.parts import PART_BYTES, Part, cut, read_part
from showcase.batch.places import find_files, open_place
from showcase.batch.results import answers_or_refusals
from showcase.batch.work import (
    PROBLEM_COLUMNS,
    STATE,
    UNFINISHED,
    Done,
    Task,
    do_part,
    load,
    renamed,
    version_in_force,
)
from showcase.contract import ModelModule, registry
from showcase.contract.frames import answers_frame
from showcase.runtime import project

COPIED_BYTES = 2**20
MANIFEST = "manifest.json"
PROBLEMS = "_problems.csv"
FORMATS = ("parquet", "csv")

# Does the parts that are left, wherever; yields each as it is done, in any order.
Doing = Callable[[Sequence[Part], Task], Iterable[Done]]


@dataclass(frozen=True)
class Run:
    """A large table that is to be predicted, or was in part."""

    task: Task
    parts: tuple[Part, ...]
    output: str  # one file, or the folder of the parts
    done: dict[int, Done]

    @property
    def left(self) -> list[Part]:
        """The parts that are still to be done."""
        return [part for part in self.parts if part.number not in self.done]

    @property
    def doubts(self) -> list[str]:
        """What is to be said about the files: a guessed encoding, a column nearly named so."""
        sources = {part.source.address: part.source for part in self.parts}
        return [f"{name}: {doubt}" for name, one in sources.items() for doubt in one.doubts]

    @property
    def rows(self) -> int:
        """About how many rows there are."""
        return sum(part.stretch.rows for part in self.parts)

    @property
    def problems(self) -> str:
        """Where the rows that could not be used are told, with the reason."""
        return f"{self.task.folder}/{PROBLEMS}"


def in_this_process(parts: Sequence[Part], task: Task) -> Iterator[Done]:
    """Do parts one after another."""
    for part in parts:
        yield do_part(part, task)


@contextmanager
def prepared(
    demo: str, inputs: Sequence[str], output: str, kind: str = "", part_bytes: int = PART_BYTES
) -> Iterator[Run]:
    """Yield what there is to do, while no other process may do the same.

    `output` is a file that ends in .csv or .parquet, or else a folder for the parts. What was done
    before with the same input, model version and settings counts; anything else begins anew.
    ValueError says in a sentence what is wrong with the files or the folder.
    """
    ending = Path(output).suffix.lower().removeprefix(".")
    is_file = ending in FORMATS
    folder = f"{output}.parts" if is_file else output.rstrip("/")
    module = registry.find(demo).load_module()
    addresses = [file for one in inputs for file in _tables(one, output, folder)]
    parts = cut(addresses, all_columns(module), part_bytes)
    version = version_in_force(demo)
    root = str(project.root())
    task = Task(
        demo=demo,
        version=version,
        root=root,
        folder=folder,
        kind=kind or (ending if is_file else FORMATS[0]),
        delimiter=parts[0].source.delimiter,
        answers=_answer_columns(module, load(demo, version, root).model, parts[0]),
    )
    with _locked(folder):
        yield Run(task, tuple(parts), output, _done_before(task, parts, part_bytes))


def _tables(address: str, output: str, folder: str) -> list[str]:
    """Return the tables at an address, but for what a run before wrote into their folder."""
    result, own = open_place(output)[1], open_place(f"{folder}/part-*")[1]
    paths = {one: PurePath(open_place(one)[1]) for one in find_files(address)}
    found = [one for one, path in paths.items() if path != PurePath(result) and not path.match(own)]
    if not found:
        raise ValueError(f"{output} is the table itself: name another place for its answers.")
    return found


def finish(run: Run) -> tuple[int, int]:
    """Join what the parts wrote; return how many rows were predicted, and could not be."""
    task = run.task
    _remove_unfinished(task)
    with renamed(run.problems) as stream:
        header = io.StringIO(newline="")
        csv.writer(header).writerow(PROBLEM_COLUMNS)
        stream.write(header.getvalue().encode())
        for part in run.parts:
            _copy(task.state_path(f"{part.number:06d}.csv"), stream)
    if run.output != task.folder:
        with renamed(run.output) as stream:
            paths = [task.part_path(part.number) for part in run.parts]
            (_join_parquet if task.kind == "parquet" else _join_csv)(paths, stream)
    return (
        sum(one.predicted for one in run.done.values()),
        sum(one.refused for one in run.done.values()),
    )


def _join_csv(paths: Sequence[str], stream: Any) -> None:
    for path in paths:
        _copy(path, stream)


def _join_parquet(paths: Sequence[str], stream: Any) -> None:
    writer = None
    for path in paths:
        system, place = open_place(path)
        with system.open_input_file(place) as opened:
            file = parquet.ParquetFile(opened)
            writer = writer or parquet.ParquetWriter(stream, file.schema_arrow, compression="zstd")
            for batch in file.iter_batches():
                writer.write_batch(batch.cast(writer.schema))
    if writer is not None:
        writer.close()


def _copy(path: str, stream: Any) -> None:
    system, place = open_place(path)
    with system.open_input_stream(place) as source:
        while chunk := source.read(COPIED_BYTES):
            stream.write(chunk)


@contextmanager
def _locked(folder: str) -> Iterator[None]:
    """Keep other processes off a folder of this machine; elsewhere nobody can."""
    if "://" in folder:
        yield
        return
    Path(folder).mkdir(parents=True, exist_ok=True)
    lock = FileLock(Path(folder) / ".lock", timeout=0)
    try:
        with lock:
            yield
    except Timeout:
        raise ValueError(f"Another process is writing {folder}: wait until it is done.") from None


def _answer_columns(module: ModelModule, model: Any, first: Part) -> tuple[tuple[str, bool], ...]:
    """Return the columns that an answer adds, and whether they hold texts: by the first rows."""
    source = first.source
    block = Block(module, source.names, source.places, source.is_csv)
    rows = next(read_part(first))
    head = rows._replace(cells=rows.cells.slice(0, 50), lines=rows.lines[:50], ragged=())
    answers = block.answer(model, head).answers
    if not len(answers.columns) and module.EXAMPLES:
        (example,) = answers_or_refusals(module, model, module.EXAMPLES[:1])
        answers = answers_frame([] if isinstance(example, ValueError) else [example])
    if not len(answers.columns):
        return (("prediction", True),)
    return tuple((name, not is_numeric_dtype(answers[name])) for name in answers.columns)


def _done_before(task: Task, parts: Sequence[Part], part_bytes: int) -> dict[int, Done]:
    """Return what was done of the very same work; what is left of other work is removed.

    ValueError for a folder with anything else in it.
    """
    system, folder = open_place(task.folder)
    system.create_dir(folder, recursive=True)
    sources = {part.source.address: part.source.sha256 for part in parts}
    settings = {**asdict(task), "part_bytes": part_bytes}
    wanted = json.loads(json.dumps({"settings": settings, "inputs": sources, "parts": len(parts)}))
    names = {info.base_name for info in _entries(system, folder)}
    own = STATE in names or not {name for name in names if name[:1] != "."}
    if not own:
        raise ValueError(f"{task.folder} holds other files: name a new folder for the answers.")
    state = f"{folder}/{STATE}"
    if _read_json(system, f"{state}/{MANIFEST}") != wanted:
        _empty(system, folder)
        system.create_dir(state, recursive=True)
        with renamed(task.state_path(MANIFEST)) as stream:
            stream.write(json.dumps(wanted, indent=1).encode())
    _remove_unfinished(task)
    marks = (info for info in _entries(system, state) if info.base_name[0].isdigit())
    told = [_read_json(system, info.path) for info in marks if info.extension == "json"]
    return {done[0]: Done(*done) for done in told}


def _remove_unfinished(task: Task) -> None:
    """Remove what killed processes left: no other one is writing by now."""
    system, folder = open_place(task.folder)
    for info in [*_entries(system, folder), *_entries(system, f"{folder}/{STATE}")]:
        if info.base_name.endswith(UNFINISHED):
            system.delete_file(info.path)


def _entries(system: FileSystem, folder: str) -> Any:
    return system.get_file_info(FileSelector(folder, allow_not_found=True))


def _empty(system: FileSystem, folder: str) -> None:
    for info in _entries(system, folder):
        if info.base_name.startswith("part-") or info.base_name == PROBLEMS:
            system.delete_file(info.path)
    if system.get_file_info(f"{folder}/{STATE}").type == FileType.Directory:
        system.delete_dir(f"{folder}/{STATE}")


def _read_json(system: FileSystem, path: str) -> Any:
    if system.get_file_info(path).type == FileType.NotFound:
        return None
    with system.open_input_stream(path) as stream:
        return json.loads(stream.read())

"""`showcase feedback`: count, export, copy and remove verdicts. Its options, and what each does.

DuckDB and Arrow are imported by whatever needs them: `showcase new` does not wait.
"""

import argparse
import sys
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple, TypeAlias
from unicodedata import normalize

from pydantic_core import PydanticCustomError

from showcase.commands.store_urls import (
    CommandError,
    file_of,
    is_same,
    log,
    shown,
    store,
    whole,
)
from showcase.contract.messages import printable
from showcase.feedback import Store
from showcase.feedback.normalise import instant, person_key

if TYPE_CHECKING:
    from tqdm import tqdm  # type: ignore[import-untyped]  # ships no types

    from showcase.contract import Demo
    from showcase.feedback.analytics.load import Log
    from showcase.learning.selection import Asked, Selection, TrainingExport

Commands: TypeAlias = "argparse._SubParsersAction[argparse.ArgumentParser]"  # noqa: SLF001  # its only name
Run = Callable[[argparse.Namespace], None]

DATABASES = "csv:PATH, sqlite:///PATH, postgresql+psycopg://USER:PASSWORD@HOST/NAME"
OWN = "Without --store it is the one that the app uses."
URLS = f"A store is {DATABASES}. {OWN}"
URLS_TO_READ = f"A store is {DATABASES} or a Parquet file, PATH.parquet. {OWN}"
PLACES = (
    f"FROM and TO are {DATABASES} or a Parquet file, PATH.parquet; “app” is the store that the app "
    "uses, so that no password has to stand on the command line. Rows whose ids are there already "
    "are passed over: run it again if it was cut short."
)
ONLY_TRAINING = {"version": "", "source": "", "task": "", "annotator": "", "min_votes": 1}
LOOKED_AT = """\
Looked at: {place}, what was set aside beside it, what waits to be sent there, what reviews that
were killed left in the folder for temporary files, and who made which annotation task. Not looked
at: inputs that annotation tasks show, exports, Parquet files, copies in other stores, backups, and
models that learned from them."""


def add(commands: Commands) -> None:
    """Add `feedback` and what it can do."""
    command = commands.add_parser(
        "feedback",
        help="count, export, copy or remove verdicts",
        description="Work on the verdicts that people gave.",
    )
    own = command.add_subparsers(title="commands", metavar="COMMAND", required=True)
    _add_stats(own)
    _add_export(own)
    _add_copy(own)
    _add_forget(own)


def _add_stats(commands: Commands) -> None:
    command = _add(commands, "stats", _stats, "say what people said, demo by demo", URLS_TO_READ)
    command.add_argument("--json", action="store_true", help="for programs")
    command.add_argument(
        "--versions", action="store_true", help="version by version of each model, without games"
    )
    _add_store(command)


def _add_export(commands: Commands) -> None:
    command = _add(commands, "export", _export, "write verdicts in force to a file", URLS_TO_READ)
    command.add_argument("--out", type=Path, required=True, metavar="FILE", help="what to write")
    command.add_argument(
        "--format", choices=("csv", "jsonl", "parquet"), help="without it, what FILE ends in"
    )
    which = command.add_mutually_exclusive_group()
    which.add_argument(
        "--training",
        metavar="DEMO",
        help="inputs and targets to learn from, one row per input with its votes; of a script's "
        "page SCRIPT, such as tip.py, or SCRIPT:DEMO where it has several",
    )
    which.add_argument("--all", action="store_true", help="every row, also what was replaced")
    command.add_argument("--demo", default="", help="of this demo only")
    command.add_argument(
        "--since", type=_moment, metavar="DAY", help="a day or a moment in UTC, such as 2026-01-31"
    )
    command.add_argument("--until", type=_moment, metavar="DAY", help="up to this, itself left out")
    only = command.add_argument_group("with --training, only verdicts")
    only.add_argument("--version", default="", metavar="DIGITS", help="on this model version")
    only.add_argument("--source", default="", choices=("ui", "api"), help="from pages, or programs")
    only.add_argument("--task", default="", metavar="ID", help="of this annotation task")
    only.add_argument("--annotator", default="", metavar="NAME", help="of this person")
    only.add_argument(
        "--min-votes", type=int, default=1, metavar="N", help="on inputs that N people judged"
    )
    _add_store(command)


def _add_copy(commands: Commands) -> None:
    command = _add(commands, "copy", _copy, "copy rows from one store to another", PLACES)
    command.add_argument("source", metavar="FROM")
    command.add_argument("target", metavar="TO")


def _add_forget(commands: Commands) -> None:
    said = "remove everything that a person said, for good"
    command = _add(commands, "forget", _forget, said, URLS)
    who = command.add_mutually_exclusive_group(required=True)
    who.add_argument("name", nargs="?", default="", help="in any spelling")
    who.add_argument("--session", default="", metavar="ID", help="a visit, instead of a name")
    command.add_argument("--yes", action="store_true", help="do not ask")
    _add_store(command)


def _add(
    commands: Commands, name: str, run: Run, said: str, epilog: str
) -> argparse.ArgumentParser:
    command = commands.add_parser(
        name, help=said, description=f"{said[0].upper()}{said[1:]}.", epilog=epilog
    )
    command.set_defaults(run=run)
    return command


def _add_store(command: argparse.ArgumentParser) -> None:
    said = "another store than the app's, such as csv:PATH"
    command.add_argument("--store", metavar="URL", help=said)


def _moment(text: str) -> str:
    """Return a day or a moment as the log writes it."""
    try:
        return instant(text if "T" in text or " " in text else f"{text}T00:00:00Z")
    except PydanticCustomError as error:
        raise argparse.ArgumentTypeError(f"{text!r} is no day such as 2026-01-31") from error


def _stats(chosen: argparse.Namespace) -> None:
    """Print the figures of each demo."""
    from showcase.commands import stats

    place = log(chosen.store)
    figures = stats.by_version(place) if chosen.versions else stats.stats(place)
    if chosen.json:
        print(stats.as_json(figures))
    elif figures:
        print(stats.as_table(figures))
    else:
        print(f"No verdicts in {place.place} yet.")


def _export(chosen: argparse.Namespace) -> None:
    """Write a file, and say what is in it."""
    from showcase.export import RowFilter, export, format_of

    only = [name for name, usual in ONLY_TRAINING.items() if getattr(chosen, name) != usual]
    if only and not chosen.training:
        raise CommandError(f"--{only[0].replace('_', '-')} goes with --training alone.")
    form = format_of(chosen.out, chosen.format)
    place = log(chosen.store)
    if chosen.out.resolve() == file_of(chosen.store):
        raise CommandError(f"{chosen.out} is the log itself: write to another file.")
    if chosen.training:
        _export_training(chosen, place, form)
        return
    choice = RowFilter(chosen.demo, chosen.since or "", chosen.until or "", every=chosen.all)
    count = export(place, chosen.out, form, choice)
    print(f"{_rows(count)} in {chosen.out}", file=sys.stderr)


def _export_training(chosen: argparse.Namespace, place: "Log", form: str) -> None:
    from showcase.commands.launch import demos_of
    from showcase.contract import registry
    from showcase.learning.selection import export_training

    if chosen.demo:
        raise CommandError("--training names the demo already: leave --demo out.")
    demos: Sequence[Demo] = registry.demos()
    script, _, wanted = chosen.training.partition(":")
    if script.endswith(".py"):
        demos = demos_of(Path(script))
        wanted = wanted or (demos[0].name if len(demos) == 1 else "")
    else:
        wanted = chosen.training
    named = {demo.name: demo for demo in demos}
    if wanted not in named:
        told = f"There is no demo “{printable(chosen.training)}”"
        raise CommandError(f"{told}: choose one of {', '.join(named)}.")
    outcome = export_training(place, named[wanted], chosen.out, form, _asked(chosen))
    heading = f"{_rows(outcome.written)} in {chosen.out}, from {behind(outcome)}; left out:"
    print(heading, file=sys.stderr)
    print(counted(outcome.left_out), file=sys.stderr)


def _asked(chosen: argparse.Namespace) -> "Asked":
    from showcase.learning.selection import Asked

    values = {name: getattr(chosen, name) for name in ONLY_TRAINING}
    return Asked(since=chosen.since or "", until=chosen.until or "", **values)


def counted(reasons: Mapping[str, int]) -> str:
    """Return counts with what they count, a line each."""
    width = max(len(f"{count:,}") for count in reasons.values())
    return "\n".join(f"  {count:>{width},}  {reason}" for reason, count in reasons.items())


def behind(outcome: "TrainingExport | Selection") -> str:
    """Return how many verdicts and people stand behind what there is to learn."""
    verdicts = f"{outcome.verdicts:,} verdict{'' if outcome.verdicts == 1 else 's'}"
    return f"{verdicts} of {outcome.people:,} {'person' if outcome.people == 1 else 'people'}"


def _copy(chosen: argparse.Namespace) -> None:
    """Copy rows, and say how many were new."""
    copied = copy(chosen.source, chosen.target)
    print(
        f"{_rows(copied.rows)} read from {shown(chosen.source)}: {copied.new:,} new in "
        f"{shown(chosen.target)}, {copied.rows - copied.new:,} were there already."
    )


def _forget(chosen: argparse.Namespace) -> None:
    """Say what is known of a person, ask, and remove it."""
    from showcase.annotation.tasks import open_tasks
    from showcase.feedback.analytics.load import remove_spills

    place, name, session = store(chosen.store), chosen.name.strip(), chosen.session.strip()
    if not (name or session):
        raise CommandError("Whose rows? Give a name, or --session with the ID of a visit.")
    found = known(place, name, session)
    print(f"{_rows(found.rows)} of “{printable(name or session)}” in {place.place}.")
    for other, count in found.spellings.items():
        print(f"{_rows(count)} of these as “{printable(other)}”.")
    for other, count in found.alike.items():
        print(f"{_rows(count)} of “{printable(other)}”: that is another name, and stays.")
    if not (chosen.yes or _agreed()):
        raise CommandError("Nothing was removed.")
    removed = place.forget(annotator=name, session=session)
    print(f"{_rows(removed)} removed.")
    for file in place.unsearched():
        print(f"Not searched, because its columns are others: {file}. Open it, and remove them.")
    remove_spills()
    tasks = open_tasks(whole(chosen.store)).forget(name) if name else 0
    if tasks:
        print(f"Their name was taken off {tasks} annotation task{'' if tasks == 1 else 's'}.")
    print(LOOKED_AT.format(place=place.place))


def _agreed() -> bool:
    try:
        return input("Remove everything of them, for good? [y/N] ").strip().lower() in ("y", "yes")
    except EOFError as error:
        raise CommandError(
            "Nothing was removed: say --yes to remove without a question."
        ) from error


def _rows(count: int) -> str:
    return "1 row" if count == 1 else f"{count:,} rows"


class Copied(NamedTuple):
    """How many rows were read, and how many of them were new where they went."""

    rows: int
    new: int


def copy(source_url: str, target_url: str) -> Copied:
    """Store every row of the one in the other, in order; ids that it has are passed over."""
    from tqdm import tqdm

    source, target = log(source_url, exists=True), log(target_url, exists=False)
    if is_same(source_url, target_url):
        raise CommandError(f"{shown(source_url)} and {shown(target_url)} are the same place.")
    counted = _Counter(source)
    with tqdm(unit=" rows", unit_scale=True, disable=None) as bar:
        if not bar.disable:
            bar.reset(total=sum(len(batch) for batch in source.batches(("id",))))
        new = target.extend(counted.rows(bar))
    return Copied(counted.count, new)


class _Counter:
    def __init__(self, log: "Log") -> None:
        self._log = log
        self.count = 0

    def rows(self, bar: "tqdm[None]") -> Iterator[tuple[str, ...]]:
        from showcase.export import cells

        for batch in self._log.batches():
            yield from cells(batch)
            self.count += len(batch)
            bar.update(len(batch))


class Known(NamedTuple):
    """How many rows of the log are theirs, in other spellings too, and names that are like it."""

    rows: int
    spellings: Counter[str]
    alike: Counter[str]


def known(store: Store, annotator: str, session: str) -> Known:
    """Return what the log knows of a person or of a visit, by one pass over it."""
    from showcase.export import cells

    rows, spellings, alike = 0, Counter[str](), Counter[str]()
    key = person_key(annotator)
    for batch in store.batches(("annotator", "session")):
        for name, visit in cells(batch):
            if (annotator and name == annotator) or (session and visit == session):
                rows += 1
            elif key and person_key(name) == key:
                rows += 1
                spellings[name] += 1
            elif annotator and _folded(name) == _folded(annotator):
                alike[name] += 1
    return Known(rows, spellings, alike)


def _folded(name: str) -> str:
    return "".join(normalize("NFKC", name).casefold().split())

"""`python -m showcase feedback`: its commands and their options."""

import argparse
from collections.abc import Callable
from pathlib import Path
from typing import TypeAlias

from pydantic_core import PydanticCustomError

from showcase.commands import running
from showcase.feedback.normalise import instant

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
    command = _add(
        commands, "stats", running.stats, "say what people said, demo by demo", URLS_TO_READ
    )
    command.add_argument("--json", action="store_true", help="for programs")
    _add_store(command)


def _add_export(commands: Commands) -> None:
    command = _add(
        commands, "export", running.export, "write verdicts in force to a file", URLS_TO_READ
    )
    command.add_argument("--out", type=Path, required=True, metavar="FILE", help="what to write")
    command.add_argument(
        "--format", choices=("csv", "jsonl", "parquet"), help="without it, what FILE ends in"
    )
    which = command.add_mutually_exclusive_group()
    which.add_argument(
        "--training",
        metavar="DEMO",
        help="inputs and targets to learn from, one row per input and person",
    )
    which.add_argument("--all", action="store_true", help="every row, also what was replaced")
    command.add_argument("--demo", default="", help="of this demo only")
    command.add_argument(
        "--since", type=_moment, metavar="DAY", help="a day or a moment in UTC, such as 2026-01-31"
    )
    command.add_argument("--until", type=_moment, metavar="DAY", help="up to this, itself left out")
    _add_store(command)


def _add_copy(commands: Commands) -> None:
    command = _add(commands, "copy", running.copy, "copy rows from one store to another", PLACES)
    command.add_argument("source", metavar="FROM")
    command.add_argument("target", metavar="TO")


def _add_forget(commands: Commands) -> None:
    said = "remove everything that a person said, for good"
    command = _add(commands, "forget", running.forget, said, URLS)
    who = command.add_mutually_exclusive_group(required=True)
    who.add_argument("name", nargs="?", default="", help="exactly as it was given")
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

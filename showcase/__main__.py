"""The command line: `python -m showcase new NAME`, `python -m showcase run`."""

import argparse
import os
import sys
from collections.abc import Sequence
from pathlib import Path

from showcase.commands import batch, feedback, learning, page
from showcase.commands.launch import run
from showcase.commands.new import RefusedError, new, new_project
from showcase.commands.store_urls import CommandError
from showcase.feedback import FeedbackError
from showcase.runtime import project


def main(arguments: Sequence[str] | None = None) -> int:
    """Run a command; 0 if it did what it was asked to, 1 with a sentence if it could not."""
    chosen = parser().parse_args(arguments)
    project.open_project(Path.cwd())
    try:
        chosen.run(chosen)
        sys.stdout.flush()
    except (RefusedError, CommandError, FeedbackError) as error:
        print(error, file=sys.stderr)
        return 1
    except BrokenPipeError:  # `... | head`; else Python says so once more at its end
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 141
    except KeyboardInterrupt:
        print("Stopped.", file=sys.stderr)
        return 130
    return 0


def parser() -> argparse.ArgumentParser:
    """Return the commands, each with the function that runs it."""
    made = argparse.ArgumentParser(prog="showcase", description="Work on the showcase.")
    commands = made.add_subparsers(title="commands", metavar="COMMAND", required=True)
    _add_new(commands)
    feedback.add(commands)
    batch.add(commands)
    learning.add(commands)
    _add_run(commands)
    page.add(commands)
    return made


def _add_new(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    command = commands.add_parser(
        "new",
        help="write a demo that works; in a folder without a project, a project around it",
        description="Write a demo that works, to be changed: model, page, tests, registry line. "
        "Where there is no models/registry.py, a folder with a project of its own around it.",
    )
    command.add_argument("name", help="lower case, such as tree_height: package, page, address")
    command.add_argument(
        "--function",
        action="store_true",
        help="a typed function; without it, a package with a model trained by scikit-learn",
    )
    command.set_defaults(run=_new)


def _new(chosen: argparse.Namespace) -> None:
    root = project.root()
    if (root / "models" / "registry.py").is_file():
        written = new(chosen.name, root, function=chosen.function)
        after = f"Open /{chosen.name} in the app, and change what you see."
    else:
        written = new_project(chosen.name, root, function=chosen.function)
        after = f"Start it: cd {chosen.name} && showcase run"
    for path in written:
        print(path.relative_to(root))
    print(f"\n{after}")


def _add_run(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    command = commands.add_parser(
        "run",
        help="start the app, or the page of one script",
        usage="showcase run [SCRIPT] [-- OPTION ...]",
        description="Start the project in this folder, or, with SCRIPT, the page of its functions "
        "beside review, annotate and the API. Where nobody can sign in, print a link that lets one "
        "browser tab see stored rows, once.",
    )
    command.add_argument(
        "arguments",
        nargs="*",
        metavar="SCRIPT",
        help="such as tip.py; options of Streamlit come after --, such as -- --server.port 8600",
    )
    command.set_defaults(run=lambda chosen: run(chosen.arguments))


if __name__ == "__main__":
    sys.exit(main())

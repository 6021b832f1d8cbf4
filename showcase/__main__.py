"""The command line: `python -m showcase new NAME`, `python -m showcase run`."""

import argparse
import os
import sys
from collections.abc import Sequence
from pathlib import Path

from showcase.commands import feedback
from showcase.commands.launch import start
from showcase.commands.new import RefusedError, new
from showcase.commands.places import CommandError
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
    made = argparse.ArgumentParser(prog="python -m showcase", description="Work on the showcase.")
    commands = made.add_subparsers(title="commands", metavar="COMMAND", required=True)
    _add_new(commands)
    feedback.add(commands)
    _add_run(commands)
    return made


def _add_new(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    command = commands.add_parser(
        "new",
        help="write the skeleton of a demo",
        description="Write a demo that works, to be changed: model, page, tests, registry line.",
    )
    command.add_argument("name", help="lower case, such as tree_height: package, page, address")
    command.add_argument(
        "--function",
        action="store_true",
        help="a typed function; without it, a package with a model trained by scikit-learn",
    )
    command.set_defaults(run=_new)


def _new(chosen: argparse.Namespace) -> None:
    written = new(chosen.name, project.root(), function=chosen.function)
    for path in written:
        print(path.relative_to(project.root()))
    print(f"\nOpen /{chosen.name} in the app, and change what you see.")


def _add_run(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    command = commands.add_parser(
        "run",
        help="start the app, and print a link that lets one browser tab review and annotate",
        description="Start the app as `streamlit run Home.py` does. Where nobody can sign in, "
        "print a link that lets one browser tab see stored rows, once.",
    )
    command.add_argument(
        "options", nargs="*", help="Streamlit's own, after --, such as -- --server.port 8600"
    )
    command.set_defaults(run=lambda chosen: start(project.root() / "Home.py", chosen.options))


if __name__ == "__main__":
    sys.exit(main())

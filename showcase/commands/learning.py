"""`showcase learn`, `replay`, `promote` and `rollback`: from verdicts to a model, and back."""

import argparse
import getpass
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from showcase.commands.feedback import Commands, behind, counted
from showcase.commands.store_urls import CommandError, log
from showcase.contract import Demo, registry
from showcase.contract.messages import printable

if TYPE_CHECKING:
    from showcase.learning.candidate import Plan
    from showcase.learning.report import Report
    from showcase.runtime.loading import Loaded
    from showcase.versions import Versions

FROM = "verdicts of another store than the app's, such as csv:PATH, or a Parquet file"


def add(commands: Commands) -> None:
    """Add the four commands."""
    learn = commands.add_parser(
        "learn",
        help="train a candidate on what people said, and say whether it is better",
        description="Train a candidate on verdicts, compare it with the model in force, and keep "
        "it with its report. It answers nobody before it is promoted.",
    )
    _add_demo(learn)
    learn.add_argument("--data", type=Path, required=True, metavar="DIR", help="the training data")
    learn.add_argument("--dry-run", action="store_true", help="only say what would be learnt")
    learn.set_defaults(run=_learn)
    replay = commands.add_parser(
        "replay",
        help="ask a model what people judged before",
        description="Put recorded inputs through the model in force, or another version. The exit "
        "code is 1 if more answers are broken than mended.",
    )
    _add_demo(replay)
    said = "this version, or the newest candidate, in place of the model in force"
    replay.add_argument("--candidate", nargs="?", const="", metavar="VERSION", help=said)
    made = "make an annotation task of the inputs on which the model and people disagree"
    replay.add_argument("--task", nargs="?", const="", metavar="TITLE", help=made)
    replay.set_defaults(run=_replay)
    promote = commands.add_parser(
        "promote",
        help="let a candidate that passed answer from now on",
        description="Bring a version into force. Running apps change over within seconds.",
    )
    promote.add_argument("demo", metavar="DEMO")
    promote.add_argument("version", metavar="VERSION", help="its first digits will do")
    _add_reason(promote)
    promote.set_defaults(run=_promote)
    rollback = commands.add_parser(
        "rollback",
        help="bring back the version before",
        description="Bring back what the last promotion replaced, in the end the shipped model.",
    )
    rollback.add_argument("demo", metavar="DEMO")
    _add_reason(rollback)
    rollback.set_defaults(run=_roll_back)


def _add_demo(command: argparse.ArgumentParser) -> None:
    command.add_argument("demo", metavar="DEMO")
    command.add_argument("--from", dest="store", metavar="STORE", help=FROM)


def _add_reason(command: argparse.ArgumentParser) -> None:
    command.add_argument("--reason", default="", metavar="TEXT", help="kept in the history")
    command.add_argument("--who", default="", metavar="NAME", help="without it, who is logged in")


def _demo(name: str) -> Demo:
    try:
        return registry.find(name)
    except KeyError:
        names = ", ".join(demo.name for demo in registry.demos() if not demo.function)
        raise CommandError(
            f"There is no demo “{printable(name)}”: choose one of {names}."
        ) from None


def _versions() -> "Versions":
    from showcase.runtime.settings import feedback_url
    from showcase.versions import open_versions

    return open_versions(feedback_url())


def _learn(chosen: argparse.Namespace) -> None:
    from tqdm import tqdm  # type: ignore[import-untyped]  # ships no types

    from showcase.learning.candidate import learn, plan

    demo = _demo(chosen.demo)
    try:
        planned = plan(log(chosen.store), demo, chosen.data)
    except (LookupError, FileNotFoundError) as error:
        raise CommandError(str(error)) from None
    print(told_plan(planned))
    if chosen.dry_run:
        return
    with tqdm(total=1.0, desc="training", disable=None, bar_format="{l_bar}{bar}{elapsed}") as bar:
        done = learn(
            planned, chosen.data, _in_force(demo), _versions(), lambda at: bar.update(at - bar.n)
        )
    print(told_report(done.report, done.stored.version))


def _in_force(demo: Demo) -> "Loaded":
    """Return the model in force, without Streamlit's cache around it."""
    from showcase.runtime.loading import in_force_now

    return in_force_now(demo)


def told_plan(planned: "Plan") -> str:
    """Return what would be learnt, and what is left out and why."""
    selection = planned.selection
    inputs = f"{len(selection.lessons):,} input{'' if len(selection.lessons) == 1 else 's'}"
    outvoted = f", {selection.outvoted:,} of them outvoted" if selection.outvoted else ""
    return (
        f"{inputs} from {behind(selection)}{outvoted}: {len(planned.learnt):,} to learn, "
        f"{len(planned.apart):,} kept apart to test on. Held out besides: "
        f"{len(planned.held_out.inputs):,} rows of the data. Left out:\n"
        f"{counted(selection.left_out)}"
    )


def told_report(report: "Report", version: str) -> str:
    """Return what came of it; the last line says what got worse."""
    from showcase.learning.report import got_worse

    if report.passed:
        last = f"It passed. `showcase promote {report.demo} {version}` lets it answer."
    else:
        last = f"It did not pass: {' '.join(report.verdict.reasons)}"
    took = f"{report.seconds:,.0f} s and {report.memory_mb:,.0f} MB"
    return (
        f"Candidate {version}, trained in {took}, beside {report.compared_with}.\n"
        f"{report.sentence}\n{last}\n{got_worse(report.verdict)}"
    )


def _replay(chosen: argparse.Namespace) -> None:
    from showcase.annotation import open_tasks
    from showcase.learning.promotion import find
    from showcase.learning.replay import replay, task_of
    from showcase.learning.selection import select
    from showcase.runtime.loading import from_store
    from showcase.runtime.settings import feedback_url

    demo = _demo(chosen.demo)
    loaded = _in_force(demo)
    if chosen.candidate is not None:
        versions = _versions()
        loaded = from_store(demo, find(versions, demo, chosen.candidate), versions)
    selection = select(log(chosen.store), demo)
    done = replay(loaded.module, loaded.model, selection.lessons)
    print(f"{len(selection.lessons):,} judged inputs through {loaded.version}: {done}")
    if chosen.task is not None and done.disagreements:
        task = task_of(done, demo, getpass.getuser(), chosen.task)
        open_tasks(feedback_url()).add(task)
        print(f"{len(task.items):,} of them to judge: /annotate?task={task.id}")
    if len(done.broken) > len(done.mended):
        sys.stdout.flush()
        raise CommandError("More are broken than mended.")


def _promote(chosen: argparse.Namespace) -> None:
    from showcase.learning.promotion import promote

    demo = _demo(chosen.demo)
    who = chosen.who or getpass.getuser()
    change = promote(_versions(), demo, chosen.version, who, chosen.reason)
    print(
        f"{demo.title} answers with {change.version} from now on; before, with {change.replaces}."
    )


def _roll_back(chosen: argparse.Namespace) -> None:
    from showcase.learning.promotion import roll_back

    demo = _demo(chosen.demo)
    change = roll_back(_versions(), demo, chosen.who or getpass.getuser(), chosen.reason)
    print(f"{demo.title} answers with {change.version} again; {change.replaces} is kept.")

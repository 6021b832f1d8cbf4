"""What the commands do once their options are read, and what they say.

DuckDB and Arrow are imported by whatever needs them: `python -m showcase new` does not wait.
"""

import argparse
import sys
from typing import TYPE_CHECKING

from showcase.commands.places import (
    CommandError,
    file_of,
    log,
    printable,
    shown,
    store,
    whole,
)

if TYPE_CHECKING:
    from showcase.feedback.analytics.row_status import Log


def stats(chosen: argparse.Namespace) -> None:
    """Print the figures of each demo."""
    from showcase.commands import stats

    place = log(chosen.store)
    figures = stats.stats(place)
    if chosen.json:
        print(stats.as_json(figures))
    elif figures:
        print(stats.as_table(figures))
    else:
        print(f"No verdicts in {place.place} yet.")


def export(chosen: argparse.Namespace) -> None:
    """Write a file, and say what is in it."""
    from showcase.commands.export import Choice, export
    from showcase.commands.tables import format_of

    form = format_of(chosen.out, chosen.format)
    place = log(chosen.store)
    if chosen.out.resolve() == file_of(chosen.store):
        raise CommandError(f"{chosen.out} is the log itself: write to another file.")
    if chosen.training:
        _export_training(chosen, place, form)
        return
    choice = Choice(chosen.demo, chosen.since or "", chosen.until or "", every=chosen.all)
    count = export(place, chosen.out, form, choice)
    print(f"{_rows(count)} in {chosen.out}", file=sys.stderr)


def _export_training(chosen: argparse.Namespace, place: "Log", form: str) -> None:
    from showcase.commands.training import export_training
    from showcase.contract import registry

    if chosen.demo or chosen.since or chosen.until:
        raise CommandError("--training takes all of a demo: leave --demo, --since and --until out.")
    named = {demo.name: demo for demo in registry.demos()}
    if chosen.training not in named:
        told = f"There is no demo “{printable(chosen.training)}”"
        raise CommandError(f"{told}: choose one of {', '.join(named)}.")
    outcome = export_training(place, named[chosen.training], chosen.out, form)
    print(f"{_rows(outcome.written)} in {chosen.out}; left out:", file=sys.stderr)
    width = max(len(f"{count:,}") for count in outcome.left_out.values())
    for reason, count in outcome.left_out.items():
        print(f"  {count:>{width},}  {reason}", file=sys.stderr)


def copy(chosen: argparse.Namespace) -> None:
    """Copy rows, and say how many were new."""
    from showcase.commands.copying import copy

    copied = copy(chosen.source, chosen.target)
    print(
        f"{_rows(copied.rows)} read from {shown(chosen.source)}: {copied.new:,} new in "
        f"{shown(chosen.target)}, {copied.rows - copied.new:,} were there already."
    )


def forget(chosen: argparse.Namespace) -> None:
    """Say what is known of a person, ask, and remove it."""
    from showcase.annotation.tasks import open_tasks
    from showcase.commands.removal import LOOKED_AT, known

    place, name, session = store(chosen.store), chosen.name.strip(), chosen.session.strip()
    if not (name or session):
        raise CommandError("Whose rows? Give a name, or --session with the ID of a visit.")
    found = known(place, name, session)
    print(f"{_rows(found.rows)} of “{printable(name or session)}” in {place.place}.")
    for other, count in found.alike.items():
        print(f"{_rows(count)} of “{printable(other)}”: that is another name, and stays.")
    if not (chosen.yes or _agreed()):
        raise CommandError("Nothing was removed.")
    removed = place.forget(annotator=name, session=session)
    print(f"{_rows(removed)} removed.")
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

"""`showcase batch`: the rows of large tables predicted, by as many processes as there are cores."""

import argparse
import os
import sys
from contextlib import nullcontext
from typing import TYPE_CHECKING

from showcase.commands.store_urls import CommandError
from showcase.contract import registry

if TYPE_CHECKING:
    from showcase.batch.run import Doing, Run

EPILOG = """
What is done stays: after Ctrl-C, or a crash, the same command goes on where it was. Rows that
cannot be used stop nothing: a file beside the answers says where they are and why.
"""


def add(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Add the command."""
    command = commands.add_parser(
        "batch",
        help="predict the rows of large tables",
        description="Predict every row of CSV or Parquet files: the answers stand after the "
        "file's own columns.",
        epilog=EPILOG,
    )
    command.add_argument("demo", help="such as rainfall")
    command.add_argument(
        "inputs",
        nargs="+",
        metavar="IN",
        help="a file, a folder or a glob in quotation marks; with fsspec also s3://... and others",
    )
    command.add_argument(
        "output",
        metavar="OUT",
        help="one file (.csv or .parquet), or a folder for a file of each part",
    )
    command.add_argument(
        "--format", choices=("parquet", "csv"), default="", help="of the files in a folder"
    )
    command.add_argument(
        "--workers", type=int, help="processes; as many as cores, 0 for this one without Dask"
    )
    command.add_argument(
        "--scheduler", default="", metavar="ADDRESS", help="of a Dask cluster: tcp://host:8786"
    )
    command.set_defaults(run=batch)


def batch(chosen: argparse.Namespace) -> None:
    """Predict, with progress on the terminal; CommandError says what is wrong in a sentence."""
    from showcase.batch.cluster import dask
    from showcase.batch.run import finish, in_this_process, prepared

    try:
        registry.find(chosen.demo)
        with prepared(chosen.demo, chosen.inputs, chosen.output, chosen.format) as run:
            for doubt in run.doubts:
                print(doubt, file=sys.stderr)
            alone = chosen.workers == 0 or not run.left
            try:
                with (
                    nullcontext(in_this_process)
                    if alone
                    else dask(chosen.scheduler, chosen.workers or 0) as doing
                ):
                    _with_progress(run, doing)
            except KeyboardInterrupt:
                print(f"\n{_how_to_go_on(run)}", file=sys.stderr)
                raise
            predicted, refused = finish(run)
    except OSError as error:
        said = os.strerror(error.errno) if error.errno else str(error)
        where = f": {error.filename}" if error.filename else ""
        raise CommandError(
            f"{said}{where}. What is done stays: run it again, it goes on."
        ) from error
    except (ValueError, KeyError, RuntimeError) as error:
        raise CommandError(str(error.args[0] if isinstance(error, KeyError) else error)) from error
    print(f"{predicted:,} rows predicted by version {run.task.version}: {chosen.output}")
    if refused:
        print(f"{refused:,} rows could not be used: {run.problems} says why.")


def _how_to_go_on(run: "Run") -> str:
    parts = f"{len(run.done):,} of {len(run.parts):,} parts are done and stay"
    return f"{parts}: the same command goes on with the others."


def _with_progress(run: "Run", doing: "Doing") -> None:
    """Do what is left; say rows a second and the time left, and what was done before."""
    from tqdm import tqdm  # type: ignore[import-untyped]  # ships no types

    before = sum(part.stretch.rows for part in run.parts if part.number in run.done)
    if before:
        print(f"About {before:,} of {run.rows:,} rows are done already.", file=sys.stderr)
    with tqdm(total=run.rows, initial=before, unit=" rows", unit_scale=True) as bar:
        for done in doing(run.left, run.task):
            run.done[done.number] = done
            bar.update(run.parts[done.number].stretch.rows)

"""`make bench-load`: what one production server bears, and Gradio beside it, as a table."""

import argparse
import os
import platform
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from bench.app_server import ROOT, Server, running_production
from bench.load import against_gradio, api, tools, two_processes, typing, visitors
from bench.load.client import WrongAnswerError
from bench.load.production import OPTIONS, settings, wait_until_ready
from bench.row import HEAD, Row, print_row
from models.registry import DEMOS
from showcase.runtime import project

PARTS = ("predict", "tools", "visitors", "verdicts", "two", "gradio", "crowd", "typing")


def main() -> int:
    """Measure each part and print its rows as they come; 1 if an answer was wrong or got lost."""
    given = options().parse_args()
    project.use(DEMOS, ROOT)
    began = time.monotonic()
    print(
        f"{platform.processor() or platform.machine()}, Python {platform.python_version()}, "
        f"{platform.system()}. The clients run on the same {os.cpu_count()} cores as the server; "
        f"load average before: {os.getloadavg()[0]:.1f}.\n"
    )
    print(HEAD)
    rows = [print_row(row) for part in PARTS if part in given.only for row in measured(part, given)]
    over = [row.what for row in rows if row.within is False]
    print(
        f"\n{time.monotonic() - began:.0f} s, load average after: {os.getloadavg()[0]:.1f}. "
        f"Missed: {'; '.join(over) or 'nothing'}."
    )
    return int(any(row.within is False and row.budget in ("0", "") for row in rows))


def options() -> argparse.ArgumentParser:
    """Return what may be chosen on the command line."""
    parser = argparse.ArgumentParser(prog="python -m bench.load", description=__doc__)
    parser.add_argument("--only", nargs="+", choices=PARTS, default=PARTS)
    parser.add_argument("--seconds", type=float, default=3, help="of each measurement over HTTP")
    parser.add_argument("--visitors", type=int, default=32)
    parser.add_argument("--stay", type=float, default=20, help="seconds that the visitors click")
    parser.add_argument("--verdicts", type=int, default=10_000)
    parser.add_argument("--gradio", type=Path, default=ROOT / ".venv-bench" / "bin" / "python")
    return parser


def measured(part: str, given: argparse.Namespace) -> Iterator[Row]:
    """Yield the rows of a part, from a server of its own; a wrong answer ends the part."""
    try:
        if part == "gradio":
            yield from against_gradio.rows(given.gradio, given.seconds)
            return
        if part == "crowd":
            yield from against_gradio.crowd_rows(given.gradio, given.visitors, given.stay)
            return
        if part == "two":
            yield from two_processes.rows(DEMOS, given.visitors, given.stay)
            return
        if part == "typing":
            yield from typing.rows(given.gradio)
            return
        with tempfile.TemporaryDirectory() as folder:
            store_url = f"csv:{folder}/feedback.csv"
            log = Path(folder) / "log"
            with running_production(log, settings(store_url), options=OPTIONS) as server:
                yield from _of_server(part, server, store_url, given)
            said = [line for line in log.read_text().splitlines() if "Traceback" in line]
            yield Row(
                f"Tracebacks in the log of the server ({part})", str(len(said)), "0", not said
            )
    except (WrongAnswerError, TimeoutError, OSError) as error:
        yield Row(f"{part} ended early", f"{type(error).__name__}: {error}", "", within=False)


def _of_server(
    part: str, server: Server, store_url: str, given: argparse.Namespace
) -> Iterator[Row]:
    wait_until_ready(server.url)
    if part == "predict":
        yield from api.predict_rows(server, DEMOS, given.seconds)
    elif part == "tools":
        yield from tools.rows(server, DEMOS)
    elif part == "visitors":
        yield from visitors.rows(server, store_url, DEMOS, given.visitors, given.stay)
    else:
        yield from api.verdict_rows(server.url, store_url, given.verdicts)


if __name__ == "__main__":
    sys.exit(main())

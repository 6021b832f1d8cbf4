"""Start to the first gallery, and memory after the gallery and after each page has predicted."""

import statistics
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import psutil

from bench.app_server import AGENT_API, ROOT, Server, running_app
from bench.row import Row
from models.registry import DEMOS
from showcase.contract import Demo
from showcase.contract.fields import key
from showcase.ui.query_params import written

PAIRS = 5
LIMIT = 1.3  # times an empty app
EMPTY = 'import streamlit as st\n\nst.title("Empty")\n'


def start_rows() -> Iterator[Row]:
    """Yield the median of both and of their ratio, start by start in pairs."""
    with tempfile.TemporaryDirectory() as folder:
        empty = Path(folder) / "empty.py"
        empty.write_text(EMPTY)
        seconds_to_first_page(empty, Path(folder))  # the first start fills the file cache
        pairs = [
            (
                seconds_to_first_page(ROOT / "Home.py", Path(folder)),
                seconds_to_first_page(empty, Path(folder)),
            )
            for _ in range(PAIRS)
        ]
    ours, theirs = (statistics.median(times) for times in zip(*pairs, strict=True))
    ratio = statistics.median(a / b for a, b in pairs)
    yield Row("Start to the first gallery", f"{ours:.2f} s")
    yield Row("Start of an empty Streamlit app to its first page", f"{theirs:.2f} s")
    yield Row("The gallery against the empty app", f"{ratio:.2f} x", f"{LIMIT} x", ratio <= LIMIT)


def seconds_to_first_page(script: Path, folder: Path) -> float:
    """Return the wall seconds from starting the process to a session's finished first page."""
    env = {"VITRINE_FEEDBACK_URL": f"csv:{folder}/feedback.csv", "PYTHONDONTWRITEBYTECODE": ""}
    began = time.perf_counter()
    with running_app(folder / "log", env, script=script, options=[AGENT_API]) as server:
        server.visit()
        return time.perf_counter() - began


LIMIT_MIB = 400
MIB = 2**20


def memory_rows() -> Iterator[Row]:
    """Yield the resident memory after the gallery, then after each page in turn."""
    with tempfile.TemporaryDirectory() as folder:
        env = {"VITRINE_FEEDBACK_URL": f"csv:{folder}/feedback.csv", "VITRINE_WARM": "0"}
        with running_app(Path(folder) / "log", env, options=[AGENT_API]) as server:
            server.visit()
            yield Row("Memory after the gallery", f"{resident(server):.0f} MiB")
            for demo in DEMOS:
                visit = server.visit(page=demo.page_name, query_params=link(demo))["session_id"]
                server.visit(session_id=visit, trigger={"key": f"{demo.name}_example_0"})
                used = resident(server)
                last = demo is DEMOS[-1]
                yield Row(
                    f"Memory after {demo.title} has predicted too",
                    f"{used:.0f} MiB",
                    f"{LIMIT_MIB} MiB" if last else "",
                    used <= LIMIT_MIB if last else None,
                )


def link(demo: Demo) -> dict[str, list[str]]:
    """Return a link to the last example: it opens the form, whichever tab of the page has it."""
    values = written(demo.load_module().EXAMPLES[-1])
    named = {key(demo.name, field): value for field, value in values.items()} | demo.deep_link
    return {name: [value] for name, value in named.items()}


def resident(server: Server) -> float:
    """Return the resident memory of the server and its children, in MiB."""
    parent = psutil.Process(server.process.pid)
    family = [parent, *parent.children(recursive=True)]
    return sum(process.memory_info().rss for process in family) / MIB

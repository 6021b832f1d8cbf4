"""Start to the first gallery in a session, against an empty Streamlit app in the same run."""

import statistics
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from bench.app_server import AGENT_API, ROOT, running_app
from bench.row import Row

PAIRS = 5
LIMIT = 1.3
EMPTY = 'import streamlit as st\n\nst.title("Empty")\n'


def rows() -> Iterator[Row]:
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

"""The review page's first figures over a log of 1,000,000 rows, in a process of their own."""

import json
import random
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from bench import bare
from bench.row import Row
from showcase.feedback import Record
from showcase.feedback.csv_log.file import HEADER, encode

SIZE = 1_000_000
INPUTS = 3_000
LIMIT_S, LATER_LIMIT_S, LIMIT_MIB = 3.0, 1.0, 500
WORDS = ["the", "staff", "was", "lovely", "and", "food", "never", "cold", "we", "waited", "again"]
THINGS = ["cat", "dog", "house", "tree", "car", "guitar", "apple", "clock", "fish", "star", "sun"]
# What the page does on a first visit, after Streamlit, Arrow and pandas are there anyway.
FIRST_FIGURES = """
import json, sys, time
import pandas, psutil, pyarrow, streamlit
from showcase.feedback import open_store
from showcase.feedback.analytics.queries import Analysis
from showcase.feedback.analytics.filters import VerdictFilter
memory = psutil.Process().memory_info
store = open_store(sys.argv[1])
store.count()  # the gallery has made the index by now
before, began = memory().rss, time.perf_counter()
analysis = Analysis(store)
verdicts = analysis.look()
every = VerdictFilter()
verdicts.agreement(every), verdicts.over_time(every), verdicts.by_version(every)
first_s, first = time.perf_counter() - began, memory().rss - before
began = time.perf_counter()
analysis.look().agreement(every), verdicts.latest(VerdictFilter(demo="sketch"), 10, 7)
print(json.dumps([first_s, first, time.perf_counter() - began]))
"""


def rows() -> Iterator[Row]:
    """Yield the time to the first figures, what they take in memory, and a second look."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "feedback.csv"
        write_log(path, SIZE)

        first_s, memory, again_s = look(f"csv:{path}")
        later_s, later_memory, _ = look(f"csv:{path}")
        size, bare_s = path.stat().st_size, bare.count_log(path)
    log = f"over {SIZE:,} rows ({size / 1e6:,.0f} MB)"
    mib = max(memory, later_memory) / 2**20
    yield Row(
        f"Review: first figures {log}",
        f"{first_s:.1f} s",
        f"{LIMIT_S:.0f} s",
        first_s <= LIMIT_S,
        first_s / bare_s,
    )
    yield Row(
        "Review: first figures of another process later",
        f"{later_s:.2f} s",
        f"{LATER_LIMIT_S:.0f} s",
        later_s <= LATER_LIMIT_S,
        later_s / bare_s,
    )
    yield Row(
        "Review: memory that they take", f"{mib:.0f} MiB", f"{LIMIT_MIB} MiB", mib <= LIMIT_MIB
    )
    yield Row("Review: figures and a page of rows, looked at again", f"{1000 * again_s:.0f} ms")


def look(url: str) -> list[float]:
    """Return the seconds to the first figures, the bytes that they take, and a second look's."""
    command = [sys.executable, "-c", FIRST_FIGURES, url]
    said = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    found: list[float] = json.loads(said)
    return found


def write_log(path: Path, size: int) -> None:
    """Write a log of drawings, texts and weather, with people who change their mind."""
    random_ = random.Random(7)
    kinds = [_middle(random_, number) for number in range(INPUTS)]
    moment, session, replaced = datetime(2025, 1, 1, tzinfo=UTC), "", b""
    with path.open("wb") as file:
        file.write(HEADER)
        for number in range(size):
            if number % 12 == 0:
                session = f"{random_.getrandbits(64):016x}"
            if not replaced:
                middle = random_.choice(kinds)
            row_id = f"00000000-0000-4000-8000-{number:012x}"
            when = (moment + timedelta(seconds=40 * number)).isoformat(timespec="milliseconds")
            start = f"{row_id},{when.removesuffix('+00:00')}Z,".encode()
            file.write(b"%b%b%b,%b,\r\n" % (start, middle, session.encode(), replaced))
            replaced = row_id.encode() if random_.random() < 0.05 and number % 12 < 11 else b""


def _middle(random_: random.Random, number: int) -> bytes:
    """Return a row up to its session, without id and time."""
    demo, given, prediction, labels = (_text, _weather, _drawing)[number % 3](random_)
    verdict = random_.choices(["correct", "wrong", "unsure"], [70, 24, 6])[0]
    record = Record(
        demo=demo,
        model_version=random_.choice(["0123456789ab", "ba9876543210"]),
        source="ui",
        input=given,
        prediction=prediction,
        verdict=verdict,
        expected=random_.choice(labels) if verdict == "wrong" else "",
        comment=random_.choice(["", "", "", "two\nlines", 'I "think", so']),
        annotator=random_.choice(["", "", "Mia", "Jonas", "Ada"]),
    )
    return encode(record.row()[2:-3]).removesuffix(b"\r\n") + b","


def _text(random_: random.Random) -> tuple[str, dict[str, Any], dict[str, Any], list[str]]:
    labels = ["negative", "neutral", "positive"]
    given = {"text": " ".join(random_.choices(WORDS, k=random_.randint(8, 40))), "threshold": 0.05}
    parts = dict.fromkeys(labels, 0.333)
    said = {"kind": "classification", "label": random_.choice(labels), "parts": parts}
    return "sentiment", given, {**said, "probabilities": None, "score": 0.4404}, labels


def _weather(random_: random.Random) -> tuple[str, dict[str, Any], dict[str, Any], list[str]]:
    given = {
        "humidity_3pm": random_.randint(10, 99),
        "pressure_3pm": round(random_.uniform(990, 1035), 1),
        "temperature_3pm": round(random_.uniform(5, 40), 1),
        "wind_gust_speed": random_.randint(10, 90),
    }
    return "rainfall", given, _likely(random_, ["rain", "dry"]), ["rain", "dry"]


def _drawing(random_: random.Random) -> tuple[str, dict[str, Any], dict[str, Any], list[str]]:
    strokes = [
        [[random_.randint(0, 255) for _ in range(points)] for _ in "xy"]
        for points in (random_.randint(12, 30) for _ in range(random_.randint(4, 12)))
    ]
    return "sketch", {"bitmap": None, "drawing": strokes}, _likely(random_, THINGS), THINGS


def _likely(random_: random.Random, labels: list[str]) -> dict[str, Any]:
    ordered = random_.sample(labels, min(10, len(labels)))
    first = round(random_.uniform(0.3, 0.99), 6)
    rest = round((1 - first) / (len(ordered) - 1), 6)
    shares = dict.fromkeys(ordered, rest) | {ordered[0]: first}
    return {"kind": "classification", "label": ordered[0], "probabilities": shares}

"""One verdict appended to a log of 1,000 rows and to one of 1,000,000, turn by turn."""

import csv
import statistics
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from bench.calls import timed_ms
from bench.row import Row
from showcase.feedback import COLUMNS, Record, open_store

SIZES = (1_000, 1_000_000)
APPENDS = 200
LIMIT = 1.5


def rows() -> Iterator[Row]:
    """Yield both medians, their ratio, and what making the index of the large log anew takes."""
    with tempfile.TemporaryDirectory() as folder:
        stores = []
        for size in SIZES:
            path = Path(folder) / f"{size}.csv"
            write_log(path, size)
            store = open_store(f"csv:{path}")
            began = time.perf_counter()
            assert store.count() == size
            rebuilt_s = time.perf_counter() - began
            stores.append(store)
        small, large = [], []
        for _ in range(APPENDS):  # in turns, so that a slow moment of the disk hits both
            small.append(timed_ms(lambda: stores[0].append(verdict())))
            large.append(timed_ms(lambda: stores[1].append(verdict())))
    a, b = statistics.median(small), statistics.median(large)
    yield Row("Append at 1,000 rows", f"{a:.2f} ms")
    yield Row("Append at 1,000,000 rows", f"{b:.2f} ms")
    yield Row("The large log against the small one", f"{b / a:.2f} x", f"{LIMIT} x", b / a <= LIMIT)
    yield Row("Index of 1,000,000 rows made anew", f"{rebuilt_s:.0f} s")


def verdict() -> Record:
    """Return one more verdict, as the Rainfall page makes it."""
    return Record(
        demo="rainfall",
        model_version="0123456789ab",
        source="ui",
        input={"temperature_3pm": 22.0, "humidity_3pm": 55.0},
        prediction={"kind": "classification", "label": "dry", "probabilities": {"dry": 0.8}},
        verdict="correct",
    )


def write_log(path: Path, size: int) -> None:
    """Write a log of `size` verdicts, each with an id of its own, without its index."""
    row = list(verdict().row())
    place = COLUMNS.index("id")
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(COLUMNS)
        for number in range(size):
            row[place] = f"00000000-0000-4000-8000-{number:012x}"
            writer.writerow(row)

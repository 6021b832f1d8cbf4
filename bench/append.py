"""One verdict appended to a log of 1,000 rows and to one of 1,000,000: CSV, SQLite, PostgreSQL."""

import csv
import random
import statistics
import tempfile
import time
import uuid
from collections.abc import Iterator
from pathlib import Path

from bench import bare, review
from bench.calls import timed_ms
from bench.row import Row
from showcase.feedback import COLUMNS, Record, Store, open_store
from tests.showcase.feedback.postgres import Server, programs

SIZES = (1_000, 1_000_000)
APPENDS = 200
LIMIT = 1.5
COPY_LIMIT_S = 15
SAMPLE = 100_000  # rows that the bare driver copies


def csv_rows() -> Iterator[Row]:
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
        a, b = medians(stores)
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


def sql_rows() -> Iterator[Row]:
    """Yield for SQLite and PostgreSQL both medians, their ratio, and what copying rows in takes."""
    with tempfile.TemporaryDirectory() as folder:
        yield from _rows("SQLite", [f"sqlite:///{Path(folder) / str(size)}.db" for size in SIZES])
    if programs() is None:
        yield Row("PostgreSQL", "is not installed")
        return
    server = Server()
    try:
        yield from _rows("PostgreSQL", [server.new_schema() for _ in SIZES])
    finally:
        server.close()


def _rows(name: str, urls: list[str]) -> Iterator[Row]:
    stores, copied_s = list(map(open_store, urls)), 0.0
    for size, store in zip(SIZES, stores, strict=True):
        rows = list(many(size))
        began = time.perf_counter()
        assert store.extend(rows) == size
        copied_s = time.perf_counter() - began
    small, large = medians(stores)
    yield Row(f"{name}: append at 1,000 rows", f"{small:.2f} ms")
    yield Row(f"{name}: append at 1,000,000 rows", f"{large:.2f} ms")
    ratio = large / small
    yield Row(f"{name}: large against small", f"{ratio:.2f} x", f"{LIMIT} x", ratio <= LIMIT)
    copied = f"{name}: 1,000,000 rows copied in"
    ratio = copied_s / (SIZES[1] / SAMPLE * bare.copy_in(urls[1], many(SAMPLE)))
    yield Row(copied, f"{copied_s:.0f} s", f"{COPY_LIMIT_S} s", copied_s <= COPY_LIMIT_S, ratio)
    read_s = timed_ms(lambda: sum(batch.num_rows for batch in stores[1].batches())) / 1000
    yield Row(f"{name}: 1,000,000 rows read", f"{read_s:.0f} s")
    first_s, _, rows_s = review.look(urls[1])
    figures = f"{name}: review's first figures over 1,000,000 rows"
    within = first_s <= review.LIMIT_S
    yield Row(figures, f"{first_s:.1f} s", f"{review.LIMIT_S:.0f} s", within)
    yield Row(f"{name}: its single rows, once they are asked for", f"{rows_s:.1f} s")
    for what, ask in (
        ("count", lambda: stores[1].count("rainfall")),
        ("mark", stores[1].version_token),
    ):
        asked = statistics.median(timed_ms(ask) for _ in range(20))
        yield Row(f"{name}: {what} at 1,000,000 rows", f"{asked:.2f} ms")


def medians(stores: list[Store]) -> tuple[float, float]:
    """Return what an append takes in each, in turns: a slow moment of the disk hits both."""
    small, large = [], []
    for _ in range(APPENDS):
        small.append(timed_ms(lambda: stores[0].append(verdict())))
        large.append(timed_ms(lambda: stores[1].append(verdict())))
    return statistics.median(small), statistics.median(large)


def many(size: int) -> Iterator[list[str]]:
    """Yield rows of verdicts, each with an id and a visit of its own, as far apart as in life."""
    chosen = random.Random(0)
    row = list(verdict().row())
    row_id, session = COLUMNS.index("id"), COLUMNS.index("session")
    for _ in range(size):
        row[row_id] = str(uuid.UUID(int=chosen.getrandbits(128), version=4))
        row[session] = f"{chosen.getrandbits(64):016x}"
        yield row.copy()

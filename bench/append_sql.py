"""One verdict appended to a database with 1,000 rows and to one with 1,000,000, turn by turn."""

import random
import statistics
import tempfile
import time
import uuid
from collections.abc import Iterator
from pathlib import Path

from bench.append import APPENDS, LIMIT, SIZES, verdict
from bench.calls import timed_ms
from bench.row import Row
from showcase.feedback import COLUMNS, Store, open_store
from tests.showcase.feedback.postgres import Server, programs


def rows() -> Iterator[Row]:
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
        began = time.perf_counter()
        assert store.extend(many(size)) == size
        copied_s = time.perf_counter() - began
    small, large = medians(stores)
    yield Row(f"{name}: append at 1,000 rows", f"{small:.2f} ms")
    yield Row(f"{name}: append at 1,000,000 rows", f"{large:.2f} ms")
    ratio = large / small
    yield Row(f"{name}: large against small", f"{ratio:.2f} x", f"{LIMIT} x", ratio <= LIMIT)
    yield Row(f"{name}: 1,000,000 rows copied in", f"{copied_s:.0f} s")
    read_s = timed_ms(lambda: sum(batch.num_rows for batch in stores[1].batches())) / 1000
    yield Row(f"{name}: 1,000,000 rows read", f"{read_s:.0f} s")
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

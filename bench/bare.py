"""The same with the bare library, as a program of a few lines does it: what ours is measured by."""

import sqlite3
import tempfile
import time
from collections.abc import Callable, Iterable, Sequence
from contextlib import closing
from pathlib import Path

import duckdb
import psycopg
from sqlalchemy import make_url

from showcase.feedback import COLUMNS

TRIES = 3
_columns = ", ".join(f"{name} TEXT" for name in COLUMNS)
MAKE = f"CREATE TABLE bare ({_columns}, UNIQUE (id))"
INSERT = f"INSERT INTO bare VALUES ({', '.join('?' * len(COLUMNS))})"  # our names


def seconds(call: Callable[[], object]) -> float:
    """Return the time that a call takes, the least of several."""
    found = []
    for _ in range(TRIES):
        began = time.perf_counter()
        call()
        found.append(time.perf_counter() - began)
    return min(found)


def count_log(path: Path) -> float:
    """Return how long DuckDB takes to count the verdicts in a log as it stands."""
    question = "SELECT demo, verdict, count(*) FROM read_csv(?, all_varchar = true) GROUP BY ALL"
    return seconds(lambda: duckdb.execute(question, [str(path)]).fetchall())


def copy_in(url: str, rows: Iterable[Sequence[str]]) -> float:
    """Return how long rows take into a table with unique ids, by the driver alone."""
    given = list(rows)
    if url.startswith("sqlite"):
        with tempfile.TemporaryDirectory(dir=Path(make_url(url).database or "").parent) as folder:
            return _into_sqlite(Path(folder) / "bare.db", given)
    with psycopg.connect(make_url(url).render_as_string(hide_password=False)) as connection:
        began = time.perf_counter()
        connection.execute(MAKE)
        with connection.cursor() as cursor, cursor.copy("COPY bare FROM STDIN") as copy:
            for row in given:
                copy.write_row(row)
        connection.commit()
        took_s = time.perf_counter() - began
        connection.execute("DROP TABLE bare")
    return took_s


def _into_sqlite(path: Path, rows: Sequence[Sequence[str]]) -> float:
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute(MAKE)
        began = time.perf_counter()
        connection.executemany(INSERT, rows)
        connection.commit()
        return time.perf_counter() - began

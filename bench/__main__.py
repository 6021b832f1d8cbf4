"""`make bench`: start, memory, model calls, large tables, appends, review, with their budgets."""

import os
import platform
import time
from pathlib import Path

from bench import append, calls, clicks, in_browser, large_tables, review, start
from bench.row import HEAD, print_row
from models.registry import DEMOS
from showcase.runtime import project

ROOT = Path(__file__).parents[1]

PARTS = (
    start.start_rows,
    start.memory_rows,
    calls.model_rows,
    calls.palindrome_rows,
    clicks.rows,
    large_tables.rows,
    in_browser.form_rows,
    in_browser.drawing_rows,
    in_browser.challenge_rows,
    append.csv_rows,
    review.rows,
    append.sql_rows,
)


def main() -> None:
    """Measure each part and print its rows as they come, as a Markdown table."""
    began = time.monotonic()
    project.use(DEMOS, ROOT)
    print(
        f"{platform.processor() or platform.machine()}, {os.cpu_count()} cores, "
        f"Python {platform.python_version()}, {platform.system()}\n"
    )
    print(HEAD)
    rows = [print_row(row) for part in PARTS for row in part()]
    over = [row.what for row in rows if row.within is False]
    print(f"\n{time.monotonic() - began:.0f} s. Over budget: {', '.join(over) or 'nothing'}.")


if __name__ == "__main__":
    main()

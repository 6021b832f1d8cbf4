"""`make bench`: start, memory, model calls, large tables, appends, review, with their budgets.

`python -m bench --only sql` measures one part.
"""

import argparse
import os
import platform
import time
from pathlib import Path

from bench import append, calls, clicks, in_browser, large_tables, review, start
from bench.row import HEAD, print_row
from models.registry import DEMOS
from showcase.runtime import project

ROOT = Path(__file__).parents[1]

PARTS = {
    "start": start.start_rows,
    "memory": start.memory_rows,
    "models": calls.model_rows,
    "palindromes": calls.palindrome_rows,
    "clicks": clicks.rows,
    "tables": large_tables.rows,
    "form": in_browser.form_rows,
    "canvas": in_browser.drawing_rows,
    "challenge": in_browser.challenge_rows,
    "csv": append.csv_rows,
    "review": review.rows,
    "sql": append.sql_rows,
}


def main() -> None:
    """Measure each part and print its rows as they come, as a Markdown table."""
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    parser.add_argument("--only", nargs="+", choices=PARTS, default=PARTS)
    chosen = parser.parse_args().only
    began = time.monotonic()
    project.use(DEMOS, ROOT)
    print(
        f"{platform.processor() or platform.machine()}, {os.cpu_count()} cores, "
        f"Python {platform.python_version()}, {platform.system()}\n"
    )
    print(HEAD)
    rows = [print_row(row) for part in chosen for row in PARTS[part]()]
    over = [row.what for row in rows if row.within is False]
    print(f"\n{time.monotonic() - began:.0f} s. Over budget: {', '.join(over) or 'nothing'}.")


if __name__ == "__main__":
    main()

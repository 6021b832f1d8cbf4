"""One line of the table."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Row:
    """What was measured, the figure, the budget, and whether it is within it (None: no budget)."""

    what: str
    measured: str
    budget: str = ""
    within: bool | None = None


def print_row(row: Row) -> Row:
    """Print one row of the table and hand it on."""
    verdict = {True: "within", False: "OVER", None: ""}[row.within]
    print(f"| {row.what} | {row.measured} | {row.budget} | {verdict} |", flush=True)
    return row

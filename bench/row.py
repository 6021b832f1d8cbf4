"""One line of the table."""

from dataclasses import dataclass

HEAD = "| What | Measured | Budget | | To the bare library |\n| --- | ---: | ---: | --- | ---: |"


@dataclass(frozen=True)
class Row:
    """What was measured, the figure, the budget, and whether it is within it (None: no budget).

    `ratio` is how many times that is what the bare library, or Gradio, takes for the same.
    """

    what: str
    measured: str
    budget: str = ""
    within: bool | None = None
    ratio: float | None = None


def print_row(row: Row) -> Row:
    """Print one row of the table and hand it on."""
    verdict = {True: "within", False: "OVER", None: ""}[row.within]
    ratio = "" if row.ratio is None else f"{row.ratio:.2f} x"
    print(f"| {row.what} | {row.measured} | {row.budget} | {verdict} | {ratio} |", flush=True)
    return row

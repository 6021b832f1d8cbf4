"""One line of the table."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Row:
    """What was measured, the figure, the budget, and whether it is within it (None: no budget)."""

    what: str
    measured: str
    budget: str = ""
    within: bool | None = None

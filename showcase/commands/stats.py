"""`feedback stats`: what people said, demo by demo."""

import json
from typing import Any

from showcase.contract.metrics import wilson
from showcase.feedback.analytics.load import Log, Snapshot

COUNTS = """
SELECT demo, count(*) AS rows,
    count(*) FILTER (status = 0) AS in_force,
    count(*) FILTER (status = 0 AND source <> 'game' AND verdict = 'correct') AS correct,
    count(*) FILTER (status = 0 AND source <> 'game' AND verdict = 'wrong') AS wrong,
    count(*) FILTER (status = 0 AND source <> 'game' AND verdict = 'unsure') AS unsure,
    count(*) FILTER (status = 0 AND source = 'game') AS games,
    count(DISTINCT annotator) FILTER (status = 0 AND annotator <> '') AS annotators,
    min(created_at) AS first, max(created_at) AS last
FROM keys GROUP BY demo ORDER BY demo
"""
HEADINGS = (
    "demo",
    "rows",
    "in force",
    "correct",
    "wrong",
    "unsure",
    "agreement",
    "95% interval",
    "games",
    "names",
    "first",
    "last",
)


def stats(log: Log) -> list[dict[str, Any]]:
    """Return the figures of each demo; `agreement` is that of verdicts in force outside games."""
    with Snapshot(log) as snapshot:
        return [_with_agreement(row) for row in snapshot.ask(COUNTS).to_pylist()]


def as_json(figures: list[dict[str, Any]]) -> str:
    """Return the figures for programs."""
    return json.dumps(figures, indent=2)


def as_table(figures: list[dict[str, Any]]) -> str:
    """Return the figures for people, numbers right-aligned."""
    rows = [HEADINGS, *map(_cells, figures)]
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    return "\n".join(
        "  ".join(
            cell.rjust(width) if 0 < place < 10 else cell.ljust(width)
            for place, (cell, width) in enumerate(zip(row, widths, strict=True))
        ).rstrip()
        for row in rows
    )


def _with_agreement(row: dict[str, Any]) -> dict[str, Any]:
    judged = row["correct"] + row["wrong"]
    low, high = wilson(row["correct"], judged)
    share = row["correct"] / judged if judged else None
    interval = [round(low, 4), round(high, 4)] if judged else None
    agreement = None if share is None else round(share, 4)
    return row | {"agreement": agreement, "agreement_interval_95": interval}


def _cells(row: dict[str, Any]) -> tuple[str, ...]:
    counts = [f"{row[name]:,}" for name in ("rows", "in_force", "correct", "wrong", "unsure")]
    if row["agreement"] is None:
        agreement = ["-", "-"]
    else:
        low, high = row["agreement_interval_95"]
        agreement = [f"{row['agreement']:.0%}", f"{low:.0%} to {high:.0%}"]
    people = [f"{row[name]:,}" for name in ("games", "annotators")]
    return (row["demo"], *counts, *agreement, *people, row["first"][:10], row["last"][:10])

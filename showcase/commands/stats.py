"""`feedback stats`: what people said, demo by demo, or version by version of their models."""

import json
from collections import Counter, defaultdict
from typing import Any

from showcase.contract.metrics import wilson
from showcase.export import cells
from showcase.feedback.analytics.load import Log, Snapshot
from showcase.feedback.record import Status

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
COLUMNS = {
    "demo": "demo",
    "model_version": "version",
    "rows": "rows",
    "in_force": "in force",
    "correct": "correct",
    "wrong": "wrong",
    "unsure": "unsure",
    "agreement": "agreement",
    "agreement_interval_95": "95% interval",
    "games": "games",
    "annotators": "names",
    "first": "first",
    "last": "last",
}
TEXTS = ("demo", "model_version", "first", "last")


def stats(log: Log) -> list[dict[str, Any]]:
    """Return the figures of each demo; `agreement` is that of verdicts in force outside games."""
    with Snapshot(log) as snapshot:
        return [_with_agreement(row) for row in snapshot.ask(COUNTS).to_pylist()]


def by_version(log: Log) -> list[dict[str, Any]]:
    """Return the figures of verdicts in force outside games, for each version of each model.

    A model's versions come in the order in which they were first judged.
    """
    with Snapshot(log) as snapshot:
        status = snapshot.status
    found: defaultdict[tuple[str, str], Counter[str]] = defaultdict(Counter)
    days: defaultdict[tuple[str, str], list[str]] = defaultdict(list)
    rows = (
        row
        for batch in log.batches(("demo", "model_version", "source", "verdict", "created_at"))
        for row in cells(batch)
    )
    for (demo, version, source, verdict, moment), state in zip(rows, status, strict=False):
        if state == Status.CURRENT and source != "game":
            of = days[demo, version]
            of[:] = [min([moment, *of]), max([moment, *of])]
            found[demo, version][verdict] += 1
    return sorted(
        (
            _with_agreement(
                {
                    "demo": demo,
                    "model_version": version,
                    **{name: counts[name] for name in ("correct", "wrong", "unsure")},
                    "first": days[demo, version][0],
                    "last": days[demo, version][1],
                }
            )
            for (demo, version), counts in found.items()
        ),
        key=lambda row: (row["demo"], row["first"]),
    )


def as_json(figures: list[dict[str, Any]]) -> str:
    """Return the figures for programs."""
    return json.dumps(figures, indent=2)


def as_table(figures: list[dict[str, Any]]) -> str:
    """Return the figures for people, numbers right-aligned."""
    shown = [name for name in COLUMNS if name in figures[0]]
    rows = [
        [COLUMNS[name] for name in shown],
        *([_cell(name, row[name]) for name in shown] for row in figures),
    ]
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    return "\n".join(
        "  ".join(
            cell.ljust(width) if name in TEXTS else cell.rjust(width)
            for name, cell, width in zip(shown, row, widths, strict=True)
        ).rstrip()
        for row in rows
    )


def _cell(name: str, value: Any) -> str:
    if value is None:
        return "-"
    if name == "agreement":
        return f"{value:.0%}"
    if name == "agreement_interval_95":
        low, high = value
        return f"{low:.0%} to {high:.0%}"
    if name in TEXTS:
        return str(value)[:10] if name in ("first", "last") else str(value)
    return f"{value:,}"


def _with_agreement(row: dict[str, Any]) -> dict[str, Any]:
    judged = row["correct"] + row["wrong"]
    low, high = wilson(row["correct"], judged)
    share = row["correct"] / judged if judged else None
    interval = [round(low, 4), round(high, 4)] if judged else None
    agreement = None if share is None else round(share, 4)
    return row | {"agreement": agreement, "agreement_interval_95": interval}

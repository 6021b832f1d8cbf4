"""Rainfall: a station that the model never saw; a hostile person; a crowd that says the reverse."""

import tempfile
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from bench.learn.loop import Judged, Learnt, in_force, learnt, own_place, told
from models.rainfall.inputs import FIELDS, Input
from models.rainfall.training import data, learn
from showcase.learning.gate import compare, quality

STATION, JUDGED, PEOPLE = "Darwin", 1_500, 8
HONEST, HOSTILE, INVERTED = 600, 200, 5_000


def _inputs(days: pd.DataFrame) -> list[Input]:
    names = [row.tolist() for row in data.inputs(days)]
    return [Input(**dict(zip(FIELDS, row, strict=True))) for row in names]


def _judged(days: pd.DataFrame, people: int, who: str, *, reverse: bool = False) -> list[Judged]:
    said = np.where(days["wet"].to_numpy() ^ reverse, "rain", "dry").tolist()
    rows = zip(_inputs(days), said, strict=True)
    return [(one, label, f"{who} {number % people}") for number, (one, label) in enumerate(rows)]


def _days(folder: Path) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return the table, and its days with all inputs and what came of them."""
    table = data.read(data.find(learn.place(folder)))
    return table, data.with_target(table)


def darwin(folder: Path) -> None:
    """Print what a model that never saw a station learns from judged days of it."""
    table, days = _days(folder)
    own = days[days["Location"] == STATION].sample(frac=1.0, random_state=0)
    judged, others = own[:JUDGED], own[JUDGED:]
    with tempfile.TemporaryDirectory() as place, own_place() as url:
        elsewhere = Path(place)
        table[table["Location"] != STATION].to_csv(elsewhere / data.TABLE, index=False)
        learn.train(elsewhere, [], elsewhere, lambda _: None)
        in_force("rainfall", elsewhere / learn.NAME, url)
        done = learnt("rainfall", _judged(judged, PEOPLE, "Observer"), elsewhere, url)
    print(f"{STATION}: {len(judged):,} days judged; {len(others):,} others:")
    _compared(done, others)
    told(done.report)


def _compared(done: Learnt, days: pd.DataFrame) -> None:
    targets = np.where(days["wet"], "rain", "dry").tolist()
    module: Any = done.before.module
    both = [module.predict_many(model, _inputs(days)) for model in (done.before.model, done.model)]
    was, is_now = (quality(one, targets, "brier") for one in both)
    right = tuple(quality(one, targets, "right") > 0 for one in both)
    print(compare(was, is_now, "brier", data.weeks(days).tolist(), right=right))


def hostile(folder: Path) -> None:
    """Print by how much 200 hostile rows move the answers of a candidate."""
    _, days = _days(folder)
    mixed = days[~learn.is_held_out(days)].sample(frac=1.0, random_state=1)
    honest = _judged(mixed[:HONEST], PEOPLE, "Observer")
    wrong = _judged(mixed[HONEST : HONEST + HOSTILE], 1, "Mallory", reverse=True)
    models = []
    for judged in (honest, [*honest, *wrong]):
        with own_place() as url:
            done = learnt("rainfall", judged, folder, url)
        told(done.report)
        models.append(done.model)
    X = data.inputs(days[learn.is_held_out(days)])
    moved = np.abs(models[0].chance(X) - models[1].chance(X))
    print(f"Chances of {len(X):,} held-out days move by {moved.mean():.4f} on average, ")
    print(f"in 99 of 100 by less than {np.quantile(moved, 0.99):.4f}, at most {moved.max():.4f}")


def inverted(folder: Path) -> None:
    """Print what the gate says of a candidate that learnt the reverse of what happened."""
    _, days = _days(folder)
    chosen = days.sample(INVERTED, random_state=2)
    with own_place() as url:
        done = learnt("rainfall", _judged(chosen, 40, "Person", reverse=True), folder, url)
    told(done.report)

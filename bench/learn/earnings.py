"""Earnings: fields of study that the model never saw, learnt from judged programmes in them."""

import tempfile
from pathlib import Path
from typing import Any

import numpy as np

from bench.learn.loop import Judged, in_force, learnt, own_place, told
from models.earnings.model import as_inputs
from models.earnings.training import data, learn
from showcase.learning.gate import compare, quality

FIELD = "5138"  # nursing: the commonest
JUDGED, OTHERS, PEOPLE = 143, 500, 10


def run(folder: Path) -> None:
    """Print what a model that knows no programme of a field learns from judged ones."""
    source = data.find(folder)
    table = data.read(source)
    own = (
        table[table["CIPCODE"] == FIELD].drop_duplicates("OPEID6").sample(frac=1.0, random_state=0)
    )
    rows = data.rows(own)
    inputs, medians = as_inputs(rows.programmes), rows.earnings.tolist()
    judged: list[Judged] = [
        (one, median, f"Person {number % PEOPLE}")
        for number, (one, median) in enumerate(zip(inputs, medians, strict=True))
    ][:JUDGED]
    rest = slice(JUDGED, JUDGED + OTHERS)
    with tempfile.TemporaryDirectory() as place, own_place() as url:
        elsewhere = Path(place)
        kept = table[table["CIPCODE"] != FIELD].drop(columns="OPEID6")
        kept.to_csv(elsewhere / data.TABLE, index=False)
        (elsewhere / data.INSTITUTIONS).write_bytes((source / data.INSTITUTIONS).read_bytes())
        learn.train(elsewhere, [], elsewhere, lambda _: None)
        in_force("earnings", elsewhere / learn.NAME, url)
        done = learnt("earnings", judged, elsewhere, url)
    module: Any = done.before.module
    both = [module.predict_many(model, inputs[rest]) for model in (done.before.model, done.model)]
    was, is_now = (quality(one, medians[rest], "absolute") for one in both)
    held = [_held(said, medians[rest]) for said in both]
    print(f"Field {FIELD}: {compare(was, is_now, 'absolute')}; intervals held {held}")
    told(done.report)


def _held(said: Any, medians: list[float]) -> float:
    """Return the share of medians that lie within their interval."""
    pairs = zip(said, medians, strict=True)
    return float(np.mean([one.low <= median <= one.high for one, median in pairs]))

"""Sentiment: the second opinion learns from judged sentences of Amazon reviews."""

from pathlib import Path
from typing import Any

from bench.learn.loop import Judged, learnt, own_place, told
from models.sentiment.inputs import Input
from models.sentiment.training import data, evaluate, learn
from showcase.learning.gate import compare, quality

JUDGED, PEOPLE = 860, 10  # of which about 600 are learnt


def run(folder: Path) -> None:
    """Print how the opinion does on other Amazon reviews, before and after."""
    rated = data.read(learn.place(folder), data.RATED["Amazon reviews"]).sample(
        frac=1.0, random_state=0
    )
    labels = evaluate.felt(rated["mean_rating"], evaluate.BANDS[0]).tolist()
    inputs = [Input(text=text, threshold=0.05) for text in rated["text"]]
    judged: list[Judged] = [
        (one, label, f"Person {number % PEOPLE}")
        for number, (one, label) in enumerate(zip(inputs, labels, strict=True))
    ][:JUDGED]
    with own_place() as url:
        done = learnt("sentiment", judged, folder, url)
    module: Any = done.before.module
    others, targets = inputs[JUDGED:], labels[JUDGED:]
    rules = quality(module.predict_many(done.model, others), targets, "right").mean()
    both = [module.learnt_answers(model, others) for model in (done.before.model, done.model)]
    was, is_now = (quality(one, targets, "right") for one in both)
    right = was > 0, is_now > 0
    print(f"{len(others):,} other reviews: VADER {rules:.3f}")
    print(compare(was, is_now, "right", right=right))
    told(done.report)

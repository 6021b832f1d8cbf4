"""Sketch is taught a thing that some people draw otherwise than most, from 100 corrections."""

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from bench.learn.loop import Judged, Learnt, learnt, own_place, told
from models.sketch import Input
from models.sketch.training import data
from models.sketch.training.learn import place

PEOPLE, JUDGED, OTHERS = 10, 143, 200  # of those judged, 30 in 100 are kept apart
Drawing = Sequence[Any]


def of_many_strokes(drawing: Drawing) -> bool:
    """Tell whether a drawing has ten strokes or more: two or more sockets on a plate, mostly."""
    return len(drawing) >= 10


STYLES: dict[str, tuple[str, Callable[[Drawing], bool]]] = {
    "outlets of ten strokes or more": ("power outlet", of_many_strokes),
}


def of_style(folder: Path, style: str, seed: int = 0) -> list[Input]:
    """Return drawings of the style, mixed, of those that the network may have been trained on."""
    word, wanted = STYLES[style]
    rows, places = data.vectors(place(folder))
    found = [
        row["drawing"]
        for row, where in zip(rows, places, strict=True)
        if row["word"] == word and where == "train" and wanted(row["drawing"])
    ]
    mixed = np.random.default_rng(seed).permutation(len(found))[: JUDGED + OTHERS]
    return [Input.model_validate({"drawing": found[at]}) for at in mixed.tolist()]


def right(module: Any, model: Any, inputs: Sequence[Input], word: str) -> int:
    """Return how many drawings are taken for the word."""
    return sum(one.label == word for one in module.predict_many(model, inputs))


def run(folder: Path) -> None:
    """Print what 100 corrections of each style gave."""
    for style, (word, _) in STYLES.items():
        inputs = of_style(folder, style)
        taught, others = inputs[:JUDGED], inputs[JUDGED:]
        judged: list[Judged] = [
            (one, word, f"Person {number % PEOPLE}") for number, one in enumerate(taught)
        ]
        with own_place() as url:
            done: Learnt = learnt("sketch", judged, folder, url)
        was, is_now = (
            right(done.before.module, model, others, word)
            for model in (done.before.model, done.model)
        )
        print(f"{style}: of {len(others)} others {was} right before, {is_now} after")
        told(done.report)

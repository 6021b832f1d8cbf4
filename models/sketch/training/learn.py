"""Learning from verdicts: which drawings no verdict enters, margins, how a candidate is taught.

The margins were written down before any candidate was trained.
"""

import hashlib
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from models.sketch import ARTIFACT, Input, from_bitmap, tile
from models.sketch.labels import LABELS
from models.sketch.training import data
from showcase.learning.learner import HeldOut, Lesson, Margins, Progress

# Of the labels that are right, half in a hundred may be lost, and surely not one in a hundred.
MARGINS = Margins(measure="right", held_out=0.01, part=0.2, label=0.005)
POSSIBLE = None
NAME = "model.tflite"
BITMAPS_OF_EACH = 20  # of the 78 things that there are many bitmaps of
SEED = 0


def identity(given: Input) -> str:
    """Return a digest of the drawing as a bitmap: a drawing and its bitmap are the same."""
    return hashlib.sha256(tile(given).tobytes()).hexdigest()


def held_out(folder: Path) -> HeldOut:
    """Return the part kept apart: drawings of all 345 things, and some bitmaps of each of 78."""
    split = data.read(place(folder)).test
    chosen = np.flatnonzero(ranks(split.labels) < BITMAPS_OF_EACH)
    drawings = [Input.model_validate({"drawing": one}) for one in split.drawings]
    bitmaps = [from_bitmap(image) for image in split.images[chosen]]
    labels = np.append(split.drawn, split.labels[chosen])
    return HeldOut(
        inputs=[*drawings, *bitmaps],
        targets=[LABELS[label] for label in labels.tolist()],
        slices=["drawings"] * len(drawings) + ["bitmaps"] * len(bitmaps),
    )


def ranks(labels: data.Labels) -> data.Labels:
    """Return how many of the same label stand before each (n,)."""
    order = np.argsort(labels, kind="stable")
    counts = np.bincount(labels)
    found = np.empty(len(labels), np.int64)
    found[order] = np.arange(len(labels)) - np.repeat(np.cumsum(counts) - counts, counts)
    return found


def train(folder: Path, lessons: Sequence[Lesson], out: Path, progress: Progress) -> None:
    """Teach the shipped networks what people said, while they rehearse what they know."""
    if ARTIFACT is None:
        raise FileNotFoundError("no artifact to teach: run python -m models.sketch.train")
    every = data.read(place(folder))  # before TensorFlow, which takes memory of its own
    from models.sketch.training.export import export
    from models.sketch.training.fine_tune import fewer, taught

    split = fewer(every)
    del every
    corrections = [(Input(**one.input.model_dump()), str(one.target)) for one in lessons]
    members, blend = taught(corrections, split, ARTIFACT, SEED, progress)
    export(members, blend, out / NAME, split.calibration)
    progress(1.0)


def place(folder: Path) -> Path:
    """Return the folder of the drawings: the one that is named, or `quickdraw` in it."""
    return folder / "quickdraw" if (folder / "quickdraw").is_dir() else folder

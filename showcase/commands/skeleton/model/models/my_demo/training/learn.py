"""Learning from verdicts: the wines kept apart, margins, and how a candidate is trained.

`showcase learn` calls it. Write the margins down before a candidate is trained.
"""

from collections.abc import Sequence
from pathlib import Path

from models.my_demo import ARTIFACT, FIELDS, LABELS, Input
from models.my_demo.train import fitted, split, write
from showcase.learning.learner import HeldOut, Lesson, Margins, Progress

# Of 54 wines kept apart one is 0.02: no more than two may be lost, and of one grower's not three.
MARGINS = Margins(measure="right", held_out=0.05, part=0.15)
POSSIBLE = None  # of labels; of numbers the least and the largest worth learning


def identity(given: Input) -> str:
    """Return a text that is equal for wines which are the same to the model."""
    return ",".join(f"{getattr(given, name):g}" for name in FIELDS)


def held_out(_folder: Path) -> HeldOut:
    """Return the wines kept apart, which no verdict may enter."""
    apart = split()
    inputs = [Input(**dict(zip(FIELDS, row, strict=True))) for row in apart.X_test.tolist()]
    return HeldOut(inputs, [(LABELS or ())[label] for label in apart.y_test])


def train(_folder: Path, lessons: Sequence[Lesson], out: Path, progress: Progress) -> None:
    """Fit the model on the wines and on what people said, each lesson a wine; write it."""
    known = split()
    X = known.X_train.tolist() + [
        [getattr(lesson.input, name) for name in FIELDS] for lesson in lessons
    ]
    y = known.y_train.tolist() + [(LABELS or ()).index(str(lesson.target)) for lesson in lessons]
    progress(0.5)
    write(fitted(X, y), out / (ARTIFACT or Path("model.skops")).name)
    progress(1.0)

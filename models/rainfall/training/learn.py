"""Learning from verdicts: which days no verdict enters, margins, and how a candidate is trained.

The margins were written down before any candidate was trained.
"""

import hashlib
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pandas as pd

from models.rainfall.inputs import Input
from models.rainfall.model import write
from models.rainfall.training import data, evaluate, fit
from models.rainfall.training.data import DECIMALS, Verdicts
from showcase.learning.learner import HeldOut, Lesson, Margins, Progress

# Half the squared error of both chances, which is the Brier score. Shipped, it is 0.114.
MARGINS = Margins(measure="brier", held_out=0.001, part=0.01, label=0.005)
POSSIBLE = None
EVERY = 10  # one reading in so many is held out
SHARE = 0.1  # of all that is learnt, what people judged counts so much
MOST_TIMES = 5  # that a judged reading counts as a day


def identity(given: Input) -> str:
    """Return the reading with the decimals that the table has."""
    return ",".join(f"{getattr(given, name):.{DECIMALS}f}" for name in Input.model_fields)


def held_out(folder: Path) -> HeldOut:
    """Return the days whose readings' hash falls into a tenth; those of a week go together."""
    days = data.with_target(data.read(data.find(place(folder))))
    apart = days[is_held_out(days)]
    return HeldOut(
        inputs=_inputs(apart),
        targets=np.where(apart["wet"], "rain", "dry").tolist(),
        slices=apart["Location"].tolist(),
        groups=data.weeks(apart).tolist(),
    )


def is_held_out(days: pd.DataFrame) -> "pd.Series[bool]":
    """Return which days are held out, by their readings alone."""
    return pd.Series([_bucket(identity(one)) == 0 for one in _inputs(days)], index=days.index)


def train(folder: Path, lessons: Sequence[Lesson], out: Path, progress: Progress) -> None:
    """Fit the committee on all other days and on the lessons, and write it."""
    table = data.read(data.find(place(folder)))
    days, years = data.with_target(table), evaluate.calendar(table)
    usual = fit.share_of_similar_days(
        data.before(days, years.calibration), data.year_from(days, years.calibration)
    )
    progress(0.1)
    write(fit.fit_model(days[~is_held_out(days)], usual, 0, said(lessons, len(days))), out / NAME)
    progress(1.0)


NAME = "model.skops"


def said(lessons: Sequence[Lesson], days: int) -> Verdicts:
    """Return the lessons as what visitors said, each as often as makes them `SHARE` of the days."""
    X = np.array([[getattr(one.input, name) for name in Input.model_fields] for one in lessons])
    y = np.array([one.target == "rain" for one in lessons])
    times = int(np.clip(SHARE * days / max(len(lessons), 1), 1, MOST_TIMES))
    return Verdicts("lessons", "", np.repeat(X, times, axis=0), np.repeat(y, times))


def place(folder: Path) -> Path:
    """Return the folder of the table: the one that is named, or `rainfall` in it."""
    return folder / "rainfall" if (folder / "rainfall").is_dir() else folder


def _inputs(days: pd.DataFrame) -> list[Input]:
    names = list(Input.model_fields)
    return [
        Input.model_construct(**dict(zip(names, row, strict=True)))
        for row in data.inputs(days).tolist()
    ]


def _bucket(text: str) -> int:
    return int(hashlib.sha256(text.encode()).hexdigest()[:8], 16) % EVERY

"""Learning from verdicts: which programmes no verdict enters, margins, how a candidate is fitted.

What people say is taken as what graduates of a programme earn in the middle, at an institution of
its own. The margins were written down before any candidate was trained.
"""

import hashlib
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from models.earnings import ARTIFACT, Input, load
from models.earnings.model import Programmes, as_inputs, programmes, write
from models.earnings.training import data
from models.earnings.training.data import Rows
from models.earnings.training.fit import assembled
from showcase.contract import canonical_json
from showcase.learning.learner import HeldOut, Lesson, Margins, Progress

# US dollars a year between answer and published median. Shipped, on institutions that it has not
# seen, it is off by 5,300 on average.
MARGINS = Margins(measure="absolute", held_out=50.0, part=300.0)
POSSIBLE = (5_000.0, 300_000.0)  # published medians lie between 6,000 and 250,000
NAME = "model.skops"
EVERY = 10  # one campus group in so many is held out
SHARE = 0.05  # of all that the trees learn, what people judged counts so much
MOST_TIMES = 10  # that a judged programme counts as a row of the table
SEED = 0


def identity(given: Input) -> str:
    """Return the programme as it is stored; region 0 is none that the model knows."""
    return canonical_json(given.model_dump(mode="json") | {"region": given.region or None})


def held_out(folder: Path) -> HeldOut:
    """Return the programmes of the campus groups that a tenth of the hashes chooses."""
    _, apart = _split(folder)
    inputs = as_inputs(apart.programmes)
    return HeldOut(
        inputs=inputs,
        targets=apart.earnings.tolist(),
        slices=[one.credential for one in inputs],
        groups=apart.group.tolist(),
    )


def train(folder: Path, lessons: Sequence[Lesson], out: Path, progress: Progress) -> None:
    """Fit averages and trees on all other programmes and on the lessons; write the model.

    The margins of the intervals are the shipped model's: to measure them takes fifteen fits.
    """
    known, _ = _split(folder)
    progress(0.1)
    write(assembled(with_lessons(known, lessons), load(ARTIFACT).margins, SEED), out / NAME)
    progress(1.0)


def with_lessons(rows: Rows, lessons: Sequence[Lesson]) -> Rows:
    """Return the rows with the lessons behind them, each as often as makes them `SHARE` of all.

    However often it comes, a lesson is one institution: averages count it once.
    """
    if not lessons:
        return rows
    times = int(np.clip(SHARE * len(rows) / len(lessons), 1, MOST_TIMES))
    said = programmes([Input(**one.input.model_dump()) for one in lessons])
    order = np.repeat(np.arange(len(lessons)), times)
    return Rows(
        Programmes(
            [*rows.programmes.fields, *(said.fields[one] for one in order)],
            np.vstack([rows.programmes.numbers, said.numbers[order]]),
        ),
        np.append(rows.earnings, np.array([float(one.target) for one in lessons])[order]),
        np.append(rows.group, rows.group.max() + 1 + order),
    )


def _split(folder: Path) -> tuple[Rows, Rows]:
    """Return the programmes to learn from and those held out; no campus group is in both."""
    table = data.read(data.find(folder))
    rows, names = data.rows(table), table["OPEID6"].astype(str)
    chosen = {name: _bucket(name) == 0 for name in names.unique().tolist()}
    apart = names.map(chosen).to_numpy(dtype=bool)
    return rows.take(np.flatnonzero(~apart)), rows.take(np.flatnonzero(apart))


def _bucket(text: str) -> int:
    return int(hashlib.sha256(text.encode()).hexdigest()[:8], 16) % EVERY

"""Learning from verdicts, by the second opinion: texts that no verdict enters, and margins.

VADER's rules learn nothing. The margins were written down before any candidate was trained.
"""

import hashlib
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from models.sentiment.inputs import Input
from models.sentiment.opinion import write
from models.sentiment.training import data, evaluate
from models.sentiment.training.fit import FILMS, TWEETS, Texts, fitted
from showcase.learning.learner import HeldOut, Lesson, Margins, Progress

# Of 100 labels of the second opinion that are right, on films and tweets.
MARGINS = Margins(measure="right", held_out=0.01, part=0.03)
POSSIBLE = None
NAME = "opinion.npz"
EVERY = 5  # one text in so many is held out
SHARE = 0.1  # of all that is learnt, what people judged counts so much
MOST_TIMES = 5  # that a judged text counts as one of the data


def identity(given: Input) -> str:
    """Return the text without what stands around it, in small letters."""
    return given.text.strip().casefold()


def held_out(folder: Path) -> HeldOut:
    """Return the sentences and tweets that a fifth of the hashes chooses."""
    texts = labelled(place(folder))
    apart = texts.taken(is_held_out(texts))
    return HeldOut(
        inputs=[Input(text=text, threshold=0.05) for text in apart.texts],
        targets=apart.labels,
        slices=apart.sources,
    )


def train(folder: Path, lessons: Sequence[Lesson], out: Path, progress: Progress) -> None:
    """Fit the opinion on all other texts and on the lessons, and write it."""
    texts = labelled(place(folder))
    known = texts.taken(~is_held_out(texts))
    progress(0.1)
    write(fitted(with_lessons(known, lessons)), out / NAME)
    progress(1.0)


def with_lessons(texts: Texts, lessons: Sequence[Lesson]) -> Texts:
    """Return the texts with the lessons behind them, each as often as makes them `SHARE` of all."""
    times = int(np.clip(SHARE * len(texts.texts) / max(len(lessons), 1), 1, MOST_TIMES))
    said = [(str(getattr(one.input, "text", "")), str(one.target)) for one in lessons] * times
    return Texts(
        [*texts.texts, *(text for text, _ in said)],
        [*texts.labels, *(label for _, label in said)],
        [*texts.sources, *("verdicts" for _ in said)],
    )


def labelled(folder: Path) -> Texts:
    """Return film sentences with their side, and tweets with what the raters' mean says."""
    films, tweets = data.read(folder, data.LABELLED), data.read(folder, data.RATED[TWEETS])
    return Texts(
        [*films["text"], *tweets["text"]],
        [
            *films["label"].map(evaluate.SIDES),
            *evaluate.felt(tweets["mean_rating"], evaluate.BANDS[0]).tolist(),
        ],
        [FILMS] * len(films) + [TWEETS] * len(tweets),
    )


def is_held_out(texts: Texts) -> "np.ndarray[tuple[int], np.dtype[np.bool_]]":
    """Return which texts are held out, by their words alone."""
    return np.array([_bucket(text.strip().casefold()) == 0 for text in texts.texts])


def place(folder: Path) -> Path:
    """Return the folder of the texts: the one that is named, or `sentiment` in it."""
    return folder / "sentiment" if (folder / "sentiment").is_dir() else folder


def _bucket(text: str) -> int:
    return int(hashlib.sha256(text.encode()).hexdigest()[:8], 16) % EVERY

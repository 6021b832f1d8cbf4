"""The model card: what was measured, on what, and what the model does not know."""

from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np

from models.sketch.labels import LABELS
from models.sketch.training.data import (
    CALIBRATED_SHARE,
    FILES,
    TESTED_SHARE,
    Labels,
    Part,
    Split,
)
from showcase.contract import Card, Score
from showcase.contract.card import sha256, today, versions

HEADLINE = "top-1 of 345"
MEANINGS = {
    "top-1 of 345": "share of vector drawings whose first guess among all 345 is right",
    "top-3 of 345": "share of vector drawings with the right answer among the first three guesses",
    "calibration error of 345": "how far its percentages are from the shares right, on average",
    "calibration error of 345 by chance": "what a perfect one would show on so few drawings",
    "top-1 of 345, half the strokes": "the same drawings, when half of their strokes are drawn",
    "top-3 of 345, half the strokes": "the same, among the first three guesses",
    "top-1 of 345, bitmap alone": "the same drawings, shown as 28x28 bitmaps without their order",
    "top-3 of 345, bitmap alone": "the same, among the first three guesses",
    "calibration error of 345, bitmap alone": "the same, from the percentages",
    "top-1 of 78": (
        "share of bitmaps whose first guess among the well-covered categories is right, "
        "each category counting alike"
    ),
    "top-3 of 78": "the same, among the first three of those guesses",
    "calibration error of 78": "how far the percentages among those categories are from the shares",
    "top-1 of 78, with strokes": "the same choice for the vector drawings of those categories",
    "top-3 of 78, with strokes": "the same, among the first three of those guesses",
}
THIN = 100  # training drawings below which a category is marked as thin
LIBRARIES = ("tensorflow-cpu", "keras", "ai-edge-litert", "numpy", "pillow")


@dataclass(frozen=True)
class Member:
    """One network's training: how long it was begun and resumed for, what it came to.

    `course` is what it learnt from: "traces" or "sequences"; `lengths` say "taught" where answers
    of networks trained before were learnt from, too.
    """

    course: str
    seed: int
    lengths: list[str]
    batches: int
    drawings_seen: int


@dataclass(frozen=True)
class Run:
    """What is to be told of the training of all members.

    `favour` is what `favour_the_rare` returned, `begun_with` tells the SHA-256 of files by name.
    """

    blend: dict[str, float]
    favour: float
    difference: float
    command: str
    members: list[Member]
    begun_with: dict[str, str]


def card(
    folder: Path, split: Split, scores: dict[str, float], countries: dict[str, Any], run: Run
) -> Card:
    """Return the model card; `countries` are the scores `by_country`."""
    return Card(
        demo="sketch",
        model=(
            f"{_count(run, 'traces')} convolutional networks of four stages, of 1 million "
            "parameters each, that look at 56x56 pixels with the order of the strokes, and "
            f"{_count(run, 'sequences')} of 0.6 million that read the points in their order."
        ),
        data="Quick, Draw!: drawings made by the public within 20 seconds",
        author="Google and the players of Quick, Draw!",
        licence="CC BY 4.0",
        url="https://github.com/googlecreativelab/quickdraw-dataset",
        data_sha256=sha256(folder / name for name in FILES if (folder / name).exists()),
        split=_split(split),
        seed=run.members[0].seed,
        headline=HEADLINE,
        summary=summary_of(scores, split),
        scores=scores_of(scores),
        limits=_limits(split.train),
        versions=versions(LIBRARIES),
        date=today(),
        command=run.command,
        more=_more(split.train, run) | {"by country": countries},
    )


def scores_of(scores: dict[str, float]) -> list[Score]:
    """Return the scores with what they mean."""
    return [Score(name=name, value=scores[name], meaning=MEANINGS[name]) for name in MEANINGS]


def training_drawings(part: Part) -> dict[str, int]:
    """Return the number of drawings of each category, bitmaps and vector drawings together."""
    counts = np.bincount(np.concatenate([part.labels, part.drawn]), minlength=len(LABELS))
    return dict(zip(LABELS, counts.tolist(), strict=True))


def _more(train: Part, run: Run) -> dict[str, Any]:
    return {
        "members": [asdict(member) for member in run.members],
        "begun with": run.begun_with,
        "factors of the logits": run.blend,
        "favour of things with few drawings": run.favour,
        "mean difference from Keras": run.difference,
        "thin below": THIN,
        "training drawings": training_drawings(train),
    }


def _count(run: Run, course: str) -> int:
    return sum(member.course == course for member in run.members)


def _split(split: Split) -> str:
    test, calibration = split.test, split.calibration
    tested, calibrated = (_most_often(part.drawn) for part in (test, calibration))
    return (
        f"By hash. Measured: {tested} vector drawings of each category, where there are enough "
        f"({len(test.drawn):,} in all), and {TESTED_SHARE:.0%} of the bitmaps "
        f"({np.isin(test.labels, split.known).sum():,} of {len(split.known)} categories). The "
        f"temperatures are set on {calibrated} more vector drawings of each category; "
        f"{CALIBRATED_SHARE:.0%} of the bitmaps served to choose among models. None of these is "
        "trained on. Stretched bitmaps are for training only."
    )


def _most_often(labels: Labels) -> int:
    """Return how many drawings most categories have."""
    return int(np.median(np.bincount(labels)[np.unique(labels)]))


def summary_of(scores: dict[str, float], split: Split) -> str:
    """Return the scores in a sentence."""
    first, three, half, known, known_three = (
        f"{100 * scores[name]:.0f}"
        for name in (
            "top-1 of 345",
            "top-3 of 345",
            "top-1 of 345, half the strokes",
            "top-1 of 78",
            "top-3 of 78",
        )
    )
    return (
        f"Of {len(split.test.drawn):,} drawings by strangers, it named {first} in 100 at once out "
        f"of 345 things, and {three} within three guesses; when half of the strokes were drawn, "
        f"{half} at once. Among {len(split.known)} things that it knows well, {known} in 100 "
        f"bitmaps at once and {known_three} within three."
    )


def _limits(train: Part) -> list[str]:
    thin = [count for count in training_drawings(train).values() if count < THIN]
    few = (
        f"{len(thin)} of the 345 things are known from fewer than {THIN} drawings, most from "
        f"about {np.median(thin or [0]):.0f}."
    )
    return [
        few,
        "There it is much weaker than where it saw hundreds or thousands.",
        "It answers with one of its 345 words even when the drawing is none of them.",
        "It sees a picture of 56 pixels, an uploaded one of 28: details and colour are lost.",
        "The drawings are as the public made them, unfinished and wrong ones included.",
    ]

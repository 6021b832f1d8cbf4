"""The model card: what was measured, on what, and what the model does not know."""

from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np

from models.sketch.labels import LABELS
from models.sketch.training.data import (
    CALIBRATED,
    CALIBRATED_SHARE,
    FILES,
    TESTED,
    TESTED_SHARE,
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
    "top-1 of 78": "share of bitmaps whose first guess among the well-covered categories is right",
    "top-3 of 78": "share of bitmaps with the right answer among the first three of those guesses",
    "calibration error of 78": "the same, choosing among the well-covered categories",
}
THIN = 100  # training drawings below which a category is marked as thin
LIBRARIES = ("tensorflow-cpu", "keras", "ai-edge-litert", "numpy", "pillow")


@dataclass(frozen=True)
class Member:
    """One network's training: the minutes it was begun and resumed for, what it came to."""

    seed: int
    minutes: list[float]
    batches: int
    drawings_seen: int


@dataclass(frozen=True)
class Run:
    """What is to be told of the training of all members."""

    temperature: float
    difference: float
    rounding: float
    command: str
    members: list[Member]


def card(folder: Path, split: Split, scores: dict[str, float], run: Run) -> Card:
    """Return the model card."""
    return Card(
        demo="sketch",
        model=(
            f"Convolutional networks of four stages, at 28x28, in 1 million parameters: the mean "
            f"of {len(run.members)}."
        ),
        data="Quick, Draw!: drawings made by the public within 20 seconds",
        author="Google and the players of Quick, Draw!",
        licence="CC BY 4.0",
        url="https://github.com/googlecreativelab/quickdraw-dataset",
        data_sha256=sha256(folder / name for name in FILES if (folder / name).exists()),
        split=_split(split),
        seed=run.members[0].seed,
        headline=HEADLINE,
        summary=_summary(scores, split.test),
        scores=[Score(name=name, value=scores[name], meaning=MEANINGS[name]) for name in MEANINGS],
        limits=_limits(split.train),
        versions=versions(LIBRARIES),
        date=today(),
        command=run.command,
        more=_more(split.train, run),
    )


def training_drawings(part: Part) -> dict[str, int]:
    """Return the number of drawings of each category, bitmaps and vector drawings together."""
    counts = np.bincount(np.concatenate([part.labels, part.drawn]), minlength=len(LABELS))
    return dict(zip(LABELS, counts.tolist(), strict=True))


def _more(train: Part, run: Run) -> dict[str, Any]:
    return {
        "members": [asdict(member) for member in run.members],
        "temperature": run.temperature,
        "largest difference from Keras": run.difference,
        "largest change by half precision": run.rounding,
        "thin below": THIN,
        "training drawings": training_drawings(train),
    }


def _split(split: Split) -> str:
    test = split.test
    return (
        f"By hash. Measured: {TESTED} vector drawings of each category ({len(test.drawn):,}) and "
        f"{TESTED_SHARE:.0%} of the bitmaps ({len(test.labels):,} of "
        f"{len(np.unique(test.labels))} categories). The temperature is set on {CALIBRATED} more "
        f"vector drawing of each category; {CALIBRATED_SHARE:.0%} of the bitmaps served to choose "
        "among models. None of these is trained on. Stretched bitmaps are for training only."
    )


def _summary(scores: dict[str, float], test: Part) -> str:
    first, three, known, known_three = (
        f"{100 * scores[name]:.0f}" for name in MEANINGS if name.startswith("top")
    )
    return (
        f"Of {len(test.drawn):,} drawings by strangers, it named {first} in 100 at once out of 345 "
        f"things, and {three} within three guesses; among {len(np.unique(test.labels))} things "
        f"that it knows well, {known} in 100 at once and {known_three} within three."
    )


def _limits(train: Part) -> list[str]:
    thin = sum(count < THIN for count in training_drawings(train).values())
    return [
        f"{thin} of the 345 things are known from fewer than {THIN} drawings, most from about 16.",
        "There it is much weaker than where it saw hundreds or thousands.",
        "It answers with one of its 345 words even when the drawing is none of them.",
        "It sees lines 28 pixels wide: small details, colour and shading are lost.",
        "The drawings are as the public made them, unfinished and wrong ones included.",
    ]

"""How often the networks are right on drawings kept apart, and how well they know."""

from collections import Counter
from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from models.sketch.raster import Bitmap
from models.sketch.strokes import Drawing, simplify
from models.sketch.training.data import Labels, Part, Split
from showcase.contract.metrics import calibration_error, calibration_error_by_chance

FEW = 100  # drawings of a country

Probabilities = NDArray[np.float64]
Guess = Callable[[list[Drawing]], Probabilities]


def within(probabilities: Probabilities, labels: Labels, k: int, balanced: bool = False) -> float:
    """Return the share of drawings whose label is among the k likeliest.

    `balanced` counts each category alike, however many drawings of it there are.
    """
    true = probabilities[np.arange(len(labels)), labels][:, None]
    right = (probabilities > true).sum(axis=1) < k
    if not balanced:
        return float(right.mean())
    return float(np.mean([right[labels == label].mean() for label in np.unique(labels)]))


def among(
    probabilities: Probabilities, labels: Labels, kept: Labels
) -> tuple[Probabilities, Labels]:
    """Return the probabilities of the `kept` categories alone, summing to 1, and new labels.

    `kept` is in ascending order; drawings of other categories are left out.
    """
    known = np.isin(labels, kept)
    chosen = probabilities[known][:, kept]
    return chosen / chosen.sum(axis=1, keepdims=True), np.searchsorted(kept, labels[known])


def half(drawing: Drawing) -> Drawing:
    """Return the first half of the strokes, rounded up, as the page sees them then.

    A dot alone cannot be shown: the next strokes come with it.

    >>> half([[[0, 255], [0, 0]], [[0, 0], [0, 99]], [[0, 9], [99, 99]]])
    [[[0, 255], [0, 0]], [[0, 0], [0, 99]]]
    """
    for count in range((len(drawing) + 1) // 2, len(drawing)):
        try:
            return simplify(drawing[:count])
        except ValueError:  # a dot
            continue
    return drawing


def calibration(probabilities: Probabilities, labels: Labels) -> float:
    """Return how far the first guesses' probabilities are from the shares right, on average."""
    return calibration_error(probabilities.max(axis=1), probabilities.argmax(axis=1) == labels)


def by_country(guess: Guess, part: Part) -> dict[str, dict[str, float]]:
    """Return how many vector drawings are known to be from a country, and the share right.

    Countries with fewer than `FEW` drawings are taken together.
    """
    known = [index for index, country in enumerate(part.countries) if country]
    if not known:
        return {}
    counts = Counter(part.countries[index] for index in known)
    groups = np.array(
        [
            country if counts[country] >= FEW else "others"
            for country in (str(part.countries[index]) for index in known)
        ]
    )
    right = guess([part.drawings[index] for index in known]).argmax(axis=1) == part.drawn[known]
    return {
        str(group): {
            "drawings": int((groups == group).sum()),
            "top-1 of 345": float(right[groups == group].mean()),
        }
        for group in np.unique(groups)
    }


def measure(
    guess: Guess,
    guess_bitmaps: Callable[[Bitmap], Probabilities],
    split: Split,
) -> dict[str, float]:
    """Return the shares right and the calibration errors on the part that is tested, by name."""
    part, known = split.test, split.known
    drawn, plain = guess(part.drawings), guess_bitmaps(part.rasters)
    halves = guess([half(drawing) for drawing in part.drawings])
    bitmaps, labels = among(guess_bitmaps(part.images), part.labels, known)
    of_known, drawn_labels = among(drawn, part.drawn, known)
    return {
        "top-1 of 345": within(drawn, part.drawn, 1),
        "top-3 of 345": within(drawn, part.drawn, 3),
        "calibration error of 345": calibration(drawn, part.drawn),
        "calibration error of 345 by chance": calibration_error_by_chance(drawn.max(axis=1), 200),
        "top-1 of 345, half the strokes": within(halves, part.drawn, 1),
        "top-3 of 345, half the strokes": within(halves, part.drawn, 3),
        "top-1 of 345, bitmap alone": within(plain, part.drawn, 1),
        "top-3 of 345, bitmap alone": within(plain, part.drawn, 3),
        "calibration error of 345, bitmap alone": calibration(plain, part.drawn),
        "top-1 of 78": within(bitmaps, labels, 1, balanced=True),
        "top-3 of 78": within(bitmaps, labels, 3, balanced=True),
        "calibration error of 78": calibration(bitmaps, labels),
        "top-1 of 78, with strokes": within(of_known, drawn_labels, 1),
        "top-3 of 78, with strokes": within(of_known, drawn_labels, 3),
    }

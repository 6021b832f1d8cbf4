"""How often the networks are right on drawings kept apart, and how well they know."""

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from models.sketch.drawings import Labels, Split
from models.sketch.raster import Bitmap
from models.sketch.strokes import Drawing, simplify

Probabilities = NDArray[np.float64]
BINS = 10


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


def calibration_error(probabilities: Probabilities, labels: Labels) -> float:
    """Return the expected calibration error over 10 equal bins of confidence.

    Naeini et al., 2015, https://ojs.aaai.org/index.php/AAAI/article/view/9602.
    """
    return _gap(probabilities.max(axis=1), probabilities.argmax(axis=1) == labels)


def error_by_chance(probabilities: Probabilities, draws: int = 200) -> float:
    """Return the calibration error that a perfectly calibrated model would show on so few drawings.

    The mean over random draws in which each answer is right as often as its confidence says.
    """
    confidence, random = probabilities.max(axis=1), np.random.default_rng(0)
    gaps = [_gap(confidence, random.random(len(confidence)) < confidence) for _ in range(draws)]
    return float(np.mean(gaps))


def _gap(confidence: Probabilities, right: NDArray[np.bool_]) -> float:
    bins = np.minimum((confidence * BINS).astype(int), BINS - 1)
    gaps = np.bincount(bins, confidence - right, BINS)
    return float(np.abs(gaps).sum() / len(right))


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


def measure(
    guess: Callable[[list[Drawing]], Probabilities],
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
        "calibration error of 345": calibration_error(drawn, part.drawn),
        "calibration error of 345 by chance": error_by_chance(drawn),
        "top-1 of 345, half the strokes": within(halves, part.drawn, 1),
        "top-3 of 345, half the strokes": within(halves, part.drawn, 3),
        "top-1 of 345, bitmap alone": within(plain, part.drawn, 1),
        "top-3 of 345, bitmap alone": within(plain, part.drawn, 3),
        "calibration error of 345, bitmap alone": calibration_error(plain, part.drawn),
        "top-1 of 78": within(bitmaps, labels, 1, balanced=True),
        "top-3 of 78": within(bitmaps, labels, 3, balanced=True),
        "calibration error of 78": calibration_error(bitmaps, labels),
        "top-1 of 78, with strokes": within(of_known, drawn_labels, 1),
        "top-3 of 78, with strokes": within(of_known, drawn_labels, 3),
    }

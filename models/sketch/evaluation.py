"""How often the network is right on drawings kept apart, and how well it knows."""

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from models.sketch.drawings import Labels, Part
from models.sketch.raster import Bitmap

Probabilities = NDArray[np.float64]
BINS = 10


def within(probabilities: Probabilities, labels: Labels, k: int) -> float:
    """Return the share of drawings whose label is among the k likeliest."""
    true = probabilities[np.arange(len(labels)), labels][:, None]
    return float(((probabilities > true).sum(axis=1) < k).mean())


def among(probabilities: Probabilities, labels: Labels) -> tuple[Probabilities, Labels]:
    """Return the probabilities of the categories that occur alone, summing to 1, and new labels."""
    kept, renamed = np.unique(labels, return_inverse=True)
    chosen = probabilities[:, kept]
    return chosen / chosen.sum(axis=1, keepdims=True), renamed


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


def measure(guess: Callable[[Bitmap], Probabilities], part: Part) -> dict[str, float]:
    """Return the shares right and the calibration errors on a part, by name."""
    drawn = guess(part.rasters)
    bitmaps, labels = among(guess(part.images), part.labels)
    return {
        "top-1 of 345": within(drawn, part.drawn, 1),
        "top-3 of 345": within(drawn, part.drawn, 3),
        "calibration error of 345": calibration_error(drawn, part.drawn),
        "calibration error of 345 by chance": error_by_chance(drawn),
        "top-1 of 78": within(bitmaps, labels, 1),
        "top-3 of 78": within(bitmaps, labels, 3),
        "calibration error of 78": calibration_error(bitmaps, labels),
    }

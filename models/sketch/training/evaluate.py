"""How often the network is right on drawings kept apart, and how well it knows."""

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from models.sketch.raster import Bitmap
from models.sketch.training.data import Labels, Part
from showcase.contract.metrics import calibration_error, calibration_error_by_chance

Probabilities = NDArray[np.float64]


def within(probabilities: Probabilities, labels: Labels, k: int) -> float:
    """Return the share of drawings whose label is among the k likeliest."""
    true = probabilities[np.arange(len(labels)), labels][:, None]
    return float(((probabilities > true).sum(axis=1) < k).mean())


def among(probabilities: Probabilities, labels: Labels) -> tuple[Probabilities, Labels]:
    """Return the probabilities of the categories that occur alone, summing to 1, and new labels."""
    kept, renamed = np.unique(labels, return_inverse=True)
    chosen = probabilities[:, kept]
    return chosen / chosen.sum(axis=1, keepdims=True), renamed


def measure(guess: Callable[[Bitmap], Probabilities], part: Part) -> dict[str, float]:
    """Return the shares right and the calibration errors on a part, by name."""
    drawn = guess(part.rasters)
    bitmaps, labels = among(guess(part.images), part.labels)
    return {
        "top-1 of 345": within(drawn, part.drawn, 1),
        "top-3 of 345": within(drawn, part.drawn, 3),
        "calibration error of 345": calibration_error(
            drawn.max(axis=1), drawn.argmax(axis=1) == part.drawn
        ),
        "calibration error of 345 by chance": calibration_error_by_chance(drawn.max(axis=1), 200),
        "top-1 of 78": within(bitmaps, labels, 1),
        "top-3 of 78": within(bitmaps, labels, 3),
        "calibration error of 78": calibration_error(
            bitmaps.max(axis=1), bitmaps.argmax(axis=1) == labels
        ),
    }

"""How good probabilities are: accuracy, log loss, Brier score, calibration error."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from models.flower_power.split import Floats, Ints

BINS = 10


def softmax(logits: Floats) -> Floats:
    """Return each row's exponentials, scaled to sum to 1."""
    raised = np.exp(logits - logits.max(axis=1, keepdims=True))
    return np.asarray(raised / raised.sum(axis=1, keepdims=True))


def accuracy(p: Floats, y: Ints) -> float:
    """Return the share of rows of p (n, k) whose likeliest class is y (n,)."""
    return float((p.argmax(axis=1) == y).mean())


def log_loss(p: Floats, y: Ints) -> float:
    """Return the mean of minus the natural logarithm of the true class's probability."""
    return float(-np.log(np.maximum(p[np.arange(len(y)), y], 1e-15)).mean())


def brier(p: Floats, y: Ints) -> float:
    """Return the mean squared gap to the truth, summed over the classes: 0 to 2.

    Brier, "Verification of forecasts expressed in terms of probability", 1950.
    """
    return float(((p - np.eye(p.shape[1])[y]) ** 2).sum(axis=1).mean())


def calibration_error(p: Floats, y: Ints) -> float:
    """Return the expected calibration error over 10 equal bins of confidence.

    Naeini et al., 2015, https://ojs.aaai.org/index.php/AAAI/article/view/9602.
    """
    return _gap(p.max(axis=1), p.argmax(axis=1) == y)


def error_by_chance(p: Floats, draws: int = 1000) -> float:
    """Return the calibration error that a perfectly calibrated model would show on so few rows."""
    confidence, random = p.max(axis=1), np.random.default_rng(0)
    gaps = [_gap(confidence, random.random(len(p)) < confidence) for _ in range(draws)]
    return float(np.mean(gaps))


def _gap(confidence: Floats, right: NDArray[np.bool_]) -> float:
    bins = np.minimum((confidence * BINS).astype(int), BINS - 1)
    return float(np.abs(np.bincount(bins, confidence - right, BINS)).sum() / len(right))


def measured(p: Floats, y: Ints) -> dict[str, float]:
    """Return the four scores by name, four digits."""
    found = {
        "accuracy": accuracy(p, y),
        "log loss": log_loss(p, y),
        "Brier score": brier(p, y),
        "calibration error": calibration_error(p, y),
    }
    return {name: round(value, 4) for name, value in found.items()}


def confusion(p: Floats, y: Ints, labels: Sequence[str]) -> dict[str, dict[str, int]]:
    """Return how many flowers of each species were taken for each."""
    guesses = p.argmax(axis=1)
    return {
        truth: {
            label: int(((y == row) & (guesses == column)).sum())
            for column, label in enumerate(labels)
        }
        for row, truth in enumerate(labels)
    }

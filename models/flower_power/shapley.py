"""Exact Shapley values of the four measurements against the training flowers."""

import numpy as np

from models.flower_power.classifier import Classifier, Floats

# Of each coalition of 4 measurements: which it knows. Row s holds the bits of s.
KNOWN = (np.arange(16)[:, None] >> np.arange(4) & 1).astype(bool)

# |S|! (4 - |S| - 1)! / 4! for |S| = 0 to 3 (Shapley, "A value for n-person games", 1953).
WEIGHT = np.array([1 / 4, 1 / 12, 1 / 12, 1 / 4])


def shapley_values(model: Classifier, x: Floats, species: int, probability: float) -> Floats:
    """Return the four contributions (4,) to one species' probability for the measurements x (4,).

    Measurements that a coalition does not know take those of each training flower in turn (the
    interventional value function). The sum is `probability` less the model's average.
    """
    worth = coalition_worths(model, x)[:, species]
    worth[0], worth[-1] = model.average[species], probability
    values = np.zeros(4)
    for column in range(4):
        without = np.flatnonzero(~KNOWN[:, column])
        gains = worth[without | 1 << column] - worth[without]
        values[column] = WEIGHT[KNOWN[without].sum(axis=1)] @ gains
    return values


def coalition_worths(model: Classifier, x: Floats) -> Floats:
    """Return the mean probabilities (16, 3) when only each coalition's measurements are x's."""
    mixed = np.where(KNOWN[:, None, :], x, model.background)  # (16, k, 4)
    found = model.probabilities(mixed.reshape(-1, 4)).reshape(*mixed.shape[:2], -1)
    return np.asarray(found.mean(axis=1))

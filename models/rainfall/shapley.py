"""Exact Shapley values of the four inputs against a small background."""

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from models.rainfall.artifact import Model

Floats = NDArray[np.float64]

# Of each coalition of 4 inputs: which it knows. Row s holds the bits of s.
KNOWN = (np.arange(16)[:, None] >> np.arange(4) & 1).astype(bool)

# |S|! (4 - |S| - 1)! / 4! for |S| = 0 to 3 (Shapley, "A value for n-person games", 1953).
WEIGHT = np.array([1 / 4, 1 / 12, 1 / 12, 1 / 4])


def shapley_values(model: "Model", x: Floats, chance: float) -> Floats:
    """Return the four contributions (4,) of one reading x (4,), which add up exactly.

    Inputs that a coalition does not know take the values of each background day in turn (the
    interventional value function). The sum is `chance` less `model.average_chance`.
    """
    worth = coalition_worths(model, x)
    worth[0], worth[-1] = model.average_chance, chance
    values = np.zeros(4)
    for column in range(4):
        without = np.flatnonzero(~KNOWN[:, column])
        gains = worth[without | 1 << column] - worth[without]
        values[column] = WEIGHT[KNOWN[without].sum(axis=1)] @ gains
    return values


def coalition_worths(model: "Model", x: Floats) -> Floats:
    """Return the mean chance (16,) when only the inputs of each coalition are those of x."""
    mixed = np.where(KNOWN[:, None, :], x, model.background)  # (16, k, 4)
    chances = model.chance(mixed.reshape(-1, 4)).reshape(len(KNOWN), -1)
    worths: Floats = chances @ model.weights
    return worths

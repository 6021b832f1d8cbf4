"""Exact Shapley values of the eight inputs, against one typical programme."""

from math import factorial

import numpy as np
from numpy.typing import NDArray

from models.earnings.artifact import Model
from models.earnings.features import NUMBERS, Programmes

Floats = NDArray[np.float64]

INPUTS = 1 + len(NUMBERS)

# Of each coalition of 8 inputs (the field first, then `NUMBERS`): which it knows, (256, 8).
KNOWN = (np.arange(1 << INPUTS)[:, None] >> np.arange(INPUTS) & 1).astype(bool)

# |S|! (8 - |S| - 1)! / 8! by |S| (Shapley, "A value for n-person games", 1953).
WEIGHT = np.array(
    [factorial(s) * factorial(INPUTS - s - 1) / factorial(INPUTS) for s in range(INPUTS)]
)


def shapley_values(model: Model, programme: Programmes, value: float) -> dict[str, float]:
    """Return the dollars that each input moves the answer by, away from the typical programme's.

    Inputs that a coalition does not know are the typical programme's. The values add up to the
    answer, `value`, less the answer for the typical programme.
    """
    worth = model.values(coalitions(programme, model.typical))
    worth[-1] = value
    values = {}
    for column, name in enumerate(("field", *NUMBERS)):
        without = np.flatnonzero(~KNOWN[:, column])
        gains = worth[without | 1 << column] - worth[without]
        values[name] = float(WEIGHT[KNOWN[without].sum(axis=1)] @ gains)
    return values


def coalitions(programme: Programmes, typical: Programmes) -> Programmes:
    """Return 256 mixtures of two programmes, one per coalition."""
    fields = np.where(KNOWN[:, 0], programme.fields[0], typical.fields[0])
    return Programmes(fields.tolist(), np.where(KNOWN[:, 1:], programme.numbers, typical.numbers))

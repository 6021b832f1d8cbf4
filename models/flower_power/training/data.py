"""Divide the irises for good: what is trained on, and what neither model nor player trains on.

The seed is the year of Fisher's paper and was written down before any model was fitted; no other
was tried.
"""

import csv
import hashlib
import io
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from sklearn.datasets import load_iris

from models.flower_power import LABELS
from models.flower_power.flowers import COLUMNS

SEED = 1936
HELD_OUT = 17  # of the 50 flowers of each species, a third

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]


def irises() -> tuple[Floats, Ints]:
    """Return scikit-learn's copy: measurements (150, 4) in cm and species (150,) by `LABELS`.

    Since scikit-learn 0.20 it agrees with Fisher's paper; the copy at UCI and many others differ
    from the paper in the flowers 35 and 38.
    """
    X, y = load_iris(return_X_y=True)
    return np.asarray(X, dtype=float), np.asarray(y, dtype=np.int64)


def held_out_mask(X: Floats, y: Ints, seed: int = SEED, each: int = HELD_OUT) -> NDArray[np.bool_]:
    """Return which rows (n,) are held out: `each` of every species, drawn with the seed.

    Flowers of equal measurements (102 and 143) stay together, so that none of those held out has
    been seen: a species' distinct measurements are shuffled and taken as long as they fit.
    """
    random, mask = np.random.default_rng(seed), np.zeros(len(y), dtype=bool)
    for species in np.unique(y):
        rows = np.flatnonzero(y == species)
        _, group = np.unique(X[rows], axis=0, return_inverse=True)
        for number in random.permutation(group.max() + 1):
            alike = rows[group == number]
            if mask[rows].sum() + len(alike) <= each:
                mask[alike] = True
    return mask


def write(path: Path, X: Floats, y: Ints, mask: NDArray[np.bool_]) -> str:
    """Write the table of `models.flower_power.flowers`; return its SHA-256."""
    text = io.StringIO(newline="")
    table = csv.writer(text, lineterminator="\n")
    table.writerow(COLUMNS)
    for number, (values, species, apart) in enumerate(zip(X.tolist(), y, mask, strict=True), 1):
        part = "held_out" if apart else "training"
        table.writerow([number, *values, LABELS[species], part])
    content = text.getvalue().encode()
    path.write_bytes(content)
    return hashlib.sha256(content).hexdigest()

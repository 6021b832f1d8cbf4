"""How much wider or narrower the intervals must be to cover what they promise.

Conformalised quantile regression (Romano, Patterson, Candès 2019, https://arxiv.org/abs/1905.03222)
per credential and familiarity, on institutions that the corrected trees have not learned from.
"""

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from models.earnings import COVERAGE
from models.earnings.artifact import BANDS, Margins, band, rank
from models.earnings.features import matrix
from models.earnings.fitting import fit, folds
from models.earnings.names import CREDENTIALS
from models.earnings.scorecard import Rows

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

FOLDS = 10
STRANGE_FOLDS = 5

# A credential or band with few rows leans on the margin of all: 42 rows alone fix no 80%.
LEAN = 30

# Fields left out to measure this are ordinary ones. One that no institution of the data teaches is
# likely stranger, so its interval is wider in any case: each end by a tenth.
LEAST_STRANGE = 0.1


def margins(rows: Rows, seed: int) -> Margins:
    """Return the margins, from fits that each leave out a tenth of the institutions."""
    missed, X = misses(rows, folds(rows.group, FOLDS, seed), seed)
    by_count = per_group(missed, band(X), len(BANDS) + 1)
    by_credential = per_group(missed - by_count[band(X)], rank(X), len(CREDENTIALS))
    so_far = Margins(by_credential, by_count, 0.0)
    missed, X = misses(rows, without_fields(rows, seed), seed)
    beyond = conformal(missed - so_far.of(X))
    return replace(so_far, strange=max(beyond, LEAST_STRANGE))


def misses(rows: Rows, parts: list[tuple[Ints, Ints]], seed: int) -> tuple[Floats, Floats]:
    """Return how far rows kept apart lie outside their intervals (m,), and what trees saw (m, 13).

    In log dollars; inside it is below zero, the distance to the nearer end.
    """
    missed, seen = [], []
    for learn, apart in parts:
        encoder, trees = fit(rows.take(learn), seed)
        others = rows.take(apart)
        X, log = matrix(others.programmes, encoder), np.log(others.earnings)
        low, high = trees.ends(X)
        missed.append(np.maximum(low - log, log - high))
        seen.append(X)
    return np.concatenate(missed), np.concatenate(seen)


def without_fields(rows: Rows, seed: int) -> list[tuple[Ints, Ints]]:
    """Return pairs of row numbers of which neither an institution nor a field is in both."""
    names, code = np.unique(rows.programmes.fields, return_inverse=True)
    part = np.random.default_rng(seed).permutation(len(names))[code] % STRANGE_FOLDS
    pairs = enumerate(folds(rows.group, STRANGE_FOLDS, seed))
    return [(a[part[a] != turn], b[part[b] == turn]) for turn, (a, b) in pairs]


def per_group(missed: Floats, group: Ints, n: int) -> Floats:
    """Return the margin of each of n groups, (n,); those with few rows lean on that of all."""
    everyone = conformal(missed)
    found = []
    for one in range(n):
        own = missed[group == one]
        weight = len(own) / (len(own) + LEAN)
        found.append(weight * conformal(own) + (1 - weight) * everyone)
    return np.array(found)


def conformal(misses: Floats) -> float:
    """Return the margin that covers `COVERAGE` of the rows and of one more like them.

    >>> conformal(np.array([0.1, 0.2, 0.3, 0.4]))
    0.4
    """
    if not len(misses):
        return 0.0
    level = min(np.ceil((len(misses) + 1) * COVERAGE) / len(misses), 1.0)
    return float(np.quantile(misses, level, method="inverted_cdf"))

"""How the trees are fitted: two that aim at the value, two at the ends of its interval."""

import numpy as np
from numpy.typing import NDArray
from sklearn.ensemble import HistGradientBoostingRegressor
from sklearn.model_selection import GroupKFold
from threadpoolctl import threadpool_limits  # type: ignore[import-untyped]  # ships no types

from models.earnings.artifact import Trees
from models.earnings.features import Encoder, learned, matrix
from models.earnings.scorecard import Rows

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

TREES = {
    "max_iter": 120,
    "learning_rate": 0.1,
    "max_leaf_nodes": 31,
    "min_samples_leaf": 20,
    "max_features": 0.5,
    "l2_regularization": 5.0,
}
QUANTILE_TREES = {**TREES, "max_iter": 80, "min_samples_leaf": 40}
TAILS = (0.1, 0.9)
INNER = 10

# One row in ten is learned from a second time as if nobody had heard of its field.
STRANGE = 0.1


def folds(group: Ints, n: int, seed: int) -> list[tuple[Ints, Ints]]:
    """Return n pairs of row numbers, to learn from and kept apart; no group is in both."""
    parts = GroupKFold(n, shuffle=True, random_state=seed).split(group, groups=group)
    return [(learn.astype(np.int64), apart.astype(np.int64)) for learn, apart in parts]


def fit(rows: Rows, seed: int) -> tuple[Encoder, Trees]:
    """Return the averages per field and the trees on top of them.

    One thread: sums come in the same order each time, so the same seed gives the same model.
    """
    with threadpool_limits(limits=1):
        place = place_effect(rows, seed)
        log = np.log(rows.earnings)
        seen, strange = encoded(rows, log - place, seed)
        encoder = learned(rows.programmes, log - place, rows.group)
        drawn = np.random.default_rng(seed).random(len(rows)) < STRANGE
        X, y = np.vstack([seen, strange[drawn]]), np.append(rows.earnings, rows.earnings[drawn])
        return encoder, trees(X, y, seed)


def trees(X: Floats, y: Floats, seed: int) -> Trees:
    """Return the four boosted models of dollars y (n,) from X (n, 13)."""
    low, high = (
        _boosted(loss="quantile", quantile=tail, random_state=seed, **QUANTILE_TREES).fit(
            X, np.log(y)
        )
        for tail in TAILS
    )
    return Trees(
        typical=_boosted(random_state=seed, **TREES).fit(X, np.log(y)),
        mean=_boosted(random_state=seed, **TREES).fit(X, y),
        low=low,
        high=high,
    )


def encoded(rows: Rows, values: Floats, seed: int) -> tuple[Floats, Floats]:
    """Return two (n, 13): the rows as trees see them, and the same in fields never seen.

    The averages of each row come from the institutions of other folds.
    """
    seen = strange = np.empty((0, 0))
    for learn, apart in folds(rows.group, INNER, seed):
        part = rows.take(learn)
        encoder = learned(part.programmes, values[learn], part.group)
        others = rows.programmes.take(apart)
        blocks = matrix(others, encoder), matrix(others.with_strange_fields(), encoder)
        if not seen.size:
            seen, strange = (np.empty((len(rows), block.shape[1])) for block in blocks)
        seen[apart], strange[apart] = blocks
    return seen, strange


def place_effect(rows: Rows, seed: int) -> Floats:
    """Return how far the institution's own figures move log earnings, (n,).

    Taken off before the averages per field are formed: a field that is taught mostly at selective
    places owes part of what its graduates earn to the places.
    """
    log = np.log(rows.earnings)
    first = learned(rows.programmes, log, rows.group).encode(rows.programmes)[:, 1]
    numbers = rows.programmes.numbers
    place = _boosted(max_iter=60, max_leaf_nodes=15, min_samples_leaf=100, random_state=seed)
    effect: Floats = place.fit(numbers, log - first).predict(numbers)
    return effect


def _boosted(**settings: object) -> HistGradientBoostingRegressor:
    return HistGradientBoostingRegressor(early_stopping=False, **settings)

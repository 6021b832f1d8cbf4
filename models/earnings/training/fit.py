"""How the averages, the trees and the margins of the intervals are fitted.

Margins by conformalised quantile regression (Romano, Patterson, Candès 2019,
https://arxiv.org/abs/1905.03222) per credential and familiarity, on institutions that the corrected
trees have not learned from.
"""

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray
from sklearn.ensemble import HistGradientBoostingRegressor
from sklearn.model_selection import GroupKFold
from threadpoolctl import threadpool_limits  # type: ignore[import-untyped]  # ships no types

from models.earnings import COVERAGE
from models.earnings.inputs import CREDENTIALS, family_of
from models.earnings.model import (
    BANDS,
    CONTROL,
    CREDENTIAL,
    NUMBERS,
    PERCENTS,
    Distribution,
    Encoder,
    Margins,
    Model,
    Programmes,
    Published,
    Trees,
    band,
    matrix,
    rank,
)
from models.earnings.training.data import Rows

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

# How many institutions an average must have before it counts half: few earn little trust.
SHRINKAGE = (1.0, 5.0, 3.0, 2.0, 2.0, 4.0)
LEAST = 10  # institutions of a published distribution
NEIGHBOURS = 3

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


MARGIN_FOLDS = 10
STRANGE_FOLDS = 5

# A credential or band with few rows leans on the margin of all: 42 rows alone fix no 80%.
LEAN = 30

# Fields left out to measure this are ordinary ones. One that no institution of the data teaches is
# likely stranger, so its interval is wider in any case: each end by a tenth.
LEAST_STRANGE = 0.1


def margins(rows: Rows, seed: int) -> Margins:
    """Return the margins, from fits that each leave out a tenth of the institutions."""
    missed, X = misses(rows, folds(rows.group, MARGIN_FOLDS, seed), seed)
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


CHOICES = (CREDENTIAL, CONTROL, NUMBERS.index("region"), NUMBERS.index("locale"))


def assembled(rows: Rows, margins: Margins, seed: int) -> Model:
    """Return the model fitted on these rows, with margins that were measured elsewhere."""
    encoder, trees = fit(rows, seed)
    numbers = rows.programmes.numbers
    return Model(
        encoder=encoder,
        trees=trees,
        margins=margins,
        published=collected(rows.rank, rows.programmes.fields, rows.earnings, rows.group),
        typical=typical(rows.programmes),
        lowest=np.nanmin(numbers, axis=0),
        highest=np.nanmax(numbers, axis=0),
    )


def typical(programmes: Programmes) -> Programmes:
    """Return one programme of the commonest choices and the medians of the known numbers.

    The field is the commonest one of the commonest credential.
    """
    numbers = np.nanmedian(programmes.numbers, axis=0, keepdims=True)
    for column in CHOICES:
        values, counts = np.unique(programmes.numbers[:, column], return_counts=True)
        known = ~np.isnan(values)
        numbers[0, column] = values[known][counts[known].argmax()]
    same = programmes.numbers[:, CREDENTIAL] == numbers[0, CREDENTIAL]
    names, counts = np.unique(np.array(programmes.fields)[same], return_counts=True)
    return Programmes([str(names[counts.argmax()])], numbers)


def learned(programmes: Programmes, values: Floats, group: NDArray[np.int64]) -> Encoder:
    """Return the averages of `values` (n,), log dollars, of rows in campus groups (n,)."""
    mean = float(values.mean())
    rest = values - mean
    steps: dict[str, tuple[float, int]] = {}
    for keys, shrinkage in zip(zip(*programmes.averages(), strict=True), SHRINKAGE, strict=True):
        names, code = np.unique(keys, return_inverse=True)
        step, count = _shrunk(rest, code, group, shrinkage)
        rest = rest - step[code]
        steps |= zip(names.tolist(), zip(step.tolist(), count.tolist(), strict=True), strict=True)
    return Encoder(mean, steps)


def _shrunk(
    values: Floats, code: NDArray[np.int64], group: NDArray[np.int64], shrinkage: float
) -> tuple[Floats, NDArray[np.int64]]:
    """Return per code the shrunk mean over the means of its campus groups, and their number."""
    pairs, pair = np.unique(code * (group.max() + 1) + group, return_inverse=True)
    means = np.bincount(pair, values) / np.bincount(pair)
    owner = pairs // (group.max() + 1)
    count = np.bincount(owner)
    return np.bincount(owner, means) / (count + shrinkage), count


def collected(
    credential: NDArray[np.int64], fields: list[str], earnings: Floats, group: NDArray[np.int64]
) -> Published:
    """Return the distributions per credential, with family and with field, of rows (n,).

    A figure that branch campuses of one group repeat counts once.
    """
    values: dict[str, dict[tuple[int, str, float], None]] = {}
    for position, field, median, campus in zip(
        credential.tolist(), fields, earnings.tolist(), group.tolist(), strict=True
    ):
        for part in ("", family_of(field), field):
            values.setdefault(f"{position}|{part}", {})[campus, field, median] = None
    found = {name: distribution(list(rows)) for name, rows in sorted(values.items())}
    return Published({name: one for name, one in found.items() if one is not None})


def distribution(rows: list[tuple[int, str, float]]) -> Distribution | None:
    """Return the distribution of (campus group, field, median); None for too few groups."""
    institutions = len({campus for campus, _, _ in rows})
    if institutions < LEAST:
        return None
    medians = np.sort([median for _, _, median in rows])
    blurred = np.convolve(medians, np.full(NEIGHBOURS, 1 / NEIGHBOURS), mode="valid")
    return Distribution(institutions, np.percentile(blurred, PERCENTS))

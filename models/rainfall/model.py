"""The artifact `model.skops`: a committee of networks, and the days it has seen."""

from dataclasses import dataclass, fields
from functools import cached_property
from pathlib import Path
from typing import Any, Protocol, Self

import numpy as np
from numpy.typing import NDArray
from scipy.special import expit  # type: ignore[import-untyped]  # it has no types

from showcase.contract.metrics import coalitions
from showcase.contract.skops_archive import repeatable

# Beyond the types that skops itself trusts (scikit-learn's estimators, numpy's arrays).
TRUSTED = (
    "sklearn.neural_network._stochastic_optimizers.AdamOptimizer",
    "sklearn.utils._bunch.Bunch",
)

# Rows per call of the classifier. From 257 rows of 32 units on, OpenBLAS splits a product over its
# threads, which on busy cores wait for one another: measured 40 ms instead of 2 for 1,000 rows.
ROWS = 256


class Classifier(Protocol):
    """What is used of a scikit-learn classifier of two classes."""

    def fit(self, X: NDArray[np.float64], y: NDArray[np.bool_]) -> Self:
        """Learn from X (n, d) and y (n,)."""

    def predict_proba(self, X: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return the chances (n, 2) of false and true."""


@dataclass(frozen=True)
class Committee:
    """The weights of scaled networks of one shape, whose chances are averaged.

    `mean` and `scale` are (d,). A layer has the weights (networks, inputs, units) and the biases
    (networks, 1, units). One row through scikit-learn's own checks takes 0.7 ms, here 0.02.
    """

    mean: NDArray[np.float64]
    scale: NDArray[np.float64]
    layers: list[tuple[NDArray[np.float64], NDArray[np.float64]]]

    @classmethod
    def of(cls, pipeline: Any) -> Self:
        """Return those of a fitted pipeline of a `StandardScaler` and a `VotingClassifier`."""
        scaler, voting = (step for _, step in pipeline.steps)
        nets = voting.estimators_
        layers = [
            (np.stack(weights), np.stack(biases)[:, None, :])
            for weights, biases in zip(
                zip(*(net.coefs_ for net in nets), strict=True),
                zip(*(net.intercepts_ for net in nets), strict=True),
                strict=True,
            )
        ]
        return cls(scaler.mean_, scaler.scale_, layers)

    def chance(self, X: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return the chances (n,) of true for X (n, d)."""
        found = np.broadcast_to((X - self.mean) / self.scale, (len(self.layers[0][0]), *X.shape))
        *hidden, (weights, biases) = self.layers
        for to_units, added in hidden:
            found = found @ to_units
            found += added
            np.maximum(found, 0, out=found)
        chances: NDArray[np.float64] = expit(found @ weights + biases)[:, :, 0].mean(axis=0)
        return chances


@dataclass(frozen=True)
class Model:
    """A fitted classifier with what explanations and the familiarity check need.

    Columns are in the order of `models.rainfall.FIELDS`. `background` (k, 4) float64 with its
    `weights` (k,), which sum to 1, stands for the training days; `average_chance` is the chance
    over it. `lowest` and `highest` (4,) are the extremes seen. `cells` (m, 4) int16 and `counts`
    (m,) int32 are the training days per cell of a grid; fewer than `fewest` similar days are
    unusual.
    """

    classifier: Classifier
    background: NDArray[np.float64]
    weights: NDArray[np.float64]
    average_chance: float
    lowest: NDArray[np.float64]
    highest: NDArray[np.float64]
    cells: NDArray[np.int16]
    counts: NDArray[np.int32]
    fewest: int

    def chance(self, X: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return the chance of rain, (n,) from 0 to 1, for readings (n, 4)."""
        pieces = [X[start : start + ROWS] for start in range(0, len(X), ROWS)]
        return np.concatenate([self.committee.chance(rows) for rows in pieces])

    @cached_property
    def committee(self) -> Committee:
        """The weights of the classifier."""
        return Committee.of(self.classifier)

    def coalition_worths(self, x: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return the mean chance (16,) when only the inputs of each coalition are those of x (4,).

        Inputs that a coalition does not know take the values of each background day in turn (the
        interventional value function).
        """
        known = coalitions(len(x))
        mixed = np.where(known[:, None, :], x, self.background)  # (16, k, 4)
        chances = self.chance(mixed.reshape(-1, len(x))).reshape(len(known), -1)
        worths: NDArray[np.float64] = chances @ self.weights
        return worths


def read(path: Path) -> Model:
    """Return the model in a file; ValueError names the types in it that are not trusted."""
    from skops.io import get_untrusted_types, loads

    data = path.read_bytes()
    strangers = sorted(set(get_untrusted_types(data=data)) - set(TRUSTED))
    if strangers:
        raise ValueError(f"{path.name} holds {strangers}, expected only {list(TRUSTED)}: not read")
    return Model(**loads(data, trusted=list(TRUSTED)))


def write(model: Model, path: Path) -> None:
    """Write the model such that the same model gives the same bytes."""
    from skops.io import dumps

    state = {field.name: getattr(model, field.name) for field in fields(model)}
    path.write_bytes(repeatable(dumps(state)))


# Edges of a cell in °C, %, hPa, km/h. A cell and its neighbours reach about 1.5 edges either
# way: 3 °C, 9 points of humidity, 3 hPa and 9 km/h.
EDGES = np.array([2.0, 6.0, 2.0, 6.0])


def occupied_cells(X: NDArray[np.float64]) -> tuple[NDArray[np.int16], NDArray[np.int32]]:
    """Return the cells (m, 4) that hold any of the days (n, 4), and how many each holds (m,)."""
    cells, counts = np.unique(_cell_of(X), axis=0, return_counts=True)
    return cells, counts.astype(np.int32)


def similar_days(
    cells: NDArray[np.int16], counts: NDArray[np.int32], X: NDArray[np.float64]
) -> NDArray[np.int64]:
    """Return for each reading (n, 4) the number of days in its cell and the cells around it."""
    near = [np.abs(cells - cell).max(axis=1) <= 1 for cell in _cell_of(X)]
    return np.array([counts[mask].sum() for mask in near], dtype=np.int64)


def _cell_of(X: NDArray[np.float64]) -> NDArray[np.int16]:
    cells: NDArray[np.int16] = np.floor(X / EDGES).astype(np.int16)
    return cells

"""The file `model.skops`: what it holds, which types it may hold, and how it is written."""

from dataclasses import dataclass, fields
from pathlib import Path
from typing import TYPE_CHECKING, Protocol, Self

from showcase.contract.skops_archive import repeatable

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

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

    def fit(self, X: "NDArray[np.float64]", y: "NDArray[np.bool_]") -> Self:
        """Learn from X (n, d) and y (n,)."""

    def predict_proba(self, X: "NDArray[np.float64]") -> "NDArray[np.float64]":
        """Return the chances (n, 2) of false and true."""


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
    background: "NDArray[np.float64]"
    weights: "NDArray[np.float64]"
    average_chance: float
    lowest: "NDArray[np.float64]"
    highest: "NDArray[np.float64]"
    cells: "NDArray[np.int16]"
    counts: "NDArray[np.int32]"
    fewest: int

    def chance(self, X: "NDArray[np.float64]") -> "NDArray[np.float64]":
        """Return the chance of rain, (n,) from 0 to 1, for readings (n, 4)."""
        import numpy as np

        pieces = [X[start : start + ROWS] for start in range(0, len(X), ROWS)]
        return np.concatenate([self.classifier.predict_proba(rows)[:, 1] for rows in pieces])


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

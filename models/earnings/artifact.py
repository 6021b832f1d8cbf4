"""The file `model.skops`: what it holds, which types it may hold, and how it is written."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from models.earnings.distributions import Published
from models.earnings.features import (
    CREDENTIAL,
    FIELD_COUNT,
    PAIR_COUNT,
    Encoder,
    Programmes,
    matrix,
)
from showcase.contract.skops_archive import repeatable

Floats = NDArray[np.float64]

# Beyond the types that skops itself trusts (scikit-learn's estimators, numpy's arrays).
TRUSTED = ("sklearn.ensemble._hist_gradient_boosting.predictor.TreePredictor",)

# Institutions with field and credential: none, some, several, many.
BANDS = (1, 5, 20)


@dataclass(frozen=True)
class Trees:
    """Four boosted models: log dollars, dollars, and the 10% and 90% ends in log dollars."""

    typical: Any
    mean: Any
    low: Any
    high: Any

    def value(self, X: Floats) -> Floats:
        """Return dollars (n,) for X (n, 13): half the typical programme's, half the mean."""
        # Half of the former alone keeps it above zero whatever the trees say of the mean.
        mean = np.maximum(_raw(self.mean, X), 0)
        value: Floats = (np.exp(_raw(self.typical, X)) + mean) / 2
        return value

    def ends(self, X: Floats) -> tuple[Floats, Floats]:
        """Return the 10% and the 90% end (n,) in log dollars, before any correction."""
        return _raw(self.low, X), _raw(self.high, X)


def _raw(estimator: Any, X: Floats) -> Floats:
    """Return what `estimator.predict(X)` returns, in one thread.

    The public method starts a team of OpenMP threads for each tree. Measured for 256 rows beside a
    busy process on two cores: 54 ms on average and 765 at worst, against 5 and 85 this way.
    """
    total = np.full((len(X), 1), estimator._baseline_prediction.item())  # noqa: SLF001 - see above
    estimator._predict_iterations(  # noqa: SLF001 - see above
        np.ascontiguousarray(X),
        estimator._predictors,  # noqa: SLF001 - see above
        total,
        is_binned=False,
        n_threads=1,
    )
    return total[:, 0]


@dataclass(frozen=True)
class Margins:
    """What is added to both ends of an interval, in log dollars, so that it covers what it says.

    `by_credential` (8,) float64 is in the order of `names.CREDENTIALS`, `by_count` (4,) goes by the
    institutions seen with field and credential (`BANDS`); `strange` comes on top where the field
    was never seen.
    """

    by_credential: Floats
    by_count: Floats
    strange: float

    def of(self, X: Floats) -> Floats:
        """Return the margin (n,) of each programme, X being (n, 13)."""
        strange = self.strange * (X[:, FIELD_COUNT] == 0)
        margin: Floats = self.by_credential[rank(X)] + self.by_count[band(X)] + strange
        return margin


def rank(X: Floats) -> NDArray[np.int64]:
    """Return the position of each programme's credential in `names.CREDENTIALS`, (n,)."""
    return X[:, CREDENTIAL].astype(np.int64)


def band(X: Floats) -> NDArray[np.int64]:
    """Return the band (n,) of `BANDS` that each programme's count of institutions falls into."""
    return np.searchsorted(np.log1p(BANDS), X[:, PAIR_COUNT], side="right")


@dataclass(frozen=True)
class Model:
    """The averages per field, the trees, the margins, and what the page's charts need.

    `typical` is the one programme that explanations start from. `lowest` and `highest` (7,) are
    the extremes seen, columns as in `features.NUMBERS`.
    """

    encoder: Encoder
    trees: Trees
    margins: Margins
    published: Published
    typical: Programmes
    lowest: Floats
    highest: Floats

    def values(self, programmes: Programmes) -> Floats:
        """Return the predicted medians (n,) in dollars a year."""
        return self.trees.value(matrix(programmes, self.encoder))

    def answers(self, programmes: Programmes) -> tuple[Floats, Floats, Floats]:
        """Return values, low and high ends (n,) in dollars a year, low <= value <= high."""
        X = matrix(programmes, self.encoder)
        value, margin = self.trees.value(X), self.margins.of(X)
        low, high = self.trees.ends(X)
        return (
            value,
            np.minimum(np.exp(low - margin), value),
            np.maximum(np.exp(high + margin), value),
        )


def read(path: Path) -> Model:
    """Return the model in a file; ValueError names the types in it that are not trusted."""
    from skops.io import get_untrusted_types, loads

    data = path.read_bytes()
    strangers = sorted(set(get_untrusted_types(data=data)) - set(TRUSTED))
    if strangers:
        raise ValueError(f"{path.name} holds {strangers}, expected only {list(TRUSTED)}: not read")
    held = loads(data, trusted=list(TRUSTED))
    steps = zip(held["steps"].tolist(), held["institutions"].tolist(), strict=True)
    return Model(
        encoder=Encoder(held["mean"], dict(zip(held["keys"].tolist(), steps, strict=True))),
        trees=Trees(**held["trees"]),
        margins=Margins(**held["margins"]),
        published=Published.from_arrays(held["published"]),
        typical=Programmes([held["typical_field"]], held["typical_numbers"]),
        lowest=held["lowest"],
        highest=held["highest"],
    )


def write(model: Model, path: Path) -> None:
    """Write the model such that the same model gives the same bytes."""
    from skops.io import dumps

    steps, institutions = zip(*model.encoder.steps.values(), strict=True)
    held = {
        "mean": model.encoder.mean,
        "keys": np.array(list(model.encoder.steps)),
        "steps": np.array(steps),
        "institutions": np.array(institutions, dtype=np.int32),
        "trees": vars(model.trees),
        "margins": vars(model.margins),
        "published": model.published.to_arrays(),
        "typical_field": model.typical.fields[0],
        "typical_numbers": model.typical.numbers,
        "lowest": model.lowest,
        "highest": model.highest,
    }
    path.write_bytes(repeatable(dumps(held)))

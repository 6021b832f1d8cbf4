"""Every figure of the card, measured on institutions that the measured model has not seen."""

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from sklearn.compose import make_column_transformer
from sklearn.impute import SimpleImputer
from sklearn.linear_model import LinearRegression
from sklearn.metrics import mean_absolute_error, r2_score
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import OneHotEncoder, StandardScaler

from models.earnings import COVERAGE
from models.earnings.inputs import CREDENTIALS
from models.earnings.model import NUMBERS, Model, Programmes
from models.earnings.training.data import Rows
from models.earnings.training.fit import assembled, folds, margins, without_fields

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]

FOLDS = 5


@dataclass(frozen=True)
class Outcome:
    """What models that had not seen a row's institution say of it; all arrays (n,).

    `fold` numbers the model that answered, `institutions` counts those it had seen of the row's
    field and credential.
    """

    truth: Floats
    value: Floats
    low: Floats
    high: Floats
    linear: Floats
    medians: Floats
    fold: Ints
    rank: Ints
    institutions: Ints

    @property
    def covered(self) -> Bools:
        """Whether the interval holds the truth."""
        return (self.low <= self.truth) & (self.truth <= self.high)

    def mean_scores(self, predicted: Floats) -> dict[str, float]:
        """Return R² and mean absolute error, each the mean over the folds."""
        each = [scores(self.truth[part], predicted[part]) for part in self._parts()]
        return {name: round(float(np.mean([s[name] for s in each])), 4) for name in each[0]}

    def by_fold(self) -> list[dict[str, float]]:
        """Return rows, R², mean absolute error and coverage of each fold."""
        return [
            {name: round(x, 4) for name, x in scores(self.truth[part], self.value[part]).items()}
            | {"rows": int(part.sum()), "coverage": round(float(self.covered[part].mean()), 4)}
            for part in self._parts()
        ]

    def _parts(self) -> list[Bools]:
        return [self.fold == one for one in np.unique(self.fold)]


def scores(truth: Floats, predicted: Floats) -> dict[str, float]:
    """Return R² and the mean absolute error in dollars.

    >>> scores(np.array([1.0, 2.0, 3.0]), np.array([1.0, 2.0, 4.0]))["r2"]
    0.5
    """
    return {
        "r2": float(r2_score(truth, predicted)),
        "mae": float(mean_absolute_error(truth, predicted)),
    }


def outcome(rows: Rows, seed: int) -> Outcome:
    """Return each row's answer by a model fitted, margins included, on the other folds."""
    parts = [
        _answered(rows.take(learn), rows.take(apart), turn, seed)
        for turn, (learn, apart) in enumerate(folds(rows.group, FOLDS, seed))
    ]
    names = list(vars(parts[0]))
    return Outcome(**{name: np.concatenate([vars(part)[name] for part in parts]) for name in names})


def _answered(learn: Rows, apart: Rows, turn: int, seed: int) -> Outcome:
    model = assembled(learn, margins(learn, seed), seed)
    value, low, high = model.answers(apart.programmes)
    return Outcome(
        truth=apart.earnings,
        value=value,
        low=low,
        high=high,
        linear=linear(learn, apart.programmes),
        medians=medians(learn, apart.programmes),
        fold=np.full(len(apart), turn),
        rank=apart.rank,
        institutions=_institutions(model, apart),
    )


def _institutions(model: Model, rows: Rows) -> Ints:
    keys = [keys[4] for keys in rows.programmes.averages()]
    return np.array([model.encoder.institutions(key) for key in keys])


def by_credential(outcome: Outcome) -> dict[str, dict[str, float]]:
    """Return rows, error and coverage of each credential, with two standard errors of 80%."""
    found = {}
    for rank, name in enumerate(CREDENTIALS):
        mask = outcome.rank == rank
        if mask.any():
            found[name] = part(outcome, mask)
    return found


def by_familiarity(outcome: Outcome) -> dict[str, dict[str, float]]:
    """Return the same by how many institutions taught field and credential among those seen."""
    seen = outcome.institutions
    bands = {
        "none": seen == 0,
        "1 to 4": (seen >= 1) & (seen < 5),
        "5 to 19": (seen >= 5) & (seen < 20),
        "20 or more": seen >= 20,
    }
    return {name: part(outcome, mask) for name, mask in bands.items() if mask.any()}


def part(outcome: Outcome, mask: Bools) -> dict[str, float]:
    """Return rows, mean absolute error, coverage, its margin, and the width of some answers."""
    n = int(mask.sum())
    error = np.abs(outcome.truth - outcome.value)[mask]
    return {
        "rows": n,
        "mae": round(float(error.mean()), 1),
        "coverage": round(float(outcome.covered[mask].mean()), 4),
        "two_standard_errors": round(2 * float(np.sqrt(COVERAGE * (1 - COVERAGE) / n)), 4),
        "median_width": round(float(np.median((outcome.high - outcome.low)[mask])), 0),
    }


def strange_fields(rows: Rows, seed: int) -> dict[str, Any]:
    """Return how answers fare in fields, at institutions, that were both left out of learning."""
    (learn, apart), *_ = without_fields(rows, seed + 1)
    past, later = rows.take(learn), rows.take(apart)
    model = assembled(past, margins(past, seed), seed)
    value, low, high = model.answers(later.programmes)
    inside = (low <= later.earnings) & (later.earnings <= high)
    return {
        "rows": len(later),
        "fields": len(set(later.programmes.fields)),
        "coverage": round(float(inside.mean()), 4),
        "median_width": round(float(np.median(high - low)), 0),
        "mae": round(scores(later.earnings, value)["mae"], 1),
    }


LINEAR = "linear regression on the same inputs, as in the article"
MEDIANS = "median of the same field and credential"
CATEGORIES = ["field", "credential", "control", "region", "locale"]
AMOUNTS = ["net_price", "sat_average", "admission_rate"]


def linear(learn: Rows, apart: Programmes) -> Floats:
    """Return the dollars (n,) that an ordinary linear regression gives.

    Choices one-hot, an unknown one being a choice; unknown numbers take the mean, with a flag.
    """
    numbers = make_pipeline(SimpleImputer(add_indicator=True), StandardScaler())
    columns = make_column_transformer(
        (OneHotEncoder(handle_unknown="ignore"), CATEGORIES), (numbers, AMOUNTS)
    )
    model = make_pipeline(columns, LinearRegression())
    model.fit(_frame(learn.programmes), learn.earnings)
    predicted: Floats = model.predict(_frame(apart))
    return predicted


def medians(learn: Rows, apart: Programmes) -> Floats:
    """Return the median (n,) of field and credential, else of the credential."""
    past = _frame(learn.programmes).assign(earnings=learn.earnings)
    other = _frame(apart)
    both = ["field", "credential"]
    known = other.join(past.groupby(both)["earnings"].median(), on=both)["earnings"]
    fallback = other["credential"].map(past.groupby("credential")["earnings"].median())
    return known.fillna(fallback).fillna(past["earnings"].median()).to_numpy(dtype=float)


def _frame(programmes: Programmes) -> pd.DataFrame:
    frame = pd.DataFrame(programmes.numbers, columns=list(NUMBERS))
    return frame.assign(field=programmes.fields)

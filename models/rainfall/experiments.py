"""What was tried besides the model that is shipped; the figures go into the card.

Every function fits on earlier days and scores on later ones; none touches the shipped model.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from sklearn.isotonic import IsotonicRegression
from sklearn.linear_model import LogisticRegression

from models.rainfall import FIELDS, candidates, weather
from models.rainfall.artifact import Classifier
from models.rainfall.scores import measured
from models.rainfall.verdicts import Verdicts

Figures = dict[str, Any]
Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]

SHIPPED = "committee of 5 neural networks"
OPTIONAL: dict[str, list[str]] = {
    "four inputs only": [],
    "month": ["month"],
    "change of pressure since 9am": ["pressure_change"],
    "cloud at 3pm": ["Cloud3pm"],
    "hours of sunshine": ["Sunshine"],
    "rain in the 24 hours to 9 this morning": ["Rainfall"],
    "station": ["station"],
}


@dataclass(frozen=True)
class Outcome:
    """What a model fitted before a year said on that year's days, and what happened."""

    year: str
    y: Bools
    p: Floats

    @property
    def scores(self) -> dict[str, float]:
        """ROC AUC, Brier score and calibration error."""
        return measured(self.y, self.p)


def wet(days: pd.DataFrame) -> Bools:
    """Return the outcomes (n,) bool."""
    return days["wet"].to_numpy(dtype=bool)


def outcome(classifier: Classifier, days: pd.DataFrame, start: pd.Timestamp) -> Outcome:
    """Return what a classifier says on the 12 months from `start`."""
    year = weather.year_from(days, start)
    chances = classifier.predict_proba(weather.inputs(year))[:, 1]
    return Outcome(f"{start:%Y-%m-%d}", wet(year), chances)


def committees(
    days: pd.DataFrame, starts: list[pd.Timestamp], seed: int
) -> dict[pd.Timestamp, Classifier]:
    """Return, for the start of each year, the committee fitted on the days before it."""
    return {start: past_fit(candidates.committee, days, start, seed) for start in starts}


def rolling_years(
    days: pd.DataFrame, fits: dict[pd.Timestamp, Classifier], seed: int
) -> dict[str, Figures]:
    """Return each candidate's scores on each year, fitted on the days before that year only.

    The last year is the one kept apart: the choice among candidates looks at the others.
    """
    figures = {SHIPPED: _with_mean({o.year: o.scores for o in _outcomes(fits, days)})}
    for name, make in candidates.RIVALS.items():
        rivals = {start: past_fit(make, days, start, seed) for start in fits}
        figures[name] = _with_mean({o.year: o.scores for o in _outcomes(rivals, days)})
    return figures


def calibrations(days: pd.DataFrame, fits: dict[pd.Timestamp, Classifier]) -> dict[str, Figures]:
    """Return the committee's scores per year with each way to correct its chances.

    For each pair of years: fitted before the first, corrected on the first, scored on the second.
    """
    figures: dict[str, Figures] = {"none": {}, "sigmoid": {}, "isotonic": {}}
    for (first, classifier), second in zip(fits.items(), list(fits)[1:], strict=False):
        past, later = outcome(classifier, days, first), outcome(classifier, days, second)
        figures["none"][later.year] = later.scores
        figures["sigmoid"][later.year] = measured(later.y, _sigmoid(past, later.p))
        figures["isotonic"][later.year] = measured(later.y, _isotonic(past, later.p))
    return {name: _with_mean(years) for name, years in figures.items()}


def optional_inputs(days: pd.DataFrame, start: pd.Timestamp, seed: int) -> Figures:
    """Return gradient boosting's scores with inputs beyond the four, on the year from `start`."""
    enriched = days.assign(
        month=days["Date"].dt.month,
        station=days["Location"].astype("category").cat.codes,
        pressure_change=days["pressure_3pm"] - days.get("Pressure9am", np.nan),
    )
    every = sorted({name for names in OPTIONAL.values() for name in names})
    return {
        label: _boosted(enriched, start, [name for name in names if name in enriched], seed)
        for label, names in (OPTIONAL | {"all of these": every}).items()
    }


def _boosted(days: pd.DataFrame, start: pd.Timestamp, more: list[str], seed: int) -> Figures:
    columns = [*FIELDS, *more]
    past, year = weather.before(days, start), weather.year_from(days, start)
    X = past[columns].to_numpy(dtype=float)
    categorical = [columns.index("station")] if "station" in columns else None
    classifier = candidates.fitted(
        lambda seed: candidates.boosting(seed).set_params(categorical_features=categorical),
        X,
        wet(past),
        seed,
    )
    return measured(wet(year), classifier.predict_proba(year[columns].to_numpy(dtype=float))[:, 1])


def past_fit(
    make: Callable[[int], Classifier],
    days: pd.DataFrame,
    start: pd.Timestamp,
    seed: int,
    said: Verdicts | None = None,
) -> Classifier:
    """Return an estimator fitted on the days before `start`, and on what visitors said."""
    past = weather.before(days, start)
    return candidates.fitted(make, *examples(past, said), seed)


def examples(days: pd.DataFrame, said: Verdicts | None = None) -> tuple[Floats, Bools]:
    """Return what there is to learn from, X (n, 4) and y (n,): days, and what visitors said."""
    X, y = weather.inputs(days), wet(days)
    return said.added_to(X, y) if said else (X, y)


def _outcomes(fits: dict[pd.Timestamp, Classifier], days: pd.DataFrame) -> list[Outcome]:
    return [outcome(classifier, days, start) for start, classifier in fits.items()]


def _sigmoid(past: Outcome, p: Floats) -> Floats:
    """Return p corrected by Platt's logistic curve, fitted on a past year's log odds."""
    curve = LogisticRegression(C=1e6).fit(_log_odds(past.p), past.y)
    corrected: Floats = curve.predict_proba(_log_odds(p))[:, 1]
    return corrected


def _isotonic(past: Outcome, p: Floats) -> Floats:
    steps = IsotonicRegression(y_min=0, y_max=1, out_of_bounds="clip").fit(past.p, past.y)
    corrected: Floats = steps.predict(p)
    return corrected


def _log_odds(p: Floats) -> Floats:
    """Return log odds (n, 1) of chances p (n,)."""
    clipped = np.clip(p, 1e-6, 1 - 1e-6)
    odds: Floats = np.log(clipped / (1 - clipped))
    return odds[:, None]


def _with_mean(years: Figures) -> Figures:
    """Return the years with their mean per score."""
    means = pd.DataFrame(years).mean(axis=1).round(4).to_dict() if years else {}
    return years | {"mean": means}

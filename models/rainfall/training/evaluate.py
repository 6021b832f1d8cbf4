"""How good the chances are, year by year, beside simpler answers."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from sklearn.metrics import brier_score_loss, roc_auc_score

from models.rainfall.model import Classifier, Model
from models.rainfall.training import data, fit
from models.rainfall.training.data import Verdicts
from showcase.contract.metrics import BINS, calibration_error

RESAMPLES = 200


def measured(y: NDArray[np.bool_], p: NDArray[np.float64]) -> dict[str, float]:
    """Return ROC AUC, Brier score and calibration error of chances p (n,) for outcomes y (n,)."""
    figures = {
        "roc_auc": roc_auc_score(y, p),
        "brier": brier_score_loss(y, p),
        "calibration_error": calibration_error(p, y),
    }
    return {name: round(float(figure), 4) for name, figure in figures.items()}


def reliability(y: NDArray[np.bool_], p: NDArray[np.float64]) -> list[dict[str, float]]:
    """Return, for each bin that holds days, the mean chance said, the share of rain, the days."""
    bin_of = np.minimum((p * BINS).astype(int), BINS - 1)
    return [
        {
            "said": round(float(p[bin_of == one].mean()), 4),
            "happened": round(float(y[bin_of == one].mean()), 4),
            "days": int((bin_of == one).sum()),
        }
        for one in np.unique(bin_of)
    ]


def share_when_said(
    y: NDArray[np.bool_], p: NDArray[np.float64], low: float, high: float
) -> float | None:
    """Return the share of rain on the days with a chance from low to high; None without any."""
    said = (p >= low) & (p < high)
    return float(y[said].mean()) if said.any() else None


def auc_interval(
    y: NDArray[np.bool_], p: NDArray[np.float64], weeks: NDArray[np.int64], seed: int
) -> list[float]:
    """Return the range that holds ROC AUC in 95% of resamples.

    Whole weeks (n,) are drawn, with replacement: stations share a day's weather, days a week's.
    """
    rng = np.random.default_rng(seed)
    rows_of = [np.flatnonzero(weeks == week) for week in np.unique(weeks)]
    ranks = []
    for _ in range(RESAMPLES):
        drawn = rng.integers(len(rows_of), size=len(rows_of))
        rows = np.concatenate([rows_of[week] for week in drawn])
        ranks.append(roc_auc_score(y[rows], p[rows]))
    return [round(float(edge), 4) for edge in np.quantile(ranks, [0.025, 0.975])]


Figures = dict[str, Any]
Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]

YEARS = 5  # that a model of the years before is scored on
SHIPPED = "committee of 5 neural networks"
ARTICLE = ["temperature_3pm", "humidity_3pm"]  # the inputs of its logistic regression


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
    year = data.year_from(days, start)
    chances = classifier.predict_proba(data.inputs(year))[:, 1]
    return Outcome(f"{start:%Y-%m-%d}", wet(year), chances)


def past_fit(
    make: Callable[[int], Classifier],
    days: pd.DataFrame,
    start: pd.Timestamp,
    seed: int,
    said: Verdicts | None = None,
) -> Classifier:
    """Return an estimator fitted on the days before `start`, and on what visitors said."""
    past = data.before(days, start)
    return fit.fitted(make, *fit.examples(past, said), seed)


def baselines(days: pd.DataFrame, start: pd.Timestamp, seed: int) -> Figures:
    """Return the scores of simpler answers on the year from `start`."""
    past, year = data.before(days, start), data.year_from(days, start)
    y = wet(year)
    return {
        "share of wet days, the same every day": measured(y, np.full(len(y), wet(past).mean())),
        "share of wet days of the station and month": measured(y, climatology(past, year)),
        "logistic regression on temperature and humidity": _logistic(past, year, "wet", seed),
    }


def climatology(past: pd.DataFrame, year: pd.DataFrame) -> Floats:
    """Return each day's share of wet past days (n,) at its station in its month.

    A station and month never seen before takes the share of all past days.
    """
    shares = past.groupby(["Location", past["Date"].dt.month])["wet"].mean()
    keys = pd.MultiIndex.from_arrays([year["Location"], year["Date"].dt.month])
    return shares.reindex(keys).fillna(past["wet"].mean()).to_numpy(dtype=float)


def targets(days: pd.DataFrame, start: pd.Timestamp, p: Floats, seed: int) -> Figures:
    """Return the scores on the year from `start` for both meanings of a wet day.

    `p` are the chances of at least 1 mm; for more than 1 mm, the table's own `RainTomorrow`, a
    second committee is fitted on that target.
    """
    more = days.assign(wet=days["rain_next"] > data.WET_MM)
    past, year = data.before(more, start), data.year_from(more, start)
    classifier = fit.fitted(fit.committee, data.inputs(past), wet(past), seed)
    other = classifier.predict_proba(data.inputs(year))[:, 1]
    y = wet(data.year_from(days, start))
    return {
        "at least 1 mm": measured(y, p) | {"wet_share": _share(y)},
        "more than 1 mm": measured(wet(year), other) | {"wet_share": _share(wet(year))},
        "more than 1 mm, judged by the chances of at least 1 mm": measured(wet(year), p),
    }


def leaking_target(days: pd.DataFrame, start: pd.Timestamp, seed: int) -> Figures:
    """Return what the article's target gives: rain of the same row, over before its readings."""
    same = days.dropna(subset=["Rainfall"])
    same = same.assign(rained=same["Rainfall"] >= data.WET_MM)
    past, year = data.before(same, start), data.year_from(same, start)
    return {
        "meaning": (
            "Rain in the 24 hours to 9am, explained by readings taken at 3pm, after it had fallen: "
            "no forecast, and not comparable with the scores of this card."
        ),
        "scores": _logistic(past, year, "rained", seed),
    }


def _logistic(past: pd.DataFrame, year: pd.DataFrame, target: str, seed: int) -> dict[str, float]:
    """Return the scores of the article's kind of model on the year."""
    X, y = past[ARTICLE].to_numpy(dtype=float), past[target].to_numpy(dtype=bool)
    classifier = fit.fitted(fit.logistic, X, y, seed)
    p = classifier.predict_proba(year[ARTICLE].to_numpy(dtype=float))[:, 1]
    return measured(year[target].to_numpy(dtype=bool), p)


def _share(y: NDArray[np.bool_]) -> float:
    return round(float(y.mean()), 4)


@dataclass(frozen=True)
class Calendar:
    """The table's last years, oldest first: each is scored once, the last is kept apart."""

    starts: list[pd.Timestamp]

    @property
    def calibration(self) -> pd.Timestamp:
        """First day of the year that thresholds are set on."""
        return self.starts[-2]

    @property
    def test(self) -> pd.Timestamp:
        """First day of the year kept apart."""
        return self.starts[-1]

    def kept_apart(self, days: pd.DataFrame) -> pd.DataFrame:
        """Return the days that the card's scores are measured on."""
        return data.year_from(days, self.test)


def calendar(table: pd.DataFrame) -> Calendar:
    """Return the years; ValueError when the table is too short to keep two of them apart."""
    starts = data.last_years(table, YEARS)
    if len(starts) < 2:
        first, last = table["Date"].min(), table["Date"].max()
        raise ValueError(
            f"the table runs from {first:%Y-%m-%d} to {last:%Y-%m-%d}, expected three years or more"
        )
    return Calendar(starts)


def measure(
    days: pd.DataFrame, years: Calendar, seed: int, said: Verdicts | None = None
) -> tuple[Outcome, Figures]:
    """Return what a model of earlier years says on the year kept apart, and figures for the card.

    What visitors said changes the scores; all that is compared with them is measured without it.
    """
    fits = {start: past_fit(fit.committee, days, start, seed) for start in years.starts}
    outcomes = [outcome(classifier, days, start) for start, classifier in fits.items()]
    scored, figures = outcomes[-1], Figures()
    if said is not None:
        figures["feedback"] = said.figures | {"scores_without": scored.scores}
        learned = past_fit(fit.committee, days, years.test, seed, said)
        scored = outcome(learned, days, years.test)
    by_year = {one.year: one.scores for one in outcomes}
    mean = pd.DataFrame(by_year).mean(axis=1).round(4).to_dict()
    weeks = data.weeks(years.kept_apart(days))
    return scored, figures | {
        "roc_auc_interval_95": auc_interval(scored.y, scored.p, weeks, seed),
        "baselines": baselines(days, years.test, seed),
        "targets": targets(days, years.test, scored.p, seed),
        "leaking_target": leaking_target(days, years.test, seed),
        "experiments": {"rolling_years": {SHIPPED: by_year | {"mean": mean}}},
        "reliability": reliability(scored.y, scored.p),
    }


def model_figures(days: pd.DataFrame, years: Calendar, usual: float, model: Model) -> Figures:
    """Return the counts of days and what the shipped artifact's own numbers are."""
    past, test = data.before(days, years.test), years.kept_apart(days)
    flagged = fit.flagged_share(past, test, usual)
    return {
        "days": {
            "all": len(days),
            "before_kept_apart": len(past),
            "kept_apart": len(test),
            "stations": int(days["Location"].nunique()),
            "from": f"{days['Date'].min():%Y-%m-%d}",
            "to": f"{days['Date'].max():%Y-%m-%d}",
        },
        "shipped_model_on_the_year_kept_apart": {
            "meaning": (
                "It learned from these very days, so this is no score: it shows how little more "
                "the four readings tell of this year."
            ),
            "scores": outcome(model.classifier, days, years.test).scores,
        },
        "average_chance": round(model.average_chance, 6),
        "familiarity": {
            "unusual_below": model.fewest,
            "flagged_share_of_days_kept_apart": round(flagged, 4),
        },
    }

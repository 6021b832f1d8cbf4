"""What the model is compared with: climate alone, the article's inputs, the article's target."""

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from models.rainfall import candidates, weather
from models.rainfall.experiments import Figures, wet
from models.rainfall.scores import measured

Floats = NDArray[np.float64]
ARTICLE = ["temperature_3pm", "humidity_3pm"]


def baselines(days: pd.DataFrame, start: pd.Timestamp, seed: int) -> Figures:
    """Return the scores of simpler answers on the year from `start`."""
    past, year = weather.before(days, start), weather.year_from(days, start)
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
    more = days.assign(wet=days["rain_next"] > weather.WET_MM)
    past, year = weather.before(more, start), weather.year_from(more, start)
    classifier = candidates.fitted(candidates.committee, weather.inputs(past), wet(past), seed)
    other = classifier.predict_proba(weather.inputs(year))[:, 1]
    y = wet(weather.year_from(days, start))
    return {
        "at least 1 mm": measured(y, p) | {"wet_share": _share(y)},
        "more than 1 mm": measured(wet(year), other) | {"wet_share": _share(wet(year))},
        "more than 1 mm, judged by the chances of at least 1 mm": measured(wet(year), p),
    }


def leaking_target(days: pd.DataFrame, start: pd.Timestamp, seed: int) -> Figures:
    """Return what the article's target gives: rain of the same row, over before its readings."""
    same = days.dropna(subset=["Rainfall"])
    same = same.assign(rained=same["Rainfall"] >= weather.WET_MM)
    past, year = weather.before(same, start), weather.year_from(same, start)
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
    classifier = candidates.fitted(candidates.logistic, X, y, seed)
    p = classifier.predict_proba(year[ARTICLE].to_numpy(dtype=float))[:, 1]
    return measured(year[target].to_numpy(dtype=bool), p)


def _share(y: NDArray[np.bool_]) -> float:
    return round(float(y.mean()), 4)

"""What the model says of one's own flower, and whether such a flower was ever measured."""

from functools import cache

import numpy as np
from numpy.typing import NDArray

from models.flower_power import FIELDS, Input
from models.flower_power.flowers import measured_range, outside, training
from showcase.contract import Classification
from showcase.ui import charts

SURE, HARDLY = 0.6, 0.02


def sentence(prediction: Classification) -> str:
    """Return the answer with its uncertainty.

    >>> shares = {"setosa": 0.02, "versicolor": 0.83, "virginica": 0.15}
    >>> sentence(Classification(label="versicolor", probabilities=shares))
    'This looks like versicolor, 83% sure; virginica is the next guess'
    """
    (first, share), (second, next_share) = prediction.top(2)
    opening = "This looks like" if share >= SURE else "This might be"
    also = f"; {second} is the next guess" if next_share >= HARDLY else ""
    return f"{opening} {first}, {charts.percent(share)} sure{also}"


def unusual(given: Input) -> str:
    """Return why the answer needs care: sizes or a combination of them that were never measured."""
    told = []
    for field in outside(given):
        low, high = measured_range()[field]
        told.append(f"{Input.model_fields[field].title.lower()} ({low:.1f} to {high:.1f} cm)")
    if told:
        return f"Outside what was measured: {', '.join(told)}. Here the model guesses."
    if _nearest(_row(given), _training()) > _loneliest():
        return "No measured flower has such sizes together. Here the model guesses."
    return ""


def _row(given: Input) -> NDArray[np.float64]:
    return np.array([getattr(given, field) for field in FIELDS])


@cache
def _training() -> NDArray[np.float64]:
    """Return the measurements of the training flowers, (99, 4) in cm."""
    return np.array([_row(flower.given) for flower in training()])


@cache
def _usual_differences() -> NDArray[np.float64]:
    """Return how much flowers of one species differ in each measurement, (4,) in cm.

    Standard deviations within the species: petals differ much more between them.
    """
    species = np.array([flower.species for flower in training()])
    spreads = [_training()[species == one].var(axis=0) for one in np.unique(species)]
    return np.asarray(np.mean(spreads, axis=0) ** 0.5)


def _nearest(row: NDArray[np.float64], rows: NDArray[np.float64]) -> float:
    """Return how far the nearest of the rows is, in usual differences."""
    return float((((rows - row) / _usual_differences()) ** 2).sum(axis=1).min() ** 0.5)


@cache
def _loneliest() -> float:
    """Return how far from all others the loneliest training flower is."""
    rows = _training()
    return max(_nearest(row, np.delete(rows, place, axis=0)) for place, row in enumerate(rows))

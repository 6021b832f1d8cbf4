"""The committee of networks, a background for explanations, and the days that count as seen."""

import math
import warnings
from collections.abc import Callable

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from sklearn.cluster import KMeans
from sklearn.ensemble import VotingClassifier
from sklearn.exceptions import ConvergenceWarning
from sklearn.linear_model import LogisticRegression
from sklearn.neural_network import MLPClassifier
from sklearn.pipeline import Pipeline, make_pipeline
from sklearn.preprocessing import StandardScaler
from threadpoolctl import threadpool_limits  # type: ignore[import-untyped]  # ships no types

from models.rainfall.model import Classifier, Model, occupied_cells, similar_days
from models.rainfall.training import data
from models.rainfall.training.data import Verdicts

NETS = 5
EPOCHS = 30


def committee(seed: int) -> Pipeline:
    """Return five small neural networks that differ in their first weights; chances averaged."""
    nets = [
        (
            f"net_{number}",
            MLPClassifier((32, 32), batch_size=512, max_iter=EPOCHS, random_state=seed + number),
        )
        for number in range(NETS)
    ]
    return make_pipeline(StandardScaler(), VotingClassifier(nets, voting="soft"))


def logistic(_seed: int) -> Pipeline:
    """Return a plain logistic regression."""
    return make_pipeline(StandardScaler(), LogisticRegression())


def fitted(
    make: Callable[[int], Classifier], X: NDArray[np.float64], y: NDArray[np.bool_], seed: int
) -> Classifier:
    """Return the estimator fitted on X (n, d) and y (n,).

    One thread: sums come in the same order each time, so the same seed gives the same model.
    """
    with threadpool_limits(limits=1), warnings.catch_warnings():
        # The number of epochs is chosen, it keeps the networks smooth.
        warnings.simplefilter("ignore", ConvergenceWarning)
        return make(seed).fit(X, y)


Floats = NDArray[np.float64]

Bools = NDArray[np.bool_]
BACKGROUND = 64
UNUSUAL = 0.01


def fit_model(
    days: pd.DataFrame, unusual_share: float, seed: int, said: Verdicts | None = None
) -> Model:
    """Return the model fitted on these days, and on what visitors said: that is no day it has seen.

    `unusual_share` of the days, as `share_of_similar_days` gives it, is the least that is usual.
    """
    X = data.inputs(days)
    classifier = fitted(committee, *examples(days, said), seed)
    background, weights = background_of(X, classifier, seed)
    cells, counts = occupied_cells(X)
    return Model(
        classifier=classifier,
        background=background,
        weights=weights,
        average_chance=float(classifier.predict_proba(background)[:, 1] @ weights),
        lowest=X.min(axis=0),
        highest=X.max(axis=0),
        cells=cells,
        counts=counts,
        fewest=max(1, math.ceil(unusual_share * len(X))),
    )


def examples(days: pd.DataFrame, said: Verdicts | None = None) -> tuple[Floats, Bools]:
    """Return what there is to learn from, X (n, 4) and y (n,): days, and what visitors said."""
    X, y = data.inputs(days), days["wet"].to_numpy(dtype=bool)
    return said.added_to(X, y) if said else (X, y)


def share_of_similar_days(past: pd.DataFrame, later: pd.DataFrame) -> float:
    """Return the share of past days that resemble the strangest hundredth of later days."""
    seen = occupied_cells(data.inputs(past))
    similar = similar_days(*seen, data.inputs(later))
    return float(np.quantile(similar, UNUSUAL) / len(past))


def flagged_share(past: pd.DataFrame, later: pd.DataFrame, unusual_share: float) -> float:
    """Return the share of later days that a model fitted on past days would call unusual."""
    seen = occupied_cells(data.inputs(past))
    similar = similar_days(*seen, data.inputs(later))
    return float((similar < math.ceil(unusual_share * len(past))).mean())


def background_of(X: Floats, classifier: Classifier, seed: int) -> tuple[Floats, Floats]:
    """Return the centres (k, 4) of k-means clusters of X (n, 4) and their weights (k,).

    Centres lie nearer to the middle than days do, so that their mean chance is too low. The
    weights are the clusters' shares, tilted until the mean is that of all days.
    """
    scaler = StandardScaler().fit(X)
    with threadpool_limits(limits=1):
        clusters = KMeans(min(BACKGROUND, len(X)), n_init=1, random_state=seed)
        labels = clusters.fit_predict(scaler.transform(X))
    centres: Floats = scaler.inverse_transform(clusters.cluster_centers_)
    chances = classifier.predict_proba(centres)[:, 1]
    goal = float(classifier.predict_proba(X)[:, 1].mean())
    return centres, tilted(np.bincount(labels) / len(X), chances, goal)


def tilted(shares: Floats, chances: Floats, goal: float) -> Floats:
    """Return shares (k,) times exp(tilt * chances), rescaled, whose mean chance is the goal.

    >>> tilted(np.array([0.5, 0.5]), np.array([0.0, 1.0]), 0.75).round(6)
    array([0.25, 0.75])
    """
    low, high = -50.0, 50.0
    weights = shares
    for _ in range(100):
        middle = (low + high) / 2
        weights = shares * np.exp(middle * chances)
        weights /= weights.sum()
        low, high = (middle, high) if weights @ chances < goal else (low, middle)
    return weights

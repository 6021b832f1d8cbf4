"""The estimators that were compared, and how each is fitted. The committee is the one shipped."""

import warnings
from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray
from sklearn.ensemble import HistGradientBoostingClassifier, VotingClassifier
from sklearn.exceptions import ConvergenceWarning
from sklearn.linear_model import LogisticRegression
from sklearn.neural_network import MLPClassifier
from sklearn.pipeline import Pipeline, make_pipeline
from sklearn.preprocessing import PolynomialFeatures, SplineTransformer, StandardScaler
from threadpoolctl import threadpool_limits  # type: ignore[import-untyped]  # ships no types

from models.rainfall.artifact import Classifier

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


def boosting(seed: int) -> HistGradientBoostingClassifier:
    """Return gradient boosting as it comes."""
    return HistGradientBoostingClassifier(random_state=seed)


def monotone_boosting(seed: int) -> HistGradientBoostingClassifier:
    """Return slower boosting whose chance never falls as humidity or the gust rises."""
    return HistGradientBoostingClassifier(
        learning_rate=0.05,
        max_iter=200,
        max_leaf_nodes=15,
        min_samples_leaf=100,
        l2_regularization=1.0,
        monotonic_cst=[0, 1, 0, 1],
        random_state=seed,
    )


def splines(_seed: int) -> Pipeline:
    """Return a logistic regression on cubic splines and their pairwise products."""
    return make_pipeline(
        SplineTransformer(n_knots=6, knots="quantile"),
        PolynomialFeatures(2, interaction_only=True, include_bias=False),
        LogisticRegression(max_iter=400),
    )


def logistic(_seed: int) -> Pipeline:
    """Return a plain logistic regression."""
    return make_pipeline(StandardScaler(), LogisticRegression())


# What the committee was compared with.
RIVALS: dict[str, Callable[[int], Classifier]] = {
    "gradient boosting": boosting,
    "monotone gradient boosting": monotone_boosting,
    "spline logistic regression": splines,
}


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

"""What was tried, by cross-validation; choices are made on the training flowers only."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import StratifiedGroupKFold
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from models.flower_power.network import Fitter
from models.flower_power.scores import accuracy, log_loss, softmax
from models.flower_power.split import Floats, Ints

FOLDS = 5
DECAYS = (0.001, 0.003, 0.01, 0.03, 0.1)
STRENGTHS = (1.0, 3.0, 10.0, 30.0, 100.0)
TEMPERATURES = np.geomspace(0.2, 5, 161)

Fit = Callable[[Floats, Ints, int], Callable[[Floats], Floats]]


@dataclass(frozen=True)
class Outcome:
    """What models said of flowers outside their folds: logits (r, n, 3) over r repeats."""

    logits: Floats
    y: Ints

    @property
    def accuracies(self) -> Floats:
        """The share right in each repeat (r,)."""
        return np.array([accuracy(one, self.y) for one in self.logits])

    def surprise(self, temperature: float) -> float:
        """Return the mean log loss at a temperature."""
        return float(np.mean([log_loss(softmax(one / temperature), self.y) for one in self.logits]))

    @property
    def temperature(self) -> float:
        """The temperature that makes the truth likeliest."""
        return float(min(TEMPERATURES, key=self.surprise))


@dataclass(frozen=True)
class Study:
    """A kind of model: each setting on the training flowers, the best one on all 150."""

    tried: dict[float, Outcome]
    everywhere: Outcome

    @property
    def setting(self) -> float:
        """The setting that is chosen."""
        return best(self.tried)

    @property
    def temperature(self) -> float:
        """The temperature of that setting, from the training flowers."""
        return self.tried[self.setting].temperature


def best(tried: dict[float, Outcome]) -> float:
    """Return the setting of the least log loss, each at its own best temperature."""
    return min(tried, key=lambda setting: tried[setting].surprise(tried[setting].temperature))


def study(
    kind: Callable[[float], Fit],
    settings: tuple[float, ...],
    data: tuple[Floats, Ints, NDArray[np.bool_]],
    repeats: tuple[int, int],
) -> Study:
    """Return what cross-validation says of a kind of model, fits repeated to choose and to measure.

    `data` is measurements (n, 4), species (n,), and which rows are held out.
    """
    (X, y, apart), (choosing, measuring) = data, repeats
    tried = {
        setting: cross_validated(kind(setting), X[~apart], y[~apart], choosing)
        for setting in settings
    }
    return Study(tried, cross_validated(kind(best(tried)), X, y, measuring))


def folds(X: Floats, y: Ints, repeat: int) -> Iterator[tuple[Ints, Ints]]:
    """Return the rows to fit and to ask in each fold, flowers of equal measurements together."""
    _, groups = np.unique(X, axis=0, return_inverse=True)
    chooser = StratifiedGroupKFold(FOLDS, shuffle=True, random_state=repeat)
    found: Iterator[tuple[Ints, Ints]] = chooser.split(X, y, groups)
    return found


def cross_validated(fit: Fit, X: Floats, y: Ints, repeats: int) -> Outcome:
    """Return what models fitted on four fifths said of the other fifth, repeated."""
    logits = np.zeros((repeats, len(y), 3))
    for repeat in range(repeats):
        for fold, (seen, unseen) in enumerate(folds(X, y, repeat)):
            asked = fit(X[seen], y[seen], FOLDS * repeat + fold)
            logits[repeat, unseen] = asked(X[unseen])
    return Outcome(logits, y)


def networks(decay: float, steps: int) -> Fit:
    """Return a function that fits the network."""
    fitter = Fitter(decay, steps)
    return lambda X, y, seed: fitter.fit(X, y, seed).logits


def logistic_regression(strength: float) -> Fit:
    """Return a function that fits the comparison: logistic regression, as standardised.

    What it fits gives log probabilities, whose softmax is the probabilities. `strength` is
    scikit-learn's C: the larger, the freer the fit.
    """

    def fit(X: Floats, y: Ints, seed: int) -> Callable[[Floats], Floats]:
        regression = LogisticRegression(C=strength, max_iter=10_000, random_state=seed)
        model = make_pipeline(StandardScaler(), regression).fit(X, y)
        return lambda asked: np.asarray(model.predict_log_proba(asked))

    return fit

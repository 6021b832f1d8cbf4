"""How good probabilities are, on flowers held out and by cross-validation."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.special import softmax  # type: ignore[import-untyped]  # it has no types
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import accuracy_score, brier_score_loss, confusion_matrix, log_loss
from sklearn.model_selection import StratifiedGroupKFold
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from models.flower_power import LABELS
from models.flower_power.training.data import Floats, Ints
from showcase.contract.metrics import calibration_error

FOLDS = 5
TEMPERATURES = np.geomspace(0.2, 5, 161)

STEPS = 300  # of the network's training
# Chosen by cross-validation on the training flowers for the least log loss: the network's weight
# decay among 0.001, 0.003, 0.01, 0.03, 0.1; C of logistic regression among 1, 3, 10, 30, 100.
DECAY = 0.01
STRENGTH = 3.0

Fit = Callable[[Floats, Ints, int], Callable[[Floats], Floats]]


def measured(p: Floats, y: Ints) -> dict[str, float]:
    """Return four scores of probabilities p (n, 3) of species y (n,), to four digits."""
    confidence, guesses = p.max(axis=1), p.argmax(axis=1)
    found = {
        "accuracy": accuracy_score(y, guesses),
        "log loss": log_loss(y, p),
        "Brier score": brier_score_loss(y, p, scale_by_half=False),
        "calibration error": calibration_error(confidence, guesses == y),
    }
    return {name: round(float(value), 4) for name, value in found.items()}


def confusion(p: Floats, y: Ints) -> dict[str, dict[str, int]]:
    """Return how many flowers of each species were taken for each."""
    table = confusion_matrix(y, p.argmax(axis=1), labels=range(len(LABELS))).tolist()
    return {
        name: dict(zip(LABELS, row, strict=True)) for name, row in zip(LABELS, table, strict=True)
    }


@dataclass(frozen=True)
class Outcome:
    """What models said of flowers outside their folds: logits (r, n, 3) over r repeats."""

    logits: Floats
    y: Ints

    @property
    def accuracies(self) -> Floats:
        """The share right in each repeat (r,)."""
        return np.array([accuracy_score(self.y, one.argmax(axis=1)) for one in self.logits])

    def surprise(self, temperature: float) -> float:
        """Return the mean log loss at a temperature."""
        chances = softmax(self.logits / temperature, axis=2)
        return float(np.mean([log_loss(self.y, one) for one in chances]))

    @property
    def temperature(self) -> float:
        """The temperature that makes the truth likeliest."""
        return float(min(TEMPERATURES, key=self.surprise))


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


@dataclass(frozen=True)
class Study:
    """What cross-validation says of a kind of model: on the training flowers, and on all 150."""

    chosen: Outcome
    everywhere: Outcome

    @property
    def temperature(self) -> float:
        """The temperature that its probabilities are brought to: from the training flowers."""
        return self.chosen.temperature


def study(
    fit: Fit, X: Floats, y: Ints, apart: NDArray[np.bool_], repeats: tuple[int, int]
) -> Study:
    """Return what fits, repeated to choose the temperature and to measure, come to.

    X is (n, 4), y (n,); `apart` says which rows are held out.
    """
    choosing, measuring = repeats
    return Study(
        cross_validated(fit, X[~apart], y[~apart], choosing),
        cross_validated(fit, X, y, measuring),
    )


def network(steps: int) -> Fit:
    """Return a function that fits the network."""
    from models.flower_power.training.network import Fitter  # with all of TensorFlow

    fitter = Fitter(DECAY, steps)
    return lambda X, y, seed: fitter.fit(X, y, seed).logits


def logistic_regression(X: Floats, y: Ints, seed: int) -> Callable[[Floats], Floats]:
    """Fit the comparison, logistic regression on standardised measurements.

    What it fits gives log probabilities, whose softmax is the probabilities.
    """
    regression = LogisticRegression(C=STRENGTH, max_iter=10_000, random_state=seed)
    model = make_pipeline(StandardScaler(), regression).fit(X, y)
    return lambda asked: np.asarray(model.predict_log_proba(asked))

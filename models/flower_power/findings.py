"""What training found, beside the scores: comparisons, mistakes, choices."""

from dataclasses import dataclass
from typing import Any

from models.flower_power import LABELS
from models.flower_power.confusion import confused_pairs
from models.flower_power.experiments import FOLDS, Outcome, Study
from models.flower_power.flowers import Flower
from models.flower_power.network import RATE
from models.flower_power.scores import confusion, measured
from models.flower_power.split import Floats, Ints

ALSO_TRIED = (
    "Before, by cross-validation on the training flowers: 8 and 32 units, ReLU instead of tanh, "
    "and decays in between. At their best decay all came to a log loss of 0.076 to 0.081; tanh was "
    "kept since its answers level off outside the measured range."
)


@dataclass(frozen=True)
class Run:
    """What is to be told of a training.

    `said` and `said_by_logistic` (n, 3) are probabilities of the flowers held out, `apart`, whose
    species are `y` (n,).
    """

    seed: int
    steps: int
    difference: float
    network: Study
    logistic: Study
    said: Floats
    said_by_logistic: Floats
    y: Ints
    apart: tuple[Flower, ...]

    @property
    def right(self) -> int:
        """How many of the flowers held out were named."""
        return int((self.said.argmax(axis=1) == self.y).sum())


def findings(run: Run, found: dict[str, float]) -> dict[str, Any]:
    """Return comparisons, errors and choices."""
    studies = {"network": run.network, "logistic regression": run.logistic}
    said = {"network": found, "logistic regression": measured(run.said_by_logistic, run.y)}
    return {
        "flowers": {"training": 150 - len(run.y), "held_out": [one.number for one in run.apart]},
        "same_split": said,
        "cross_validated": {name: _everywhere(study) for name, study in studies.items()},
        "confusion": confusion(run.said, run.y, LABELS),
        "mistakes": mistakes(run),
        "confused_pairs_cross_validated": _pairs(run.network.everywhere),
        "choices": {name: _choices(study) for name, study in studies.items()},
        "also_tried": ALSO_TRIED,
        "steps": run.steps,
        "rate": RATE,
        "largest difference from Keras": run.difference,
    }


def mistakes(run: Run) -> list[dict[str, Any]]:
    """Return the flowers held out that were named wrongly, with what was said and how surely."""
    guesses = run.said.argmax(axis=1)
    return [
        {
            "number": flower.number,
            "truth": flower.species,
            "guess": LABELS[guess],
            "confidence": round(float(row[guess]), 4),
        }
        for flower, row, guess in zip(run.apart, run.said, guesses, strict=True)
        if LABELS[guess] != flower.species
    ]


def _pairs(outcome: Outcome) -> list[dict[str, Any]]:
    """Return the pairs of species mixed up over all repeats."""
    answers = (
        (LABELS[truth], LABELS[guess])
        for one in outcome.logits
        for truth, guess in zip(outcome.y, one.argmax(axis=1), strict=True)
    )
    return [pair._asdict() for pair in confused_pairs(answers)]


def _everywhere(study: Study) -> dict[str, Any]:
    outcome = study.everywhere
    return {
        "accuracy": round(float(outcome.accuracies.mean()), 4),
        "lowest": round(float(outcome.accuracies.min()), 4),
        "highest": round(float(outcome.accuracies.max()), 4),
        "log loss": round(outcome.surprise(study.temperature), 4),
        "repeats": len(outcome.logits),
        "folds": FOLDS,
    }


def _choices(study: Study) -> dict[str, Any]:
    return {
        "setting": study.setting,
        "temperature": round(study.temperature, 4),
        "tried": {
            str(setting): {
                "accuracy": round(float(outcome.accuracies.mean()), 4),
                "temperature": round(outcome.temperature, 4),
                "log loss": round(outcome.surprise(outcome.temperature), 4),
            }
            for setting, outcome in study.tried.items()
        },
    }

"""What an estimator of `from_estimator` offers to learn from verdicts: its own data, a new fit."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from showcase.contract import ModelInput, canonical_json
from showcase.estimator.columns import as_values
from showcase.estimator.model import EstimatorModel
from showcase.estimator.refit import refitted, write
from showcase.learning.learner import HeldOut, Lesson, Margins, Measure, Progress, Target

MEASURES: dict[str, Measure] = {"probabilities": "brier", "numbers": "absolute"}
HELD_OUT, PART = 0.005, 0.05  # of the Brier score, the share of right labels, or of y's spread


class EstimatorLearner:
    """Learns by fitting the estimator again, on its data and on the lessons."""

    def __init__(self, module: EstimatorModel) -> None:
        self.module = module
        measure = MEASURES.get(module.answers.kind, "right")
        y = module.data.y
        spread = float(np.std(y.astype(float))) if measure == "absolute" else 1.0
        self.MARGINS = Margins(measure, held_out=HELD_OUT * spread, part=PART * spread)
        self.POSSIBLE: tuple[float, float] | None = None
        if measure == "absolute":
            low, high = float(y.min()), float(y.max())
            self.POSSIBLE = (low - (high - low), high + (high - low))

    def identity(self, given: Any) -> str:
        """Return an input's JSON."""
        return canonical_json(given)

    def held_out(self, folder: Path) -> HeldOut:
        """Return the cases that `from_estimator` was told were kept apart; no folder is read."""
        del folder
        module = self.module
        rows, happened = module.data.kept_apart or (module.data.X.head(0), module.data.y[:0])
        labels = module.answers.labels
        inputs, targets = [], list[Target]()
        for row, truth in zip(rows.to_dict("records"), happened.tolist(), strict=True):
            place = module.answers.places([truth])[0] if labels else 0
            given = _input(module, row)
            if given is None or place < 0:
                continue
            inputs.append(given)
            targets.append(labels[place] if labels else float(truth))
        return HeldOut(inputs, targets)

    def train(self, folder: Path, lessons: Sequence[Lesson], out: Path, progress: Progress) -> None:
        """Fit the estimator on its data and on the lessons; write it with skops."""
        del folder
        inputs, targets = [one.input for one in lessons], [one.target for one in lessons]
        write(refitted(self.module, inputs, targets), out / self.module.ARTIFACT_NAME)
        progress(1.0)


def learned_inputs(module: EstimatorModel, most: int) -> list[ModelInput]:
    """Return inputs that an estimator was fitted on, evenly over its data if there are more."""
    X = module.data.X
    rows = X.iloc[:: -(-len(X) // most)].to_dict("records")
    return [given for row in rows if (given := _input(module, row)) is not None]


def _input(module: EstimatorModel, row: Mapping[Any, Any]) -> ModelInput | None:
    """Return a row of the data as an input; None for a choice that the model does not know.

    Among cases kept apart are also some a little beyond what the form takes.
    """
    try:
        return module.Input.model_construct(**as_values(module.columns, row))
    except (KeyError, ValueError):
        return None

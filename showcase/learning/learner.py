"""What a model package offers to learn from verdicts: `models/<name>/training/learn.py`."""

import importlib
import importlib.util
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal, Protocol

from showcase.contract import Demo, ModelInput
from showcase.estimator.model import EstimatorModel

Progress = Callable[[float], None]  # takes the part that is done, from 0 to 1
Target = str | float
# "right": whether the label is right; "brier": squared error of the probabilities;
# "absolute": how far a number is off. Of the last two less is better.
Measure = Literal["right", "brier", "absolute"]


@dataclass(frozen=True)
class Margins:
    """By how much a candidate may be worse; stated in the model package before one is trained.

    `held_out`: the mean over the held-out rows, in the unit of `measure`, surely; `part`: that of
    any label or slice; `label`: the share of right labels, also where the measure is another.
    """

    measure: Measure
    held_out: float
    part: float
    label: float = 0.01


@dataclass(frozen=True)
class HeldOut:
    """Rows that no verdict enters, frozen: inputs, targets (n,), and what they may depend on.

    `slices` name a part of the data for each row (n,), beside its label. Rows of one of `groups`
    (n,) are drawn together in the bootstrap, since they are alike; none: each row by itself.
    """

    inputs: Sequence[ModelInput]
    targets: Sequence[Target]
    slices: Sequence[str] = ()
    groups: Sequence[Any] = ()


@dataclass(frozen=True)
class Lesson:
    """An input to learn from: its target, how many people said what, and which rows say so.

    Of the newest row there are moment, version and prediction, as JSON, too.
    """

    input: ModelInput
    input_hash: str
    target: Target
    votes: dict[str, int]
    ids: tuple[str, ...]
    people: tuple[str, ...] = field(repr=False)
    created_at: str = ""
    model_version: str = ""
    prediction: str = field(default="", repr=False)


class Learner(Protocol):
    """The functions and constants of `training/learn.py`."""

    MARGINS: Margins
    POSSIBLE: tuple[float, float] | None  # the least and the largest number worth learning

    def identity(self, given: Any, /) -> str:
        """Return a text that is equal for inputs which are the same to the model."""

    def held_out(self, folder: Path, /) -> HeldOut:
        """Return the held-out rows of the data in a folder."""

    def train(
        self, folder: Path, lessons: Sequence[Lesson], out: Path, progress: Progress, /
    ) -> None:
        """Train on the data, the held-out rows left out, and on lessons; write the artifact.

        Its name in the folder `out` is that of the shipped one. Nothing else may be written.
        """


def learner(demo: Demo) -> Learner:
    """Return what the demo's package offers; LookupError, as a sentence, if it offers nothing."""
    if made := _estimator(demo):
        from showcase.estimator.refit import why_not
        from showcase.learning.estimators import EstimatorLearner

        if reason := why_not(made):
            raise LookupError(f"{demo.title} cannot learn from verdicts: {reason}")
        return EstimatorLearner(made)
    if not can_learn(demo):
        raise LookupError(
            f"{demo.title} has no training/learn.py: it cannot learn from verdicts. "
            "docs/learn.md says what belongs there."
        )
    return importlib.import_module(_module(demo))


def can_learn(demo: Demo) -> bool:
    """Return True if the demo's package offers to learn; nothing that trains is imported."""
    if made := _estimator(demo):
        from showcase.estimator.refit import why_not

        return not why_not(made)
    try:
        return not demo.function and importlib.util.find_spec(_module(demo)) is not None
    except ModuleNotFoundError:
        return False


def _estimator(demo: Demo) -> EstimatorModel | None:
    """Return what `from_estimator` made for a line of the registry; None for other demos."""
    if not demo.function or demo.made is not None:
        return None
    found = demo.load_module()
    return found if isinstance(found, EstimatorModel) else None


def _module(demo: Demo) -> str:
    return f"{demo.module.partition(':')[0]}.training.learn"

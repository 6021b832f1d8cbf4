"""An estimator fitted again: on its data and on what people said besides."""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from showcase.contract.predictions import ModelInput
from showcase.estimator.answers import Answers
from showcase.estimator.columns import as_frame
from showcase.estimator.making import completed
from showcase.estimator.model import EstimatorModel


def why_not(module: EstimatorModel) -> str:
    """Return why a model cannot be fitted again, in a sentence; empty if it can."""
    if module.data.kept_apart is None:
        return "no cases were kept apart (`held_out`) to compare it on."
    if hasattr(module.answers.estimator, "runtime"):
        return "a network in a file is not fitted here."
    return ""


def refitted(module: EstimatorModel, inputs: Sequence[ModelInput], targets: Sequence[Any]) -> Any:
    """Return the estimator fitted anew on its data and on judged inputs.

    `targets` are labels as people read them, or numbers. A `random_state` that is left open is 0,
    so that the same verdicts make the same model.
    """
    from sklearn.base import clone

    data, answers = module.data, module.answers
    estimator = clone(answers.estimator)
    seeds = [name for name in estimator.get_params() if name.split("__")[-1] == "random_state"]
    seeded = {name: 0 for name in seeds if estimator.get_params()[name] is None}
    estimator.set_params(**seeded)
    rows = as_frame(module.columns, inputs)[list(data.X.columns)]
    known = dict(zip(answers.labels, answers.classes, strict=True))
    more = [known[target] for target in targets] if known else list(map(float, targets))
    estimator.fit(
        answers.taken(pd.concat([data.X, rows], ignore_index=True)),
        np.concatenate([data.y, np.array(more, dtype=data.y.dtype if known else float)]),
    )
    return estimator


def write(estimator: Any, path: Path) -> None:
    """Write a fitted estimator; ValueError if skops cannot."""
    from skops.io import dump

    try:
        dump(estimator, path)
    except Exception as error:  # of whatever kind: each part of a pipeline has its own
        name = type(estimator).__name__
        raise ValueError(f"skops cannot save this {name}: {error}") from error


def read(module: EstimatorModel, path: Path) -> Answers:
    """Return the answers of an estimator in a file, of no other types than the shipped one has."""
    from skops.io import dumps, get_untrusted_types, load

    trusted = get_untrusted_types(data=dumps(module.answers.estimator))
    found = replace(module.answers, estimator=load(path, trusted=trusted))
    rows = module.cases.rows
    return completed(found, rows, found.scores(rows), module.data)

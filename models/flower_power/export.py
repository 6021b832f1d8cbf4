"""Bring the fitted network into the file that the app runs."""

import tempfile
from pathlib import Path

import numpy as np

from models.flower_power.classifier import Classifier
from models.flower_power.network import Fitted, served
from models.flower_power.scores import softmax
from models.flower_power.split import Floats


def export(fitted: Fitted, temperature: float, path: Path) -> None:
    """Write the artifact."""
    final = served(fitted, temperature)
    with tempfile.TemporaryDirectory(dir=path.parent) as folder:
        unfinished = Path(folder) / path.name
        final.export(unfinished, format="litert", verbose=False)
        unfinished.replace(path)


def difference(fitted: Fitted, temperature: float, path: Path, X: Floats) -> float:
    """Return the largest gap between what the artifact and Keras say of measurements (n, 4)."""
    expected = softmax(fitted.logits(X) / temperature)
    return float(np.abs(Classifier(path).probabilities(X) - expected).max())

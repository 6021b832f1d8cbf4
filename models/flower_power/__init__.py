"""Which of three irises is this, from four measurements? A small neural network says.

Trained on scikit-learn's copy of the irises that Edgar Anderson measured and R. A. Fisher published
in 1936 (see `card.json`). Importing this package loads neither numpy nor LiteRT.
"""

import random
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from models.flower_power.inputs import FIELDS, IRISES, Input
from showcase.contract import Classification, Contribution

if TYPE_CHECKING:
    import numpy as np
    import pandas as pd
    from numpy.typing import NDArray

    from models.flower_power.model import Classifier

    Floats = NDArray[np.float64]
    Grid = tuple[Floats, Floats, Floats]

ARTIFACT: Path | None = Path(__file__).with_name("model.tflite")
LABELS: tuple[str, ...] = ("setosa", "versicolor", "virginica")
COLOURS = {"setosa": "#0072B2", "versicolor": "#CC79A7", "virginica": "#E69F00"}


EXAMPLES: Sequence[Input] = tuple(IRISES.values())
EXAMPLE_NAMES: tuple[str, ...] = tuple(IRISES)


def load(artifact: Path | None = None) -> "Classifier":
    """Read the model, the shipped one or another artifact.

    FileNotFoundError names the command that makes it.
    """
    path = artifact or ARTIFACT
    if path is None or not path.exists():
        raise FileNotFoundError(f"no {path}: run python -m models.flower_power.train")
    from models.flower_power.model import Classifier

    return Classifier(path)


def predict(model: "Classifier", given: Input) -> Classification:
    """Return the likeliest species and the probabilities of all three."""
    return predict_many(model, [given])[0]


def predict_many(model: "Classifier", inputs: Sequence[Input]) -> list[Classification]:
    """Return one answer per flower, computed in one go."""
    if not inputs:
        return []
    return [_classification(row) for row in model.probabilities(_matrix(inputs)).tolist()]


def predict_frame(model: "Classifier", frame: "pd.DataFrame") -> "pd.DataFrame":
    """Return the answers to many flowers, columns in and columns out."""
    from showcase.contract.frames import classification_frame

    return classification_frame(LABELS, model.probabilities(frame[list(FIELDS)].to_numpy(float)))


def explain(model: "Classifier", given: Input, prediction: Classification) -> list[Contribution]:
    """Return what each measurement moved the answer's probability by, in the order of `FIELDS`.

    Exact Shapley values: they add up to the confidence less `typical`, the probability that the
    same species gets on average over the training flowers. `name` is the field's name.
    """
    from showcase.contract.metrics import shapley_values

    species = LABELS.index(prediction.label)
    worth = model.coalition_worths(_matrix([given])[0])[:, species]
    worth[0], worth[-1] = model.average[species], prediction.confidence or 0
    values = shapley_values(worth)
    return [
        Contribution(name=name, value=value)
        for name, value in zip(FIELDS, values.tolist(), strict=True)
    ]


def typical(model: "Classifier") -> dict[str, float]:
    """Return each species' mean probability over the training flowers: where `explain` starts."""
    return dict(zip(LABELS, model.average.tolist(), strict=True))


def decision_grid(
    model: "Classifier",
    sepal_length: float,
    sepal_width: float,
    n: int = 81,
    *,
    lengths: tuple[float, float] = (0.5, 7.5),
    widths: tuple[float, float] = (0.0, 3.0),
) -> "Grid":
    """Return the probabilities over petal length and width for one size of sepals.

    Petal lengths (n,) and widths (n,) in cm, evenly over the two ranges, and probabilities
    (n, n, 3): the first axis is the width, as plots want it, the last the order of `LABELS`.

    >>> lengths, widths, probabilities = decision_grid(load(), 5.8, 3.0, n=5)
    >>> lengths.tolist(), probabilities.shape
    ([0.5, 2.25, 4.0, 5.75, 7.5], (5, 5, 3))
    >>> [LABELS[place] for place in probabilities[0].argmax(axis=1)[:2]]
    ['setosa', 'setosa']
    """
    import numpy as np

    x, y = np.linspace(*lengths, n), np.linspace(*widths, n)
    rows = np.empty((n, n, len(FIELDS)))
    rows[..., 0], rows[..., 1] = sepal_length, sepal_width
    rows[..., 2], rows[..., 3] = x, y[:, None]
    found = model.probabilities(rows.reshape(-1, len(FIELDS)))
    return x, y, found.reshape(n, n, len(LABELS))


def as_svg(given: Input) -> str:
    """Return the flower to scale as SVG, with a text alternative, and nothing of its species."""
    from models.flower_power.picture import flower_svg

    return flower_svg(given)


def sample() -> Input:
    """Return a random flower that neither the model nor a player has trained on."""
    from models.flower_power.flowers import held_out

    return random.choice(held_out()).given  # noqa: S311 - for show, no secret


def _matrix(inputs: Sequence[Input]) -> "Floats":
    """Return the measurements as (n, 4) float64, columns as in `FIELDS`."""
    import numpy as np

    return np.array([[getattr(one, name) for name in FIELDS] for one in inputs], dtype=float)


def _classification(probabilities: list[float]) -> Classification:
    named = dict(zip(LABELS, probabilities, strict=True))
    return Classification(label=max(named, key=named.__getitem__), probabilities=named)

"""The chance of at least 1 mm of rain by 9 tomorrow morning, from four readings at 3pm.

The 24 hours start at 9 this morning: part of the rain may have fallen before the readings were
taken. Trained on daily observations of the Australian Bureau of Meteorology (see `card.json`).
Importing this package loads neither scikit-learn nor numpy.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from models.rainfall.inputs import FIELDS, SITUATIONS, Input
from showcase.contract import Classification, Contribution

if TYPE_CHECKING:
    import numpy as np
    import pandas as pd
    from numpy.typing import NDArray

    from models.rainfall.model import Model

ARTIFACT: Path | None = Path(__file__).with_name("model.skops")
LABELS: tuple[str, ...] | None = ("rain", "dry")
COLOURS = {"rain": "#0072B2", "dry": "#E69F00"}


EXAMPLES: Sequence[Input] = tuple(SITUATIONS.values())
EXAMPLE_NAMES: tuple[str, ...] = tuple(SITUATIONS)


@dataclass(frozen=True)
class Familiarity:
    """How many of the `days` the model learned from had readings close to these.

    Close means: temperature within about 3 °C, humidity 9 points, pressure 3 hPa, gust 9 km/h.
    `unusual` is true below a count that about 1 in 100 days of a later year fell short of.
    """

    similar: int
    days: int
    unusual: bool

    @property
    def sentence(self) -> str:
        """The count in words for a visitor."""
        many = f"of the {self.days:,} days the model learned from looked like this"
        if not self.similar:
            return f"None {many}: take the chance with great care."
        if self.unusual:
            return f"Only {self.similar:,} {many}: take the chance with care."
        return f"{self.similar:,} {many}."


def load(artifact: Path | None = None) -> "Model":
    """Read the model, the shipped one or another artifact.

    FileNotFoundError names the command that makes the artifact; ValueError names the types found
    in a file that are not among `model.TRUSTED`.
    """
    path = artifact or ARTIFACT
    if path is None or not path.exists():
        raise FileNotFoundError(f"no {path}: run python -m models.rainfall.train --data DIR")
    from models.rainfall.model import read

    return read(path)


def predict(model: "Model", given: Input) -> Classification:
    """Return the likelier of rain and dry with both probabilities."""
    return predict_many(model, [given])[0]


def predict_many(model: "Model", inputs: Sequence[Input]) -> list[Classification]:
    """Return one answer per reading, computed in one go."""
    if not inputs:
        return []
    return [_classification(chance) for chance in model.chance(_matrix(inputs)).tolist()]


def predict_frame(model: "Model", frame: "pd.DataFrame") -> "pd.DataFrame":
    """Return the answers to many readings, columns in and columns out."""
    import numpy as np

    from showcase.contract.frames import classification_frame

    chance = model.chance(frame[list(FIELDS)].to_numpy(float))
    return classification_frame(("rain", "dry"), np.column_stack([chance, 1.0 - chance]))


def explain(model: "Model", given: Input, prediction: Classification) -> list[Contribution]:
    """Return what each input moved the chance of rain by, from -1 to 1, in the order of `FIELDS`.

    Exact Shapley values: they add up to the predicted chance of rain less `model.average_chance`,
    the chance on an average day of the training data. `name` is the field's name.
    """
    from showcase.contract.metrics import shapley_values

    worth = model.coalition_worths(_matrix([given])[0])
    worth[0], worth[-1] = model.average_chance, (prediction.probabilities or {})["rain"]
    values = shapley_values(worth)
    return [
        Contribution(name=name, value=value)
        for name, value in zip(FIELDS, values.tolist(), strict=True)
    ]


def what_if(
    model: "Model", given: Input, field: str, n: int = 81
) -> "tuple[NDArray[np.float64], NDArray[np.float64]]":
    """Return n values of one field and the chance of rain at each, the other three held.

    The values run over the range that was observed, widened to hold the reading's own. Both arrays
    are (n,) float64. ValueError names the fields there are.

    >>> values, chances = what_if(load(), EXAMPLES[0], "humidity_3pm", n=3)
    >>> values.tolist(), bool(chances[0] < chances[1] < chances[2])
    ([0.0, 50.0, 100.0], True)
    """
    import numpy as np

    if field not in FIELDS:
        raise ValueError(f"no input {field!r}; there are {list(FIELDS)}")
    column = FIELDS.index(field)
    row = _matrix([given])[0]
    lowest, highest = model.lowest[column], model.highest[column]
    values = np.linspace(min(lowest, row[column]), max(highest, row[column]), n)
    rows = np.tile(row, (n, 1))
    rows[:, column] = values
    return values, model.chance(rows)


def familiarity(model: "Model", given: Input) -> Familiarity:
    """Return whether the combination lies outside what the model has seen."""
    from models.rainfall.model import similar_days

    similar = int(similar_days(model.cells, model.counts, _matrix([given]))[0])
    return Familiarity(similar, int(model.counts.sum()), unusual=similar < model.fewest)


def _matrix(inputs: Sequence[Input]) -> "NDArray[np.float64]":
    """Return the readings as (n, 4) float64, columns as in `FIELDS`."""
    import numpy as np

    return np.array([[getattr(one, name) for name in FIELDS] for one in inputs], dtype=float)


def _classification(chance: float) -> Classification:
    return Classification(
        label="rain" if chance >= 0.5 else "dry",
        probabilities={"rain": chance, "dry": 1.0 - chance},
    )

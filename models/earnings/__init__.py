"""What graduates of a programme earn: the median one year after completing it.

In 2018 US dollars, of graduates who received federal aid and were working. Trained on the College
Scorecard of the US Department of Education (see `card.json`). Importing this package loads neither
scikit-learn nor numpy.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from models.earnings.inputs import (
    CHOICE_NAMES,
    CONTROLS,
    CREDENTIALS,
    FAMILIES,
    FIELDS,
    LOCALES,
    REGIONS,
    SITUATIONS,
    Familiarity,
    Input,
    family_of,
    title_of,
)
from showcase.contract import Contribution, Regression

if TYPE_CHECKING:
    import numpy as np
    import pandas as pd
    from numpy.typing import NDArray

    from models.earnings.model import Distribution, Model, Programmes

    Floats = NDArray[np.float64]

__all__ = [
    "ARTIFACT",
    "CHOICE_NAMES",
    "CONTROLS",
    "COVERAGE",
    "CREDENTIALS",
    "EXAMPLES",
    "EXAMPLE_NAMES",
    "FAMILIES",
    "FIELDS",
    "LABELS",
    "LOCALES",
    "REGIONS",
    "UNIT",
    "WHAT_IF",
    "Curve",
    "Explored",
    "Familiarity",
    "Input",
    "explain",
    "explore",
    "familiarity",
    "family_of",
    "load",
    "percentile",
    "predict",
    "predict_frame",
    "predict_many",
    "published",
    "range_of",
    "title_of",
    "typical",
    "what_if",
]

ARTIFACT: Path | None = Path(__file__).with_name("model.skops")
LABELS: tuple[str, ...] | None = None
UNIT = "USD a year"
COVERAGE = 0.8
EXAMPLES: Sequence[Input] = tuple(SITUATIONS.values())
EXAMPLE_NAMES: tuple[str, ...] = tuple(SITUATIONS)

# The inputs that a curve can be drawn over.
WHAT_IF = ("net_price", "sat_average", "admission_rate")


def load(artifact: Path | None = None) -> "Model":
    """Read the model, the shipped one or another artifact.

    FileNotFoundError names the command that makes the artifact; ValueError names the types found
    in a file that are not among `artifact.TRUSTED`.
    """
    path = artifact or ARTIFACT
    if path is None or not path.exists():
        raise FileNotFoundError(f"no {path}: run python -m models.earnings.train --data DIR")
    from models.earnings.model import read

    return read(path)


def predict(model: "Model", given: Input) -> Regression:
    """Return the predicted median with the interval that holds 80% of the published ones."""
    return predict_many(model, [given])[0]


def predict_many(model: "Model", inputs: Sequence[Input]) -> list[Regression]:
    """Return one answer per programme, computed in one go."""
    if not inputs:
        return []
    answers = (ends.tolist() for ends in model.answers(_programmes(inputs)))
    return [_regression(*answer) for answer in zip(*answers, strict=True)]


def _regression(value: float, low: float, high: float) -> Regression:
    return Regression(value=value, low=low, high=high, coverage=COVERAGE, unit=UNIT)


def predict_frame(model: "Model", frame: "pd.DataFrame") -> "pd.DataFrame":
    """Return the answers to many programmes, columns in and columns out."""
    from models.earnings.model import programmes_of
    from showcase.contract.frames import regression_frame

    return regression_frame(*model.answers(programmes_of(frame)), UNIT)


def explain(model: "Model", given: Input, prediction: Regression) -> list[Contribution]:
    """Return the dollars that each input moved the answer by, in the order of `Input`.

    Exact Shapley values: they add up to the predicted value less that of `typical(model)`. `name`
    is the field's name.
    """
    from models.earnings.model import coalition_programmes

    worth = model.values(coalition_programmes(_programmes([given]), model.typical))
    return _contributions(worth, prediction)


def _contributions(worth: "Floats", prediction: Regression) -> list[Contribution]:
    from models.earnings.model import NUMBERS
    from showcase.contract.metrics import shapley_values

    worth[-1] = prediction.value
    moved = dict(zip(("field", *NUMBERS), shapley_values(worth).tolist(), strict=True))
    return [Contribution(name=name, value=moved[name]) for name in Input.model_fields]


@dataclass(frozen=True)
class Curve:
    """Answers over one input, the others held: its values, medians, low and high ends, (n,)."""

    xs: "Floats"
    value: "Floats"
    low: "Floats"
    high: "Floats"


@dataclass(frozen=True)
class Explored:
    """An answer, what moved it (`explain`), and a curve over each of `WHAT_IF` (`what_if`)."""

    prediction: Regression
    contributions: list[Contribution]
    curves: dict[str, Curve]


def explore(model: "Model", given: Input, n: int = 25) -> Explored:
    """Return what `predict`, `explain` and `what_if` say of an input, in one call of the model.

    Curves have n points over the range that the model has seen.
    """
    import numpy as np

    from models.earnings.model import NUMBERS

    columns = [NUMBERS.index(field) for field in WHAT_IF]
    worth, *answers = model.explored(_programmes([given]), columns, n)
    prediction = _regression(*(float(one[0]) for one in answers))
    over = zip(*(np.split(one[1:], len(columns)) for one in answers), strict=True)
    curves = {
        field: Curve(model.seen(column, n), *ends)
        for field, column, ends in zip(WHAT_IF, columns, over, strict=True)
    }
    return Explored(prediction, _contributions(worth, prediction), curves)


def typical(model: "Model") -> Input:
    """Return the programme that explanations start from: commonest choices, median numbers."""
    from models.earnings.model import as_inputs

    return as_inputs(model.typical)[0]


def what_if(model: "Model", given: Input, field: str, values: Sequence[float]) -> list[Regression]:
    """Return the answer for each value of one of `WHAT_IF`, the other inputs held.

    ValueError names the inputs there are; a value out of bounds is refused as in `Input`.
    """
    if field not in WHAT_IF:
        raise ValueError(f"no curve over {field!r}; there are {list(WHAT_IF)}")
    held = given.model_dump()
    return predict_many(model, [Input(**held | {field: value}) for value in values])


def range_of(model: "Model", field: str) -> tuple[float, float]:
    """Return the smallest and the largest value of one of `WHAT_IF` that the model has seen."""
    from models.earnings.model import NUMBERS

    if field not in WHAT_IF:
        raise ValueError(f"no curve over {field!r}; there are {list(WHAT_IF)}")
    column = NUMBERS.index(field)
    return float(model.lowest[column]), float(model.highest[column])


def familiarity(model: "Model", given: Input) -> Familiarity:
    """Return how much the model has seen of the field and of this credential in it."""
    *_, field, with_credential, _ = _programmes([given]).averages()[0]
    count = model.encoder.institutions
    return Familiarity(given.field, count(field), count(with_credential))


def published(model: "Model", credential: str, field: str | None = None) -> "Distribution | None":
    """Return the published medians of a credential, of one field or of all.

    `field` may be a 2-digit family. None where fewer than 10 institutions publish one.
    """
    return model.published.of(credential, field or "")


def percentile(model: "Model", given: Input, value: float) -> float | None:
    """Return what percentage, 0 to 100, of the published medians lie below a value.

    Those of the same field and credential; None where fewer than 10 institutions publish one.
    """
    same = published(model, given.credential, given.field)
    return None if same is None else same.percentile(value)


def _programmes(inputs: Sequence[Input]) -> "Programmes":
    from models.earnings.model import programmes

    return programmes(inputs)

"""Answers by the column, for tables too large for an object a row.

A frame of inputs has a column for each field, with values that `Input` takes: numbers and codes are
float64, NaN being null; all else is as Python has it. A frame of answers has the columns that the
page's table appends, numbers with the digits that are stored.
"""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from showcase.contract.demo import ModelModule
from showcase.contract.fields import Field, fields
from showcase.contract.outputs import Markdown, Number, Text, stored
from showcase.contract.predictions import (
    STORED_DIGITS,
    BaseOutput,
    Classification,
    ModelInput,
    Regression,
    canonical_json,
    rounded,
)

if TYPE_CHECKING:
    import numpy as np
    import pandas as pd
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

MAX_PROBABILITIES = 10
MOST_POWER = 22  # 10**22 is the largest power of ten that a float holds exactly
AT_ONCE = 8_192  # that stay in the processor's cache; much more would be memory of the system's
NEAR = 1e-6  # of the middle between two roundings: a product of floats may lie on either side


def predict_frame(module: ModelModule, model: Any, frame: "pd.DataFrame") -> "pd.DataFrame":
    """Return the answers to the rows of a frame: the model's own way, else through `predict_many`.

    ValidationError for a value that `Input` does not take, where the model has no way of its own.
    """
    own = getattr(module, "predict_frame", None)
    if own is not None:
        answers: pd.DataFrame = own(model, frame)
        return answers
    return answers_frame(module.predict_many(model, inputs_of(module.Input, frame)))


def is_number(field: Field) -> bool:
    """Return True if a frame holds the field as float64: numbers with a point, and codes."""
    if field.options:
        return all(type(option) in (int, float) for option in field.options)
    return field.kind == "float"


def frame_of(inputs: Sequence[ModelInput]) -> "pd.DataFrame":
    """Return inputs of one type, one at least, as a frame."""
    import pandas as pd

    columns = {}
    for field in fields(type(inputs[0])):
        values = [getattr(one, field.name) for one in inputs]
        columns[field.name] = pd.Series(values, dtype=float if is_number(field) else object)
    return pd.DataFrame(columns)


def inputs_of(input_type: type[ModelInput], frame: "pd.DataFrame") -> list[Any]:
    """Return the rows of a frame as inputs."""
    columns = {
        field.name: [_value(field, value) for value in frame[field.name].tolist()]
        for field in fields(input_type)
        if field.name in frame
    }
    rows = (dict(zip(columns, row, strict=True)) for row in zip(*columns.values(), strict=True))
    return [input_type.model_validate(row) for row in rows]


def _value(field: Field, value: Any) -> Any:
    if isinstance(value, float):
        if value != value:  # noqa: PLR0124  # NaN
            return None
        if field.options or field.kind == "int":
            return next((option for option in field.options if option == value), value)
    return value


def answers_frame(answers: Sequence[BaseOutput]) -> "pd.DataFrame":
    """Return answers as a frame; of a kind that fits into no cell, its JSON."""
    import pandas as pd

    return pd.DataFrame([_cells_or_json(answer) for answer in answers])


def _cells_or_json(answer: BaseOutput) -> dict[str, str | float]:
    try:
        return cells(answer)
    except TypeError:
        return {"prediction": canonical_json(stored(answer))}


def cells(prediction: BaseOutput) -> dict[str, str | float]:
    """Return the columns that an answer adds to its row, numbers with the digits that are stored.

    A classification adds `prediction`, `confidence` and, for up to 10 labels,
    `probability_<label>`; a regression `prediction`, `low`, `high` and `unit`; a number or a text
    `prediction`. TypeError for an answer that does not fit into a cell.
    """
    match prediction:
        case Regression():
            return {
                "prediction": rounded(prediction.value),
                "low": rounded(prediction.low),
                "high": rounded(prediction.high),
                "unit": prediction.unit,
            }
        case Number():
            unit: dict[str, str | float] = {"unit": prediction.unit} if prediction.unit else {}
            return {"prediction": prediction.value, **unit}
        case Text():
            return {"prediction": prediction.text}
        case Markdown():
            return {"prediction": prediction.markdown}
        case Classification():
            return _label(prediction)
        case _:
            raise TypeError(f"a {type(prediction).__name__} does not fit into a cell")


def _label(prediction: Classification) -> dict[str, str | float]:
    answer: dict[str, str | float] = {"prediction": prediction.label}
    if prediction.probabilities is None or prediction.confidence is None:
        return answer
    answer["confidence"] = rounded(prediction.confidence)
    if len(prediction.probabilities) <= MAX_PROBABILITIES:
        for label, share in prediction.probabilities.items():
            answer[f"probability_{label}"] = rounded(share)
    return answer


def classification_frame(labels: Sequence[str], probabilities: "Floats") -> "pd.DataFrame":
    """Return the likeliest of the labels for each row of probabilities (n, len(labels)).

    Of equally likely ones the first, as `Classification.of` has it.

    >>> import numpy as np
    >>> classification_frame(("cat", "dog"), np.array([[0.25, 0.75]])).to_dict("records")
    [{'prediction': 'dog', 'confidence': 0.75, 'probability_cat': 0.25, 'probability_dog': 0.75}]
    """
    import numpy as np
    import pandas as pd

    count = len(probabilities)
    likeliest, confidence = np.zeros(count, np.int16), np.empty(count)
    shown = labels if len(labels) <= MAX_PROBABILITIES else ()
    shares = np.empty((len(shown), count))
    for start in range(0, count, AT_ONCE):
        rows = slice(start, start + AT_ONCE)
        by_label = np.ascontiguousarray(probabilities[rows].T)
        if not shown:
            likeliest[rows] = by_label.argmax(axis=0)
            confidence[rows] = rounded_many(by_label.max(axis=0))
            continue
        most = by_label[0].copy()
        for n, share in enumerate(by_label[1:], start=1):  # faster than `argmax` for a few labels
            likeliest[rows][share > most] = n
            np.maximum(most, share, out=most)
        shares[:, rows] = rounded_many(by_label)
        shares[:, rows].max(axis=0, out=confidence[rows])  # rounded, it is the largest still
    names = pd.Categorical.from_codes(likeliest, categories=pd.Index(list(labels)))
    each = {f"probability_{name}": share for name, share in zip(shown, shares, strict=True)}
    return pd.DataFrame({"prediction": names, "confidence": confidence, **each}, copy=False)


def regression_frame(value: "Floats", low: "Floats", high: "Floats", unit: str) -> "pd.DataFrame":
    """Return predicted numbers (n,) with their intervals and one unit as a frame of answers."""
    import numpy as np
    import pandas as pd

    numbers = rounded_many(np.column_stack([value, low, high]))
    units = pd.Categorical.from_codes(np.zeros(len(numbers), np.int8), categories=pd.Index([unit]))
    named = dict(zip(("prediction", "low", "high"), numbers.T, strict=True))
    return pd.DataFrame({**named, "unit": units})


def rounded_many(values: "Floats") -> "Floats":
    """Return what `rounded` returns for each value, to the bit.

    A whole number below 2**53 times or over an exact power of ten is the float nearest to the
    decimal. The few values that lie almost in the middle of two, or are very large or small, are
    rounded one by one. The power is read off the power of two, which is faster than a logarithm.

    >>> import numpy as np
    >>> rounded_many(np.array([0.12345678, -1234567.0])).tolist()
    [0.123457, -1234570.0]
    """
    import numpy as np

    exact = np.array([float(f"1e{power}") for power in range(MOST_POWER + 1)])
    answer = np.empty(values.size)
    flat = values.ravel()
    for start in range(0, len(flat), AT_ONCE):
        answer[start : start + AT_ONCE] = _rounded(flat[start : start + AT_ONCE], exact)
    return answer.reshape(values.shape)


def _rounded(values: "Floats", exact: "Floats") -> "Floats":
    import numpy as np

    least, most = 10.0 ** (STORED_DIGITS - 1), 10.0**STORED_DIGITS
    with np.errstate(invalid="ignore", over="ignore"):
        binary = np.frexp(values)[1]
        power = (STORED_DIGITS - 1 - ((binary - 1) * 1233 >> 12)).astype(np.int64)  # log10(2)
        power -= np.abs(values) * exact.take(power, mode="clip") >= most
        up = exact.take(power, mode="clip")
        scaled = values * up
        if is_large := power.min() < 0:
            down = exact.take(-power, mode="clip")
            scaled /= down
        whole = np.rint(scaled)
        answer: Floats = whole / up
        if is_large:
            answer *= down
        off, size = np.abs(scaled - whole), np.abs(whole)
        if off.max() <= 0.5 - NEAR and size.min() >= least and size.max() <= most:
            return answer
        odd = (off > 0.5 - NEAR) | (size < least) | (size > most)
    odd = (odd | np.isnan(off) | (np.abs(power) > MOST_POWER)) & (values != 0)
    answer[odd] = [rounded(value) for value in values[odd].tolist()]
    return answer

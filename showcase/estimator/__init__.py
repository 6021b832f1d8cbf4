"""A fitted estimator of scikit-learn, and its data, as a demo like every other.

scikit-learn and pandas are imported when a model is made, not before.
"""

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from showcase.estimator.model import EstimatorModel


def from_estimator(
    model: Any,
    X: Any,
    y: Any,
    *,
    held_out: tuple[Any, Any] | None = None,
    name: str = "",
    about: Mapping[str, Any] | str | Path | None = None,
    coverage: float = 0.8,
) -> "EstimatorModel":
    """Return a fitted classifier or regressor as a demo: `interface` draws its page.

    `X` and `y` are the data that it was fitted with: a DataFrame, or an array or texts, and what
    happened. `model` may also be the path of a `.onnx`, `.tflite` or `.keras` file. Fields, ranges
    and choices are read off X, and rows of it are shown to visitors as examples and similar cases.
    `held_out` is (X, y) that the model has never seen: the card's scores and a number's interval,
    which holds `coverage` of the cases, come from it; without it there are none. `name` is the
    demo's name in addresses and in the log of verdicts; a script gives its own. `about`, a mapping
    or a YAML file, says what people read: title, units, names of choices and labels.

    TypeError and ValueError say what to do about a model or data that no page can be made of.
    """
    from showcase.estimator.making import make

    return make(model, X, y, held_out, name=name, about=about, coverage=coverage)

"""What somebody says is right: whether it suits the model's answer, and how the log holds it."""

import math

from pydantic import StrictFloat, StrictInt, StrictStr

from showcase.api.errors import FieldProblem, invalid
from showcase.contract import BaseOutput, Classification

Expected = StrictStr | StrictInt | StrictFloat | None

SURE = ("correct", "wrong")
MOST_LISTED = 10  # labels that one sentence names


def text_of(
    expected: Expected, verdict: str, labels: tuple[str, ...] | None, prediction: BaseOutput
) -> str:
    """Return what is right as the log holds it; an ApiError (422) unless it suits the answer."""
    if expected is None:
        return ""
    if verdict == "unsure":
        said = "Who is not sure leaves it out: models are trained on it."
    else:
        said = _unsuitable(expected, verdict, labels, prediction)
    if said:
        raise invalid([FieldProblem(field="expected", message=said)])
    whole = isinstance(expected, float) and expected.is_integer()
    return str(int(expected) if whole else expected)


def _unsuitable(
    expected: str | float, verdict: str, labels: tuple[str, ...] | None, prediction: BaseOutput
) -> str:
    """Return why this cannot be what is right, nothing if it can."""
    kind = getattr(prediction, "kind", "")
    if isinstance(prediction, Classification):
        if not isinstance(expected, str) or (labels and expected not in labels):
            return f"It takes {_listed(labels)}."
        if verdict in SURE and (expected == prediction.label) != (verdict == "correct"):
            return f"The model says {prediction.label!r}: that does not go with {verdict!r}."
    elif kind in ("regression", "number"):
        if isinstance(expected, str) or not _is_finite(expected):
            return "It takes a finite number."
    elif kind not in ("text", "markdown"):
        return "Such an answer has no label: leave it out and write a comment."
    elif not isinstance(expected, str):
        return "It takes a text."
    return ""


def _listed(labels: tuple[str, ...] | None) -> str:
    """Return the labels where they are few, else where they are told."""
    if labels is None or len(labels) > MOST_LISTED:
        return "one of the model's labels: see its description"
    return " or ".join(filter(None, (", ".join(labels[:-1]), *labels[-1:])))


def _is_finite(number: float) -> bool:
    try:
        return math.isfinite(number)
    except OverflowError:  # a whole number of hundreds of digits
        return False

"""What a judgement becomes: the row of the feedback log that holds it.

Whoever gives a label sees neither the model's answer nor anybody else's. A number is right if it
lies in the model's interval.
"""

from typing import Any

from showcase.contract import BaseOutput, Classification, ModelModule, Regression, rounded
from showcase.contract.outputs import Markdown, Number, Text

UNSURE = "unsure"
NUMBERS = (Regression, Number)
TEXTS = (Text, Markdown)


def is_blind(module: ModelModule, prediction: BaseOutput) -> bool:
    """Tell whether people can judge an input without the model's answer: by a label, a number."""
    return bool(module.LABELS) or isinstance(prediction, NUMBERS)


def row_of(prediction: BaseOutput, said: str | float | None) -> dict[str, str]:
    """Return verdict and expected answer for a person's own answer; None for "cannot tell".

    >>> row_of(Classification(label="cat"), "dog")
    {'verdict': 'wrong', 'expected': 'dog'}
    """
    if said is None:
        return {"verdict": UNSURE, "expected": ""}
    return {
        "verdict": "correct" if _is_right(prediction, said) else "wrong",
        "expected": said if isinstance(said, str) else _written(said),
    }


def seen_row(verdict: str, expected: str = "") -> dict[str, str]:
    """Return the columns for a verdict on an answer that the person saw."""
    return {"verdict": verdict, "expected": expected if verdict == "wrong" else ""}


def _is_right(prediction: Any, said: str | float) -> bool:
    match prediction:
        case Classification():
            return bool(prediction.label == said)
        case Regression():
            return bool(prediction.low <= float(said) <= prediction.high)
        case Number():
            return rounded(prediction.value) == rounded(float(said))
        case _:
            raise TypeError(f"a {type(prediction).__name__} is judged by looking at it")


def _written(number: float) -> str:
    return str(int(number)) if number == int(number) else repr(number)

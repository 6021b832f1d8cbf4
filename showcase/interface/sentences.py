"""Answers in one plain sentence, with what is known of their uncertainty."""

import re

from showcase.contract import Classification, Regression
from showcase.contract.outputs import Number
from showcase.ui.charts import percent

HARDLY = 0.02
SHORT_TEXT = 200
SENTENCE = re.compile(r".+?[.!?](?=\s|$)", re.DOTALL)
MANY = 10_000


def classified(output: Classification) -> str:
    """Return a label with how sure it is and the next guess.

    >>> classified(Classification(label="spam", probabilities={"spam": 0.83, "ham": 0.17}))
    'Spam, 83% sure; the next guess is ham, 17%'
    >>> classified(Classification(label="yes"))
    'Yes'
    """
    said = f"{output.label[:1].upper()}{output.label[1:]}"
    if output.confidence is None:
        return said
    said = f"{said}, {percent(output.confidence)} sure"
    others = [pair for pair in output.top(2) if pair[0] != output.label]
    if others and others[0][1] >= HARDLY:
        said += f"; the next guess is {others[0][0]}, {percent(others[0][1])}"
    return said


def estimated(output: Regression) -> str:
    """Return a number with its interval.

    >>> estimated(Regression(value=52314.2, low=41000, high=60100, coverage=0.8, unit="USD"))
    'About 52,314 USD; 80% sure it is between 41,000 and 60,100'
    """
    value, low, high = map(figure, (output.value, output.low, output.high))
    unit = f" {output.unit}".rstrip()
    return f"About {value}{unit}; {output.coverage:.0%} sure it is between {low} and {high}"


def number(output: Number) -> str:
    """Return a number as people read it, with its unit.

    >>> number(Number(1234567)), number(Number(0.1234567, "km")), number(Number(-3.0, "%"))
    ('1,234,567', '0.1235 km', '−3%')
    """
    space = "" if output.unit in ("%", "°") else " "
    return f"{figure(output.value)}{space}{output.unit}".rstrip()


def figure(value: float) -> str:
    """Return a number with sensible digits: whole ones with all, others with four at least.

    >>> figure(1234567), figure(1234.567), figure(52314.2), figure(0.000012345), figure(0.0)
    ('1,234,567', '1,235', '52,314', '1.234e-05', '0')
    """
    if isinstance(value, int) or float(value).is_integer() or abs(value) >= MANY / 10:
        said = f"{value:,d}" if isinstance(value, int) else f"{value:,.0f}"
    else:
        said = f"{value:.4g}"
    return said.replace("-", "−") if "e" not in said else said


def opening(text: str) -> str:
    """Return a short text as it is, of a longer one the first sentence.

    >>> opening("Is it red? " + "It may be. " * 40)
    'Is it red?'
    """
    found = SENTENCE.match(text)
    return text if len(text) <= SHORT_TEXT or not found else " ".join(found[0].split())

"""What a field takes, in words for people."""

from typing import Any

from showcase.contract.inputs.kind import Kind

WORDS = {
    "int": "a whole number",
    "float": "a number",
    "bool": "true or false",
    "date": "a day like 2024-12-31",
    "time": "a time of day like 18:30",
    "datetime": "a moment like 2024-12-31T18:30",
    "duration": "a length of time like PT1H30M",
    "colour": "a colour like #4338ca",
    "choices": "some of the choices",
    "range": "a first and a last value, like [1,2]",
    "list": "a list of values",
}


def allowed(kind: Kind, unit: str = "") -> str:
    """Say what a field takes.

    >>> allowed(Kind(int))
    'it takes a whole number'
    """
    if kind.choices:
        return "choose " + " or ".join(str(getattr(one, "value", one)) for one in kind.choices)
    low, high = kind.limit("ge", "gt"), kind.limit("le", "lt")
    if low is not None and high is not None:
        return f"it takes {_said(low)} to {_said(high)} {unit}".strip()
    if low is not None:
        more = "at least" if kind.limit("ge") is not None else "more than"
        return f"it takes {more} {_said(low)} {unit}".strip()
    if high is not None:
        less = "at most" if kind.limit("le") is not None else "less than"
        return f"it takes {less} {_said(high)} {unit}".strip()
    return f"it takes {WORDS.get(kind.sort, 'something else')}"


def _said(bound: Any) -> str:
    return f"{bound:g}" if isinstance(bound, int | float) else str(bound)

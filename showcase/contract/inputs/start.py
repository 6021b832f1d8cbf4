"""What a widget starts with where neither a default nor an example says it."""

from datetime import date, datetime, time, timedelta
from typing import Any

from pydantic import BaseModel
from pydantic.fields import FieldInfo
from pydantic_core import PydanticUndefined

from showcase.contract.inputs.kind import NUMBERS, Kind

# a datetime is a date, too
STEPS = {datetime: timedelta(minutes=1), date: timedelta(days=1), timedelta: timedelta(seconds=1)}


def start(kind: Kind) -> Any:
    """Return a sensible start, as an `Input` keeps it: the least, the first, today, or empty.

    It is within the bounds of the field. A text or a list that may not be empty starts empty.
    None for what the visitor must give: a file, a picture, a sound, a drawing; and where null is
    allowed.
    """
    if kind.nullable:
        return None
    if kind.choices:
        return kind.choices[0]
    if kind.sort == "range":
        return _range(kind)
    if kind.sort == "group":
        return {name: of(info) for name, info in kind.base.model_fields.items()}
    simple: dict[str, Any] = {
        "text": "",
        "long": "",
        "bool": False,
        "colour": "#4338ca",
        "choices": [],
        "list": [],
        "table": [],
    }
    return simple[kind.sort] if kind.sort in simple else _ordered(kind)


def of(info: FieldInfo) -> Any:
    """Return what the widget of a field starts with: its first example, its default, or `start`.

    As `model_dump` has it, so a nested model is a dict.
    """
    default = info.get_default(call_default_factory=True, validated_data={})
    found = (info.examples or [default])[0]
    if found is PydanticUndefined:
        return start(Kind.of(info))
    return found.model_dump() if isinstance(found, BaseModel) else found


def _ordered(kind: Kind) -> Any:
    """Return a number's lower bound, else zero, noon, an hour or today, within the bounds."""
    low, high = _bounds(kind)
    if (low is not None and kind.sort in NUMBERS) or (low and kind.sort == "duration"):
        return low
    usual = {
        "int": 0,
        "float": 0.0,
        "duration": timedelta(hours=1),
        "time": time(12),
        "date": date.today(),  # noqa: DTZ011  # the visitor's day is not known
        "datetime": datetime.combine(date.today(), time(12)),  # noqa: DTZ011
    }
    return _within(usual.get(kind.sort), low, high)


def _range(kind: Kind) -> Any:
    low, high = _bounds(kind)
    if kind.item.base is date:
        today = date.today()  # noqa: DTZ011  # the visitor's day is not known
        first, last = today, today
    else:
        first, last = kind.item.base(0), kind.item.base(1)
        low, high = (bound if bound is None else kind.item.base(bound) for bound in (low, high))
    return (
        _within(first, None, high) if low is None else low,
        _within(last, low, None) if high is None else high,
    )


def _bounds(kind: Kind) -> tuple[Any, Any]:
    """Return the least and the greatest value to start with; None where there is no bound."""
    above, below = kind.limit("gt"), kind.limit("lt")
    low = kind.limit("ge") if above is None else _beside(above, 1)
    high = kind.limit("le") if below is None else _beside(below, -1)
    is_float = float in (kind.base, kind.item.base)
    if is_float and low is not None and high is not None and low > high:  # less than 1 apart
        low = high = (kind.limit("ge", "gt") + kind.limit("le", "lt")) / 2
    return low, high


def _beside(bound: Any, way: int) -> Any:
    """Return the next value up or down from a bound that is not allowed itself."""
    if isinstance(bound, time):
        return (datetime.combine(date(2000, 1, 1), bound) + way * timedelta(minutes=1)).time()
    step = next((step for kind, step in STEPS.items() if isinstance(bound, kind)), 1)
    return bound + way * step


def _within(value: Any, low: Any, high: Any) -> Any:
    """Return the value, or the bound that it is beyond."""
    if low is not None and value < low:
        return low
    return high if high is not None and value > high else value

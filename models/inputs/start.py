"""What a widget starts with where neither a default nor an example says it."""

from datetime import date, datetime, time, timedelta
from typing import Any

from pydantic import BaseModel
from pydantic.fields import FieldInfo
from pydantic_core import PydanticUndefined

from models.inputs.kind import Kind


def start(kind: Kind) -> Any:
    """Return a sensible start, as an `Input` keeps it: the least, the first, today, or empty.

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
        "duration": kind.limit("ge", "gt") or timedelta(hours=1),
        "time": time(12),
        "choices": [],
        "list": [],
        "table": [],
    }
    return simple[kind.sort] if kind.sort in simple else _ordered(kind, kind.sort)


def of(info: FieldInfo) -> Any:
    """Return what the widget of a field starts with: its first example, its default, or `start`.

    As `model_dump` has it, so a nested model is a dict.
    """
    default = info.get_default(call_default_factory=True, validated_data={})
    found = (info.examples or [default])[0]
    if found is PydanticUndefined:
        return start(Kind.of(info))
    return found.model_dump() if isinstance(found, BaseModel) else found


def _ordered(kind: Kind, sort: str) -> Any:
    """Return the lower bound, else the upper one, else zero or today, within the bounds."""
    usual = {"int": 0, "float": 0.0, "date": date.today(), "datetime": _noon()}.get(sort)  # noqa: DTZ011  # the visitor's day is not known
    low, high = kind.limit("ge", "gt"), kind.limit("le", "lt")
    if sort in ("int", "float") and low is not None:
        return low
    if usual is None or (low is None and high is None):
        return usual
    return low if low is not None and low > usual else high if high is not None else usual


def _range(kind: Kind) -> Any:
    low, high = kind.limit("ge", "gt"), kind.limit("le", "lt")
    if kind.item.base is date:
        today = date.today()  # noqa: DTZ011  # the visitor's day is not known
        return (low or min(today, high or today), high or max(today, low or today))
    number = kind.item.base
    return (number(low if low is not None else 0), number(high if high is not None else 1))


def _noon() -> datetime:
    return datetime.combine(date.today(), time(12))  # noqa: DTZ011  # the visitor's day is not known

"""Kinds of input that one native widget holds: days, times, colours, several of many."""

from datetime import date, datetime, time, timedelta
from typing import Any

import streamlit as st

from showcase.contract.fields import Field

FIRST, LAST = date(1900, 1, 1), date(2100, 12, 31)
MINUTE = timedelta(minutes=1)
MOST_PILLS = 8
FEWEST_LETTERS = 100


def day(chosen: str, field: Field) -> date | None:
    """Draw a calendar."""
    begin(chosen, field.start)
    low, high = span(field, [st.session_state[chosen]])
    found: date | None = st.date_input(
        field.title,
        value=None,
        min_value=low,
        max_value=high,
        format="YYYY-MM-DD",
        key=chosen,
        help=field.info.description,
        persist_state="session",
    )
    return found


def days(chosen: str, field: Field) -> tuple[date, ...]:
    """Draw a calendar for a first and a last day; only one while the second is not chosen yet."""
    begin(chosen, tuple(field.start))
    low, high = span(field, st.session_state[chosen])
    none: Any = ()
    found: Any = st.date_input(
        field.title,
        value=none,
        min_value=low,
        max_value=high,
        format="YYYY-MM-DD",
        key=chosen,
        help=field.info.description,
        persist_state="session",
    )
    return tuple(found)


def clock(chosen: str, field: Field) -> time | None:
    """Draw a time of day, to the minute, or to the second where the start has seconds."""
    begin(chosen, field.start)
    return st.time_input(
        field.title,
        value=None,
        step=_step(field),
        key=chosen,
        help=field.info.description,
        persist_state="session",
    )


def moment(chosen: str, field: Field) -> datetime | None:
    """Draw a day and a time."""
    begin(chosen, field.start)
    low, high = span(field, [st.session_state[chosen]])
    return st.datetime_input(
        field.title,
        value=None,
        min_value=datetime.combine(low, time.min),
        max_value=datetime.combine(high, time.max),
        format="YYYY-MM-DD",
        step=_step(field),
        key=chosen,
        help=field.info.description,
        persist_state="session",
    )


def colour(chosen: str, field: Field) -> str:
    """Draw a colour picker."""
    begin(chosen, field.start)
    return st.color_picker(
        field.title, key=chosen, help=field.info.description, persist_state="session"
    )


def several(chosen: str, field: Field) -> list[Any]:
    """Draw buttons of which several may be pressed, or a select box for many choices."""
    begin(chosen, list(field.start))
    item = field.item
    letters = sum(len(item.names.get(choice, str(choice))) for choice in item.options)
    few = len(item.options) <= MOST_PILLS and letters <= FEWEST_LETTERS
    drawn: Any = st.pills if few else st.multiselect
    more = {"selection_mode": "multi"} if few else {}
    found: list[Any] = drawn(
        field.title,
        item.options,
        format_func=lambda choice: item.names.get(choice, str(choice)),
        key=chosen,
        help=field.info.description,
        persist_state="session",
        **more,
    )
    return found


def slider(chosen: str, field: Field) -> tuple[Any, Any]:
    """Draw a slider with two ends."""
    made: Any = field.item.base
    now = st.session_state.get(chosen, field.start)
    st.session_state[chosen] = tuple(made(end) for end in now)
    low, high = st.slider(
        field.title,
        min_value=made(field.bound("ge", "gt")),
        max_value=made(field.bound("le", "lt")),
        value=st.session_state[chosen],  # without it, Streamlit copies the whole state to find it
        step=made(field.step),
        format=f"{'%d' if made is int else f'%.{field.decimals}f'} {_unit(field)}".strip(),
        key=chosen,
        help=field.info.description,
        persist_state="session",
    )
    return made(low), made(high)


def begin(chosen: str, start: Any) -> None:
    """Give a widget its start value, unless it has one."""
    if chosen not in st.session_state:
        st.session_state[chosen] = start


def span(field: Field, values: Any) -> tuple[date, date]:
    """Return the first and last day of a calendar: the field's bounds, else two centuries.

    A value out of them stays on the screen, to be named there.
    """
    held = [_day(value) for value in values if value is not None]
    low, high = field.limit("ge", "gt"), field.limit("le", "lt")
    first = FIRST if low is None else _day(low)
    last = LAST if high is None else _day(high)
    return min([first, *held]), max([last, *held])


def _day(value: Any) -> date:
    return value.date() if isinstance(value, datetime) else value


def _step(field: Field) -> timedelta:
    seconds = getattr(field.start, "second", 0)
    return timedelta(seconds=1) if seconds else MINUTE


def _unit(field: Field) -> str:
    return field.unit.replace("%", "%%")

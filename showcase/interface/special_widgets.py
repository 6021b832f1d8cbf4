"""The widgets that the plain form has none for: what `ui.form(..., widgets=widgets(Input))` draws.

A widget stands under the key of its field and so does its value; a widget of several parts keeps
its value there too (`showcase.ui.widgets.CompositeWidget`).
"""

import contextlib
from collections.abc import Callable, Mapping
from datetime import date, datetime, time, timedelta
from functools import lru_cache
from types import MappingProxyType
from typing import Any

import streamlit as st
from pydantic import BaseModel

from showcase.contract.fields import FILES, KEPT_TYPES, Field, fields, key
from showcase.contract.inputs import DrawingCodec
from showcase.interface.files import Upload
from showcase.interface.table_editor import Editor, TableEditor
from showcase.ui import widgets as plain
from showcase.ui.canvas import Sheet, Strokes, as_drawn, tools
from showcase.ui.widgets import CompositeWidget, held, label

Widget = Callable[[str, Field], Any]

# what has an empty state of its own, and so needs no box for “not known”
BLANKABLE = (*FILES, "drawing")

PLAIN = ("text", "int", "float", "bool", "choice")

FIRST, LAST = date(1900, 1, 1), date(2100, 12, 31)

MINUTE = timedelta(minutes=1)

MOST_PILLS = 8

FEWEST_LETTERS = 100

UNITS = {
    "days": timedelta(days=1),
    "hours": timedelta(hours=1),
    "minutes": timedelta(minutes=1),
    "seconds": timedelta(seconds=1),
}


@lru_cache(KEPT_TYPES)
def widgets(input_type: type[BaseModel], *, live: bool = False) -> Mapping[str, Widget]:
    """Return the widgets of the fields that the plain form has none for.

    In a `live` form, which has no button of its own, long texts have one. TypeError names a field
    of a kind that there is no widget for.
    """
    found = {field.name: of(field) for field in fields(input_type) if not is_plain(field)}
    if live:
        found = {name: LIVE.get(widget, widget) for name, widget in found.items()}
    if without := [name for name, widget in found.items() if widget is None]:
        raise TypeError(f"there is no widget for {', '.join(without)} of {input_type.__name__}")
    return MappingProxyType({name: widget for name, widget in found.items() if widget})


def is_plain(field: Field) -> bool:
    """Tell whether the form itself draws a field, bound to the address."""
    return field.kind in PLAIN and not (field.nullable and field.kind in ("text", "bool"))


def of(field: Field) -> Widget | None:
    """Return what draws a field: not bound to the address, in a group as well as in a form."""
    sort = field.kind
    found: Widget | None = None
    if field.nullable and sort in ("text", "long"):
        found = Blank.widget
    elif field.nullable and sort not in BLANKABLE and not field.may_be_unknown:
        found = Boxed.widget
    elif sort in PLAIN:
        found = _unbound
    elif sort == "range":
        found = range_widget(field)
    elif sort in MADE_OF_PARTS:
        found = MADE_OF_PARTS[sort].widget
    return found or SIMPLE.get(sort)


def draw(chosen: str, field: Field) -> Any:
    """Draw a field and return its value."""
    widget = of(field)
    if widget is None:
        raise TypeError(f"there is no widget for {field.name}: {field.base}")
    return widget(chosen, field)


def _unbound(chosen: str, field: Field) -> Any:
    return plain.draw(chosen, field, {None: nothing(field)} | dict(field.names), bound=False)


def nothing(field: Field) -> str:
    """Return what the box beside a value that may be null says."""
    return str(field.extra.get("unknown", plain.NOT_KNOWN))


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


class Boxed(CompositeWidget):
    """A widget under `<key>_value` and a box to tick where there is no value, `<key>_unknown`."""

    def push(self, value: Any) -> None:
        """Tick the box, or hand the value to the widget."""
        st.session_state[self._box] = value is None
        if value is not None:
            st.session_state[self._inner] = value

    def draw(self) -> None:
        """Draw the widget, or an empty field in its place, and the box below."""
        if st.session_state[self._box]:
            st.text_input(
                self.field.title,
                placeholder=nothing(self.field),
                disabled=True,
                key=f"{self.key}_none",
                help=self.field.info.description,
            )
        else:
            draw(self._inner, self.field.known)
        st.checkbox(nothing(self.field), key=self._box, persist_state="session")

    def held(self) -> Any:
        """Return the widget's value, None where the box is ticked."""
        return None if st.session_state.get(self._box, True) else held(self._inner)

    @property
    def _box(self) -> str:
        return f"{self.key}_unknown"

    @property
    def _inner(self) -> str:
        return f"{self.key}_value"


class Blank(CompositeWidget):
    """A text under `<key>_value`, null while it is empty."""

    def push(self, value: Any) -> None:
        """Show the text."""
        st.session_state[f"{self.key}_value"] = value or ""

    def draw(self) -> None:
        """Draw the text."""
        draw(f"{self.key}_value", self.field.known)

    def held(self) -> Any:
        """Return the text, None for an empty one."""
        return st.session_state.get(f"{self.key}_value") or None


class Ends(CompositeWidget):
    """Two numbers without bounds, side by side."""

    def push(self, value: Any) -> None:
        """Show the two."""
        made = self.field.item.base
        st.session_state[f"{self.key}_from"] = made(value[0])
        st.session_state[f"{self.key}_to"] = made(value[1])

    def draw(self) -> None:
        """Draw the two, the first with the title."""
        whole = self.field.item.base is int
        unit = f" ({self.field.unit})" if self.field.unit else ""
        for place, end, title in zip(
            st.columns(2, gap="small"), ("from", "to"), (f"{self.field.title}{unit}, from", "to"),
            strict=True,
        ):  # fmt: skip
            place.number_input(
                title,
                value=None,
                step=1 if whole else float(self.field.step),
                format="%d" if whole else f"%.{max(self.field.decimals, 2)}f",
                key=f"{self.key}_{end}",
                help=self.field.info.description if end == "from" else None,
                persist_state="session",
            )

    def held(self) -> Any:
        """Return the two numbers."""
        return tuple(st.session_state.get(f"{self.key}_{end}") for end in ("from", "to"))

    def is_lost(self) -> bool:
        """Tell whether the parts are gone."""
        return f"{self.key}_from" not in st.session_state


class Duration(CompositeWidget):
    """An amount and its unit, side by side."""

    def push(self, value: timedelta | None) -> None:
        """Show the largest unit of which the value is a whole number."""
        value = value or timedelta(0)
        unit = next((u for u, size in UNITS.items() if value and not value % size), "seconds")
        unit = unit if value else "minutes"
        st.session_state[f"{self.key}_amount"] = value / UNITS[unit]
        st.session_state[f"{self.key}_unit"] = unit

    def draw(self) -> None:
        """Draw the two."""
        amount, unit = st.columns([3, 2], gap="small", vertical_alignment="bottom")
        amount.number_input(
            self.field.title,
            step=1.0,
            format="%g",
            key=f"{self.key}_amount",
            help=self.field.info.description,
            persist_state="session",
        )
        unit.selectbox(
            "Unit",
            list(UNITS),
            key=f"{self.key}_unit",
            label_visibility="collapsed",
            persist_state="session",
        )

    def held(self) -> timedelta | None:
        """Return the length of time."""
        amount = st.session_state.get(f"{self.key}_amount")
        if amount is None:
            return None
        found: timedelta = amount * UNITS[st.session_state[f"{self.key}_unit"]]
        return found

    def is_lost(self) -> bool:
        """Tell whether the parts are gone."""
        return f"{self.key}_amount" not in st.session_state


def range_widget(field: Field) -> Callable[[str, Field], Any]:
    """Return what draws a range: a calendar for days, a slider where both bounds are known."""
    if field.item.base is date:
        return days
    return slider if field.is_slider else Ends.widget


class Group(CompositeWidget):
    """The fields of a model, each under `<key>_<field>`."""

    names: tuple[str, ...] = ()

    def push(self, value: dict[str, Any]) -> None:
        """Hand each field's value to its widget."""
        self.names = tuple(each.name for each in fields(self.field.base))
        for name in self.names:
            if name in value:
                st.session_state[key(self.key, name)] = value[name]

    def draw(self) -> None:
        """Draw the title and the fields."""
        with st.container(border=True):
            st.markdown(f"**{self.field.title}**", help=self.field.info.description)
            for each in fields(self.field.base):
                draw(key(self.key, each.name), each)

    def held(self) -> dict[str, Any]:
        """Return the values by the name of their field."""
        return {name: held(key(self.key, name)) for name in self.names}

    def is_lost(self) -> bool:
        """Tell whether a field has no value."""
        return any(key(self.key, name) not in st.session_state for name in self.names)


class Drawing(CompositeWidget):
    """The strokes on a canvas under `<key>_canvas`, in its pixels; None while it is empty."""

    sheet: Sheet

    def push(self, value: Strokes | None) -> None:
        """Put strokes onto the canvas."""
        codec = self.field.codec
        size = (codec.width, codec.height) if isinstance(codec, DrawingCodec) else (280, 280)
        self.sheet = Sheet.of(f"{self.key}_canvas", width=size[0], height=size[1])
        if value or self.sheet.raw["objects"]:
            self.sheet.push(as_drawn(value or (), self.sheet.pen), value or None)

    def draw(self) -> None:
        """Draw title, canvas and tools."""
        label(self.field)
        self.sheet.draw()
        tools(self.sheet)

    def held(self) -> Any:
        """Return the strokes, None for an empty sheet or a dot."""
        if self.sheet.is_as_given():
            return self.sheet.given
        with contextlib.suppress(ValueError):
            drawn = [[[round(at, 1) for at in places] for places in s] for s in self.sheet.drawn()]
            return drawn or None
        return None


SIMPLE: dict[str, Widget] = {
    "long": plain.area,
    "choices": several,
    "date": day,
    "time": clock,
    "datetime": moment,
    "colour": colour,
}
LIVE: dict[Widget | None, Widget] = {plain.area: plain.live_area}

MADE_OF_PARTS: dict[str, type[plain.CompositeWidget]] = {
    "duration": Duration,
    "group": Group,
    "list": Editor,
    "table": TableEditor,
    "drawing": Drawing,
    **dict.fromkeys(FILES, Upload),
}

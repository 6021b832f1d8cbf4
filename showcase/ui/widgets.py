"""The widgets of a form: one for each plain kind of field, and those that are made of several.

A widget is bound to the address, or only kept for the visit: where a value may be unknown, which
`query_params` writes into the address, and where the widget is a part of another.
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Self

import streamlit as st
from annotated_types import MaxLen

from showcase.contract.fields import Field
from showcase.contract.fields import number as parsed_number
from showcase.contract.inputs.codecs import LARGEST_WHOLE
from showcase.ui.errors import callback
from showcase.ui.markdown import escape_markdown

LONG_TEXT = 300
MOST_DECIMALS = 6
# None: letters that come while an answer is made wait together, and the last one wins.
TYPING_PAUSE = "0ms"
NOT_KNOWN = "Not known"
NOTHING = object()
COMPOSITES = "widgets_of_parts"
TOO_LARGE = f"The largest whole number that can be typed here is {LARGEST_WHOLE:,}."


def draw(chosen: str, field: Field, names: Mapping[Any, str], *, bound: bool = True) -> Any:
    """Draw the widget of a field and return its value.

    `names` are what people read for the choices of a select box and for null. Not `bound` to the
    address, it is a part of another widget.
    """
    if field.options and (field.is_long or field.may_be_unknown):
        return select(chosen, field, names)
    if field.may_be_unknown:
        return nullable_number(chosen, field, names.get(None, NOT_KNOWN))
    if field.options:
        return choice(chosen, field, field.names, bound=bound)
    if field.kind == "bool":
        return switch(chosen, field, bound=bound)
    if field.is_text:
        return text(chosen, field, grows=bound)
    return number(chosen, field, bound=bound)


def choice(chosen: str, field: Field, names: Mapping[Any, str], *, bound: bool = True) -> Any:
    """Draw a row of buttons, of which one is always chosen."""
    if not bound or names:
        _begin(chosen, field.start)
    return st.segmented_control(
        field.title,
        field.options,
        default=field.start,
        required=True,
        format_func=(lambda value: names.get(value, str(value))) if names else str,
        key=chosen,
        help=field.info.description,
        **_memory(bound and not names),
    )


def number(chosen: str, field: Field, *, bound: bool = True) -> Any:
    """Draw a slider where both bounds are known, else a field to type into.

    An int for a whole number. A field to type into is told no bounds: the browser would keep a
    number out of them on the screen and not tell us.
    """
    made = int if field.kind == "int" else float
    if Digits.needed(chosen, field):
        return Digits.widget(chosen, field)
    if not field.is_slider:
        return _typed(chosen, field, bound=bound) if made is float else _whole(chosen, field)
    return made(
        st.slider(
            field.title,
            min_value=made(field.bound("ge", "gt") or 0),
            max_value=made(field.bound("le", "lt") or 0),
            value=made(field.start),
            step=made(field.step),
            format=written(field),
            key=chosen,
            help=field.info.description,
            **_memory(bound),
        )
    )


def switch(chosen: str, field: Field, *, bound: bool = True) -> bool:
    """Draw a switch."""
    return st.toggle(
        field.title,
        value=bool(field.start),
        key=chosen,
        help=field.info.description,
        **_memory(bound),
    )


def text(chosen: str, field: Field, *, grows: bool = True) -> str:
    """Draw a line that answers while it is typed, which may grow to an area for longer text.

    No `max_chars`: the browser would drop a paste that is too long without a word.
    """
    _begin(chosen, field.start)
    is_long = st.session_state.get(f"{chosen}_long", False)
    if is_long:
        area(chosen, field)
    else:
        st.text_input(
            field.title,
            live=TYPING_PAUSE,
            key=chosen,
            help=field.info.description,
            placeholder=field.placeholder,
            persist_state="session",
        )
    limit = next((c.max_length for c in field.metadata if isinstance(c, MaxLen)), None)
    if grows and (limit is None or limit > LONG_TEXT):
        with st.container(horizontal=True, vertical_alignment="center"):
            if is_long:
                use_button(chosen)
            st.toggle(
                "Longer text",
                key=f"{chosen}_long",
                on_change=_keep,
                args=(chosen,),
                persist_state="session",
            )
    return st.session_state[chosen] or ""


def area(chosen: str, field: Field) -> str:
    """Draw an area for a text of several lines."""
    _begin(chosen, field.start)
    return st.text_area(
        field.title,
        height=220,
        key=chosen,
        help=field.info.description,
        placeholder=field.placeholder,
        persist_state="session",
    )


def live_area(chosen: str, field: Field) -> str:
    """Draw an area whose text is answered once it is left, and a button that does that."""
    value = area(chosen, field)
    use_button(chosen)
    return value


def use_button(chosen: str) -> None:
    """Draw what phones have instead of Ctrl+Enter: pressing it leaves the area, which is sent."""
    st.button("Use this text", key=f"{chosen}_use", icon=":material/keyboard_return:")


def written(field: Field) -> str:
    """Return the format of a slider's number, with its unit."""
    digits = "%d" if field.kind == "int" else f"%.{field.decimals}f"
    return f"{digits} {field.unit.replace('%', '%%')}".strip()


def _typed(chosen: str, field: Field, *, bound: bool) -> float:
    return st.number_input(
        f"{field.title} ({field.unit})" if field.unit else field.title,
        value=float(field.start),
        step=float(field.step),
        format=f"%.{max(field.decimals, _decimals(field.start))}f",
        key=chosen,
        help=field.info.description,
        placeholder=field.placeholder,
        **_memory(bound),
    )


def _whole(chosen: str, field: Field) -> int | None:
    """Draw a whole number; None for one that a browser does not count to, which it would round."""
    _begin(chosen, field.start)
    return st.number_input(
        f"{field.title} ({field.unit})" if field.unit else field.title,
        value=None,
        step=int(field.step),
        format="%d",
        key=chosen,
        help=field.info.description,
        placeholder=field.placeholder,
        persist_state="session",
    )


def _decimals(value: float) -> int:
    """Return how many decimals show a number as it is, at least 2.

    >>> _decimals(1.0), _decimals(0.125)
    (2, 3)
    """
    return max(2, len(f"{value:.{MOST_DECIMALS}f}".rstrip("0").split(".")[1]))


def _begin(chosen: str, start: Any) -> None:
    if chosen not in st.session_state:
        st.session_state[chosen] = start


def _memory(bound: bool) -> dict[str, Any]:
    return {"bind": "query-params"} if bound else {"persist_state": "session"}


@callback
def _keep(chosen: str) -> None:
    """Carry the text over when the one-line field becomes an area, or back."""
    st.session_state[chosen] = st.session_state.get(chosen, "")


def select(chosen: str, field: Field, names: Mapping[Any, str]) -> Any:
    """Draw a searchable select box; null is the first choice where the field allows it."""
    st.session_state.setdefault(chosen, field.start)
    nothing = names.get(None, NOT_KNOWN)
    options = (None, *field.options) if field.may_be_unknown else field.options
    return st.selectbox(
        field.title,
        options,
        index=None if field.may_be_unknown else 0,
        format_func=lambda value: nothing if value is None else names.get(value, str(value)),
        placeholder=nothing,
        key=chosen,
        help=field.info.description,
        persist_state="session",
    )


def nullable_number(chosen: str, field: Field, nothing: str) -> float | None:
    """Draw a number with a box to tick when there is none; return it, None for none.

    The number is the truth, an empty one is null; the box only follows it. The browser is told no
    bounds: it would keep a number out of them on the screen and not tell us.
    """
    if Digits.needed(chosen, field):
        found: int | None = Digits.widget(chosen, field)
        return found
    value = st.session_state.setdefault(chosen, field.start)
    known = f"{chosen}_known"
    st.session_state[known] = st.session_state.get(known, field.start) if value is None else value
    st.number_input(
        field.title,
        value=None,
        step=field.step,
        format=f"%.{field.decimals}f",
        placeholder="–",
        key=chosen,
        help=field.info.description,
        persist_state="session",
    )
    st.session_state[_box(chosen)] = value is None
    st.checkbox(nothing, key=_box(chosen), on_change=_ticked, args=(chosen,))
    if field.kind == "int" and value is not None and abs(value) > LARGEST_WHOLE:
        st.caption(TOO_LARGE)
        return math.inf  # refused: the browser has rounded it
    return None if value is None else float(value)


def box_moved(chosen: str, shown: Any) -> bool:
    """Tell whether the box of a number was moved since this value was shown."""
    return bool(st.session_state.get(_box(chosen), shown is None) != (shown is None))


def _box(chosen: str) -> str:
    return f"{chosen}_unknown"


@callback
def _ticked(chosen: str) -> None:
    """Forget the number, or put the last one back."""
    ticked = st.session_state[_box(chosen)]
    st.session_state[chosen] = None if ticked else st.session_state.get(f"{chosen}_known")


@dataclass
class CompositeWidget:
    """What a visit remembers of one such widget.

    `st.session_state[key]` holds the value. Examples, links and a return to the page put another
    there; then `push` hands it to the parts, and `held` reads it from them again.
    """

    key: str
    field: Field
    last: Any = NOTHING

    @classmethod
    def of(cls, chosen: str, field: Field) -> Self:
        """Return this visit's widget with that key."""
        every = _composites()
        found = every.get(chosen)
        if not isinstance(found, cls):
            found = every[chosen] = cls(chosen, field)
        found.field = field
        return found

    @classmethod
    def widget(cls, chosen: str, field: Field) -> Any:
        """Draw the parts and return their value."""
        return cls.of(chosen, field).shown()

    def shown(self) -> Any:
        """Draw the parts and return their value."""
        if self.key not in st.session_state:
            st.session_state[self.key] = self.field.start
        value = st.session_state[self.key]
        if self.last is NOTHING or value != self.last or self.is_lost():
            self.push(value)
        self.draw()
        self.last = st.session_state[self.key] = self.held()
        return self.last

    def push(self, value: Any) -> None:
        """Make the parts show a value."""
        raise NotImplementedError

    def draw(self) -> None:
        """Draw the parts."""
        raise NotImplementedError

    def held(self) -> Any:
        """Return the value that the parts hold now."""
        raise NotImplementedError

    def is_lost(self) -> bool:
        """Tell whether the parts lost their value: on another page, or hidden."""
        return False


class Digits(CompositeWidget):
    """A whole number of any length, as text under `<key>_digits`: a number field would round it."""

    @classmethod
    def needed(cls, chosen: str, field: Field) -> bool:
        """Return True if the field, or the value that it has now, is beyond a number field."""
        now = st.session_state.get(chosen)
        is_large = type(now) is int and abs(now) > LARGEST_WHOLE
        was_drawn = isinstance(_composites().get(chosen), cls)
        return field.kind == "int" and (field.is_huge or is_large or was_drawn)

    def push(self, value: Any) -> None:
        """Show the digits."""
        st.session_state[f"{self.key}_digits"] = "" if value is None else str(value)

    def draw(self) -> None:
        """Draw the text field."""
        st.text_input(
            f"{self.field.title} ({self.field.unit})" if self.field.unit else self.field.title,
            key=f"{self.key}_digits",
            help=self.field.info.description,
            placeholder=self.field.placeholder,
            persist_state="session",
        )

    def held(self) -> Any:
        """Return the number, the text where it is none, None for nothing."""
        text = (st.session_state.get(f"{self.key}_digits") or "").strip()
        try:
            return parsed_number(text, whole=True) if text else None
        except ValueError:
            return text

    def is_lost(self) -> bool:
        """Return True if the text field is gone."""
        return f"{self.key}_digits" not in st.session_state


def held(chosen: str, default: Any = None) -> Any:
    """Return what a widget holds now: in a callback, what the browser just sent."""
    found = _composites().get(chosen)
    return st.session_state.get(chosen, default) if found is None else found.held()


def _composites() -> dict[str, CompositeWidget]:
    """Return this visit's widgets of several parts; under one key, as Streamlit copies the keys."""
    if COMPOSITES not in st.session_state:
        st.session_state[COMPOSITES] = {}
    found: dict[str, CompositeWidget] = st.session_state[COMPOSITES]
    return found


def label(field: Field) -> None:
    """Draw the title of a field over what has no label of its own, in a label's size."""
    st.markdown(f":small[{escape_markdown(field.title)}]", help=field.info.description)

"""The widgets of the plain kinds: choices, numbers, yes or no, text.

They are bound to the address, or only kept for the visit where another widget holds them.
"""

from collections.abc import Mapping
from typing import Any

import streamlit as st
from annotated_types import MaxLen

from showcase.contract.fields import Field
from showcase.ui.errors import callback

LONG_TEXT = 300
MOST_DECIMALS = 6


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
    whole = field.kind.sort == "int"
    made = int if whole else float
    if not field.is_slider:
        return _typed(chosen, field, made, bound=bound)
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
    if st.session_state.get(f"{chosen}_long", False):
        area(chosen, field)
    else:
        st.text_input(
            field.title,
            live=True,
            key=chosen,
            help=field.info.description,
            placeholder=field.placeholder,
            persist_state="session",
        )
    limit = next((c.max_length for c in field.kind.metadata if isinstance(c, MaxLen)), None)
    if grows and (limit is None or limit > LONG_TEXT):
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


def written(field: Field) -> str:
    """Return the format of a slider's number, with its unit."""
    digits = "%d" if field.kind.sort == "int" else f"%.{field.decimals}f"
    return f"{digits} {field.unit.replace('%', '%%')}".strip()


def _typed(chosen: str, field: Field, made: type[Any], *, bound: bool) -> Any:
    digits = max(field.decimals, 0 if made is int else _decimals(field.start))
    return st.number_input(
        f"{field.title} ({field.unit})" if field.unit else field.title,
        value=made(field.start),
        step=made(field.step),
        format="%d" if made is int else f"%.{digits}f",
        key=chosen,
        help=field.info.description,
        placeholder=field.placeholder,
        **_memory(bound),
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

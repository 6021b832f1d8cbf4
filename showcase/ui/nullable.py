"""Widgets for what may be unknown, and for choices too long for buttons. `address` links them."""

from collections.abc import Mapping
from typing import Any

import streamlit as st

from showcase.contract.fields import Field
from showcase.ui.errors import callback

NOT_KNOWN = "Not known"


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


def number(chosen: str, field: Field, nothing: str) -> float | None:
    """Draw a number with a box to tick when there is none; return it, None for none.

    The number is the truth, an empty one is null; the box only follows it. The browser is told no
    bounds: it would keep a number out of them on the screen and not tell us.
    """
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

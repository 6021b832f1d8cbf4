"""Where a visitor is on the review page: kept over a look at another page, and over signing in.

Streamlit forgets what was chosen when the browser goes back to an address without it; and it drops
a part that the address names and that is not there for strangers.
"""

from collections.abc import Collection

import streamlit as st

from showcase.pages.review.data import NAME
from showcase.ui.routing import ARRIVED

TAB = f"{NAME}_tab"
CHOSEN = [
    f"{NAME}_{name}"
    for name in (
        "tab",
        "demo",
        "counted",
        "text",
        "verdict",
        "annotator",
        "version",
        "days",
        "page",
    )
]
KEPT, WANTED = f"{NAME}_kept", f"{NAME}_wanted"


def come_back(parts: Collection[str]) -> dict[str, object]:
    """Put back what was chosen before, unless a link says otherwise; return what was put back.

    A part that the link names and that is not among `parts` yet is opened as soon as it is.
    """
    if st.query_params.get(TAB, "") not in ("", *parts):
        st.session_state[WANTED] = st.query_params[TAB]
    if st.session_state.get(WANTED) in parts:
        st.session_state[TAB] = st.session_state.pop(WANTED)
    arrived = st.session_state.get(ARRIVED, 0)
    if not arrived or any(key in st.query_params for key in CHOSEN):
        st.session_state[ARRIVED] = 0
        return {}
    st.session_state[ARRIVED] -= 1
    kept: dict[str, object] = st.session_state.get(KEPT, {})
    st.session_state.update({key: kept[key] for key in CHOSEN if key in kept})
    return kept


def stay(put_back: dict[str, object]) -> None:
    """Remember what is chosen; run once more if Streamlit did not take what was put back."""
    now = {key: st.session_state[key] for key in CHOSEN if key in st.session_state}
    lost = any(key in now and now[key] != value for key, value in put_back.items())
    st.session_state[KEPT] = {**st.session_state.get(KEPT, {}), **(put_back if lost else now)}
    if lost and st.session_state.get(ARRIVED, 0):
        st.rerun()
    st.session_state[ARRIVED] = 0

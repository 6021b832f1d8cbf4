"""Where a visitor is on the review page: kept over a look at another page, and over signing in.

Streamlit forgets what was chosen when the browser goes back to an address without it; and it drops
a part that the address names and that is not there for strangers.
"""

from collections.abc import Collection

import streamlit as st

from showcase.pages.review.data import NAME
from showcase.ui import links

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
WANTED = f"{NAME}_wanted"


def come_back(parts: Collection[str]) -> dict[str, object]:
    """Put back what was chosen before, unless a link says otherwise; return what was put back.

    A part that the link names and that is not among `parts` yet is opened as soon as it is.
    """
    if st.query_params.get(TAB, "") not in ("", *parts):
        st.session_state[WANTED] = st.query_params[TAB]
    if st.session_state.get(WANTED) in parts:
        st.session_state[TAB] = st.session_state.pop(WANTED)
    return links.restore(NAME, CHOSEN)


def stay(put_back: dict[str, object]) -> None:
    """Remember what is chosen; run once more if Streamlit did not take what was put back."""
    now = {key: st.session_state[key] for key in CHOSEN if key in st.session_state}
    links.insist(NAME, put_back, now)

"""A visit: whose verdicts they are when nobody signed in, also after the page was loaded again.

The first verdict puts the visit's random id into a cookie of the browser, for half an hour after
the last one. Nothing else is in it, and it says nothing about the person.
"""

import re
import secrets
import uuid

import streamlit as st

from showcase.ui.browser import cookie, keep_cookie

COOKIE = "vitrine_visit"
LASTS_S = 1_800
ID = re.compile(r"[0-9a-f]{16}")
VISIT, CAME_BACK, JUDGED = "visit", "visit_came_back", "visit_judged"
NOTES = (":said", ":tries", ":correcting", ":problem")  # what pages remember of its verdicts


def visit() -> str:
    """Return this visit's random id: the one in the browser's cookie, if it has not ended."""
    if VISIT not in st.session_state:
        kept = cookie(COOKIE)
        came_back = ID.fullmatch(kept) is not None
        st.session_state[VISIT] = kept if came_back else secrets.token_hex(8)
        st.session_state[CAME_BACK] = came_back
    found: str = st.session_state[VISIT]
    return found


def came_back() -> bool:
    """Return True if the visit began before this page was loaded: the store has rows of it."""
    visit()
    return bool(st.session_state[CAME_BACK])


def look_no_more() -> None:
    """Ask the store no more for what was judged before the page was loaded: it cannot tell."""
    st.session_state[CAME_BACK] = False


def judged() -> None:
    """Note that the visit has one verdict more: from then on the browser keeps it."""
    st.session_state[JUDGED] = st.session_state.get(JUDGED, 0) + 1


def keep_visit() -> None:
    """Let the browser keep a visit with verdicts as long as it lasts, anew with each verdict."""
    if JUDGED in st.session_state:
        keep_cookie(COOKIE, visit(), LASTS_S, of=str(st.session_state[JUDGED]))


def begin_anew() -> None:
    """Begin another visit, for whoever sits down next: what was judged before is not theirs."""
    for known in list(st.session_state):
        if str(known).endswith(NOTES) or known == "annotator":
            del st.session_state[known]
    st.session_state[VISIT], st.session_state[CAME_BACK] = secrets.token_hex(8), False
    st.session_state[JUDGED] = 0


def row_id(demo: str, answer: str, number: int) -> str:
    """Return the id of this visit's row about an answer; each change of mind is a number more.

    So a visit finds its rows again, and what is sent twice is stored once.
    """
    return str(uuid.uuid5(uuid.NAMESPACE_OID, f"{demo} visit {visit()} answer {answer} {number}"))

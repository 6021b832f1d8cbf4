"""Links to a drawing: `?sketch_drawing=[[[x, ...], [y, ...]], ...]` or `?sketch_bitmap=...`."""

import json
from typing import Any

import streamlit as st
from pydantic import ValidationError

from models.sketch import Input
from pages.parts.sketch.canvas import Sheet
from showcase import ui

LINKED, PROBLEM = "sketch_link", "sketch_link_problem"
PICTURE = "sketch_picture"  # the picture that is looked at: an input, or what is wrong with it
FIELDS = {"drawing": "sketch_drawing", "bitmap": "sketch_bitmap"}


def take(sheet: Sheet) -> None:
    """Take what the link brings, once a visit: a drawing onto the paper, a picture to its tab."""
    if LINKED in st.session_state:
        return
    st.session_state[LINKED] = None
    try:
        _place(brought(), sheet)
    except ValueError as error:
        st.session_state[PROBLEM] = str(error)


def say_what_was_wrong() -> None:
    """Name what the link brought and cannot be used, until there is something else to look at."""
    if problem := st.session_state.get(PROBLEM):
        st.warning(
            ui.escape_markdown(problem), title="The link cannot be used", icon=":material/link_off:"
        )


def brought() -> Input | None:
    """Return the input in the address, None for none; ValueError with a sentence for a bad one."""
    given: dict[str, Any] = {}
    for field, key in FIELDS.items():
        found = st.query_params.get_all(key)
        if len(found) > 1:
            raise ValueError(f"“{key}” stands in it {len(found)} times.")
        if found:
            given[field] = found[0]
    if not given:
        return None
    try:
        if "drawing" in given:
            given["drawing"] = json.loads(given["drawing"]) or []
        return Input.model_validate(given)
    except (json.JSONDecodeError, RecursionError):
        raise ValueError("It is not of the form [[[x, ...], [y, ...]], ...].") from None
    except ValidationError as error:
        raise ValueError(error.errors()[0]["msg"]) from error


def _place(given: Input | None, sheet: Sheet) -> None:
    st.session_state[LINKED] = given
    if given is not None and given.drawing is not None:
        sheet.show(given)
    elif given is not None:
        st.session_state[PICTURE] = given
        st.session_state["sketch_tab"] = "Upload a picture"


def drop_outdated(field: str, given: Input | None) -> None:
    """Take out of the address what is no longer shown, and forget what was wrong with it."""
    if given is not None:
        st.session_state.pop(PROBLEM, None)
    if given == st.session_state.get(LINKED):
        return
    for name, key in FIELDS.items():
        if key in st.query_params and (given is not None or name == field):
            del st.query_params[key]

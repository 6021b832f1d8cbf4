"""Links to a drawing: `?sketch_drawing=[[[x, ...], [y, ...]], ...]` or `?sketch_bitmap=...`."""

import json

import streamlit as st
from pydantic import ValidationError

from models.sketch import Input
from pages.sketch_canvas import Sheet
from showcase import ui

LINKED, PROBLEM = "sketch_linked", "sketch_link_problem"
FIELDS = {"drawing": "sketch_drawing", "bitmap": "sketch_bitmap"}


def take(sheet: Sheet) -> None:
    """Take what the link brings, once a visit: a drawing onto the paper, a picture to its tab."""
    if LINKED not in st.session_state:
        st.session_state[LINKED] = None
        try:
            given = brought()
        except ValueError as error:
            st.session_state[PROBLEM] = str(error)
        else:
            _place(given, sheet)
    if problem := st.session_state.get(PROBLEM):
        st.warning(
            ui.literal(problem),
            title="The link’s drawing cannot be used",
            icon=":material/link_off:",
        )


def brought() -> Input | None:
    """Return the input in the address, None for none; ValueError with a sentence for a bad one."""
    given = {field: st.query_params[key] for field, key in FIELDS.items() if key in st.query_params}
    if not given:
        return None
    try:
        if "drawing" in given:
            given["drawing"] = json.loads(given["drawing"])
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
        st.session_state["sketch_tab"] = "Upload a picture"


def drop_outdated(given: Input | None) -> None:
    """Take the drawing out of the address once another is on the paper, and the warning with it."""
    if given is not None:
        st.session_state.pop(PROBLEM, None)
    if FIELDS["drawing"] in st.query_params and given != st.session_state.get(LINKED):
        del st.query_params[FIELDS["drawing"]]


def linked_picture() -> Input | None:
    """Return the picture that the link brought."""
    linked: Input | None = st.session_state.get(LINKED)
    return linked if linked is not None and linked.bitmap is not None else None

"""What stands below a verdict: where it goes, whether it is there yet, whose it is."""

import streamlit as st

from showcase.feedback import FeedbackError
from showcase.runtime.loading import store
from showcase.ui.authentication import person
from showcase.ui.draft import Draft
from showcase.ui.escape_markdown import literal
from showcase.ui.links import copy_link

WAITS = "The database cannot be reached; this is sent there as soon as it can be."


def waits() -> bool:
    """Tell whether verdicts wait on this server until their database is back."""
    try:
        return store().waiting() > 0
    except FeedbackError:
        return False


def small_print(draft: Draft) -> None:
    """Say where the verdict goes, whether it lasts there, and offer what goes with it."""
    try:
        place, lasting = store().place, store().lasting
    except FeedbackError as error:
        st.warning(str(error), title="Verdicts cannot be stored at present")
        return
    passing = " :material/warning: It is lost when the server restarts."
    text = f"Your input and verdict are stored in {literal(place)}.{'' if lasting else passing}"
    st.caption(text)
    with st.container(horizontal=True, gap="small"):
        _name()
        copy_link(draft.name, draft.given, draft.loaded.demo.deep_link)


def _name() -> None:
    if signed_in := person():
        st.markdown(f":small[:material/person: {literal(signed_in.name)}]", width="content")
        return
    label = "Your name" if st.session_state.get("annotator") else "Add your name"
    with st.popover(label, icon=":material/person:", type="tertiary"):
        st.text_input(
            "Your name (optional)",
            key="annotator",
            help="Stored with your verdicts, and remembered for this visit. At most 80 characters.",
            persist_state="session",
        )

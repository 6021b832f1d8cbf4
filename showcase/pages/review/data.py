"""What every part of the review page needs: the verdicts, counted once for all visitors."""

from collections.abc import Sequence

import streamlit as st

from showcase import ui
from showcase.contract import registry
from showcase.feedback import FeedbackError, Store
from showcase.feedback.analytics.analysis import Analysis
from showcase.feedback.analytics.filters import GAMES, SAID, Choice
from showcase.feedback.analytics.verdicts import Verdicts
from showcase.pages import navigation
from showcase.runtime import loading

NAME = "review"
ALL = "All models"
TITLES = {demo.name: demo.title for demo in registry.demos()}
COUNTED: dict[str, Sequence[str]] = {"Verdicts": SAID, "Games": GAMES, "Both": (*SAID, *GAMES)}
COUNTED_HELP = (
    "Verdicts are what people said on the pages and through the API. In a game nobody judges: the "
    "truth is known before, and the model is right or wrong by it."
)


@st.cache_resource(show_spinner=False, max_entries=2)
def _analysis(_store: Store, store_id: int) -> Analysis:  # noqa: ARG001  # the key
    return Analysis(_store)


def look() -> Verdicts | None:
    """Return the verdicts as they are now; None after saying that they cannot be read."""
    try:
        store = loading.store()
        with st.spinner("Counting the verdicts …"):
            found: Verdicts = _analysis(store, id(store)).look()
    except FeedbackError as error:
        st.error(
            ui.escape_markdown(str(error)),
            title="The verdicts cannot be counted at present",
            icon=":material/error:",
        )
        return None
    return found


def nobody_yet() -> None:
    """Say that there is nothing to review, and how that changes."""
    st.subheader("Nobody has judged anything yet", anchor=False)
    st.write(
        "Open a model, give it something, and press Correct or Wrong below its answer: the "
        "verdict shows up here at once."
    )
    st.page_link(
        navigation.page("gallery"), label="Choose a model", icon=":material/arrow_forward:"
    )


def title(demo: str) -> str:
    """Return what people call a demo; one that is gone has only its name."""
    return TITLES.get(demo, demo)


def first_page() -> None:
    """Go back to the first page of rows: others are chosen now."""
    st.session_state[f"{NAME}_page"] = 1


def model_and_source(verdicts: Verdicts) -> Choice:
    """Let the visitor choose a model and what counts; both are in the address."""
    demos = [demo for demo in verdicts.names("demo") if demo in TITLES or ui.may_review()]
    with st.container(horizontal=True, vertical_alignment="bottom"):
        demo = st.selectbox(
            "Model",
            ["", *sorted(demos, key=title)],
            format_func=lambda name: title(name) if name else ALL,
            key=f"{NAME}_demo",
            bind="query-params",
            on_change=first_page,
            width=260,
        )
        counted = st.segmented_control(
            "Count",
            list(COUNTED),
            default="Verdicts",
            required=True,
            help=COUNTED_HELP,
            key=f"{NAME}_counted",
            bind="query-params",
            on_change=first_page,
        )
    return Choice(demo=demo or "", sources=COUNTED[counted or "Verdicts"])

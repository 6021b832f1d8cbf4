"""The gallery: a card per demo, with its score, its verdicts and a real example."""

import streamlit as st

from showcase import contract, ui
from showcase.contract import registry
from showcase.contract.thumbnail import thumbnail
from showcase.feedback import FeedbackError
from showcase.pages import navigation
from showcase.runtime.loading import store


def page() -> None:
    """Draw the page."""
    ui.through_home()
    st.title("Try a model. Tell it when it is wrong.")
    st.caption(
        "Pick a model, change its input, judge its answer: each verdict becomes training data."
    )
    grid = st.grid(3, min_column_width=300, gap="medium")
    for demo in registry.demos():
        with grid, st.container(border=True, key=f"card_{demo.name}"):
            alt = f"What {demo.title} shows, as a small picture"
            st.html(ui.svg_image(thumbnail(demo), alt, "max-height:180px"))
            st.subheader(f"{demo.icon} {demo.title}", anchor=False)
            st.write(demo.summary)
            score(demo)
            st.page_link(
                navigation.page(demo.page_name),
                label=f"Open {demo.title}",
                icon=":material/arrow_forward:",
                query_params=demo.deep_link or None,
            )


def verdicts(name: str) -> str:
    """Return how often people judged this demo, in words."""
    try:
        count = store().count(name)
    except FeedbackError:
        return "Verdicts unknown."
    return f"**{count:,} verdict{'s' * (count != 1)}.**" if count else "No verdicts yet."


def score(demo: contract.Demo) -> None:
    """Say how good the model is, and how often people judged it."""
    card = contract.card(demo)
    if card is None:
        st.caption(f"{ui.NO_CARD} {verdicts(demo.name)}")
        return
    best = card.named(card.headline)
    said = f"{card.summary.split(';')[0].rstrip('.')}. {verdicts(demo.name)}"
    st.caption(said, help=f"{best.name} {best.value:.2f}: {best.meaning}")

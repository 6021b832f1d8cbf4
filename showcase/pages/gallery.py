"""The gallery: a card per demo, with its score, its verdicts and a real example."""

import importlib.util
import re
import sys
from pathlib import Path
from typing import NamedTuple

import streamlit as st

from showcase import contract, ui
from showcase.contract import registry
from showcase.contract.thumbnail import BLUE, thumbnail
from showcase.feedback import FeedbackError, Store
from showcase.pages import navigation
from showcase.runtime import project
from showcase.runtime.loading import store

STORED = (
    "What you say is stored, to measure the models and, where the right answer is named, to train "
    "them."
)


def page() -> None:
    """Draw the page."""
    ui.through_home()
    name, sentence = navigation.app_title(), project.about().sentence
    if sentence:
        st.title(name)
        st.markdown(ui.escape_markdown(sentence))
        st.caption(f"Pick a model, change its input, judge its answer. {STORED}")
    else:
        st.title("Try a model. Tell it when it is wrong.")
        st.caption(
            f"**{ui.escape_markdown(name)}** is for everybody who wants to see what machine "
            "learning can do and where it fails: nobody has to program. Pick a model, change its "
            f"input, judge its answer. {STORED}"
        )
    grid = st.grid(3, min_column_width=300, gap="medium")
    for demo in registry.demos():
        with grid, st.container(border=True, key=f"card_{demo.name}"):
            alt = f"What {demo.title} shows, as a small picture"
            st.html(ui.svg_image(thumbnail(demo, _accent()), alt, "max-height:180px"))
            st.subheader(f"{demo.icon} {demo.title}", anchor=False)
            st.write(demo.summary)
            score(demo)
            st.page_link(
                navigation.page(demo.page_name),
                label=f"Open {demo.title}",
                icon=":material/arrow_forward:",
                query_params=demo.deep_link or None,
            )


def _accent() -> str:
    """Return the colour that the project's theme gives to buttons."""
    theme = st.context.theme.type or "light"
    found = st.get_option(f"theme.{theme}.primaryColor") or st.get_option("theme.primaryColor")
    return str(found or BLUE)


class _Row(NamedTuple):
    id: str


@st.cache_data(show_spinner=False, max_entries=100)
def _rounds(_store: Store, store_id: int, demo: str, stored: int) -> int:  # noqa: ARG001  # the key
    """Return how many rounds of its game are stored; counted again when rows were stored."""
    return len(_store.current_rows(_Row, demo=demo, source="game"))


def verdicts(name: str) -> str:
    """Return how often people judged this demo, in words; in a game nobody judges."""
    try:
        log = store()
        stored = log.count(name)
        rounds = _rounds(log, id(log), name, stored) if stored else 0
    except FeedbackError:
        return "Verdicts unknown."
    count = stored - rounds
    text = f"**{count:,} verdict{'s' * (count != 1)}**" if count else "No verdicts yet"
    return f"{text}, {rounds:,} round{'s' * (rounds != 1)} of its game." if rounds else f"{text}."


def _has_none(demo: contract.Demo) -> bool:
    """Tell whether a demo without a card is sure to have none.

    What a module that nobody has imported yet only assigns may be an estimator, which has one.
    """
    name = demo.module.partition(":")[0]
    if demo.made is not None or name in sys.modules:
        return True
    spec = importlib.util.find_spec(name)
    source = Path(spec.origin).read_text("utf-8") if spec and spec.origin else ""
    return re.search(rf"^(async )?def {demo.function}\b", source, re.MULTILINE) is not None


def score(demo: contract.Demo) -> None:
    """Say how good the model is, and how often people judged it."""
    card = contract.card(demo)
    if card is None:
        st.caption(f"{ui.NO_CARD if _has_none(demo) else ''} {verdicts(demo.name)}".strip())
        return
    said = f"{card.summary.split(';')[0].rstrip('.')}. {verdicts(demo.name)}"
    best = card.named(card.headline) if card.scores else None
    st.caption(said, help=f"{best.name} {best.value:.2f}: {best.meaning}" if best else None)

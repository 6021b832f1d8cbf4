"""How people judge an input: by a label, by a number, or by looking at the model's answer."""

from functools import partial

import streamlit as st

from showcase import ui
from showcase.annotation import Item
from showcase.annotation.rows import TEXTS, is_blind, row_of, seen_row
from showcase.contract import BaseOutput, Classification
from showcase.feedback import Judgement
from showcase.interface.outputs import show
from showcase.pages.annotate.clicks import judge
from showcase.pages.annotate.state import NAME, Work

MOST_BUTTONS = 9
HIGH = 260  # pixels of an answer that scrolls, so that the buttons stay on the screen
FLAT = (*TEXTS, Classification)
SEARCH, NUMBER = f"{NAME}_search", f"{NAME}_number"
VERDICTS = (
    ("correct", "Correct", ":material/check:"),
    ("wrong", "Wrong", ":material/close:"),
)


def answers(work: Work, item: Item, prediction: BaseOutput) -> None:
    """Draw what this input is judged with; what was said before is marked."""
    labels = work.loaded.module.LABELS or ()
    if not is_blind(work.loaded.module, prediction):
        _seen(work, item, prediction)
    elif isinstance(prediction, Classification) and len(labels) <= MOST_BUTTONS:
        _labels(work, item, prediction, labels)
    elif isinstance(prediction, Classification):
        _search(work, item, prediction, labels)
    else:
        _number(work, item, prediction)


def cannot_tell(work: Work, item: Item, prediction: BaseOutput) -> None:
    """Draw the button for whoever does not know."""
    st.button(
        "Cannot tell",
        key=work.key("unsure"),
        icon=":material/question_mark:",
        shortcut="U",
        type="primary" if work.said and work.said.verdict == "unsure" else "secondary",
        on_click=judge,
        args=(work, item, prediction, partial(row_of, prediction, None)),
    )


def _labels(work: Work, item: Item, prediction: BaseOutput, labels: tuple[str, ...]) -> None:
    chosen = _chosen(work.said)
    with st.container(horizontal=True, gap="small"):
        for place, label in enumerate(labels, 1):
            st.button(
                ui.escape_markdown(label[:1].upper() + label[1:]),
                key=work.key("label", str(place)),
                shortcut=str(place),
                type="primary" if label == chosen else "secondary",
                width="stretch",
                on_click=judge,
                args=(work, item, prediction, partial(row_of, prediction, label)),
            )


def _search(work: Work, item: Item, prediction: BaseOutput, labels: tuple[str, ...]) -> None:
    """Draw a box to search the labels in; whatever is picked is the answer."""
    chosen = _chosen(work.said)
    _begin(SEARCH, item, chosen if chosen in labels else None)
    st.selectbox(
        "What is it?",
        labels,
        index=None,
        placeholder="Type to search, Enter to choose",
        key=SEARCH,
        on_change=judge,
        args=(work, item, prediction, partial(_given, prediction, SEARCH)),
    )


def _begin(key: str, item: Item, start: str | float | None) -> None:
    """Let a field start anew for another input; it is the same one, so that it keeps the focus."""
    if st.session_state.get(f"{key}_of") != item.input_hash or key not in st.session_state:
        st.session_state[key] = start
        st.session_state[f"{key}_of"] = item.input_hash


def _given(prediction: BaseOutput, key: str) -> dict[str, str] | None:
    """Return the columns for what a field holds; None for nothing."""
    held = st.session_state.get(key)
    return None if held is None else row_of(prediction, held)


def _number(work: Work, item: Item, prediction: BaseOutput) -> None:
    """Draw a field for a number; Enter stores it."""
    chosen = _chosen(work.said)
    _begin(NUMBER, item, float(chosen) if chosen else None)
    unit = getattr(prediction, "unit", "")
    with st.form(f"{NUMBER}_form", border=False):
        st.number_input(
            f"What is right? ({unit})" if unit else "What is right?",
            value=None,
            key=NUMBER,
            placeholder="Type a number, then Enter",
        )
        st.form_submit_button(
            "Save and go on",
            key=f"{NUMBER}_save",
            type="primary",
            on_click=judge,
            args=(work, item, prediction, partial(_given, prediction, NUMBER)),
        )


def _seen(work: Work, item: Item, prediction: BaseOutput) -> None:
    """Show the model's answer, and ask whether it is right."""
    st.markdown("**The model’s answer**")
    with st.container(border=True, height="content" if isinstance(prediction, FLAT) else HIGH):
        show(prediction, work.key("answer"), work.loaded.colours, compact=True)
    right = work.key("right")
    if isinstance(prediction, TEXTS):
        st.text_area("What would be right? (optional, goes with “Wrong”)", key=right, height=80)
    with st.container(horizontal=True, gap="small"):
        for verdict, label, icon in VERDICTS:
            st.button(
                label,
                key=work.key(verdict),
                icon=icon,
                shortcut="Y" if verdict == "correct" else "N",
                type="primary" if work.said and work.said.verdict == verdict else "secondary",
                width="stretch",
                on_click=judge,
                args=(work, item, prediction, partial(_looked, verdict, right)),
            )


def _looked(verdict: str, right: str) -> dict[str, str]:
    return seen_row(verdict, st.session_state.get(right) or "")


def _chosen(said: Judgement | None) -> str:
    return said.expected if said else ""

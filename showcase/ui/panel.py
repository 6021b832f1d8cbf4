"""The feedback panel: correct, wrong or not sure; stored before anyone is thanked."""

import logging
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any

import streamlit as st
from pydantic import ValidationError

from models.base import BaseOutput, Classification, ModelInput, Regression
from models.outputs import Markdown, Number, Text
from showcase.feedback import FeedbackError, RefusedError
from showcase.messages import plain
from showcase.ui.draft import Draft, Given
from showcase.ui.errors import callback
from showcase.ui.fields import key
from showcase.ui.form import STALE, shows
from showcase.ui.links import copy_link
from showcase.ui.literal import literal
from showcase.ui.resources import Loaded, store

logger = logging.getLogger(__name__)

SHOWN_LABELS = 5
QUOTED = 60


@dataclass(frozen=True)
class Verdict:
    """A verdict as its button shows it."""

    label: str
    icon: str
    shortcut: str


VERDICTS = {
    "correct": Verdict("Correct", ":material/check:", "Y"),
    "wrong": Verdict("Wrong", ":material/close:", "N"),
    "unsure": Verdict("Not sure", ":material/question_mark:", "U"),
}


def feedback(
    loaded: Loaded,
    given: ModelInput,
    prediction: BaseOutput,
    question: str = "Is this right?",
    unchanged: Callable[[ModelInput], bool] | None = None,
) -> None:
    """Ask whether the answer is right, and store the verdict as one row.

    `unchanged` tells whether the page's widgets still hold an input; None asks those of `form`.
    """
    draft = Draft(loaded, given, prediction, unchanged or partial(shows, loaded.demo.name))
    said = draft.said()
    st.markdown(f"**{question}**")
    _buttons(draft, said)
    _state(draft, said)
    if said is not None and said.verdict == "wrong" and draft.note("correcting") == draft.token:
        _correction(draft, said)
    _small_print(draft)


def _buttons(draft: Draft, said: Given | None) -> None:
    with st.container(horizontal=True, gap="small"):
        for name, verdict in VERDICTS.items():
            st.button(
                verdict.label,
                key=draft.key(name),
                icon=verdict.icon,
                shortcut=verdict.shortcut,
                type="primary" if said is not None and said.verdict == name else "secondary",
                on_click=_judge,
                args=(draft, name),
            )


@callback
def _judge(draft: Draft, verdict: str) -> None:
    """Store a clicked verdict, unless it is the one already stored or the input has changed."""
    said = draft.said()
    draft.remember("problem", None)
    if _stale(draft):
        return
    if said is None or said.verdict != verdict:
        _store(draft, verdict)
    draft.remember("correcting", draft.token if verdict == "wrong" else None)


def _stale(draft: Draft) -> bool:
    """Tell whether the click came with a newer input than it is for; then the page will say so."""
    stale = not draft.unchanged(draft.given)
    st.session_state[key(draft.name, STALE)] = stale
    return stale


def _store(draft: Draft, verdict: str, expected: str = "", comment: str = "") -> None:
    """Append the row that replaces what was said before, and remember it; or say what failed."""
    said = draft.said()
    try:
        row = _append(draft, said, verdict=verdict, expected=expected, comment=comment)
    except ValidationError as error:
        draft.remember("problem", (draft.token, plain(error.errors()[0]["msg"])))
    except FeedbackError as error:
        logger.warning("verdict not stored: %s", error, extra={"demo": draft.name})
        draft.remember("problem", (draft.token, str(error)))
    else:
        draft.say(Given(row, verdict, expected, comment))
        draft.remember("problem", None)


def _append(draft: Draft, said: Given | None, **content: Any) -> str:
    """Store the row; if the one it replaces is gone from the log, as a verdict of its own."""
    try:
        return store().append(draft.record(supersedes=said.row if said else "", **content))
    except RefusedError:
        if said is None or said.row in store():
            raise
        return store().append(draft.record(**content))


def _state(draft: Draft, said: Given | None) -> None:
    """Say what happened: an error, saved with undo, or withdrawn."""
    problem = draft.note("problem")
    if problem and problem[0] == draft.token:
        st.error(literal(problem[1]), icon=":material/error:")
    elif said is not None and said.verdict == "withdrawn":
        st.info("Taken back: your verdict no longer counts.", icon=":material/undo:")
    elif said is not None:
        _saved(draft, said)


def _saved(draft: Draft, said: Given) -> None:
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        unit = f" {_unit(draft.prediction)}".rstrip()
        right = f", right is “{_shortened(said.expected)}{unit}”" if said.expected else ""
        st.success(
            f"Saved: {VERDICTS[said.verdict].label.lower()}{right}. Thank you!",
            icon=":material/check_circle:",
            width="stretch",
        )
        st.button(
            "Undo",
            key=draft.key("undo"),
            icon=":material/undo:",
            on_click=_withdraw,
            args=(draft,),
        )


def _correction(draft: Draft, said: Given) -> None:
    """Ask what is right; the answer replaces the bare "wrong" that is stored already."""
    with st.form(draft.key("correction"), border=True):
        _expected_widget(draft, said)
        st.text_input(
            "Comment (optional)",
            value=said.comment,
            key=draft.key("comment", draft.token),
            placeholder="What should the model have noticed?",
        )
        st.form_submit_button(
            "Save the right answer",
            key=draft.key("save"),
            type="primary",
            icon=":material/save:",
            on_click=_save_correction,
            args=(draft,),
        )


def _expected_widget(draft: Draft, said: Given) -> None:
    """Ask for the right answer, in the way that suits its kind; for some there is no way."""
    chosen, prediction = draft.key("expected", draft.token), draft.prediction
    if isinstance(prediction, Regression | Number):
        number = float(said.expected) if said.expected else None
        unit = f" ({prediction.unit})" if prediction.unit else ""
        st.number_input(f"What is right?{unit}", value=number, key=chosen)
    elif isinstance(prediction, Text | Markdown):
        st.text_area("What is right?", value=said.expected, key=chosen)
    elif isinstance(prediction, Classification) and draft.loaded.module.LABELS:
        _label_widget(draft, said, prediction)
    elif isinstance(prediction, Classification):
        st.text_input("What is right?", value=said.expected, key=chosen)


def _label_widget(draft: Draft, said: Given, prediction: Classification) -> None:
    chosen, labels = draft.key("expected", draft.token), draft.loaded.module.LABELS or ()
    labels = tuple(label for label in labels if label != prediction.label)
    start = said.expected or (labels[0] if len(labels) == 1 else None)
    if len(labels) <= SHOWN_LABELS:
        st.pills("What is right?", labels, default=start, key=chosen)
    else:
        index = labels.index(start) if start else None
        hint = "Type to search"
        st.selectbox("What is right?", labels, index=index, placeholder=hint, key=chosen)


def _unit(prediction: BaseOutput) -> str:
    """Return the unit of a number; empty for other answers."""
    return prediction.unit if isinstance(prediction, Regression | Number) else ""


def _shortened(text: str) -> str:
    return text if len(text) <= QUOTED else f"{text[:QUOTED]} …"


@callback
def _withdraw(draft: Draft) -> None:
    _store(draft, "withdrawn")


@callback
def _save_correction(draft: Draft) -> None:
    draft.remember("problem", None)
    if _stale(draft):
        return
    expected = st.session_state.get(draft.key("expected", draft.token))
    comment = st.session_state.get(draft.key("comment", draft.token)) or ""
    label = "" if expected is None else _written(expected)
    said = draft.said()
    if said is None or (said.expected, said.comment) != (label, comment):
        _store(draft, "wrong", label, comment)
    if not draft.note("problem"):
        draft.remember("correcting", None)


def _written(answer: str | float) -> str:
    """Return a label as it is, a number as people write it, with every digit.

    >>> _written(123456.7), _written(52000.0), _written("rain")
    ('123456.7', '52000', 'rain')
    """
    if isinstance(answer, float):
        return str(int(answer)) if answer.is_integer() else repr(answer)
    return answer


def _small_print(draft: Draft) -> None:
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
        copy_link(draft.name, draft.given)


def _name() -> None:
    label = "Your name" if st.session_state.get("annotator") else "Add your name"
    with st.popover(label, icon=":material/person:", type="tertiary"):
        st.text_input(
            "Your name (optional)",
            key="annotator",
            help="Stored with your verdicts, and remembered for this visit. At most 80 characters.",
            persist_state="session",
        )

"""The feedback panel: correct, wrong or not sure; stored before anyone is thanked."""

import logging
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any

import streamlit as st
from pydantic import ValidationError

from showcase.contract import BaseOutput, ModelInput
from showcase.contract.fields import key
from showcase.contract.messages import plain
from showcase.feedback import FeedbackError, RefusedError
from showcase.runtime.loading import Loaded, store
from showcase.runtime.rows import why_not_stored
from showcase.ui.code import from_code
from showcase.ui.correction import answered, correction, shortened, unit_of
from showcase.ui.draft import Draft, Given
from showcase.ui.errors import callback
from showcase.ui.escape_markdown import literal
from showcase.ui.forms import STALE, shows
from showcase.ui.storage_notice import WAITS, small_print, waits

logger = logging.getLogger(__name__)


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
    if too_large := why_not_stored(given):
        st.info(too_large, icon=":material/weight:")
        return
    draft = Draft(loaded, given, prediction, unchanged or partial(shows, loaded.demo.name))
    said = draft.said()
    st.markdown(f"**{question}**")
    _buttons(draft, said)
    _state(draft, said)
    if said is not None and said.verdict == "wrong" and draft.note("correcting") == draft.token:
        correction(draft, said, _save_correction)
    small_print(draft)
    from_code(loaded, given)


def _buttons(draft: Draft, said: Given | None) -> None:
    """Draw the buttons, new ones for each answer: a press that begins on one cannot end on another.

    Leaving a text field by pressing a button sends the text, and the answer may be there before the
    button is let go.
    """
    with st.container(horizontal=True, gap="small", key=draft.key("verdicts", draft.token)):
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
        later = f" {WAITS}" if waits() else ""
        st.info(f"Taken back: your verdict no longer counts.{later}", icon=":material/undo:")
    elif said is not None:
        _saved(draft, said)


def _saved(draft: Draft, said: Given) -> None:
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        unit = f" {unit_of(draft.prediction)}".rstrip()
        right = f", right is “{shortened(said.expected)}{unit}”" if said.expected else ""
        words = f"{VERDICTS[said.verdict].label.lower()}{right}. Thank you!"
        if waits():
            text = f"Saved here for now: {words} {WAITS}"
            st.info(text, icon=":material/schedule_send:", width="stretch")
        else:
            st.success(f"Saved: {words}", icon=":material/check_circle:", width="stretch")
        st.button(
            "Undo",
            key=draft.key("undo"),
            icon=":material/undo:",
            on_click=_withdraw,
            args=(draft,),
        )


@callback
def _withdraw(draft: Draft) -> None:
    _store(draft, "withdrawn")


@callback
def _save_correction(draft: Draft) -> None:
    draft.remember("problem", None)
    if _stale(draft):
        return
    label, comment = answered(draft)
    said = draft.said()
    if said is None or (said.expected, said.comment) != (label, comment):
        _store(draft, "wrong", label, comment)
    if not draft.note("problem"):
        draft.remember("correcting", None)

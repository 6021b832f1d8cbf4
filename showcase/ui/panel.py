"""The feedback panel: correct, wrong or not sure; stored before anyone is thanked."""

import logging
import secrets
from dataclasses import dataclass
from typing import Any

import streamlit as st
from pydantic import ValidationError

from models.base import Classification, ModelInput, Prediction, canonical_json
from showcase.feedback import FeedbackError, Record
from showcase.ui.form import plain
from showcase.ui.links import copy_link
from showcase.ui.resources import Loaded, store

logger = logging.getLogger(__name__)

SHOWN_LABELS = 5
VERDICTS = {
    "correct": ("Correct", ":material/check:", "Y"),
    "wrong": ("Wrong", ":material/close:", "N"),
    "unsure": ("Not sure", ":material/question_mark:", "U"),
}


@dataclass(frozen=True)
class Draft:
    """The answer on the screen, ready to become a row when somebody judges it."""

    loaded: Loaded
    given: ModelInput
    prediction: Prediction

    @property
    def name(self) -> str:
        """The demo's name, which starts every widget key."""
        return self.loaded.demo.name

    @property
    def token(self) -> str:
        """What a verdict belongs to: this version's answer to this very input."""
        return f"{self.loaded.version}:{canonical_json(self.given)}"

    def record(self, verdict: str, **more: Any) -> Record:
        """Return the row for `verdict`; `more` holds expected, comment, supersedes."""
        return Record(
            demo=self.name,
            model_version=self.loaded.version,
            source="ui",
            input=self.given.model_dump(mode="json"),
            prediction=self.prediction.model_dump(mode="json"),
            verdict=verdict,
            annotator=st.session_state.get("annotator") or "",
            session=visit(),
            **more,
        )


@dataclass(frozen=True)
class Given:
    """The row that holds what this visit said last about one answer."""

    row: str
    verdict: str
    expected: str = ""


def visit() -> str:
    """Return this visit's random id; it says nothing about the person."""
    found: str = st.session_state.setdefault("visit", secrets.token_hex(8))
    return found


def feedback(
    loaded: Loaded, given: ModelInput, prediction: Prediction, question: str = "Is this right?"
) -> None:
    """Ask whether the answer is right, and store the verdict as one row."""
    draft = Draft(loaded, given, prediction)
    token = draft.token
    said = _said(draft).get(token)
    st.markdown(f"**{question}**")
    _buttons(draft, token, said)
    if st.session_state.get(f"{draft.name}_correcting") == token:
        _correction(draft, token, said)
    _state(draft, token, said)
    _small_print(draft)


def _said(draft: Draft) -> dict[str, Given]:
    found: dict[str, Given] = st.session_state.setdefault(f"{draft.name}_said", {})
    return found


def _buttons(draft: Draft, token: str, said: Given | None) -> None:
    with st.container(horizontal=True, gap="small"):
        for verdict, (label, icon, shortcut) in VERDICTS.items():
            chosen = said is not None and said.verdict == verdict
            st.button(
                label,
                key=f"{draft.name}_{verdict}",
                icon=icon,
                shortcut=shortcut,
                type="primary" if chosen else "secondary",
                on_click=_correct_it if verdict == "wrong" else _give,
                args=(draft, token) if verdict == "wrong" else (draft, token, verdict),
            )


def _correct_it(draft: Draft, token: str) -> None:
    """Open the small form that asks what is right."""
    st.session_state[f"{draft.name}_correcting"] = token


def _correction(draft: Draft, token: str, said: Given | None) -> None:
    with st.form(f"{draft.name}_correction", border=True):
        _expected_widget(draft, token)
        st.text_input(
            "Comment (optional)",
            key=f"{draft.name}_comment_{token}",
            max_chars=1_000,
            placeholder="What should the model have noticed?",
        )
        st.form_submit_button(
            "Save verdict" if said is None or said.verdict == "withdrawn" else "Save the change",
            key=f"{draft.name}_save",
            type="primary",
            icon=":material/save:",
            on_click=_save_correction,
            args=(draft, token),
        )


def _expected_widget(draft: Draft, token: str) -> None:
    chosen = f"{draft.name}_expected_{token}"
    if not isinstance(draft.prediction, Classification):
        st.number_input(f"What is right? ({draft.prediction.unit})", value=None, key=chosen)
        return
    labels = [x for x in draft.loaded.module.LABELS or () if x != draft.prediction.label]
    sole = labels[0] if len(labels) == 1 else None
    if len(labels) <= SHOWN_LABELS:
        st.pills("What is right?", labels, default=sole, key=chosen)
    else:
        st.selectbox("What is right?", labels, index=None, placeholder="Type to search", key=chosen)


def _save_correction(draft: Draft, token: str) -> None:
    expected = st.session_state.get(f"{draft.name}_expected_{token}")
    comment = st.session_state.get(f"{draft.name}_comment_{token}") or ""
    text = (
        ""
        if expected is None
        else f"{expected:g}"
        if isinstance(expected, float)
        else str(expected)
    )
    _give(draft, token, "wrong", expected=text, comment=comment)


def _give(draft: Draft, token: str, verdict: str, **more: str) -> None:
    """Store the verdict; the same one again is not a second row, another one supersedes."""
    said = _said(draft).get(token)
    if (
        said is not None
        and said.verdict == verdict
        and said.expected == more.get("expected", "")
        and not more.get("comment")
    ):
        return
    problem = f"{draft.name}_problem"
    try:
        record = draft.record(verdict, supersedes=said.row if said else "", **more)
        row = store().append(record)
    except ValidationError as error:
        st.session_state[problem] = (token, plain(error.errors()[0]["msg"]))
    except FeedbackError as error:
        logger.exception("verdict not stored", extra={"demo": draft.name})
        st.session_state[problem] = (token, str(error))
    else:
        _said(draft)[token] = Given(row, verdict, more.get("expected", ""))
        st.session_state[problem] = None
        st.session_state[f"{draft.name}_correcting"] = None


def _state(draft: Draft, token: str, said: Given | None) -> None:
    """Say what happened: an error, saved with undo, or withdrawn."""
    problem = st.session_state.get(f"{draft.name}_problem")
    if problem and problem[0] == token:
        st.error(problem[1], title="Your verdict was not stored", icon=":material/error:")
    elif said is not None and said.verdict == "withdrawn":
        st.info("Taken back: your verdict no longer counts.", icon=":material/undo:")
    elif said is not None:
        with st.container(horizontal=True, vertical_alignment="center"):
            right = (
                f", right is “{said.expected}”" if said.expected and said.verdict == "wrong" else ""
            )
            st.success(
                f"Saved: {VERDICTS[said.verdict][0].lower()}{right}. Thank you!",
                icon=":material/check_circle:",
                width="stretch",
            )
            st.button(
                "Undo",
                key=f"{draft.name}_undo",
                icon=":material/undo:",
                on_click=_give,
                args=(draft, token, "withdrawn"),
            )


def _small_print(draft: Draft) -> None:
    """Say where the verdict goes, whether it lasts there, and offer what goes with it."""
    try:
        place, lasting = store().place, store().lasting
    except FeedbackError as error:
        st.warning(str(error), title="Verdicts cannot be stored at present")
        return
    text = f"Your input, the answer and your verdict are stored in {place}."
    if not lasting:
        text += (
            " :material/warning: That place is emptied whenever the server restarts: whoever runs "
            "this app should collect the verdicts before."
        )
    st.caption(text)
    with st.container(horizontal=True, gap="small"):
        _name()
        copy_link(draft.name, draft.given)


def _name() -> None:
    who = st.session_state.get("annotator")
    with st.popover(
        "Your name" if who else "Add your name", icon=":material/person:", type="tertiary"
    ):
        st.text_input(
            "Your name (optional)",
            key="annotator",
            max_chars=80,
            help="Stored with your verdicts, and remembered for this visit.",
            persist_state="session",
        )

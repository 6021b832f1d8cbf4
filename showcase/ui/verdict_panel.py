"""The feedback panel: correct, wrong or not sure; stored before anyone is thanked."""

import logging
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property, partial
from typing import Any

import streamlit as st
from pydantic import ValidationError

from showcase.contract import BaseOutput, Classification, ModelInput, Regression
from showcase.contract.fields import note_key
from showcase.contract.messages import sentence, shortened
from showcase.contract.outputs import Markdown, Number, Text
from showcase.contract.outputs.short_form import short_form
from showcase.feedback import FeedbackError, Record, RefusedError, hash_input
from showcase.runtime import rows
from showcase.runtime.loading import Loaded, store
from showcase.runtime.rows import row, why_not_stored
from showcase.ui.api_snippet import from_code
from showcase.ui.authentication import person
from showcase.ui.browser import letter_keys, shortcut
from showcase.ui.errors import callback
from showcase.ui.forms import STALE, shows
from showcase.ui.input_preview import in_short
from showcase.ui.markdown import escape_markdown
from showcase.ui.query_params import copy_link, hand_over
from showcase.ui.visitor import (
    begin_anew,
    came_back,
    judged,
    keep_visit,
    look_no_more,
    row_id,
    visit,
)

logger = logging.getLogger(__name__)

WAITS = "The database cannot be reached; this is sent there as soon as it can be."
SHOWN_LABELS = 5
MOST_CHANGES = 1_000  # of mind about one answer, that are found again
MOST_TRIES = 20


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


@dataclass(frozen=True)
class StoredVerdict:
    """The row that holds this visit's current verdict on an answer, and what it says."""

    row: str
    verdict: str
    expected: str = ""
    comment: str = ""
    number: int = 0  # of the visit's rows about this answer

    @property
    def counts(self) -> bool:
        """Whether it was not taken back."""
        return self.verdict != "withdrawn"


@dataclass(frozen=True)
class Draft:
    """The answer on the screen, ready to become a row when the visitor judges it.

    `unchanged` returns True if the widgets still hold an input: a click may come with a newer one.
    """

    loaded: Loaded
    given: ModelInput
    prediction: BaseOutput
    unchanged: Callable[[ModelInput], bool]

    @property
    def name(self) -> str:
        """The demo's name, which starts every widget key."""
        return self.loaded.demo.name

    @cached_property
    def token(self) -> str:
        """What a verdict belongs to: this version's answer to this very input."""
        return f"{self.loaded.version}:{hash_input(self.given)}"

    def key(self, *parts: str) -> str:
        """Return a widget key: the demo's name and the parts."""
        return "_".join((self.name, *parts))

    def note(self, part: str) -> Any:
        """Return what the session state holds under a name; None for nothing."""
        return st.session_state.get(note_key(self.name, part))

    def remember(self, part: str, value: object) -> None:
        """Put something into the session state."""
        st.session_state[note_key(self.name, part)] = value

    def stored_verdict(self) -> StoredVerdict | None:
        """Return this visit's current verdict on this answer."""
        if came_back() and self.note("looked") != self.token:
            self.remember("looked", self.token)
            try:
                self._keep(self._newest_row())
            except FeedbackError:
                look_no_more()
        return (self.note("said") or {}).get(self.token)

    def append(self, verdict: str, expected: str = "", comment: str = "") -> None:
        """Append the row that supersedes the current verdict; remember it, or what went wrong."""
        try:
            current = self._stored(verdict=verdict, expected=expected, comment=comment)
        except (FeedbackError, ValidationError) as error:
            logger.warning("verdict not stored: %s", sentence(error), extra={"demo": self.name})
            self.remember("problem", (self.token, sentence(error)))
        else:
            self._keep(current)
            self.remember("problem", None)
            judged()

    def _stored(self, **content: str) -> StoredVerdict:
        before = self.stored_verdict()
        try:
            return self._send(before, before, content)
        except RefusedError:
            newest = self._newest_row()
            if newest is not None and (before is None or newest.number > before.number):
                return self._send(newest, newest, content)  # it was judged in another tab
            # Its own: the other one is gone, or of somebody who signed out since.
            if before is None or (before.row in store() and person()):
                raise
            return self._send(before, None, content)

    def _send(
        self, before: StoredVerdict | None, replaced: StoredVerdict | None, content: dict[str, str]
    ) -> StoredVerdict:
        number = before.number + 1 if before else 0
        new = record(
            self.loaded,
            self.given,
            self.prediction,
            id=row_id(self.name, self.token, number),
            supersedes=replaced.row if replaced else "",
            **content,
        )
        return StoredVerdict(append(new), number=number, **content)

    def _newest_row(self) -> StoredVerdict | None:
        """Return the visit's newest verdict on this answer that is stored."""
        newest = None
        for first in range(0, MOST_CHANGES, 8):
            ids = [row_id(self.name, self.token, first + place) for place in range(8)]
            found = store().get(ids)
            for old in found:
                wrong = old["expected"] if old["verdict"] == "wrong" else ""
                number = first + ids.index(old["id"])
                newest = StoredVerdict(old["id"], old["verdict"], wrong, old["comment"], number)
            if len(found) < len(ids):
                break
        return newest

    def _keep(self, current: StoredVerdict | None) -> None:
        """Remember a verdict, and the answer among those that were judged last."""
        if current is not None:
            self.remember("said", {**(self.note("said") or {}), self.token: current})
            tries = {draft.token: draft for draft in (*(self.note("tries") or ()), self)}
            self.remember("tries", list(tries.values())[-MOST_TRIES:])

    def is_stale(self) -> bool:
        """Return True if a click came with a newer input than it is for; the page then says so."""
        stale = not self.unchanged(self.given)
        st.session_state[note_key(self.name, STALE)] = stale
        return stale


def feedback(
    loaded: Loaded,
    given: ModelInput,
    prediction: BaseOutput,
    question: str = "Is this right?",
    unchanged: Callable[[ModelInput], bool] | None = None,
) -> None:
    """Ask whether the answer is right, and store the verdict as one row.

    `unchanged` returns True if the page's widgets still hold an input; None asks those of `form`.
    """
    if too_large := why_not_stored(given, signed_in=person() is not None):
        st.info(too_large, icon=":material/weight:")
        return
    draft = Draft(loaded, given, prediction, unchanged or partial(shows, loaded.demo.name))
    current = draft.stored_verdict()
    st.markdown(f"**{question}**")
    _buttons(draft, current)
    _state(draft, current)
    correcting = draft.note("correcting") == draft.token
    if correcting and current is not None and current.verdict == "wrong":
        _correction(draft, current)
    if storage_notice("Your input and verdict are stored in {place}.", "Verdicts"):
        with st.container(horizontal=True, gap="small", vertical_alignment="center"):
            _name()
            copy_link(draft.name, draft.given, draft.loaded.demo.deep_link)
            letter_keys("Y, N and U press the buttons above, outside of fields that take text.")
            keep_visit()
    _tries(draft)
    from_code(loaded, given)


def _buttons(draft: Draft, current: StoredVerdict | None) -> None:
    """Draw the buttons, new ones for each answer: a press that begins on one cannot end on another.

    Leaving a text field by pressing a button sends the text, and the answer may be there before the
    button is let go.
    """
    with st.container(horizontal=True, gap="small", key=draft.key("verdicts", draft.token)):
        for name, verdict in VERDICTS.items():
            chosen = current is not None and current.verdict == name
            st.button(
                verdict.label,
                key=draft.key(name),
                icon=verdict.icon,
                shortcut=shortcut(verdict.shortcut),
                type="primary" if chosen else "secondary",
                on_click=_judge,
                args=(draft, name),
            )


@callback
def _judge(draft: Draft, verdict: str) -> None:
    """Store a clicked verdict, unless it is the one already stored or the input has changed."""
    current = draft.stored_verdict()
    draft.remember("problem", None)
    if draft.is_stale():
        return
    if current is None or current.verdict != verdict:
        draft.append(verdict)
    draft.remember("correcting", draft.token if verdict == "wrong" else None)


def _state(draft: Draft, current: StoredVerdict | None) -> None:
    """Say what happened: an error, saved with undo, or withdrawn."""
    problem = draft.note("problem")
    if problem and problem[0] == draft.token:
        st.error(escape_markdown(problem[1]), icon=":material/error:")
    elif current is not None and current.verdict == "withdrawn":
        later = f" {WAITS}" if _waits() else ""
        st.info(f"Taken back: your verdict no longer counts.{later}", icon=":material/undo:")
    elif current is not None:
        with st.container(horizontal=True, vertical_alignment="center", gap="small"):
            _saved(draft, current)
            st.button(
                "Undo",
                key=draft.key("undo"),
                icon=":material/undo:",
                on_click=_withdraw,
                args=(draft,),
            )


def _saved(draft: Draft, current: StoredVerdict) -> None:
    number = draft.prediction if isinstance(draft.prediction, Regression | Number) else None
    unit = f" {number.unit}".rstrip() if number else ""
    answer = shortened(current.expected)
    answer = f"{answer}{unit}" if number else escape_markdown(answer)
    right = f", right is “{answer}”" if current.expected else ""
    words = f"{VERDICTS[current.verdict].label.lower()}{right}. Thank you!"
    if _waits():
        text = f"Saved here for now: {words} {WAITS}"
        st.info(text, icon=":material/schedule_send:", width="stretch")
    else:
        st.success(f"Saved: {words}", icon=":material/check_circle:", width="stretch")


@callback
def _withdraw(draft: Draft) -> None:
    draft.append("withdrawn")


def _correction(draft: Draft, current: StoredVerdict) -> None:
    """Ask what is right; the answer supersedes the bare "wrong" that is stored already."""
    with st.form(draft.key("correction"), border=True):
        _expected_widget(draft, current)
        st.text_input(
            "Comment (optional)",
            value=current.comment,
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


def _expected_widget(draft: Draft, current: StoredVerdict) -> None:
    """Ask for the right answer, in the way that suits its kind; for some there is no way."""
    chosen, prediction = draft.key("expected", draft.token), draft.prediction
    question, stored = "What is right?", current.expected
    offered = getattr(prediction, "probabilities", None) or ()
    labels = tuple(draft.loaded.module.LABELS or offered)
    if isinstance(prediction, Regression | Number):
        unit = f" ({prediction.unit})" if prediction.unit else ""
        number = float(stored) if stored else None
        st.number_input(f"{question}{unit}", value=number, key=chosen)
    elif isinstance(prediction, Text | Markdown):
        st.text_area(question, value=stored, key=chosen)
    elif isinstance(prediction, Classification) and not labels:
        st.text_input(question, value=stored, key=chosen)
    elif isinstance(prediction, Classification):
        labels = tuple(label for label in labels if label != prediction.label)
        start = stored or (labels[0] if len(labels) == 1 else None)
        if len(labels) <= SHOWN_LABELS:
            st.pills(question, labels, default=start, key=chosen)
        else:
            index = labels.index(start) if start else None
            st.selectbox(question, labels, index=index, placeholder="Type to search", key=chosen)


@callback
def _save_correction(draft: Draft) -> None:
    draft.remember("problem", None)
    if draft.is_stale():
        return
    answer = st.session_state.get(draft.key("expected", draft.token))
    comment = st.session_state.get(draft.key("comment", draft.token)) or ""
    expected = "" if answer is None else _as_stored(answer)
    current = draft.stored_verdict()
    if current is None or (current.expected, current.comment) != (expected, comment):
        draft.append("wrong", expected, comment)
    if not draft.note("problem"):
        draft.remember("correcting", None)


def _as_stored(answer: str | float) -> str:
    """Return a label as it is, a number as people write it, with every digit.

    >>> _as_stored(123456.7), _as_stored(52000.0), _as_stored("rain")
    ('123456.7', '52000', 'rain')
    """
    if isinstance(answer, float):
        return str(int(answer)) if answer.is_integer() else repr(answer)
    return answer


def _tries(draft: Draft) -> None:
    """List what this visit judged on the page, to look at again or to take back."""
    tries: list[Draft] = draft.note("tries") or []
    if not tries:
        return
    with st.expander(f"What you judged here: {len(tries)}", icon=":material/history:"):
        for number, one in enumerate(reversed(tries)):
            _try(one, number)
        st.button(
            "I am somebody else",
            key=draft.key("begin_anew"),
            type="tertiary",
            icon=":material/person_add:",
            on_click=callback(begin_anew),
            help="The next verdicts are yours: these are not shown any more, and still count.",
        )


def _try(draft: Draft, number: int) -> None:
    current = draft.stored_verdict()
    if current is None:
        return
    said = VERDICTS[current.verdict].label.lower() if current.counts else "taken back"
    given = in_short(draft.loaded.module, draft.given)
    answer = f", **{escape_markdown(found)}**" if (found := _in_short(draft.prediction)) else ""
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        st.markdown(f"{given}{answer}: {said}")
        if st.button("Show again", key=draft.key("try_show", str(number)), type="tertiary"):
            hand_over(draft.name, draft.given)
            st.rerun()
        if current.counts:
            st.button(
                "Take back",
                key=draft.key("try_undo", str(number)),
                type="tertiary",
                on_click=_withdraw,
                args=(draft,),
            )


def _in_short(prediction: BaseOutput) -> str:
    """Return an answer in a word or a number; empty for what has no short form."""
    if isinstance(prediction, Classification):
        return prediction.label
    if isinstance(prediction, Regression | Number):
        return f"{prediction.value:,.6g} {prediction.unit}".strip()
    return short_form(prediction)


def _waits() -> bool:
    """Return True while verdicts wait on this server until their database is back."""
    try:
        return store().waiting() > 0
    except FeedbackError:
        return False


def storage_notice(text: str, rows: str) -> bool:
    """Say where rows go ("{place}" in the text) and whether they last; False if they go nowhere."""
    try:
        place, lasting = store().place, store().lasting
    except FeedbackError as error:
        st.warning(escape_markdown(str(error)), title=f"{rows} cannot be stored at present")
        return False
    passing = "" if lasting else " :material/warning: It is lost when the server restarts."
    st.caption(text.format(place=escape_markdown(place)) + passing)
    return True


def _name() -> None:
    if signed_in := person():
        st.markdown(f":small[:material/person: {escape_markdown(signed_in.name)}]", width="content")
        return
    label = "Your name" if st.session_state.get("annotator") else "Add your name"
    with st.popover(label, icon=":material/person:", type="tertiary"):
        st.text_input(
            "Your name (optional)",
            key="annotator",
            help="Stored with your verdicts, and remembered for this visit. At most 80 characters.",
            persist_state="session",
        )


def record(
    loaded: Loaded, given: ModelInput, prediction: BaseOutput, source: str = "ui", **more: str
) -> Record:
    """Return a row of this visit about an answer; `more` holds the verdict and what goes with it.

    ValidationError for a text that a row cannot hold.
    """
    who = person()
    columns = {"annotator": visitor_name(), "session": visit()} | more
    signed_in = who is not None and columns["annotator"] == who.name
    return row(loaded, given, prediction, source=source, signed_in=signed_in, **columns)


def append(record: Record) -> str:
    """Store a row of this visit and return its id; FeedbackError as for every row."""
    return rows.append(record, st.context.ip_address or "")


def visitor_name() -> str:
    """Return the name that verdicts carry: the one signed in with, else the one given, if any."""
    signed_in = person()
    return signed_in.name if signed_in else st.session_state.get("annotator") or ""

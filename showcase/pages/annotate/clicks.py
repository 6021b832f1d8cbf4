"""What a click does to a task: judge, skip, go back, go on."""

import logging
import time
from collections.abc import Callable
from typing import Any

import streamlit as st
from pydantic import ValidationError

from showcase import ui
from showcase.annotation import Item, Task, before, judgement_id, same
from showcase.contract import BaseOutput
from showcase.contract.messages import sentence
from showcase.feedback import FeedbackError, RefusedError
from showcase.pages.annotate.state import (
    ITEM,
    MADE,
    NAME,
    PROBLEM,
    SKIPPED,
    Work,
    look_at,
    reservations,
    tasks,
)
from showcase.runtime.loading import store

logger = logging.getLogger(__name__)

AGAIN_S = 0.3  # what comes sooner after a click is its double, and nobody has looked yet
CLICKED, SHOWN = f"{NAME}_clicked", f"{NAME}_shown"
ELSEWHERE = "You judged it before this click, in another tab: that answer counts."


@ui.callback
def judge(
    work: Work, item: Item, prediction: BaseOutput, columns: Callable[[], dict[str, str] | None]
) -> None:
    """Store what the person says about an input, then go on; `columns` reads the widgets.

    The second click of a double one, which may hit the next input, does nothing.
    """
    if _is_double() or (said := columns()) is None:
        return
    st.session_state[PROBLEM] = ""
    person = ui.person()
    if person is None or person.name != work.name:
        st.session_state[PROBLEM] = "You are signed out: nothing was stored."
        return
    try:
        _store(work, item, prediction, said)
    except (FeedbackError, ValidationError) as error:
        logger.warning("judgement not stored: %s", sentence(error), extra={"demo": work.task.demo})
        st.session_state[PROBLEM] = sentence(error)
    else:
        reservations().release(work.task.id, work.name)
        look_at()


def _store(work: Work, item: Item, prediction: BaseOutput, said: dict[str, str]) -> None:
    """Append the row, which replaces what this person said before, if that was something else."""
    earlier = Work.on(work.task, work.name).own.get(item.input_hash)
    if earlier and (earlier.verdict, earlier.expected) == (said["verdict"], said["expected"]):
        return
    replaces = earlier.id if earlier else ""
    own_id = judgement_id(work.task.id, item.input_hash, work.name, replaces)
    row: dict[str, Any] = {"session": work.task.id, "annotator": work.name, "supersedes": replaces}
    record = ui.record(work.loaded, work.given(item), prediction, id=own_id, **row, **said)
    try:
        store().append(record)
    except RefusedError:
        if own_id not in store():
            raise
        raise RefusedError(ELSEWHERE) from None  # in between, in another tab


@ui.callback
def skip(work: Work, item: Item) -> None:
    """Put the input behind all others of this visit."""
    if _is_double():
        return
    skipped = [one for one in st.session_state.get(SKIPPED, []) if one != item.input_hash]
    st.session_state[SKIPPED] = [*skipped, item.input_hash]
    reservations().release(work.task.id, work.name)


@ui.callback
def back(work: Work, item: Item | None) -> None:
    """Look again at what the person judged before."""
    look_at(before(work.own, item.input_hash if item else "") or st.query_params.get(ITEM, ""))


@ui.callback
def go_on() -> None:
    """Go on with what is not judged yet."""
    look_at()


@ui.callback
def remove(task: Task) -> None:
    """Remove a task, if it is this person's."""
    person = ui.person()
    if person is None or same(person.name) != same(task.created_by):
        return
    try:
        tasks().remove(task.id)
    except FeedbackError as error:
        st.session_state[PROBLEM] = str(error)


def note_shown(item: Item) -> None:
    """Note since when an input is shown."""
    if st.session_state.get(SHOWN, ("", 0.0))[0] != item.input_hash:
        st.session_state[SHOWN] = (item.input_hash, time.monotonic())


def _is_double() -> bool:
    """Tell whether this click came right after another one, or before anybody could look."""
    st.session_state.pop(MADE, None)  # said long enough
    now = time.monotonic()
    last = max(st.session_state.get(CLICKED, 0.0), st.session_state.get(SHOWN, ("", 0.0))[1])
    st.session_state[CLICKED] = now
    return bool(now - last < AGAIN_S)

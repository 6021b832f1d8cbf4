"""A task as the store and the address hold it, and what a click does: judge, skip, go back."""

import logging
import time
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import streamlit as st
from pydantic import ValidationError

from models import registry
from models.base import BaseOutput, ModelInput
from showcase import ui
from showcase.annotation import (
    Item,
    Progress,
    Reservations,
    Task,
    Tasks,
    before,
    is_task,
    judgement_id,
    open_tasks,
)
from showcase.feedback import FeedbackError, Judgement, RefusedError
from showcase.messages import plain
from showcase.settings import feedback_url

logger = logging.getLogger(__name__)

NAME = "annotate"
TASK, ITEM, DEMO = "task", "item", "demo"  # in the address
AGAIN_S = 0.3  # what comes sooner after a click is its double
ELSEWHERE = "You judged it before this click, in another tab: that answer counts."
MADE, PROBLEM, SKIPPED, CLICKED = (
    f"{NAME}_{part}" for part in ("made", "problem", "skipped", "at")
)


@st.cache_resource(show_spinner=False)
def reservations() -> Reservations:
    """Return who looks at what just now, for all visitors of this process."""
    return Reservations()


def tasks() -> Tasks:
    """Return where tasks are kept: beside the verdicts."""
    return open_tasks(feedback_url())


@dataclass(frozen=True)
class Work:
    """A task, the person who works on it, and how far it is."""

    task: Task
    name: str
    progress: Progress

    @classmethod
    def on(cls, task: Task, name: str) -> "Work":
        """Return the task as it stands; FeedbackError if the store cannot tell."""
        return cls(task, name, Progress.of(task, ui.store().judgements(task.id)))

    @cached_property
    def loaded(self) -> ui.Loaded:
        """The model that the task is about."""
        return ui.model(self.task.demo)

    @cached_property
    def own(self) -> dict[str, Judgement]:
        """What this person judged, by the input's hash, the latest last."""
        return self.progress.own(self.name)

    @cached_property
    def shown(self) -> Item | None:
        """What the address asks to look at again, else what comes next; None for nothing."""
        asked = self.task.item(st.query_params.get(ITEM, ""))
        if asked is not None and asked.input_hash in self.own:
            return asked
        skipped = st.session_state.get(SKIPPED, [])
        return reservations().take(
            self.task.id,
            self.name,
            lambda held, mine: self.progress.next(self.name, held, mine, skipped),
        )

    @property
    def said(self) -> Judgement | None:
        """What this person said about the input that is shown; None for nothing yet."""
        return None if self.shown is None else self.own.get(self.shown.input_hash)

    def key(self, *parts: str) -> str:
        """Return a widget key of the input that is shown: a late click hits no other input."""
        shown = "" if self.shown is None else self.shown.input_hash
        return "_".join((NAME, *parts, shown))

    def given(self, item: Item) -> ModelInput:
        """Return the input; ValidationError if the model takes such inputs no more."""
        return self.loaded.module.Input.model_validate(item.input)


def task_in_address() -> str:
    """Return the id of the task that the address names; empty for none."""
    given = st.query_params.get_all(TASK)
    return given[0] if len(given) == 1 and is_task(given[0]) else ""


def known_demo(name: str) -> bool:
    """Tell whether there is such a demo: one may have been taken out since."""
    return name in {demo.name for demo in registry.DEMOS}


def cannot(error: FeedbackError) -> None:
    """Say why there is nothing to work on."""
    title = "Tasks cannot be worked on at present"
    st.error(ui.literal(str(error)), title=title, icon=":material/error:")
    st.button("Try again", key=f"{NAME}_try_again", icon=":material/refresh:")


def look_at(input_hash: str = "") -> None:
    """Let the address name an input to look at again, or none."""
    if input_hash:
        st.query_params[ITEM] = input_hash
    elif ITEM in st.query_params:
        del st.query_params[ITEM]


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
    except ValidationError as error:
        st.session_state[PROBLEM] = plain(error.errors()[0]["msg"])
    except FeedbackError as error:
        logger.warning("judgement not stored: %s", error, extra={"demo": work.task.demo})
        st.session_state[PROBLEM] = str(error)
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
        ui.store().append(record)
    except RefusedError:
        if own_id not in ui.store():
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


def _is_double() -> bool:
    """Tell whether this click came right after another one; a key that is held down stays one."""
    now = time.monotonic()
    last = st.session_state.get(CLICKED, 0.0)
    st.session_state[CLICKED] = now
    return bool(now - last < AGAIN_S)

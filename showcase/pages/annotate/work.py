"""The controller of a task: what the person judges now, and what each click does."""

import logging
import time
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import streamlit as st
from pydantic import ValidationError

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
    same,
)
from showcase.annotation.progress import UNSURE, Judgement
from showcase.contract import BaseOutput, ModelInput, registry
from showcase.contract.messages import sentence
from showcase.feedback import FeedbackError, RefusedError
from showcase.runtime import loading
from showcase.runtime.settings import feedback_url

NAME = "annotate"
TASK, ITEM, DEMO = "task", "item", "demo"  # in the address
MADE, PROBLEM, SKIPPED, STORED = (
    f"{NAME}_{part}" for part in ("made", "problem", "skipped", "stored")
)
logger = logging.getLogger(__name__)
AGAIN_S = 0.3  # what comes sooner after a click is its double, and nobody has looked yet
CLICKED, SHOWN = f"{NAME}_clicked", f"{NAME}_shown"
ELSEWHERE = "You judged it before this click, in another tab: that answer counts."


@st.cache_resource(show_spinner=False)
def reservations() -> Reservations:
    """Return who looks at what just now, for all visitors of this process."""
    return Reservations()


def tasks() -> Tasks:
    """Return where tasks are kept: beside the verdicts; StorageError if there is no such place."""
    loading.store()
    return open_tasks(feedback_url())


def progress_of(task: Task) -> Progress:
    """Return how far a task is just now."""
    return Progress.of(task, loading.store().current_rows(Judgement, session=task.id))


@dataclass(frozen=True)
class Work:
    """A person at a task: what is shown to them, and what each click does."""

    task: Task
    name: str
    progress: Progress

    @classmethod
    def on(cls, task: Task, name: str) -> "Work":
        """Return the task with its progress now; FeedbackError if the store cannot tell."""
        return cls(task, name, progress_of(task))

    @cached_property
    def loaded(self) -> loading.Loaded:
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
        return reservations().take_next(
            self.progress, self.name, skipped, lambda: progress_of(self.task)
        )

    @property
    def earlier(self) -> Judgement | None:
        """How this person judged the shown input before; None for not yet."""
        return self.own.get(self._hash)

    @property
    def last_stored(self) -> str:
        """What this visit stored last in this task, as Markdown that follows; empty for nothing."""
        task_id, answer = st.session_state.get(STORED, ("", ""))
        if task_id != self.task.id:
            return ""
        return f". Stored: {'cannot tell' if answer == UNSURE else ui.escape_markdown(answer)}"

    @property
    def _hash(self) -> str:
        return "" if self.shown is None else self.shown.input_hash

    def key(self, *parts: str) -> str:
        """Return a widget key of the shown input: a late click hits no other input."""
        return "_".join((NAME, *parts, self._hash))

    def model_input(self, item: Item) -> ModelInput:
        """Return the input; ValidationError if the model takes such inputs no more."""
        return self.loaded.module.Input.model_validate(item.input)

    def note_shown(self) -> None:
        """Note since when the input is shown."""
        if st.session_state.get(SHOWN, ("", 0.0))[0] != self._hash:
            st.session_state[SHOWN] = (self._hash, time.monotonic())

    @ui.callback
    def judge(
        self, item: Item, prediction: BaseOutput, read: Callable[[], dict[str, str] | None]
    ) -> None:
        """Store the person's answer about an input, then go on; `read` takes it from the widgets.

        The second click of a double one, which may hit the next input, does nothing.
        """
        if _is_double_click() or (answer := read()) is None:
            return
        st.session_state[PROBLEM] = ""
        person = ui.person()
        if person is None or person.name != self.name:
            st.session_state[PROBLEM] = "You are signed out: nothing was stored."
            return
        try:
            self._store(item, prediction, answer)
        except (FeedbackError, ValidationError) as error:
            problem = st.session_state[PROBLEM] = sentence(error)
            logger.warning("judgement not stored: %s", problem, extra={"demo": self.task.demo})
        else:
            st.session_state[STORED] = (self.task.id, answer["expected"] or answer["verdict"])
            reservations().release(self.task.id, self.name)
            show_item()

    def _store(self, item: Item, prediction: BaseOutput, answer: dict[str, str]) -> None:
        """Append the row, which supersedes the person's earlier one, unless that says the same."""
        earlier = progress_of(self.task).own(self.name).get(item.input_hash)
        if earlier and (earlier.verdict, earlier.expected) == (
            answer["verdict"],
            answer["expected"],
        ):
            return
        supersedes = earlier.id if earlier else ""
        row_id = judgement_id(self.task.id, item.input_hash, self.name, supersedes)
        row: dict[str, Any] = {"session": self.task.id, "annotator": self.name}
        row |= {"id": row_id, "supersedes": supersedes} | answer
        record = ui.record(self.loaded, self.model_input(item), prediction, **row)
        try:
            loading.store().append(record)
        except RefusedError:
            if row_id not in loading.store():
                raise
            raise RefusedError(ELSEWHERE) from None  # in between, in another tab

    @ui.callback
    def skip(self, item: Item) -> None:
        """Put the input behind all others of this visit."""
        if _is_double_click():
            return
        skipped = [one for one in st.session_state.get(SKIPPED, []) if one != item.input_hash]
        st.session_state[SKIPPED] = [*skipped, item.input_hash]
        reservations().release(self.task.id, self.name)

    @ui.callback
    def back(self, item: Item | None) -> None:
        """Look again at what the person judged before."""
        previous = before(self.own, item.input_hash if item else "")
        show_item(previous or st.query_params.get(ITEM, ""))


def task_in_address() -> str:
    """Return the id of the task that the address names; empty for none."""
    given = st.query_params.get_all(TASK)
    return given[0] if len(given) == 1 and is_task(given[0]) else ""


def known_demo(name: str) -> bool:
    """Return True if there is such a demo: one may have been taken out since."""
    return name in {demo.name for demo in registry.demos()}


def cannot(error: FeedbackError) -> None:
    """Say why there is nothing to work on."""
    title = "Tasks cannot be worked on at present"
    st.error(ui.escape_markdown(str(error)), title=title, icon=":material/error:")
    st.button("Try again", key=f"{NAME}_try_again", icon=":material/refresh:")


def open_task(task_id: str = "") -> None:
    """Let the address name a task, or none, and show it.

    A link to the page that one is on would leave the address as it is.
    """
    show_item()
    if task_id:
        st.query_params[TASK] = task_id
    elif TASK in st.query_params:
        del st.query_params[TASK]
    st.rerun()


def all_tasks_button() -> None:
    """Offer to go back to the list."""
    if st.button("All tasks", key=f"{NAME}_all_tasks", icon=":material/list:", type="tertiary"):
        open_task()


def show_item(input_hash: str = "") -> None:
    """Let the address name an input to look at again; for none, what comes next is shown."""
    if input_hash:
        st.query_params[ITEM] = input_hash
    elif ITEM in st.query_params:
        del st.query_params[ITEM]


@ui.callback
def remove(task: Task) -> None:
    """Remove a task, if it is this person's."""
    person = ui.person()
    if person is None or same(person.name) != same(task.created_by):
        return
    try:
        tasks().remove(task.id)
        about = {"task": task.id, "demo": task.demo, "person": person.name}
        logger.info("annotation task removed", extra=about)
    except FeedbackError as error:
        st.session_state[PROBLEM] = str(error)


def _is_double_click() -> bool:
    """Return True if this click came right after another one, or before anybody could look."""
    st.session_state.pop(MADE, None)  # said long enough
    now = time.monotonic()
    last = max(st.session_state.get(CLICKED, 0.0), st.session_state.get(SHOWN, ("", 0.0))[1])
    st.session_state[CLICKED] = now
    return bool(now - last < AGAIN_S)

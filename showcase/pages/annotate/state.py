"""A task as the store and the address hold it: a reload changes nothing."""

from dataclasses import dataclass
from functools import cached_property

import streamlit as st

from showcase import ui
from showcase.annotation import (
    Item,
    Progress,
    Reservations,
    Task,
    Tasks,
    is_task,
    open_tasks,
)
from showcase.contract import ModelInput, registry
from showcase.feedback import FeedbackError, Judgement
from showcase.runtime import loading
from showcase.runtime.settings import feedback_url

NAME = "annotate"
TASK, ITEM, DEMO = "task", "item", "demo"  # in the address
MADE, PROBLEM, SKIPPED = (f"{NAME}_{part}" for part in ("made", "problem", "skipped"))


@st.cache_resource(show_spinner=False)
def reservations() -> Reservations:
    """Return who looks at what just now, for all visitors of this process."""
    return Reservations()


def tasks() -> Tasks:
    """Return where tasks are kept: beside the verdicts; StorageError if there is no such place."""
    loading.store()
    return open_tasks(feedback_url())


def look(task: Task) -> Progress:
    """Return how far a task is just now."""
    return Progress.of(task, loading.store().judgements(task.id))


@dataclass(frozen=True)
class Work:
    """A task, the person who works on it, and how far it is."""

    task: Task
    name: str
    progress: Progress

    @classmethod
    def on(cls, task: Task, name: str) -> "Work":
        """Return the task as it stands; FeedbackError if the store cannot tell."""
        return cls(task, name, look(task))

    def _look(self) -> Progress:
        return look(self.task)

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
        return reservations().take_next(self.progress, self.name, skipped, self._look)

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
    return name in {demo.name for demo in registry.demos()}


def cannot(error: FeedbackError) -> None:
    """Say why there is nothing to work on."""
    title = "Tasks cannot be worked on at present"
    st.error(ui.escape_markdown(str(error)), title=title, icon=":material/error:")
    st.button("Try again", key=f"{NAME}_try_again", icon=":material/refresh:")


def look_at(input_hash: str = "") -> None:
    """Let the address name an input to look at again, or none."""
    if input_hash:
        st.query_params[ITEM] = input_hash
    elif ITEM in st.query_params:
        del st.query_params[ITEM]

"""Annotation tasks whose rows a reviewer does not see: those in which they still judge blind."""

import streamlit as st

from showcase import ui
from showcase.annotation import Progress, Task, open_tasks, same
from showcase.annotation.progress import Judgement
from showcase.pages.review.selection import NAME
from showcase.runtime import loading
from showcase.runtime.settings import feedback_url

SHOW = f"{NAME}_show_open_tasks"


def blind_tasks() -> list[Task]:
    """Return the tasks whose rows are hidden from this visitor, and say so.

    Whoever has begun a task sees them when nothing is left to judge; whoever has not may say that
    they do not judge there. FeedbackError if the store cannot tell.
    """
    person = ui.person()
    name = person.name if person else ""
    begun, open_to = _unfinished(name)
    hidden = list(begun)
    if open_to and not st.toggle(
        f"Show the rows of {_counted(open_to)} that you could judge in: I do not judge there",
        key=SHOW,
        persist_state="session",
        help="People of a task judge blind to each other: whoever has seen its rows does not.",
    ):
        hidden += open_to
    if begun:
        st.caption(
            f":material/visibility_off: Rows of {_counted(begun)} are hidden until you have "
            "judged all that is yours there."
        )
    return hidden


def _unfinished(name: str) -> tuple[list[Task], list[Task]]:
    """Return the tasks that a person has begun, and others that they could judge in, but theirs."""
    begun, open_to = [], []
    for task in open_tasks(feedback_url()).every():
        rows = loading.store().current_rows(Judgement, session=task.id)
        progress = Progress.of(task, rows)
        if not rows or not progress.left_for(name):
            continue
        if progress.own(name):
            begun.append(task)
        elif same(task.created_by) != same(name):
            open_to.append(task)
    return begun, open_to


def _counted(tasks: list[Task]) -> str:
    return f"“{ui.escape_markdown(tasks[0].title)}”" if len(tasks) == 1 else f"{len(tasks)} tasks"

"""Annotate: people judge a list one by one, blind to each other."""

import streamlit as st

from showcase import ui
from showcase.feedback import FeedbackError
from showcase.pages import navigation
from showcase.pages.annotate.list import every
from showcase.pages.annotate.state import (
    MADE,
    NAME,
    TASK,
    cannot,
    known_demo,
    task_in_address,
    tasks,
)
from showcase.pages.annotate.task import work_on


@ui.fragment
def judging(task_id: str, name: str) -> None:
    """Work on the task; a click reruns no more than this."""
    try:
        task = tasks().find(task_id)
        if task is None or not known_demo(task.demo):
            no_task()
            return
        if (made := st.session_state.get(MADE)) and made[0] == task_id:
            said = ui.escape_markdown(f"The task is made. {made[1]}".strip())
            st.success(said, icon=":material/playlist_add_check:")
        work_on(task, name)
    except FeedbackError as error:
        cannot(error)


def no_task() -> None:
    """Say that the address names no task, and lead to those that there are."""
    st.warning(
        "It was removed, or the link is cut off.",
        title="This link names no task",
        icon=":material/link_off:",
    )
    st.page_link(navigation.page(NAME), label="All tasks", icon=":material/list:")


def page() -> None:
    """Draw the page."""
    ui.through_home()
    person = ui.person() if ui.may_review() else None
    task_id = task_in_address()
    try:
        found = tasks().find(task_id) if task_id and person else None
        st.title(ui.escape_markdown(found.title) if found else "Annotate")
        if person is None:
            st.caption(
                "Judge a list, one input after the other. What you say becomes training data."
            )
            ui.sign_in()
        elif TASK in st.query_params:
            ui.signed_in()
            judging(task_id, person.name)
        else:
            st.caption("Judge a list, one input after the other, blind to each other.")
            ui.signed_in()
            every(person.name)
    except FeedbackError as error:
        cannot(error)

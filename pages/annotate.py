"""Annotate: people judge a list one by one, blind to each other. `/annotate`."""

import streamlit as st

from pages.annotate_list import listed
from pages.annotate_make import make
from pages.annotate_state import DEMO, MADE, NAME, TASK, known_demo, task_in_address, tasks
from pages.annotate_task import work_on
from showcase import ui
from showcase.feedback import FeedbackError


@ui.fragment
def judging(task_id: str, name: str) -> None:
    """Work on the task; a click reruns no more than this."""
    task = tasks().find(task_id)
    if task is None or not known_demo(task.demo):
        st.warning(
            "It was removed, or the link is cut off.",
            title="This link names no task",
            icon=":material/link_off:",
        )
        st.page_link(f"pages/{NAME}.py", label="All tasks", icon=":material/list:")
        return
    if (made := st.session_state.get(MADE)) and made[0] == task_id:
        st.success(f"The task is made. {ui.literal(made[1])}", icon=":material/playlist_add_check:")
    try:
        work_on(task, name)
    except FeedbackError as error:
        cannot(error)


def cannot(error: FeedbackError) -> None:
    """Say why there is nothing to work on."""
    title = "Tasks cannot be worked on at present"
    st.error(ui.literal(str(error)), title=title, icon=":material/error:")
    st.button("Try again", key=f"{NAME}_try_again", icon=":material/refresh:")


def every(name: str) -> None:
    """List the tasks, and offer to make one."""
    given = st.query_params.get(DEMO, "")
    demo = given if known_demo(given) else ""
    listed(tasks().every(), name, demo)
    new = st.expander(
        "Make a task", icon=":material/playlist_add:", key=f"{NAME}_new", on_change="rerun"
    )
    if new.open:
        with new:
            make(name, demo)


person = ui.person() if ui.may_review() else None
task_id = task_in_address()
try:
    found = tasks().find(task_id) if task_id and person else None
    st.title(ui.literal(found.title) if found else "Annotate")
    if person is None:
        st.caption("Judge a list, one input after the other. What you say becomes training data.")
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

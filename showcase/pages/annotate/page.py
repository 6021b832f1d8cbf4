"""Annotate: people judge a list one by one, blind to each other."""

from functools import partial

import streamlit as st

from showcase import ui
from showcase.annotation import Task
from showcase.contract import registry
from showcase.feedback import FeedbackError
from showcase.pages.annotate.create import create
from showcase.pages.annotate.judge import work_on
from showcase.pages.annotate.work import (
    DEMO,
    MADE,
    NAME,
    TASK,
    all_tasks_button,
    cannot,
    known_demo,
    open_task,
    progress_of,
    task_in_address,
    tasks,
)


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
                "Judge a list, one input after the other. What you say is stored, to measure "
                "models and to train them."
            )
            ui.sign_in()
        elif TASK in st.query_params:
            ui.signed_in()
            judging(task_id, person.name)
        else:
            st.caption("Judge a list, one input after the other, blind to each other.")
            ui.signed_in()
            task_list(person.name)
    except FeedbackError as error:
        cannot(error)


@partial(ui.fragment, in_view=False)
def judging(task_id: str, name: str) -> None:
    """Work on the task; a click reruns no more than this."""
    try:
        task = tasks().find(task_id)
        if task is None or not known_demo(task.demo):
            no_task()
            return
        with st.container():  # also without the note: else the fields below would lose the focus
            if (made := st.session_state.get(MADE)) and made[0] == task_id:
                note = ui.escape_markdown(f"The task is made. {made[1]}".strip())
                st.success(note, icon=":material/playlist_add_check:")
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
    all_tasks_button()


def task_list(name: str) -> None:
    """List the tasks, those of one demo only if the address names it; offer to make one."""
    given = st.query_params.get(DEMO, "")
    demo = given if known_demo(given) else ""
    _listed(tasks().every(), name, demo)
    new = st.expander(
        "Make a task", icon=":material/playlist_add:", key=f"{NAME}_new", on_change="rerun"
    )
    if new.open:
        with new:
            create(name, demo)


def _listed(found: list[Task], name: str, demo: str) -> None:
    """Show a card for each task."""
    shown = [task for task in found if known_demo(task.demo) and demo in ("", task.demo)]
    if not shown:
        about = f" about {registry.find(demo).title}" if demo else ""
        st.info(
            "Make one below: choose inputs, and send the link to those who are to judge them.",
            title=f"There are no tasks{about} yet",
            icon=":material/playlist_add:",
        )
        return
    grid = st.grid(2, min_column_width=340, gap="medium")
    for task in shown:
        with grid, st.container(border=True, key=f"{NAME}_{task.id}"):
            _card(task, name)


def _card(task: Task, name: str) -> None:
    demo = registry.find(task.demo)
    progress = progress_of(task)
    own, left = len(progress.own(name)), progress.left_for(name)
    st.markdown(f"**{ui.escape_markdown(task.title)}**")
    by = f", by {ui.escape_markdown(task.created_by)}" if task.created_by else ""
    st.caption(f"{demo.icon} {demo.title}, {task.created_at[:10]}{by}")
    people = "1 person" if progress.people == 1 else f"{progress.people} people"
    by_whom = f", by {people}" if progress.people else ""
    said = f"All: {progress.done:,} of {task.wanted:,} judgements{by_whom}"
    st.progress(progress.done / task.wanted, text=said)
    st.progress(own / max(1, own + left), text=f"You: {own:,} of {own + left:,}")
    label = "Look at it" if not left else "Go on" if own else "Start"
    key = f"{NAME}_open_{task.id}"
    if st.button(label, key=key, icon=":material/arrow_forward:", type="tertiary"):
        open_task(task.id)

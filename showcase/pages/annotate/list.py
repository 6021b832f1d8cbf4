"""The tasks that there are, with how far each is, and the way into each."""

import streamlit as st

from showcase import ui
from showcase.annotation import Task
from showcase.contract import registry
from showcase.pages import navigation
from showcase.pages.annotate.make import make
from showcase.pages.annotate.state import DEMO, NAME, TASK, known_demo, look, tasks


def every(name: str) -> None:
    """List the tasks, those of one demo only if the address names it; offer to make one."""
    given = st.query_params.get(DEMO, "")
    demo = given if known_demo(given) else ""
    _listed(tasks().every(), name, demo)
    new = st.expander(
        "Make a task", icon=":material/playlist_add:", key=f"{NAME}_new", on_change="rerun"
    )
    if new.open:
        with new:
            make(name, demo)


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
    progress = look(task)
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
    st.page_link(
        navigation.page(NAME),
        label=label,
        icon=":material/arrow_forward:",
        query_params={TASK: task.id},
    )

"""Judged inputs through a model again; where it and people disagree becomes an annotation task."""

import logging
from typing import NamedTuple

import streamlit as st

from showcase import ui
from showcase.annotation import open_tasks
from showcase.contract import Demo
from showcase.feedback import FeedbackError
from showcase.learning.replay import Replay, replay, task_of
from showcase.learning.selection import select
from showcase.pages import navigation
from showcase.pages.learn.candidate import loaded_version
from showcase.pages.learn.history import versions
from showcase.pages.learn.training import MOST_LOOKED_AT
from showcase.runtime import loading
from showcase.runtime.loading import Loaded
from showcase.runtime.settings import feedback_url

logger = logging.getLogger(__name__)

IN_FORCE, CANDIDATE = "The model in force", "The newest candidate"
MOST = 2_000  # inputs, the newest: while somebody waits
RESULT, PROBLEM, MADE = "learn_replay", "learn_task_problem", "learn_task_made"


class Result(NamedTuple):
    """What a replay found, of which version and which log."""

    key: tuple[str, str, str]
    replay: Replay


def replayed(demo: Demo, who: str) -> None:
    """Offer to put what people judged through a model, and say what came of it."""
    every = versions().every(demo.name)
    which = st.segmented_control(
        "Through which?",
        [IN_FORCE, CANDIDATE] if every else [IN_FORCE],
        default=IN_FORCE,
        required=True,
        key=f"learn_replay_which_{demo.name}",
    )
    loaded: Loaded | None = loading.load(demo.name)
    if which == CANDIDATE:
        loaded = loaded_version(demo.name, every[0].version, str(id(loading.store())))
    store = loading.store()
    if loaded is None or store.count(demo.name) > MOST_LOOKED_AT:
        st.info(f"There are many verdicts: run `showcase replay {demo.name}` where the app runs.")
        return
    key = (demo.name, loaded.version, store.version_token())
    if st.button("Replay what people judged", key="learn_replay_go", icon=":material/replay:"):
        with st.spinner("Asking the model …"):
            lessons = select(store, demo).lessons[-MOST:]
            st.session_state[RESULT] = Result(key, replay(loaded.module, loaded.model, lessons))
    result: Result | None = st.session_state.get(RESULT)
    if result is not None and result.key == key:
        _told(demo, who, result)


def _told(demo: Demo, who: str, result: Result) -> None:
    found = result.replay
    st.write(f"Through version `{result.key[1]}`: {found}")
    disagreements = found.disagreements
    if not disagreements:
        st.caption("The model and the people agree on every judged input.")
        return
    number = len(disagreements)
    st.button(
        f"Make an annotation task of the {number:,} disagreement{'s' * (number != 1)}",
        key="learn_make_task",
        icon=":material/playlist_add:",
        on_click=_make,
        args=(demo, who, result),
    )
    if problem := st.session_state.pop(PROBLEM, ""):
        st.error(ui.escape_markdown(problem), icon=":material/error:")
    if task_id := st.session_state.get(MADE, {}).get(result.key):
        st.success("The task is made.", icon=":material/playlist_add_check:")
        st.page_link(
            navigation.page("annotate"),
            label="Open it in Annotate",
            icon=":material/arrow_forward:",
            query_params={"task": task_id},
        )


@ui.callback
def _make(demo: Demo, who: str, result: Result) -> None:
    """Keep a task of the disagreements."""
    try:
        task = task_of(result.replay, demo, who)
        open_tasks(feedback_url()).add(task)
    except FeedbackError as error:
        st.session_state[PROBLEM] = str(error)
        return
    logger.info("task of disagreements", extra={"task": task.id, "demo": demo.name, "person": who})
    st.session_state[MADE] = {result.key: task.id}

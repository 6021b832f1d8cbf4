"""Learn: candidates from verdicts, what they change, promote and roll back, what people enter."""

import streamlit as st

from showcase import ui
from showcase.contract import Demo, registry
from showcase.feedback import FeedbackError
from showcase.learning.learner import can_learn
from showcase.pages.learn.candidate import candidate
from showcase.pages.learn.entered import what_people_enter
from showcase.pages.learn.history import history, status
from showcase.pages.learn.replay import replayed
from showcase.pages.learn.training import training

NAME = "learn"
PARTS = {
    "Candidate": (training, candidate),
    "Replay": (replayed,),
    "What people enter": (what_people_enter,),
    "History": (history,),
}


def page() -> None:
    """Draw the page."""
    ui.through_home()
    st.title("Learn")
    person = ui.person() if ui.may_review() else None
    st.caption("What people said can make a model better: here it is tried, measured and undone.")
    if person is None:
        ui.sign_in()
        return
    ui.signed_in()
    demo = _chosen()
    if not can_learn(demo):
        st.info(
            f"{demo.title} cannot learn from verdicts: nothing in it is trained, or its package "
            "does not say how.",
            icon=":material/block:",
        )
        return
    try:
        _parts(demo, person.name)
    except FeedbackError as error:
        title = "Verdicts and versions cannot be read at present"
        st.error(ui.escape_markdown(str(error)), title=title, icon=":material/error:")


def _chosen() -> Demo:
    """Let the visitor choose a model, those first that can learn; it is in the address."""
    demos = sorted(registry.demos(), key=lambda demo: not can_learn(demo))
    titles = {demo.title: demo for demo in demos}
    chosen = st.selectbox("Model", list(titles), key=f"{NAME}_demo", bind="query-params", width=260)
    return titles[chosen]


def _parts(demo: Demo, who: str) -> None:
    status(demo)
    tabs = st.tabs(list(PARTS), on_change="rerun", key=f"{NAME}_tab", bind="query-params")
    for tab, parts in zip(tabs, PARTS.values(), strict=True):
        if tab.open:
            with tab:
                for part in parts:
                    part(demo, who)

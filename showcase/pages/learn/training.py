"""What a candidate would learn, and its training, watched while a process of its own does it."""

import logging
from functools import partial
from typing import NamedTuple

import streamlit as st

from showcase import ui
from showcase.contract import Demo, registry
from showcase.contract.messages import sentence
from showcase.feedback import Store
from showcase.learning import runs
from showcase.learning.runs import Run
from showcase.learning.selection import select_to_learn, split, split_by_person
from showcase.runtime import loading
from showcase.runtime.settings import settings

logger = logging.getLogger(__name__)

MOST_LOOKED_AT = 50_000  # verdicts: more are not counted while somebody waits
POLLED_S = 1.0
PROBLEM = "learn_problem"


class Learnable(NamedTuple):
    """How many inputs a candidate would learn, and how many be tested on; what is left out, why."""

    inputs: int
    verdicts: int
    people: int
    apart: int
    by_person: bool
    left_out: dict[str, int]


@st.cache_data(show_spinner=False, max_entries=20)
def _learnable(_store: Store, store_id: int, name: str, token: str) -> Learnable:  # noqa: ARG001  # the key
    found = select_to_learn(_store, registry.find(name))
    learnt, apart = split(found.lessons)
    return Learnable(
        len(found.lessons),
        found.verdicts,
        found.people,
        len(apart),
        split_by_person(learnt, apart),
        {reason: count for reason, count in found.left_out.items() if count},
    )


def training(demo: Demo, who: str) -> None:
    """Say what would be learnt; offer to train, or show how far a training is."""
    store = loading.store()
    known: Learnable | None = None
    if store.count(demo.name) <= MOST_LOOKED_AT:
        with st.spinner("Reading the verdicts …"):
            known = _learnable(store, id(store), demo.name, store.version_token())
    st.subheader("What would be learnt", anchor=False)
    _told(known)
    run = runs.find(demo.name)
    if run is not None and run.is_running:
        ui.fragment(_watch, run_every=POLLED_S)(demo.name)
        return
    busy = runs.is_any_running()
    st.button(
        "Train a candidate",
        key=f"learn_train_{demo.name}",
        icon=":material/model_training:",
        disabled=busy or (known is not None and known.inputs == known.apart),
        help="Another model is being trained: one at a time." if busy else None,
        on_click=partial(_start, demo.name, who),
    )
    st.caption("It takes up to ten minutes, in a process of its own, and answers nobody yet.")
    if not settings().data:
        st.caption(
            "Most models need the data that they were trained on: whoever runs this app names "
            "their folder in `VITRINE_DATA`."
        )
    if problem := st.session_state.pop(PROBLEM, ""):
        st.error(ui.escape_markdown(problem), icon=":material/error:")
    elif run is not None and run.state == "failed":
        title = "The last training made no candidate"
        st.error(ui.escape_markdown(run.message), title=title, icon=":material/error:")


def _told(known: Learnable | None) -> None:
    if known is None:
        st.write("There are many verdicts: they are counted when a candidate is trained.")
        return
    if not known.inputs:
        st.write("Nothing yet: nobody has said what would have been right.")
    else:
        st.write(what(known))
    if known.left_out:
        verdicts = sum(known.left_out.values())
        label = f"{verdicts:,} verdict{'s are' if verdicts > 1 else ' is'} left out"
        with st.expander(label, icon=":material/filter_alt:"):
            rows = sorted(known.left_out.items(), key=lambda one: -one[1])
            st.markdown("\n".join(f"- {count:,} {reason}" for reason, count in rows))


def what(known: Learnable) -> str:
    """Return in words what would be learnt."""
    people = "one person" if known.people == 1 else f"{known.people:,} people"
    whose = ", of other people" if known.by_person and known.apart else ""
    learnt = known.inputs - known.apart
    return (
        f"Inputs that would be learnt: **{learnt:,}**; kept apart to test it on{whose}: "
        f"**{known.apart:,}**. Behind them: {known.verdicts:,} "
        f"verdict{'s' * (known.verdicts != 1)} of {people}. Inputs of the held-out data are left "
        "out when it is trained."
    )


@ui.callback
def _start(name: str, who: str) -> None:
    try:
        runs.start(name, who)
        logger.info("training started", extra={"demo": name, "person": who})
    except (BlockingIOError, OSError) as error:
        st.session_state[PROBLEM] = sentence(error)


def _watch(name: str) -> None:
    """Show how far the training is; the whole page runs again once it has ended."""
    run = runs.find(name)
    if run is None or not run.is_running:
        if run is not None and run.state == "done":
            st.toast("The candidate is trained: its report is below.", icon=":material/science:")
        st.rerun()
    st.progress(run.part or 0.0, text=how_far(run))
    st.button(
        "Stop",
        key=f"learn_stop_{name}",
        icon=":material/stop_circle:",
        on_click=ui.callback(partial(runs.stop, name)),
    )
    st.caption("You may leave this page, and come back.")


def how_far(run: Run) -> str:
    """Return what a training does now."""
    if run.part is None:
        return "Reading the data and the verdicts …"
    if run.part < 1:
        return f"Training, {run.part:.0%}"
    return "Comparing it with the model in force …"

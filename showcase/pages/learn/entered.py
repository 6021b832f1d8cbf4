"""Whether what people enter differs from what the model learned from: a sentence for each input."""

import streamlit as st

from showcase import ui
from showcase.contract import Demo, registry
from showcase.feedback import Store
from showcase.learning.drift import FEWEST, Drift, drift, entered, training_of
from showcase.runtime import loading

CAPTION = (
    "Looked at are the newest inputs that were judged, each once, without the page’s examples, "
    "games and annotation tasks. PSI and the Kolmogorov-Smirnov distance (KS) say how large a "
    "difference is; the sentences tell only of those that chance gives in fewer than 5 of 100 "
    "cases, all inputs together."
)


@st.cache_data(show_spinner=False, max_entries=20)
def _looked_at(
    _store: Store,
    store_id: int,  # noqa: ARG001  # with the token the key
    name: str,
    version: str,  # noqa: ARG001
    token: str,  # noqa: ARG001
) -> tuple[int, list[Drift]] | None:
    """Return how many inputs were looked at, and how each field is entered beside training.

    None if nobody knows what training looked like.
    """
    module = registry.find(name).load_module()
    training = training_of(module, loading.load(name).card)
    if training is None:
        return None
    inputs = entered(_store, name, module)
    return len(inputs), drift(module, training, inputs)


def what_people_enter(demo: Demo, who: str) -> None:
    """Say of each input whether it is entered as in training."""
    del who
    loaded, store = loading.load(demo.name), loading.store()
    with st.spinner("Reading the inputs …"):
        token = store.version_token()
        looked_at = _looked_at(store, id(store), demo.name, loaded.version, token)
    if looked_at is None:
        st.info("The model’s card does not keep what it learned from.")
        return
    number, found = looked_at
    if not found:
        st.info(
            f"{number:,} different input{'s were' if number != 1 else ' was'} judged so far: "
            f"{FEWEST} are needed to tell them from what the model learned from."
        )
        return
    st.subheader(headline(found, number), anchor=False)
    for one in found:
        icon = ":orange[:material/trending_up:]" if one.differs else ":green[:material/check:]"
        st.markdown(f"{icon} {ui.escape_markdown(one.sentence)} :small[:gray[{figures(one)}]]")
    st.caption(CAPTION)


def headline(found: list[Drift], number: int) -> str:
    """Return in one sentence how many inputs are entered otherwise than in training."""
    differing = sum(one.differs for one in found)
    inputs = f"{number:,} inputs"
    if not differing:
        return f"{inputs} look like what the model learned from"
    return f"{inputs}: {differing} of {len(found)} fields are not entered as in training"


def figures(one: Drift) -> str:
    """Return the figures behind a sentence."""
    ks = "" if one.ks is None else f", KS {one.ks:.2f}"
    return f"PSI {one.psi:.2f}{ks}"

"""Flower Power: train yourself, challenge the AI, see who is better. `/flower_power`."""

import streamlit as st

from models.flower_power.inputs import FIELDS
from pages.parts.flower_power.challenge import SCOREBOARD, TITLE, challenge, open_tab
from pages.parts.flower_power.own_flower import own
from pages.parts.flower_power.scoreboard import scoreboard
from pages.parts.flower_power.train import train
from showcase import ui
from showcase.contract.fields import key
from showcase.ui import query_params

NAME = "flower_power"
TAB = key(NAME, "tab")
OWN, TABLE = "Your own flower", "A table of flowers"
PARTS = {
    "Train yourself": train,
    TITLE: challenge,
    SCOREBOARD: scoreboard,
    OWN: own,
    TABLE: ui.batch,
}

loaded = ui.model(NAME)
st.title(loaded.demo.title)
ui.scores_caption(loaded)
if query_params.is_handed_over(NAME):
    st.session_state[TAB] = OWN
elif any(key(NAME, field) in st.query_params for field in FIELDS):
    st.session_state.setdefault(TAB, OWN)  # a link to an input
elif key(NAME, "job") in st.query_params:
    st.session_state.setdefault(TAB, TABLE)
open_tab()

# Only the open tab is drawn: the keys of one must not play in another that nobody sees.
tabs = st.tabs(list(PARTS), on_change="rerun", key=TAB, bind="query-params")
for tab, (title, part) in zip(tabs, PARTS.items(), strict=True):
    if tab.open:
        if title != TABLE:
            ui.forget_batch(NAME)
        with tab:
            part(loaded)
ui.model_card(loaded)

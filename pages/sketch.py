"""Sketch: draw, and it is recognised while you draw. `/sketch`."""

import streamlit as st

from pages.parts.sketch.draw import Sheet, draw, take_link, things
from pages.parts.sketch.game import TITLE, Game, draw_this
from pages.parts.sketch.upload import upload
from showcase import ui

NAME = "sketch"
PARTS = {"Draw": draw, "Upload a picture": upload, TITLE: draw_this}

loaded = ui.model(NAME)
st.title(loaded.demo.title)
ui.scores_caption(loaded)
take_link(Sheet.of(f"{NAME}_drawing"))
if Game.of_this_visit().running:
    st.session_state.setdefault(f"{NAME}_tab", TITLE)

# Only the open tab is drawn: the keys Y, N and U must not judge a drawing that nobody sees.
tabs = st.tabs(list(PARTS), on_change="rerun", key=f"{NAME}_tab", bind="query-params")
for tab, part in zip(tabs, PARTS.values(), strict=True):
    if tab.open:
        with tab:
            part(loaded)

things(loaded)
ui.model_card(loaded)

"""Sketch: draw, and it is recognised while you draw. `/sketch`."""

import streamlit as st

from pages import sketch_link
from pages.sketch_answer import things
from pages.sketch_canvas import Sheet
from pages.sketch_draw import draw
from pages.sketch_game import draw_this
from pages.sketch_round import Game
from pages.sketch_upload import upload
from showcase import ui

NAME = "sketch"
PARTS = {"Draw": draw, "Upload a picture": upload, "Draw this!": draw_this}

loaded = ui.model(NAME)
st.title(loaded.demo.title)
ui.scores_caption(loaded)
sketch_link.take(Sheet.of(f"{NAME}_drawing"))
if Game.of_this_visit().running:
    st.session_state.setdefault(f"{NAME}_tab", "Draw this!")

# Only the open tab is drawn: the keys Y, N and U must not judge a drawing that nobody sees.
tabs = st.tabs(list(PARTS), on_change="rerun", key=f"{NAME}_tab")
for tab, part in zip(tabs, PARTS.values(), strict=True):
    if tab.open:
        with tab:
            part(loaded)

things(loaded)
ui.model_card(loaded)

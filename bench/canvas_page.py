"""A canvas and a heading about what is on it: the least that Streamlit and the component take."""

import streamlit as st
from streamlit_drawable_canvas import st_canvas


@st.fragment
def paper() -> None:
    """Count the strokes on the paper."""
    drawn = st_canvas(height=280, width=280, key="paper").json_data
    if drawn and drawn["objects"]:
        st.subheader(f"{len(drawn['objects'])} strokes")


paper()

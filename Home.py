"""Vitrine: machine-learning models to try and to judge. Start: `streamlit run Home.py`."""

from pathlib import Path

import streamlit as st

from models.registry import DEMOS
from showcase.pages import navigation
from showcase.runtime import project

project.use(DEMOS, Path(__file__).parent)
widgets = st.Page(
    "pages/widgets.py",
    title="Widgets",
    icon=":material/widgets:",
    help="Every input and output, with its source.",
)
navigation.run("Vitrine", more={"For developers": [widgets]})

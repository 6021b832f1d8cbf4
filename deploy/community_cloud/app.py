"""The app and its API for Streamlit Community Cloud: beside it stand the lean requirements.

Streamlit looks in this very file for `app = st.App(...)`.
"""

import sys
from pathlib import Path

import streamlit as st

sys.path.insert(0, str(Path(__file__).parents[2]))
from server import HOME
from showcase.app import lifespan, routes
from showcase.middleware import middleware

app = st.App(HOME, routes=routes(), middleware=middleware(), lifespan=lifespan)

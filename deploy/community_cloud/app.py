"""The app and its API for Streamlit Community Cloud: beside it stand the lean requirements.

Streamlit looks in this very file for `app = st.App(...)`.
"""

import sys
from pathlib import Path

import streamlit as st

sys.path.insert(0, str(Path(__file__).parents[2]))
import server

app = st.App(server.HOME, routes=server.ROUTES, lifespan=server.lifespan)

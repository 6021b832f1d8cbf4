"""The app and its JSON API on one port: `uvicorn server:app`, or `streamlit run server.py`."""

from pathlib import Path

import streamlit as st

from models.registry import DEMOS
from showcase.app import lifespan, routes
from showcase.middleware import middleware
from showcase.runtime import project

HOME = Path(__file__).with_name("Home.py")
project.use(DEMOS, HOME.parent)
app = st.App(HOME, routes=routes(), middleware=middleware(), lifespan=lifespan)

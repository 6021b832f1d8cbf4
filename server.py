"""The app and its JSON API on one port: `uvicorn server:app`, or `streamlit run server.py`."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from pathlib import Path

import streamlit as st
from starlette.routing import Mount

from models.registry import DEMOS
from showcase import api, ui
from showcase.runtime import project
from showcase.runtime.log import configure_logging
from showcase.runtime.settings import settings


@asynccontextmanager
async def lifespan(_: st.App) -> AsyncIterator[None]:
    """Load the models while the first visitors come."""
    configure_logging("INFO")
    with suppress(ValueError):  # settings that cannot be used: the pages and the API say so
        configure_logging(settings().log_level)
    ui.warm()
    yield


ui.only_through_home()
HOME = Path(__file__).with_name("Home.py")
project.use(DEMOS, HOME.parent)
ROUTES = [Mount(ui.serve_api(), api.create())]
app = st.App(HOME, routes=ROUTES, lifespan=lifespan)

"""What serves the JSON API beside the app: `st.App("Home.py", routes=routes(), ...)`.

Streamlit looks for that very call in a script, so it stands in the script.
"""

import threading
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, nullcontext, suppress

import streamlit as st
from fastapi import FastAPI
from starlette.routing import Mount

from showcase import api, ui
from showcase.batch import jobs
from showcase.runtime.log import configure_logging
from showcase.runtime.settings import settings

_api: FastAPI | None = None


def routes() -> list[Mount]:
    """Return the API's routes, for `st.App`; the project is in use already (`project.use`)."""
    global _api  # noqa: PLW0603  # one app a process, as Streamlit has it
    st.get_option("logger.level")  # read now: with its options Streamlit sets its loggers up anew
    configure_logging("INFO")
    ui.only_through_home()
    _api = api.create()
    return [Mount(ui.serve_api(), _api)]


@asynccontextmanager
async def lifespan(_: st.App) -> AsyncIterator[None]:
    """Load the models while the first visitors come, and let the API start what it has to.

    Large tables that waited, or were under way when the server stopped, go on.
    """
    configure_logging("INFO")
    with suppress(ValueError):  # settings that cannot be used: the pages and the API say so
        configure_logging(settings().log_level)
        threading.Thread(target=jobs.tend, daemon=True).start()
    ui.warm()
    # A mounted application's lifespan is nobody's but ours to enter.
    async with _api.router.lifespan_context(_api) if _api else nullcontext():
        yield

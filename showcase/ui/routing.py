"""Every visit goes through Home.py, a deep link right after the start too; and to which page."""

import sys
from urllib.parse import urlsplit

import streamlit as st
from streamlit.runtime.pages_manager import PagesManager
from streamlit.runtime.scriptrunner import get_script_run_ctx

from showcase.runtime import loading
from showcase.runtime.loading import EMOJIS, Loaded, load
from showcase.ui.errors import shows_model

ICON = "🖼️"
ARRIVED = "arrived"
ATTEMPTS = 2
FULL_RUN = "full_run"
# Streamlit writes white on the theme's one accent, which is also the colour of selected tabs and
# segments: no violet has a contrast of 4.5 both ways on a dark ground. The system may change the
# theme during a visit, so it is the browser that chooses. Under the mouse the accent is darker; a
# button that is off is not filled.
STYLE = """button[kind^="primary"]:enabled, button[kind^="primary"]:enabled *,
a[kind^="primary"] * {
  color: light-dark(#FFFFFF, #12111F) !important
}
button[kind^="primary"]:enabled:hover, button[kind^="primary"]:enabled:hover *,
a[kind^="primary"]:hover * {
  color: #FFFFFF !important
}
button[kind="tertiary"]:hover, button[kind="tertiary"][aria-expanded="true"] {
  color: light-dark(#4338CA, #A9A4FF) !important
}
[role="radiogroup"] button[aria-checked="true"]:hover p {
  color: light-dark(#4338CA, #C9C6FF) !important
}"""


def only_through_home() -> None:
    """Keep Streamlit from ever taking the folder `pages/` for the app: said before it starts.

    Streamlit 1.67 has no public way to say so: `st.navigation` does it, once a session has run it.
    """
    PagesManager.uses_pages_directory = False


def through_home() -> None:
    """Run again through Home.py if Streamlit took the folder `pages/` for the app itself.

    Until some session has called `st.navigation`, Streamlit serves a deep link such as /rainfall
    by running pages/rainfall.py alone, with every file of the folder in its menu. So each page
    calls this first, most of them by `ui.model`.
    """
    context = get_script_run_ctx(suppress_warning=True)
    if context is None or not PagesManager.uses_pages_directory:
        return
    only_through_home()
    manager = context.pages_manager
    current = manager.get_pages().get(manager.current_page_script_hash)
    if current is None or current["script_path"] != manager.main_script_path:
        st.rerun()


def arrive(page: str) -> None:
    """Note on each full run which page it is, so that a form knows when the visitor came to it."""
    st.session_state[FULL_RUN] = True
    st.html(f"<style>{STYLE}</style>")
    if st.session_state.get("page") != page:
        st.session_state["page"] = page
        st.session_state[ARRIVED] = ATTEMPTS


def model(name: str) -> Loaded:
    """Return the one loaded model of the demo; the visitor sees that it loads, if it takes long."""
    through_home()
    with st.spinner("Loading the model …"):
        loaded = load(name)
    shows_model(name, loaded.version)
    return loaded


def tab_icon() -> str | None:
    """Return the icon of the browser's tab; None while it would make the first gallery wait.

    That is 70 ms for Streamlit's list of emojis, which `warm` loads later. Icons of other kinds
    load NumPy or come from a server elsewhere.
    """
    gallery = (st.get_option("server.baseUrlPath") or "").strip("/")
    at_gallery = urlsplit(st.context.url or "").path.strip("/") == gallery
    return ICON if EMOJIS in sys.modules or not at_gallery else None


def warm() -> None:
    """Load every model in the background, and what each page imports."""
    loading.warm(("showcase.ui.verdict_panel", "showcase.ui.charts"))

"""Every visit goes through Home.py, a deep link right after the start too."""

import streamlit as st
from streamlit.runtime.pages_manager import PagesManager


def through_home() -> None:
    """Run again through Home.py if Streamlit took the folder `pages/` for the app itself.

    Until some session has called `st.navigation`, Streamlit serves a deep link such as /rainfall
    by running pages/rainfall.py alone, with every file of the folder in its menu. `ui.model` calls
    this; a page without a model calls it first.
    """
    if PagesManager.uses_pages_directory:
        PagesManager.uses_pages_directory = False
        st.rerun()

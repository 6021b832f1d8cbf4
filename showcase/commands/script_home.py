"""The app of one script: its page first, then review and annotate. `showcase run SCRIPT`."""

import streamlit as st

from showcase.contract import registry
from showcase.pages import navigation
from showcase.runtime import project

script = project.script()
if script is None:
    raise RuntimeError("Start it with: showcase run SCRIPT")
name, title = script.stem, registry.page_title(registry.demos())
page = st.Page(script, title=title, default=True, url_path="start")
linked = st.Page(script, title=title, url_path=name, visibility="hidden")  # as its API names it
navigation.run(title, home=(name, page), more={"": [linked]})

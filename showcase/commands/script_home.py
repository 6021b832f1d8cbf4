"""The app of one script: its page first, then review and annotate. `showcase run SCRIPT`."""

import streamlit as st

from showcase.contract import registry
from showcase.pages import navigation
from showcase.runtime import project

script = project.script()
if script is None:
    raise RuntimeError("Start it with: showcase run SCRIPT")
title = registry.page_title(registry.demos())
navigation.run(title, home=(script.stem, st.Page(script, title=title, default=True)))

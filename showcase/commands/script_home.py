"""The app of one script or model: its page first, then review and annotate."""

from collections.abc import Sequence
from functools import partial

import streamlit as st

from showcase import interface
from showcase.contract import registry
from showcase.pages import navigation
from showcase.runtime import project


def draw(names: Sequence[str]) -> None:
    """Draw the pages of these demos, one below the other."""
    for name in names:
        interface(name)


script = project.script()
if script is None:
    raise RuntimeError("Start it with: showcase run SCRIPT")
name, title = registry.demos()[0].page_name, registry.page_title(registry.demos())
# A model is fitted once, not at each click: the script that does it is not run again.
is_fitted = all(hasattr(demo.load_module(), "CARD") for demo in registry.demos())
shown = partial(draw, [demo.name for demo in registry.demos()]) if is_fitted else script
page = st.Page(shown, title=title, default=True, url_path="start")
linked = st.Page(shown, title=title, url_path=name, visibility="hidden")  # as its API names it
navigation.run(title, home=(name, page), more={"": [linked]})

"""Vitrine: machine-learning models to try and to judge. Start: `streamlit run Home.py`."""

from pathlib import Path

import streamlit as st

from models.registry import DEMOS
from showcase import ui
from showcase.contract import registry
from showcase.runtime import project
from showcase.runtime.log import configure_logging
from showcase.runtime.settings import settings

project.use(DEMOS, Path(__file__).parent)
# The tab's icon first: a tab without one gets the page's, which Streamlit fetches from a server
# elsewhere. So the gallery, which may have to do without in the beginning, has none.
st.set_page_config(page_icon=ui.tab_icon(), layout="wide")
gallery = st.Page("pages/gallery.py", title="Gallery", default=True)
pages = {"": [gallery]}
for name, demos in registry.pages().items():
    page = st.Page(
        f"pages/{name}.py",
        title=registry.page_title(demos),
        icon=demos[0].icon,
        help=" ".join(demo.summary for demo in demos),
    )
    pages.setdefault(demos[0].section, []).append(page)

pages["Your data"] = [
    st.Page(
        "pages/review.py",
        title="Review",
        icon=":material/fact_check:",
        help="What people said: figures, rows, agreement, downloads.",
    ),
    st.Page(
        "pages/annotate.py",
        title="Annotate",
        icon=":material/checklist:",
        help="Judge a list, one input after the other.",
    ),
]
pages["For developers"] = [
    st.Page(
        "pages/widgets.py",
        title="Widgets",
        icon=":material/widgets:",
        help="Every input and output, with its source.",
    )
]

page = st.navigation(pages, expanded=True)
st.set_page_config(page_title=f"{page.title} · Vitrine")
with ui.calm():
    configure_logging("INFO")  # a setting that cannot be used is logged as all else
    configure_logging(settings().log_level)
    ui.arrive(page.title)
    page.run()
    ui.warm()

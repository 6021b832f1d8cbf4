"""Two pages: a form of what only a browser can drive, and another to go to."""

from datetime import date
from typing import Annotated, Any

import pandas as pd
import streamlit as st
from PIL.Image import Image
from pydantic import Field, create_model

from showcase import ui
from showcase.contract import ModelInput, canonical_json
from showcase.contract.inputs import Colour, Columns, Drawing, annotation
from showcase.interface.special_widgets import widgets

TABLE = Annotated[
    pd.DataFrame,
    Columns(name=str, size=float),
    Field(examples=[[{"name": "Tom", "size": 1.5}]], title="Table"),
]
KINDS: dict[str, Any] = {
    "picture": Annotated[Image | None, Field(title="Picture")],
    "table": TABLE,
    "drawing": Annotated[Drawing | None, Field(title="Drawing")],
    "day": Annotated[date, Field(title="Day", examples=[date(2024, 1, 2)])],
    "shade": Annotated[Colour, Field(title="Colour", examples=["#4338ca"])],
    "maybe": Annotated[date | None, Field(title="Maybe", examples=[date(2024, 1, 2)])],
}
FIELDS: dict[str, Any] = {name: (annotation(kind), ...) for name, kind in KINDS.items()}
Form = create_model("Form", __base__=ModelInput, **FIELDS)


def judge(given: ModelInput) -> None:
    """Remember whether the form still held what was judged."""
    st.session_state["unchanged"] = ui.shows("form", given)


def form() -> None:
    """Draw the form and what it holds."""
    st.title("Form")
    answer = ui.form("form", Form, widgets=widgets(Form), beside=True)
    with st.container(key="held"):
        st.text(canonical_json(answer.given or answer.problems))
    if answer.given:
        st.button("Judge", key="judge", on_click=judge, args=(answer.given,))
    with st.container(key="unchanged"):
        st.text("unchanged" if st.session_state.get("unchanged", True) else "changed")


def other() -> None:
    """Draw the other page."""
    st.title("Other page")


pages = [st.Page(form, title="Form", default=True), st.Page(other, title="Other page")]
page = st.navigation(pages)
ui.arrive(page.title)
page.run()

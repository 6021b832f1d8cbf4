"""Widgets: every input and output that a function may have, live, beside its source. `/widgets`."""

import streamlit as st

from pages.parts.widgets.components import INPUTS, OUTPUTS, Component, comparison
from pages.parts.widgets.source import beside_its_source
from showcase import ui

NAME = "widgets"

ui.through_home()
st.title("Widgets")
st.markdown(
    "Write a function with types: each parameter becomes a widget, what it returns becomes the "
    "answer. Pick one to try it; beside it is the script of its whole page."
)


def one_of(components: tuple[Component, ...], kind: str) -> None:
    """Let the visitor choose a component, which is in the address, and draw it."""
    found = {component.name: component for component in components}
    chosen = st.pills(
        kind,
        list(found),
        default=next(iter(found)),
        required=True,
        key=f"{NAME}_{kind}",
        label_visibility="collapsed",
        bind="query-params",
    )
    beside_its_source(found[chosen].function)


inputs, outputs, gradio = st.tabs(
    ["Inputs", "Outputs", "Compared with Gradio"],
    on_change="rerun",
    key=f"{NAME}_tab",
    bind="query-params",
)
if outputs.open:
    with outputs:
        one_of(OUTPUTS, "output")
elif gradio.open:
    gradio.markdown(comparison())
else:
    with inputs:
        one_of(INPUTS, "input")

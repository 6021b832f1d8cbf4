"""A function beside its source: the form and its answer, without a verdict to give."""

from collections.abc import Callable
from typing import Any

import streamlit as st

from pages.parts.widgets.source import script
from showcase import ui
from showcase.interface.answer import FunctionPage, draw, run_button, was_asked
from showcase.interface.outputs import show_more
from showcase.interface.page import loaded_function, module_of
from showcase.interface.widgets import widgets


def beside_its_source(function: Callable[..., Any]) -> None:
    """Draw the running function on the left, on the right the script of its whole page."""
    left, right = st.columns([4, 5], gap="large")  # the canvas needs 280 pixels
    with left, st.container(border=True):
        live(function)
    with right:
        st.code(script(function), language="python", wrap_lines=True)


def live(function: Callable[..., Any]) -> None:
    """Draw a function's form with its answer below."""
    loaded = loaded_function(function)
    module = module_of(loaded)
    asked = FunctionPage(loaded, module, not module.is_slow, submit="Run", question="")

    @ui.fragment
    def one() -> None:
        name = asked.name
        form = ui.form(name, module.Input, widgets=widgets(module.Input), beside=True)
        if not asked.live:
            run_button(name, asked.submit)
        if answer := draw(asked, form, was_asked(name)):
            show_more(answer, f"{name}_output", loaded.colours)

    st.subheader(loaded.demo.title, anchor=False)
    if module.said.text:
        st.markdown(module.said.text)
    one()

"""The page of a function: title, form, answer, verdict, and a table of inputs where it fits."""

from collections.abc import Callable
from functools import partial
from typing import Any

import streamlit as st

from showcase import ui
from showcase.batch import is_tabular
from showcase.contract import registry
from showcase.contract.function import FunctionModel
from showcase.contract.outputs import is_flat
from showcase.interface import made, state
from showcase.interface.answer import Asked, draw
from showcase.interface.outputs import show_more
from showcase.interface.sentences import opening
from showcase.interface.widgets import widgets
from showcase.runtime.loading import Loaded


def draw_page(
    function: Callable[..., Any] | str,
    live: bool | None,
    submit: str,
    question: str,
    *,
    embedded: bool,
) -> None:
    """Draw the whole page of a function: `showcase.interface.interface` says what each means."""
    loaded = made.loaded(function)
    if not embedded:
        made.stand_alone(loaded.demo.title)
        st.title(loaded.demo.title)
    else:
        st.subheader(loaded.demo.title, anchor=False)
    _body(loaded, live, submit, question)


def draw_tabs(page: str, title: str, text: str, submit: str, question: str) -> None:
    """Draw the page that demos share: `showcase.interface.together` says what each means."""
    demos = registry.pages()[page]
    st.title(title or registry.page_title(demos))
    if text:
        st.markdown(text)
    titles = [demo.title for demo in demos]
    tabs = st.tabs(titles, on_change="rerun", key=f"{page}_tab", bind="query-params")
    for demo, tab in zip(demos, tabs, strict=True):
        if tab.open:
            with tab:
                _body(made.loaded(demo.name), None, submit, question)


def _body(loaded: Loaded, live: bool | None, submit: str, question: str) -> None:
    """Draw all below the title."""
    module = made.module_of(loaded)
    text = _text(loaded, module)
    if loaded.card:
        ui.scores_caption(loaded)
    if text:
        st.markdown(opening(text))
    asked = Asked(loaded, module, not module.is_slow if live is None else live, submit, question)
    if _fits_a_table(module):
        _one_or_many(loaded, asked)
    else:
        _one(asked)
    ui.model_card(loaded)
    _about(loaded, text)


def _text(loaded: Loaded, module: FunctionModel) -> str:
    """Return what the docstring says, without what is the title already."""
    said = module.said
    stop = "" if said.title.endswith(("?", "!")) or not said.title else "."
    first = "" if loaded.demo.title == said.title else f"{said.title}{stop}"
    return "\n\n".join(filter(None, (first, said.text)))


def _one_or_many(loaded: Loaded, asked: Asked) -> None:
    """Draw the open one of two tabs: the keys Y, N and U must not judge what nobody sees."""
    name = loaded.demo.name
    one, many = st.tabs(["One at a time", "A table"], on_change="rerun", key=f"{name}_parts")
    if one.open:
        ui.forget_batch(name)
        with one:
            _one(asked)
    else:
        with many:
            ui.batch(loaded)


def _one(asked: Asked) -> None:
    @ui.fragment
    def one() -> None:
        """Ask for one input and answer it."""
        name, module = asked.name, asked.module
        left, right = st.columns(2, gap="large")
        state.ask_if_linked(name, module.Input)
        with left:
            form = ui.form(name, module.Input, widgets=widgets(module.Input), beside=True)
            if not asked.live:
                state.button(name, asked.submit)
            if module.offers_examples:
                fill = partial(state.fill, name)
                ui.examples(name, module.EXAMPLES, module.EXAMPLE_NAMES, fill)
        with right:
            answer = draw(asked, form, state.asked(name))
        if answer:
            show_more(answer, f"{name}_output", asked.loaded.colours)

    one()


def _fits_a_table(module: FunctionModel) -> bool:
    """Tell whether a table of inputs makes sense: short fields, one short answer each, no wait."""
    return (
        bool(module.Input.model_fields)
        and not module.is_slow
        and is_flat(module.returns)
        and is_tabular(module.Input)
    )


def _about(loaded: Loaded, text: str) -> None:
    """Say, folded, how it works, and where the answers come from if no card does."""
    if text != opening(text):
        with st.expander("How it works", icon=":material/info:"):
            st.markdown(text)
    if loaded.card is None:
        st.caption(f"{ui.NO_CARD} Version `{loaded.version}`.")

"""The page of a function: title, form, answer, verdict, and a table of inputs where it fits."""

import inspect
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import streamlit as st

from showcase import contract, ui
from showcase.batch import is_tabular
from showcase.contract import Demo, registry
from showcase.contract.function import FunctionModel, function_model
from showcase.contract.function.callables import plain_function
from showcase.contract.outputs import is_flat
from showcase.estimator.model import EstimatorModel
from showcase.interface.answer import (
    FunctionPage,
    ask_if_linked,
    draw,
    fill_in_and_ask,
    run_button,
    was_asked,
)
from showcase.interface.estimator_page import draw_estimator
from showcase.interface.outputs import opening, show_more
from showcase.interface.special_widgets import widgets
from showcase.runtime.loading import Loaded
from showcase.runtime.log import configure_logging
from showcase.runtime.settings import settings

ICON, TABLE_ICON = ":material/function:", ":material/table_chart:"

SCRIPT = "__main__"  # the module that Streamlit runs a page as


def draw_page(
    function: Callable[..., Any] | EstimatorModel | str,
    live: bool | None,
    submit: str,
    question: str,
    *,
    embedded: bool,
) -> None:
    """Draw the whole page of a function: `showcase.interface.interface` says what each means."""
    loaded = loaded_function(function)
    if not embedded:
        stand_alone(loaded.demo.title)
        st.title(loaded.demo.title)
    else:
        st.subheader(loaded.demo.title, anchor=False)
    _body(loaded, live, submit, question)


def draw_tabs(page: str, title: str, text: str, submit: str, question: str) -> None:
    """Draw the page that demos share: `showcase.interface.together` says what each means."""
    ui.through_home()  # the project's demos are known from there
    demos = registry.pages()[page]
    st.title(title or registry.page_title(demos))
    if text:
        st.markdown(text)
    titles = [demo.title for demo in demos]
    tabs = st.tabs(titles, on_change="rerun", key=f"{page}_tab", bind="query-params")
    for demo, tab in zip(demos, tabs, strict=True):
        if tab.open:
            with tab:
                _body(loaded_function(demo.name), None, submit, question)


def _body(loaded: Loaded, live: bool | None, submit: str, question: str) -> None:
    """Draw all below the title."""
    if isinstance(loaded.module, EstimatorModel):
        draw_estimator(loaded, loaded.module, question)
        return
    module = module_of(loaded)
    text = _text(loaded, module)
    if loaded.card:
        ui.scores_caption(loaded)
    if text:
        st.markdown(opening(text))
    page = FunctionPage(
        loaded, module, not module.is_slow if live is None else live, submit, question
    )
    if _fits_a_table(module):
        _one_or_many(loaded, page)
    else:
        _one(page)
    ui.model_card(loaded)
    _about(loaded, text)


def _text(loaded: Loaded, module: FunctionModel) -> str:
    """Return what the docstring says, without what is the title already."""
    said = module.said
    stop = "" if said.title.endswith(("?", "!")) or not said.title else "."
    first = "" if loaded.demo.title == said.title else f"{said.title}{stop}"
    return "\n\n".join(filter(None, (first, said.text)))


def _one_or_many(loaded: Loaded, page: FunctionPage) -> None:
    """Draw the open one of two tabs: the keys Y, N and U must not judge what nobody sees."""
    name = loaded.demo.name
    one, many = st.tabs(["One at a time", "A table"], on_change="rerun", key=f"{name}_parts")
    if one.open:
        ui.forget_batch(name)
        with one:
            _one(page)
    else:
        with many:
            ui.batch(loaded)


def _one(page: FunctionPage) -> None:
    @ui.fragment
    def one() -> None:
        """Ask for one input and answer it."""
        name, module = page.name, page.module
        left, right = st.columns(2, gap="large")
        ask_if_linked(name, module.Input)
        with left:
            form = ui.form(
                name, module.Input, widgets=widgets(module.Input, live=page.live), beside=True
            )
            if not page.live:
                run_button(name, page.submit)
            if module.offers_examples:
                fill = partial(fill_in_and_ask, name)
                ui.examples(name, module.EXAMPLES, module.EXAMPLE_NAMES, fill)
        with right:
            answer = draw(page, form, was_asked(name))
        if answer:
            show_more(answer, f"{name}_output", page.loaded.colours)

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


def loaded_function(function: Callable[..., Any] | EstimatorModel | str) -> Loaded:
    """Return the demo of a function, or of a registered demo's name.

    A page's script runs anew for each visitor, and its function may read what this run has set: so
    nothing of a function that is not registered is kept from one run for another.
    """
    if isinstance(function, str):
        return ui.model(function)
    if isinstance(function, EstimatorModel):
        ui.through_home()
        own, version = estimator_demo(function), contract.model_version(function)
        return Loaded(own, function, function.load(), version, function.CARD)
    function = plain_function(function)
    demo = _registered(function)
    if demo and function.__module__ != SCRIPT:
        return ui.model(demo.name)
    ui.through_home()
    module = function_model(function)
    demo = demo or demo_of(function, module)
    return Loaded(demo, module, function, contract.model_version(module), None)


def estimator_demo(module: EstimatorModel, script: str = "my_model") -> Demo:
    """Return the demo of what `from_estimator` made in a script; unnamed, it is called like it."""
    name = module.name or script
    about = module.about
    title = about.title or name.replace("_", " ").capitalize()
    return Demo(name, title, TABLE_ICON, "", about.summary, f"{script}:{name}", made=module)


def module_of(demo: Loaded) -> FunctionModel:
    """Return the function's side of a demo; TypeError for one that is no function."""
    if not isinstance(demo.module, FunctionModel):
        raise TypeError(f"{demo.demo.name} is a model package, not a function: it has its own page")
    return demo.module


def stand_alone(title: str) -> None:
    """Set up what Home.py does for its pages, where a page's script is run by itself."""
    if "page" in st.session_state:
        return
    st.set_page_config(page_title=title, layout="wide")
    configure_logging(settings().log_level)


def _registered(function: Callable[..., Any]) -> Demo | None:
    """Return the demo of this very function; `showcase run` registers those of its script."""
    module = function.__module__
    if module == SCRIPT:
        module = Path(inspect.getsourcefile(inspect.unwrap(function)) or "").stem
    line = f"{module}:{function.__qualname__}"
    return next((demo for demo in registry.demos() if demo.module == line), None)


def demo_of(function: Callable[..., Any], module: FunctionModel) -> Demo:
    """Return a demo with the function's name; one that a registered demo has gets its page's."""
    name = function.__name__
    if name in {demo.name for demo in registry.demos()}:
        name = f"page_{name}"
    title = module.said.title or function.__name__.replace("_", " ").capitalize()
    return Demo(name, title, ICON, "", module.said.title, f"{function.__module__}:{name}")

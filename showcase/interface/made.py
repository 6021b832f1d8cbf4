"""A function as a loaded demo: the registry's, or one made on the fly from a page's script."""

import inspect
from collections.abc import Callable
from inspect import isroutine
from pathlib import Path
from typing import Any

import streamlit as st

from showcase import contract, ui
from showcase.contract import Demo, registry
from showcase.contract.function import FunctionModel, function_model
from showcase.runtime.loading import Loaded
from showcase.runtime.log import configure_logging
from showcase.runtime.settings import settings

ICON = ":material/function:"
SCRIPT = "__main__"  # the module that Streamlit runs a page as


def loaded(function: Callable[..., Any] | str) -> Loaded:
    """Return the demo of a function, or of a registered demo's name.

    A page's script runs anew for each visitor, and its function may read what this run has set: so
    nothing of a function that is not registered is kept from one run for another.
    """
    if isinstance(function, str):
        return ui.model(function)
    if not isroutine(function):
        raise TypeError(f"interface takes a function or the name of a demo, not {function!r}")
    demo = _registered(function)
    if demo and function.__module__ != SCRIPT:
        return ui.model(demo.name)
    ui.through_home()
    module = function_model(function)
    demo = demo or demo_of(function, module)
    return Loaded(demo, module, function, contract.model_version(module), None)


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
        module = Path(inspect.getsourcefile(function) or "").stem
    line = f"{module}:{function.__qualname__}"
    return next((demo for demo in registry.demos() if demo.module == line), None)


def demo_of(function: Callable[..., Any], module: FunctionModel) -> Demo:
    """Return a demo with the function's name; one that a registered demo has gets its page's."""
    name = function.__name__
    if name in {demo.name for demo in registry.demos()}:
        name = f"page_{name}"
    title = module.said.title or function.__name__.replace("_", " ").capitalize()
    return Demo(name, title, ICON, "", module.said.title, f"{function.__module__}:{name}")

"""The outermost handler: a visitor reads a calm sentence and an id; the log has the rest.

A developer reads the exception too: `showcase run` and `make dev` set `client.showErrorDetails`.
"""

import functools
import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext
from typing import Any

import streamlit as st

from showcase.runtime.loading import load
from showcase.runtime.log import log_unexpected
from showcase.ui.in_view import place_in_view

logger = logging.getLogger(__name__)

FAILED_CLICK = "failed_click"
SHOWN_VERSIONS = "shown_versions"


@contextmanager
def calm() -> Iterator[None]:
    """Turn any exception of the block into a calm message with an id that is in the log."""
    if failed := st.session_state.pop(FAILED_CLICK, None):
        _apologise(*failed)
    try:
        yield
    except Exception as error:  # noqa: BLE001  # the outermost handler: nothing may reach a visitor
        _apologise(log_unexpected(logger, error), error)


def fragment(
    function: Callable[..., Any], run_every: float | None = None, *, in_view: bool = True
) -> Callable[..., Any]:
    """Return `function` as a Streamlit fragment whose reruns end calmly too.

    With `run_every` it reruns by itself, after so many seconds. Once a model has changed, the whole
    page runs again: it holds the one before. `in_view` keeps room on a phone for an answer that
    stays in view (`headline`, `keep_in_view`), which one that reruns by itself has not.
    """
    keeps_room = in_view and run_every is None

    @functools.wraps(function)
    def calmed(*args: Any, **kwargs: Any) -> None:
        with calm():
            if a_model_changed():
                st.rerun()
            with place_in_view() if keeps_room else nullcontext():
                function(*args, **kwargs)

    fragmented: Callable[..., Any] = st.fragment(calmed, run_every=run_every)
    return fragmented


def shows_model(name: str, version: str) -> None:
    """Note that this run of the page answers with that version of a model."""
    st.session_state.setdefault(SHOWN_VERSIONS, {})[name] = version


def a_model_changed() -> bool:
    """Return True if another version is in force than the page was drawn with."""
    shown = st.session_state.get(SHOWN_VERSIONS, {})
    changed = [name for name, version in shown.items() if load(name).version != version]
    for name in changed:
        del shown[name]
    return bool(changed)


def callback(function: Callable[..., None]) -> Callable[..., None]:
    """Return a widget's callback that ends calmly: it runs before the page and outside `calm`."""

    @functools.wraps(function)
    def calmed(*args: Any, **kwargs: Any) -> None:
        try:
            function(*args, **kwargs)
        except Exception as error:  # noqa: BLE001  # the same edge as `calm`, on the way in
            st.session_state[FAILED_CLICK] = log_unexpected(logger, error), error

    return calmed


def _apologise(error_id: str, error: Exception) -> None:
    st.error(
        "Change something to try again, or go on with another model. If it happens again, "
        f"tell whoever runs this app the id **{error_id}**.",
        title="Something went wrong on our side",
        icon=":material/error:",
    )
    if st.get_option("client.showErrorDetails") in ("full", True):
        st.exception(error)

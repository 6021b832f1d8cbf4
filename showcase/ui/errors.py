"""The outermost handler: a visitor reads a calm sentence and an id; the log has the rest."""

import functools
import logging
import secrets
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import streamlit as st

logger = logging.getLogger(__name__)


@contextmanager
def calm() -> Iterator[None]:
    """Turn any exception of the block into a calm message with an id that is in the log."""
    try:
        yield
    except Exception:  # the one outermost handler: nothing may reach a visitor
        logger.exception("unexpected", extra={"error_id": (error_id := secrets.token_hex(4))})
        st.error(
            "Change something to try again, or go on with another model. If it happens again, "
            f"tell whoever runs this app the id **{error_id}**.",
            title="Something went wrong on our side",
            icon=":material/error:",
        )


def fragment(function: Callable[..., Any]) -> Callable[..., Any]:
    """Return `function` as a Streamlit fragment whose reruns end calmly too."""

    @functools.wraps(function)
    def calmed(*args: Any, **kwargs: Any) -> None:
        with calm():
            function(*args, **kwargs)

    fragmented: Callable[..., Any] = st.fragment(calmed)
    return fragmented

"""An answer that stays in view on a phone, where the form fills the screen above it."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

_place: ContextVar[DeltaGenerator | None] = ContextVar("place", default=None)


def headline(sentence: str) -> None:
    """Draw an answer's sentence, which is Markdown; on a phone it stays in view."""
    st.subheader(sentence, anchor=False)
    keep_in_view(sentence)


def keep_in_view(sentence: str) -> None:
    """Pin an answer, in Markdown, to the lower edge of a phone's screen."""
    if on_phone():
        place = _place.get()
        (st.bottom if place is None else place).markdown(f"**{sentence}**")


@contextmanager
def place_in_view() -> Iterator[None]:
    """Reserve a fragment's place at the lower edge of a phone's screen, answer or not.

    A fragment may write outside of itself only where it wrote when the whole page ran.
    """
    kept = _place.set(st.bottom.empty() if on_phone() else None)
    try:
        yield
    finally:
        _place.reset(kept)


def on_phone() -> bool:
    """Return True if the browser says that it is a phone's, by the hint or by its name."""
    headers = st.context.headers
    return headers.get("Sec-CH-UA-Mobile") == "?1" or "Mobi" in headers.get("User-Agent", "")

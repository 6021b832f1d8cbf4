"""An answer that stays in view on a phone, where the form fills the screen above it."""

import streamlit as st


def headline(sentence: str) -> None:
    """Draw an answer's sentence, which is Markdown; on a phone it stays in view."""
    st.subheader(sentence, anchor=False)
    keep_in_view(sentence)


def keep_in_view(sentence: str) -> None:
    """Pin an answer, in Markdown, to the lower edge of a phone's screen."""
    if on_phone():
        st.bottom.markdown(f"**{sentence}**")


def on_phone() -> bool:
    """Return True if the browser says that it is a phone's, by the hint or by its name."""
    headers = st.context.headers
    return headers.get("Sec-CH-UA-Mobile") == "?1" or "Mobi" in headers.get("User-Agent", "")

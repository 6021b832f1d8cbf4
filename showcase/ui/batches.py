"""The tab that predicts every row of a CSV, for any demo whose input fits into a table."""

import streamlit as st

from showcase.contract.fields import key
from showcase.runtime.loading import Loaded
from showcase.ui.errors import fragment

RESULTS = "batch_results"


@fragment
def batch(loaded: Loaded) -> None:
    """Take a CSV with the form's columns, predict its rows with a progress bar, offer the result.

    Nothing of the file is stored: what is shown of it is forgotten with the upload.
    """
    from showcase.ui.table import draw  # with charts and all: the gallery does not wait for it

    draw(loaded)


def forget_batch(name: str) -> None:
    """Drop what is remembered of the table that was predicted last."""
    st.session_state.pop(key(name, RESULTS), None)

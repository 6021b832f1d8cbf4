"""Verdicts as a file: made when asked for, on disk first, safe to open in a spreadsheet."""

import tempfile
from functools import partial
from pathlib import Path

import streamlit as st

from showcase.commands.export import write
from showcase.feedback.analytics.filters import Choice
from showcase.feedback.analytics.verdicts import Verdicts
from showcase.pages.review.data import NAME

FORMS = {"CSV": "csv", "JSONL": "jsonl", "Parquet": "parquet"}
MIME = {
    "csv": "text/csv",
    "jsonl": "application/x-ndjson",
    "parquet": "application/vnd.apache.parquet",
}
MOST = 100_000  # rows: the file is in memory while it is sent
HELP = {
    "csv": "For spreadsheets: text that one would run as a formula has an apostrophe before it.",
    "jsonl": "For programs: one JSON object a line, inputs and predictions as JSON in it.",
    "parquet": "For data frames: compressed, confidences as numbers.",
}


def download(verdicts: Verdicts, choice: Choice, count: int) -> None:
    """Offer the chosen rows, all verdicts, or the whole log as a file."""
    with st.popover("Download", icon=":material/download:"):
        whole = Choice(sources=())
        scopes = {
            f"These {count:,}": (choice, count),
            f"All {verdicts.count_all:,} verdicts": (whole, verdicts.count_all),
            f"The log, {verdicts.stored:,} rows": (None, verdicts.stored),
        }
        scope = st.radio(
            "Which",
            list(scopes),
            key=f"{NAME}_download_scope",
            help="The log also has verdicts that were replaced or taken back.",
        )
        form = FORMS[
            st.segmented_control(
                "As", list(FORMS), default="CSV", required=True, key=f"{NAME}_download_form"
            )
            or "CSV"
        ]
        st.caption(HELP[form])
        which, rows = scopes[scope or next(iter(scopes))]
        if rows > MOST:
            st.warning(
                f"More than {MOST:,} rows are too many for a browser. Filter them, or run this "
                "where the app runs:"
            )
            st.code(f"python -m showcase feedback export verdicts.{form}", language="bash")
            return
        st.download_button(
            "Download",
            partial(content, verdicts, which, form),
            file_name=f"verdicts.{form}",
            mime=MIME[form],
            key=f"{NAME}_download",
            on_click="ignore",
            type="primary",
            disabled=not rows,
        )


def content(verdicts: Verdicts, choice: Choice | None, form: str) -> bytes:
    """Return the file of the chosen rows; for None of the whole log."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / f"verdicts.{form}"
        write(verdicts.stream(choice), path, form)
        return path.read_bytes()

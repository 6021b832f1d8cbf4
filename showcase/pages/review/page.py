"""Review: what people said about the models, in figures and row by row."""

import streamlit as st

from showcase import ui
from showcase.pages.review.annotators import those_who_judge
from showcase.pages.review.mistakes import mistakes
from showcase.pages.review.overview import overview
from showcase.pages.review.rows import rows
from showcase.pages.review.selection import (
    load_rows,
    load_verdicts,
    nobody_yet,
    remember_choices,
    restore_choices,
)

NAME = "review"
FOR_ALL = {"Overview": overview, "Mistakes": mistakes}
FOR_REVIEWERS = {"Rows": rows, "People": those_who_judge}


def page() -> None:
    """Draw the page."""
    ui.through_home()
    st.title("Review")
    st.caption("How often people agree with each model, where it goes wrong, and what they said.")
    ui.signed_in()
    may_review = ui.may_review()
    verdicts = load_verdicts()
    if verdicts is not None and not verdicts.count_all:
        nobody_yet()
    elif verdicts is not None:
        parts = FOR_ALL | (FOR_REVIEWERS if may_review else {})
        put_back = restore_choices(parts)
        tabs = st.tabs(list(parts), on_change="rerun", key=f"{NAME}_tab", bind="query-params")
        for tab, part in zip(tabs, parts.values(), strict=True):
            if tab.open:
                with tab:
                    if part is overview or load_rows(verdicts):
                        part(verdicts)
        remember_choices(put_back)

    if not may_review:
        st.divider()
        st.subheader("Rows, people and downloads", anchor=False)
        st.write("What people typed, drew and are called is for those who sign in.")
        ui.sign_in()

"""The verdicts themselves, the latest first: filters, pages, a download."""

import streamlit as st

from showcase import ui
from showcase.feedback import FeedbackError
from showcase.feedback.analytics.filters import Choice
from showcase.feedback.analytics.verdicts import Verdicts
from showcase.pages.review.data import NAME, first_page
from showcase.pages.review.download import download
from showcase.pages.review.filters import chosen
from showcase.pages.review.row import show_row

ON_A_PAGE = 10
PAGE = f"{NAME}_page"


def rows(verdicts: Verdicts) -> None:
    """Show a page of the chosen rows; whoever changed their mind has one row, the newest."""
    choice = chosen(verdicts)
    try:
        with st.spinner("Searching …"):
            count = verdicts.count(choice)
        _rows(verdicts, choice, count)
    except FeedbackError as error:
        st.error(
            ui.escape_markdown(str(error)),
            title="The rows cannot be read at present",
            icon=":material/error:",
        )


def _rows(verdicts: Verdicts, choice: Choice, count: int) -> None:
    with st.container(horizontal=True, vertical_alignment="center"):
        st.markdown(f"**{count:,} verdict{'s' * (count != 1)}**, the latest first")
        download(verdicts, choice, count)
    if not count:
        st.info("No verdict is like that. Take a filter back, or shorten the text.")
        return
    pages = -(-count // ON_A_PAGE)
    if st.session_state.get(PAGE, 1) > pages:
        first_page()
    page = st.session_state.get(PAGE, 1)
    for row in verdicts.latest(choice, ON_A_PAGE, page):
        show_row(row)
    st.pagination(pages, key=PAGE, bind="query-params")

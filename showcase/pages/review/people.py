"""Those who judge: how much, how fast, how far they agree, and what they judged apart."""

import streamlit as st

from showcase.feedback.analytics import annotators as people
from showcase.feedback.analytics.stats import Annotator
from showcase.feedback.analytics.verdicts import Verdicts
from showcase.feedback.csv_injection import guard
from showcase.pages.review.agreement import agreement
from showcase.pages.review.data import NAME, title
from showcase.pages.review.row import show_row

MOST_PEOPLE = 500
MOST_CONTESTED = 10
COLUMNS = {
    "Annotator": st.column_config.TextColumn(pinned=True),
    "Verdicts": st.column_config.NumberColumn(),
    "Seconds each": st.column_config.NumberColumn(
        format="%.0f", help="The median time between two verdicts of one visit"
    ),
    "Agrees with the others": st.column_config.NumberColumn(
        format="%.0f%%",
        help="On inputs that others judged too, how often the answer is what most of them said",
    ),
    "On inputs": st.column_config.NumberColumn(help="Of those, so many had a majority"),
    "Last": st.column_config.DatetimeColumn("Last (UTC)", format="YYYY-MM-DD HH:mm"),
}


def those_who_judge(verdicts: Verdicts) -> None:
    """Show the annotators and how far they agree. Games are left out: nobody judges in them."""
    found = people.annotators(verdicts, MOST_PEOPLE)
    if not found:
        st.info("So far all rows are from games, in which nobody judges.")
        return
    st.dataframe(
        [_row(one) for one in found],
        key=f"{NAME}_annotators",
        column_config=COLUMNS,
        hide_index=True,
        placeholder="–",
        alt="Annotators with their verdicts, pace and agreement with the others",
    )
    st.caption(
        "Without games: there the truth is known before. All who gave no name share one line."
        + (f" The {MOST_PEOPLE} busiest." if len(found) == MOST_PEOPLE else "")
    )
    st.subheader("Where several people judged the same input", anchor=False)
    demos = people.demos(verdicts)
    if not demos:
        st.info(
            "No input was judged by two people yet. On the page Annotate you can give a list to "
            "several of them."
        )
        return
    demo = st.selectbox("Model", demos, format_func=title, key=f"{NAME}_people_demo", width=260)
    agreement(people.together(verdicts, demo))
    _contested(verdicts, demo)


def _row(one: Annotator) -> dict[str, object]:
    return {
        "Annotator": guard(one.name) or "(no name given)",
        "Verdicts": one.rows,
        "Seconds each": one.pace_s,
        "Agrees with the others": 100 * one.agreed / one.compared if one.compared else None,
        "On inputs": one.compared if one.name else None,
        "Last": one.last,
    }


def _contested(verdicts: Verdicts, demo: str) -> None:
    """List the inputs with the least agreement, with what people said of each."""
    found = people.contested(verdicts, demo, MOST_CONTESTED)
    st.markdown("**Judged apart, the most contested first**")
    if not found:
        st.caption("On every one of them all agree.")
        return
    for one in found:
        said = ", ".join(f"{answer} ({number})" for answer, number in one.answers)
        for row in verdicts.fetch([(one.place, one.row_id)]):
            show_row(row, f"{one.people} people judged it: {said}.")

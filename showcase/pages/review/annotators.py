"""Those who judge: how much, how fast, how far they agree, and what they judged apart."""

from collections.abc import Collection
from math import isnan

import streamlit as st

from showcase.feedback.analytics import agreement as people
from showcase.feedback.analytics.agreement import Annotator, Together
from showcase.feedback.analytics.queries import VerdictAnalytics
from showcase.feedback.csv_injection import escape_formula
from showcase.pages.review.blind import blind_tasks
from showcase.pages.review.rows import show_row
from showcase.pages.review.selection import NAME, title

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
# What the field takes for tentative and for good. K. Krippendorff (2004), Content analysis, p. 241
TENTATIVE, GOOD = 0.667, 0.8
PAIRS = {
    "One": st.column_config.TextColumn(),
    "Other": st.column_config.TextColumn(),
    "Inputs": st.column_config.NumberColumn(help="That both judged"),
    "Same answer": st.column_config.NumberColumn(format="%.0f%%"),
    "Cohen’s kappa": st.column_config.NumberColumn(format="%.2f"),
}


def those_who_judge(verdicts: VerdictAnalytics) -> None:
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
    judged_blind = [item.input_hash for task in blind_tasks() for item in task.items]
    _contested(verdicts, demo, set(judged_blind))


def _row(one: Annotator) -> dict[str, object]:
    return {
        "Annotator": escape_formula(one.name) or "(no name given)",
        "Verdicts": one.rows,
        "Seconds each": one.pace_s,
        "Agrees with the others": 100 * one.agreed / one.compared if one.compared else None,
        "On inputs": one.compared if one.name else None,
        "Last": one.last,
    }


def _contested(verdicts: VerdictAnalytics, demo: str, hidden: Collection[str]) -> None:
    """List the inputs with the least agreement, with what people said of each; not the hidden."""
    found = people.contested(verdicts, demo, MOST_CONTESTED)
    st.markdown("**Judged apart, the most contested first**")
    if not found:
        st.caption("On every one of them all agree.")
        return
    for one in found:
        said = ", ".join(f"{answer} ({number})" for answer, number in one.answers)
        for row in verdicts.store.get([one.row_id]):
            if row["input_hash"] not in hidden:
                show_row(row, f"{one.people} people judged it: {said}.")


def agreement(found: Together) -> None:
    """Show how far people agree, beyond what chance alone would bring about."""
    low, high = found.interval
    spread = None if isnan(low) else f"95%: {number(low)} to {number(high)}"
    with st.container(horizontal=True, gap="small"):
        _metric("Same answer", "–" if isnan(found.percent) else f"{found.percent:.0%}")
        _metric("Krippendorff’s alpha", number(found.alpha), spread)
        if not found.is_numeric:
            _metric("Fleiss’ kappa", number(found.fleiss))
            _metric("Cohen’s kappa, mean of pairs", number(found.cohen))
    st.write(agreement_in_words(found))
    st.caption(
        "An answer is the label that somebody called right; “wrong” without one is an answer of "
        "its own. Whoever gave no name counts as one person per visit. 1 is full agreement, 0 "
        "what chance would bring; the interval is from a bootstrap over the inputs."
        + (" Numbers are compared by their distance." if found.is_numeric else "")
    )
    if found.pairs:
        with st.expander("Pair by pair"):
            _pairs(found)


def agreement_in_words(found: Together) -> str:
    """Return in one sentence how far people agree and what that is worth."""
    inputs = f"{found.inputs:,} input{'s' * (found.inputs != 1)}"
    said = f"{found.people:,} people judged {inputs} that others judged, too. "
    if isnan(found.alpha):
        return said + "All gave one and the same answer: that cannot be told from chance."
    if found.alpha >= GOOD:
        return said + "They agree well enough to train on what they say."
    if found.alpha >= TENTATIVE:
        return said + "They agree fairly: conclusions from what they say are tentative."
    return said + "They agree little: look at what they judged apart before you train on it."


def number(value: float) -> str:
    """Return a measure with two decimals and a real minus; a dash where it is not defined."""
    return "–" if isnan(value) else f"{value:.2f}".replace("-", "−")


def _metric(label: str, value: str, delta: str | None = None) -> None:
    st.metric(
        label,
        value,
        delta=delta,
        delta_color="off",
        delta_arrow="off",
        border=True,
        height="stretch",
    )


def _pairs(found: Together) -> None:
    rows = [
        {
            "One": escape_formula(pair.mine),
            "Other": escape_formula(pair.theirs),
            "Inputs": pair.inputs,
            "Same answer": 100 * pair.share,
            "Cohen’s kappa": None if isnan(pair.kappa) else pair.kappa,
        }
        for pair in found.pairs
    ]
    st.dataframe(
        rows,
        key=f"{NAME}_pairs",
        column_config=PAIRS,
        hide_index=True,
        alt="Pairs of annotators with their agreement on the inputs that both judged",
    )

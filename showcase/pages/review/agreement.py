"""The measures of agreement, in numbers and in words."""

from math import isnan

import streamlit as st

from showcase.feedback.analytics.stats import Together
from showcase.feedback.csv_injection import guard
from showcase.pages.review.data import NAME

# What the field takes for tentative and for good. K. Krippendorff (2004), Content analysis, p. 241
TENTATIVE, GOOD = 0.667, 0.8
PAIRS = {
    "One": st.column_config.TextColumn(),
    "Other": st.column_config.TextColumn(),
    "Inputs": st.column_config.NumberColumn(help="That both judged"),
    "Same answer": st.column_config.NumberColumn(format="%.0f%%"),
    "Cohen’s kappa": st.column_config.NumberColumn(format="%.2f"),
}


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
    st.write(in_words(found))
    st.caption(
        "An answer is the label that somebody called right; “wrong” without one is an answer of "
        "its own. Whoever gave no name counts as one person per visit. 1 is full agreement, 0 "
        "what chance would bring; the interval is from a bootstrap over the inputs."
        + (" Numbers are compared by their distance." if found.is_numeric else "")
    )
    if found.pairs:
        with st.expander("Pair by pair"):
            _pairs(found)


def in_words(found: Together) -> str:
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
            "One": guard(pair.mine),
            "Other": guard(pair.theirs),
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

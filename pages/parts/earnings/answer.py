"""The answer in one sentence, and where it stands among the published medians."""

import streamlit as st

from models.earnings import Input, familiarity, percentile, published, title_of
from pages.parts.earnings.chart import distribution
from pages.parts.earnings.money import dollars
from showcase import ui
from showcase.contract import Card, Regression
from showcase.runtime.loading import Loaded
from showcase.ui import charts

NAME = "earnings"
NO_REGION = (
    "Few published programmes have no region, most of them at institutions that have closed or "
    "merged: without one the answer leans to these. Choose a region if you can."
)
HIGH, LOW = 225, 165  # pixels: with a warning above it, the verdict still is on the first screen


def said(loaded: Loaded, given: Input, prediction: Regression) -> None:
    """Say the predicted median with its interval, and whether the field is rare."""
    value, low, high = map(dollars, (prediction.value, prediction.low, prediction.high))
    sure = f"{prediction.coverage:.0%}"
    sentence = f"A median of about {value} a year; {sure} sure it is between {low} and {high}"
    st.subheader(ui.escape_markdown(sentence), anchor=False)
    seen = familiarity(loaded.model, given)
    if seen.unusual:
        st.warning(ui.escape_markdown(seen.sentence), icon=":material/explore_off:")
    if not given.region:
        st.caption(f":material/info: {NO_REGION}")


def standing(loaded: Loaded, given: Input, prediction: Regression) -> None:
    """Draw the published medians with the answer among them, and say its percentile."""
    everyone = published(loaded.model, given.credential)
    same = published(loaded.model, given.credential, given.field)
    place = place_among(loaded, given, prediction)
    charts.show(
        distribution(everyone, same, prediction, title_of(given.field)),
        key=f"{NAME}_distribution",
        alt=f"Published medians of the credential, the answer marked. {place}",
        height=LOW if familiarity(loaded.model, given).unusual else HIGH,
    )
    st.caption(
        f"{ui.escape_markdown(place)} Pay one year after completing, in 2018 dollars, of graduates "
        "who received federal aid and work."
    )


def place_among(loaded: Loaded, given: Input, prediction: Regression) -> str:
    """Return the percentile of the answer among the same field and credential, in words."""
    below = percentile(loaded.model, given, prediction.value)
    same = published(loaded.model, given.credential, given.field)
    if below is None or same is None:
        return "Fewer than 10 institutions publish this field and credential: too few to rank it."
    return (
        f"That is {_above(below)} the medians published for this field and credential "
        f"({same.institutions:,} institutions; half of them are below {dollars(same.median)})."
    )


def _above(below: float) -> str:
    """Return a percentile, 0 to 100, in words that are true at both ends."""
    if below < 1:
        return "less than nearly all of"
    return "more than nearly all of" if below > 99 else f"more than {below:.0f}% of"


def what_it_is(card: Card) -> None:
    """Say what the number means, who is left out, and where it comes from."""
    st.markdown(
        "**What this number is**\n\n"
        "The median pay of a programme's graduates one year after they completed it, in 2018 US "
        "dollars: half of them earned more, half less. It counts graduates who had received "
        "federal aid (a grant or a loan), were working and were not enrolled again. **Left out** "
        "are those without federal aid, without work or back in school, and programmes too small "
        "to be published. They completed in 2014-15 and 2015-16 and were paid in 2016 and 2017, so "
        "it is not today's pay; and it says what such programmes go with, not what a price or a "
        "score would cause."
    )
    st.caption(f"Source: [{card.data}]({card.url}), {card.author}. Model of {card.date}.")

"""What the learned second opinion makes of the text, and the words it goes by."""

import streamlit as st

from models.sentiment import opinion_words, second_opinion
from models.sentiment.inputs import Input
from showcase.runtime.loading import Loaded
from showcase.ui.charts import signed
from showcase.ui.markdown import escape_markdown

SHOWN = 6  # words
WEAK = 0.05  # a word that weighs less is not worth naming


def second_opinion_of(loaded: Loaded, given: Input) -> None:
    """Say what it answers and how sure it is; then its words, strongest first."""
    chances = second_opinion(loaded.model, given).probabilities or {}
    label = max(chances, key=chances.__getitem__)
    words = [
        (word, weight)
        for word, weight in opinion_words(loaded.model, given)[:SHOWN]
        if abs(weight) >= WEAK
    ]
    st.markdown(
        f"**A second opinion, learned from people's labels:** {label}, "
        f"{100 * chances[label]:.0f} chances in 100"
    )
    named = ", ".join(f"“{escape_markdown(word)}” {signed(weight)}" for word, weight in words)
    told = f"and by these words, above 0 for positive: {named}." if named else "alone here."
    st.caption(f"It goes by VADER's scores {told} It is what learns from your verdicts.")

"""What the model says of a drawing: a sentence, three guesses, what it sees and what decided it."""

from statistics import median

import streamlit as st

from models.base import Classification
from models.sketch import Input
from models.sketch.labels import phrase
from pages.sketch_seen import as_decided, as_seen
from showcase import ui
from showcase.ui import charts
from showcase.ui.palette import BLUE

NAME = "sketch"
GUESSES = 3
PICTURE_WIDTH = 165  # pixels: two side by side on a phone
SURE, UNSURE = 0.6, 0.25
SERIOUS, HARDLY = 0.1, 0.02


def answer(loaded: ui.Loaded, prediction: Classification) -> None:
    """Draw the sentence and the three likeliest labels."""
    guesses = prediction.top(GUESSES)
    said = sentence(guesses)
    st.subheader(said, anchor=False)
    charts.show(
        charts.probability_bars(guesses, dict.fromkeys(loaded.module.LABELS, BLUE)),
        key=f"{NAME}_guesses",
        alt="The three likeliest: " + ", ".join(f"{label} {p:.0%}" for label, p in guesses),
        height=125,
    )
    if rare := rarely_seen(loaded, guesses):
        st.caption(f":material/school: Learnt from few drawings, so take it with care: {rare}.")


def sentence(guesses: list[tuple[str, float]]) -> str:
    """Return the guesses in words.

    >>> sentence([("cat", 0.83), ("tiger", 0.1)])
    'This looks like a cat, 83% sure; next guess: a tiger'
    >>> sentence([("cat", 0.98), ("tiger", 0.01)])
    'This looks like a cat, 98% sure'
    """
    (first, share), (second, next_share) = guesses[:2]
    opening = "This looks like" if share >= SURE else "This might be"
    opening = "Hard to say: perhaps" if share < UNSURE else opening
    also = f"; next guess: {phrase(second)}" if next_share >= HARDLY else ""
    return f"{opening} {phrase(first)}, {charts.percent(share)} sure{also}"


def rarely_seen(loaded: ui.Loaded, guesses: list[tuple[str, float]]) -> str:
    """Return the serious guesses that the model saw few drawings of, with how many."""
    counts, thin = loaded.card.more["training drawings"], loaded.card.more["thin below"]
    serious = [label for label, share in guesses if share >= SERIOUS or label == guesses[0][0]]
    return ", ".join(f"{label} ({counts[label]})" for label in serious if counts[label] < thin)


def why(loaded: ui.Loaded, given: Input, prediction: Classification) -> None:
    """Draw the tile that the model sees, and the drawing coloured by what decided."""
    parts = loaded.explain(given, prediction)
    name = phrase(prediction.label)
    with st.container(horizontal=True, gap="small"):
        with st.container(width=PICTURE_WIDTH, gap="small"):
            st.markdown("**What the model sees**")
            st.html(as_seen(given))
            st.caption(
                "28 by 28 pixels, nothing else."
                if given.drawing is None
                else "This at twice the size, and the order of your strokes."
            )
        with st.container(width=PICTURE_WIDTH, gap="small"):
            st.markdown("**What decided it**")
            st.html(as_decided(given, parts, name))
            st.caption(f"Without the blue, it is less likely {name}; without the orange, more.")


def things(loaded: ui.Loaded) -> None:
    """List, folded, what the model can recognise and which of it it hardly knows."""
    counts, thin = loaded.card.more["training drawings"], loaded.card.more["thin below"]
    well = [label for label, count in counts.items() if count >= thin]
    hardly = [label for label, count in counts.items() if count < thin]
    usual = median([counts[label] for label in hardly] or [0])
    with st.expander(f"The {len(counts)} things it can recognise", icon=":material/list:"):
        st.markdown(f"**{len(well)} learnt from {thin} drawings or more.** {', '.join(well)}.")
        st.markdown(
            f"**{len(hardly)} learnt from fewer, most of them from about {usual:.0f}: more often "
            f"wrong.** "
            f"{', '.join(hardly)}."
        )

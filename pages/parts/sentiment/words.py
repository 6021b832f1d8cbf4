"""The text with each word coloured by what it contributed to the score."""

from collections.abc import Sequence
from html import escape

import streamlit as st

from models.sentiment import COLOURS, unnormalised
from showcase.contract import Classification, Contribution
from showcase.ui.charts import signed

STRONGEST = 3.4  # valences reach 4; emphasis may add to that, the colour stops growing here


def coloured_words(
    text: str, contributions: Sequence[Contribution], prediction: Classification
) -> None:
    """Draw the text, its contributing words coloured, and how they add up to the score."""
    st.markdown("**Why: what each word added**")
    if not contributions:
        st.caption(
            "None of these words is in its list of rated ones, so the text counts as neutral."
        )
        return
    st.html(words_html(text, contributions))
    total = unnormalised(contributions)
    st.caption(
        f"Together {signed(total)}, which VADER brings onto its scale from −1 to +1 as "
        f"{signed(prediction.score or 0.0)}. Words without colour add nothing."
    )


def words_html(text: str, contributions: Sequence[Contribution]) -> str:
    """Return the escaped text as HTML, a coloured span around each contributing slice."""
    pieces, position = [], 0
    for part in sorted(contributions, key=lambda part: part.start or 0):
        start, end = part.start or 0, part.end or 0
        pieces += [escape(text[position:start]), _span(text[start:end], part.value)]
        position = end
    body = "".join([*pieces, escape(text[position:])])
    style = "font-size:1.15rem;line-height:2.1;white-space:pre-wrap;overflow-wrap:anywhere"
    return f'<p style="{style}">{body}</p>'


def _span(words: str, value: float) -> str:
    colour = COLOURS["positive"] if value > 0 else COLOURS["negative"]
    alpha = f"{round(255 * min(0.15 + 0.5 * abs(value) / STRONGEST, 0.65)):02x}"
    line = "solid" if value > 0 else "dashed"
    style = f"background:{colour}{alpha};border-bottom:3px {line} {colour};border-radius:4px"
    said = f"{escape(words)}<sup> {signed(value)}</sup>"
    return f'<span style="{style};padding:2px 4px">{said}</span>'

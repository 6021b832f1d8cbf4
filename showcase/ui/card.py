"""The model card as a visitor reads it: scores, data, limits. All of it from card.json."""

import streamlit as st

from showcase.contract import Card
from showcase.runtime.loading import Loaded
from showcase.ui.markdown import escape_markdown

SHOWN_SCORES = 6
UNCHANGED = "Nothing yet: this model has not learnt from what visitors said."
NO_CARD = "A function without a model card: nothing was measured."


def sentence(text: str) -> str:
    """Return the text with a capital at its start.

    >>> sentence("accuracy on tweets")
    'Accuracy on tweets'
    """
    return text[:1].upper() + text[1:]


def scores_caption(loaded: Loaded) -> None:
    """Say the honest score in one sentence."""
    st.caption(loaded.card.summary if loaded.card else NO_CARD)


def figure(value: float) -> str:
    """Return a score with sensible digits.

    >>> figure(0.85749), figure(32104.0)
    ('0.857', '32,104')
    """
    return f"{value:,.0f}" if abs(value) >= 100 else f"{value:.3f}"


def model_card(loaded: Loaded) -> None:
    """Draw the card, folded: what was measured on which data, and what the model cannot know.

    A function without a card has none to draw.
    """
    card = loaded.card
    if card is None:
        return
    with st.expander("About this model", icon=":material/info:"):
        st.markdown(f"{card.model}\n\n**What it does not know**\n\n{_bullets(card.limits)}")
        changed = escape_markdown(card.learnt or UNCHANGED)
        st.markdown(f"**What your verdicts changed**\n\n{changed}")
        if card.scores:
            st.markdown(_score_table(card))
        data = f"[{card.data}]({card.url})" if card.url else escape_markdown(card.data)
        source = ", ".join(filter(None, (data, card.author)))
        licence = f". {card.licence}" if card.licence else ""
        st.markdown(f"**Data** {source}{licence}\n\n**Kept apart** {card.split}")
        trained = f"Version `{loaded.version}`, evaluated {card.date} with `{card.command}`"
        st.caption(f"{trained} ({', '.join(f'{k} {v}' for k, v in card.versions.items())})")


def _bullets(lines: list[str]) -> str:
    return "\n".join(f"- {line}" for line in lines)


def _score_table(card: Card) -> str:
    shown = card.scores[:SHOWN_SCORES]
    rows = [
        f"| {sentence(score.name)} | {figure(score.value)} | {score.meaning} |" for score in shown
    ]
    table = "\n".join(["| Measured | Value | What it means |", "| --- | ---: | --- |", *rows])
    more = len(card.scores) - len(shown)
    return f"{table}\n\n{more} more are in `models/{card.demo}/card.json`." if more else table

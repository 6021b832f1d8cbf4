"""The model card: what is measured on people's ratings, and what that means for a visitor."""

from pathlib import Path
from typing import Any

from models.sentiment import SETTINGS
from models.sentiment.training import data
from models.sentiment.training.evaluate import (
    BANDS,
    FILMS,
    FILMS_NEUTRAL,
    HEADLINE,
    THRESHOLDS,
    measure,
)
from models.sentiment.training.evaluate_opinion import SECOND_FILMS, SECOND_TWEETS, second_scores
from models.sentiment.vader import Analyzer
from showcase.contract import Card
from showcase.contract.card import sha256, today, versions


def card(model: Analyzer, folder: Path) -> Card:
    """Return the model card from what is measured on the folder's files."""
    scores, counts = measure(model, folder)
    learned, counted = second_scores(model, folder)
    scores, counts = [*scores, *learned], counts | counted
    value = {score.name: score.value for score in scores}
    return Card(
        demo="sentiment",
        model=(
            "VADER: 7,502 rated words and emoticons; rules for negation, emphasis and “but”. "
            "Beside it a second opinion: logistic regression over words, pairs of words and what "
            "VADER says (scikit-learn)."
        ),
        data="Tweets and sentences rated by people",
        author="C.J. Hutto, Eric Gilbert (ratings, 2014); Bo Pang, Lillian Lee (films, 2005)",
        licence="Ratings: MIT License. Film reviews: CC BY 4.0.",
        url=data.URL,
        data_sha256=sha256(folder / name for name in (*data.RATED.values(), data.LABELLED)),
        split=(
            "VADER is not trained. How texts are cleaned, and which count as English, was "
            "settled after a look at these texts, above all at the tweets. The second opinion is "
            "trained on film sentences and tweets and measured on a fifth of both that is kept "
            "apart by the hash of the text; its settings were chosen on another fifth."
        ),
        seed=None,
        headline=HEADLINE,
        summary=summary(value, counts),
        scores=scores,
        limits=limits(value),
        versions=versions(("nltk", "vaderSentiment", "scikit-learn")),
        date=today(),
        command="python -m models.sentiment.train --data DIR",
        more=counts | {"settings": SETTINGS},
    )


def summary(value: dict[str, float], counts: dict[str, Any]) -> str:
    """Return the honest score in one sentence: good on tweets, weak elsewhere.

    Without a percent sign: a page about scores that are no probabilities shows none.
    """
    right, neutral = 100 * value[FILMS], 100 * value[FILMS_NEUTRAL]
    tweets, films = counts["tweets"], counts["labelled film reviews"]
    return (
        f"On {tweets:,} tweets rated by at least 20 people each, it agreed with them on "
        f"{100 * value[HEADLINE]:.0f} in 100; of {films:,} sentences from film reviews it "
        f"judged {right:.0f} in 100 rightly, {100 - right - neutral:.0f} wrongly, {neutral:.0f} as "
        "neutral."
    )


DENIALS = (
    "A denial reaches three words on, over commas and full stops: “Can't complain. Great!” counts "
    "as negative."
)


def limits(value: dict[str, float]) -> list[str]:
    """Return what a visitor must know before believing an answer, with the measured figures."""
    tight = value[f"{HEADLINE}, neutral zones {BANDS[1]} and {THRESHOLDS[0]}"]
    at_home, abroad = value["Pearson r on tweets"], value["Pearson r on film reviews"]
    weaker = (
        "The tweets come from VADER's own authors. Elsewhere it is weaker: its score goes with "
        f"the raters' at r = {at_home:.2f} on tweets, at {abroad:.2f} on film reviews."
    )
    zone = (
        "Raters are hardly ever exactly neutral, so accuracy depends on where neutral ends: "
        f"{value[HEADLINE]:.2f} if at 0.5 from 0, {tight:.2f} if at 0.05."
    )
    films, tweets = (100 * value[name] for name in (SECOND_FILMS, SECOND_TWEETS))
    second = (
        "The second opinion knows films and tweets: of those kept apart it is right on "
        f"{films:.0f} in 100 film sentences and {tweets:.0f} in 100 tweets. Elsewhere it errs more."
    )
    return [
        "English only. A word, emoji or hashtag that is not in its list counts for nothing.",
        "It takes each word at its word: irony, comparisons and what was said before escape it.",
        DENIALS,
        weaker,
        zone,
        "In a long text the words' values add up, and the score is soon near −1 or +1.",
        second,
    ]

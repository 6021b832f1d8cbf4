"""NLTK's analyzer with the installed lexicon, and what each word added: this imports NLTK."""

import re
from collections.abc import Iterator
from typing import Any

from nltk.sentiment.vader import SentimentIntensityAnalyzer, SentiText, VaderConstants

from models.sentiment.lexicon import corrected
from showcase.contract import Contribution


class Analyzer(SentimentIntensityAnalyzer):  # type: ignore[misc]  # NLTK has no types
    """NLTK's rules, unchanged, over a lexicon given as text; it says what each word added.

    NLTK's own `__init__` is not called. It reads through `nltk.data`, which looks for the file in
    folders listed in a global, and since 3.10 refuses one that is group-writable or belongs to
    another account: a virtual environment often does. `corrected` checks the content instead.
    """

    def __init__(self, lexicon_text: str) -> None:
        self.lexicon_file = lexicon_text
        self.lexicon = corrected(self.make_lex_dict())
        self.constants = VaderConstants()

    def score_valence(self, sentiments: list[float], text: str) -> dict[str, Any]:
        """Return NLTK's `neg`, `neu`, `pos`, `compound`, and beside them each word's `valences`."""
        return {**super().score_valence(sentiments, text), "valences": sentiments}

    def words(self, text: str) -> list[str]:
        """Return what NLTK looks up, one per valence: without the punctuation around a word."""
        constants = self.constants
        split = SentiText(text, constants.PUNC_LIST, constants.REGEX_REMOVE_PUNCTUATION)
        return list(split.words_and_emoticons)

    def emphasis(self, text: str) -> dict[str, float]:
        """Return what all "!" and all "?" add together, away from 0."""
        return {"!": self._amplify_ep(text), "?": self._amplify_qm(text)}


Span = tuple[int, int]

TOKEN = re.compile(r"\S{2,}")  # NLTK splits at white space and drops single characters
MARKS = re.compile(r"[!?]+")


def contributions(model: Analyzer, text: str) -> list[Contribution]:
    """Return the parts of the text that are not worth 0, in order, without overlap."""
    valences = model.polarity_scores(text)["valences"]
    words = zip(spans(model, text), valences, strict=True)
    parts = {span: float(valence) for span, valence in words if valence}
    total = float(sum(valences))
    if total:
        _add_emphasis(parts, model, text, away_from_zero=1 if total > 0 else -1)
    return [
        Contribution(name=text[start:end], value=value, start=start, end=end)
        for (start, end), value in sorted(parts.items())
    ]


def spans(model: Analyzer, text: str) -> Iterator[Span]:
    """Yield where each word that NLTK looks up starts and ends in the text."""
    for token, word in zip(TOKEN.finditer(text), model.words(text), strict=True):
        start = token.start() + token[0].index(word)
        yield start, start + len(word)


def _add_emphasis(
    parts: dict[Span, float], model: Analyzer, text: str, away_from_zero: int
) -> None:
    """Add each run of "!" and "?" to the parts, or to the emoticon it belongs to, as in ":?)"."""
    emoticons = (span for span in parts if MARKS.search(text, *span))
    homes = {position: span for span in emoticons for position in range(*span)}
    for span, strength in _runs(model, text):
        home = homes.get(span[0], span)
        parts[home] = parts.get(home, 0.0) + away_from_zero * strength


def _runs(model: Analyzer, text: str) -> Iterator[tuple[Span, float]]:
    """Yield each run of marks with its part of the emphasis, which all marks of a kind share."""
    each = {
        mark: strength / max(text.count(mark), 1) for mark, strength in model.emphasis(text).items()
    }
    for run in MARKS.finditer(text):
        strength = sum(run[0].count(mark) * share for mark, share in each.items())
        if strength:
            yield run.span(), strength

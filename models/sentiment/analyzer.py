"""NLTK's analyzer with the installed lexicon. Importing this imports all of NLTK."""

from typing import Any

from nltk.sentiment.vader import (
    SentimentIntensityAnalyzer,
    SentiText,
    VaderConstants,
)

from models.sentiment.lexicon import corrected


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

"""NLTK's analyzer with the installed lexicon, and what each word added: this imports NLTK."""

from collections.abc import Iterator, Sequence
from typing import Any

from nltk.sentiment.vader import SentimentIntensityAnalyzer, VaderConstants

from models.sentiment.cleaning import MARKS, Piece, pieces
from models.sentiment.language import is_read
from models.sentiment.lexicon import corrected
from models.sentiment.opinion import Opinion
from showcase.contract import Contribution

Span = tuple[int, int]


class Analyzer(SentimentIntensityAnalyzer):  # type: ignore[misc]  # NLTK has no types
    """NLTK's rules over a lexicon given as text and cleaned texts; it says what each word added.

    NLTK's own `__init__` is not called. It reads through `nltk.data`, which looks for the file in
    folders listed in a global, and since 3.10 refuses one that is group-writable or belongs to
    another account: a virtual environment often does. `corrected` checks the content instead.
    """

    def __init__(self, lexicon_text: str, opinion: Opinion | None = None) -> None:
        self.learned = opinion
        self.lexicon_file = lexicon_text
        self.lexicon = corrected(self.make_lex_dict())
        self.constants = VaderConstants()

    def score_valence(self, sentiments: list[float], text: str) -> dict[str, Any]:
        """Return NLTK's `neg`, `neu`, `pos`, `compound`, and beside them each word's `valences`."""
        return {**super().score_valence(sentiments, text), "valences": sentiments}

    def emphasis(self, text: str) -> dict[str, float]:
        """Return what all "!" and all "?" add together, away from 0."""
        return {"!": self._amplify_ep(text), "?": self._amplify_qm(text)}

    def pieces(self, text: str) -> list[Piece]:
        """Return what is judged of a typed text: words, emoticons and marks.

        Of a text that is not English, its emoticons alone.
        """
        found = pieces(text, self.lexicon)
        return (
            found if is_read(found, self.lexicon) else [one for one in found if self._smiles(one)]
        )

    def _smiles(self, piece: Piece) -> bool:
        return piece.text.lower() in self.lexicon and not piece.text.isalpha()

    def polarity_scores(self, text: str) -> dict[str, Any]:
        """Return NLTK's scores of the text as it is looked up, and each word's `valences`."""
        return self.scores(self.pieces(text))

    def scores(self, found: Sequence[Piece]) -> dict[str, Any]:
        """Return the same of the pieces of a text."""
        scores: dict[str, Any] = super().polarity_scores(" ".join(piece.text for piece in found))
        return {"valences": [], **scores}

    def opinion_of(self, text: str) -> dict[str, float]:
        """Return the chance of each label that the second opinion gives."""
        found = self.pieces(text)
        return self._opinion.chances([piece.text for piece in found], self.scores(found))

    def opinion_words(self, text: str) -> list[tuple[str, float]]:
        """Return the words that weigh most in it, above zero for positive."""
        return self._opinion.reasons([piece.text for piece in self.pieces(text)])

    @property
    def _opinion(self) -> Opinion:
        if self.learned is None:
            raise ValueError("this analyzer was made without a second opinion")
        return self.learned


def contributions(model: Analyzer, text: str) -> list[Contribution]:
    """Return the parts of the text that are not worth 0, in order, without overlap."""
    found = model.pieces(text)
    valences = model.scores(found)["valences"]
    words = [piece for piece in found if len(piece.text) > 1]  # NLTK drops single characters
    parts = {
        (word.start, word.end): float(valence)
        for word, valence in zip(words, valences, strict=True)
        if valence
    }
    if total := float(sum(valences)):
        _add_emphasis(parts, model, found, away_from_zero=1 if total > 0 else -1)
    return [
        Contribution(name=text[start:end], value=value, start=start, end=end)
        for (start, end), value in sorted(parts.items())
    ]


def _add_emphasis(
    parts: dict[Span, float], model: Analyzer, found: Sequence[Piece], away_from_zero: int
) -> None:
    """Add each run of "!" and "?" to the parts, or to the emoticon it belongs to, as in ":?)".

    All marks of a kind share what they add together.
    """
    together = " ".join(piece.text for piece in found)
    each = {
        mark: strength / max(together.count(mark), 1)
        for mark, strength in model.emphasis(together).items()
    }
    for span, marks in _runs(found):
        strength = sum(marks.count(mark) * share for mark, share in each.items())
        if strength:
            parts[span] = parts.get(span, 0.0) + away_from_zero * strength


def _runs(found: Sequence[Piece]) -> Iterator[tuple[Span, str]]:
    """Yield each run of marks, and each word that holds some, with its slice of the text."""
    run = Piece("", 0, 0)
    for piece in found:
        single = piece.text in MARKS
        if single and run.text and run.end == piece.start:
            run = Piece(run.text + piece.text, run.start, piece.end)
            continue
        if run.text:
            yield (run.start, run.end), run.text
        run = piece if single else Piece("", 0, 0)
        if not single and not MARKS.isdisjoint(piece.text):
            yield (piece.start, piece.end), piece.text
    if run.text:
        yield (run.start, run.end), run.text

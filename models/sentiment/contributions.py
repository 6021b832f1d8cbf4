"""What each word and each run of punctuation added to VADER's sum, with its place in the text."""

import re
from collections.abc import Iterator

from models.sentiment.analyzer import Analyzer
from showcase.contract import Contribution

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

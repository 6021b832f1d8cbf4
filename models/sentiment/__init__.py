"""Sentiment of English text: NLTK's VADER (Hutto and Gilbert, ICWSM 2014).

VADER looks words up in a list of rated words, bends the ratings by rules (negation, emphasis,
"but") and brings their sum onto a scale from -1 to 1. Its three shares say how much of a text is
of each kind; they are not probabilities. http://eegilbert.org/papers/icwsm14.vader.hutto.pdf

Rules learn nothing. Beside them stands a second opinion (`opinion`), which learns from verdicts.
"""

import math
from collections.abc import Iterable, Sequence
from importlib.metadata import PackageNotFoundError
from importlib.metadata import version as library_version
from pathlib import Path
from typing import TYPE_CHECKING

from models.sentiment.inputs import SITUATIONS, Input
from models.sentiment.lexicon import SHA256
from showcase.contract import Classification, Contribution

if TYPE_CHECKING:
    from models.sentiment.vader import Analyzer

LABELS = ("negative", "neutral", "positive")
COLOURS = {"negative": "#D55E00", "neutral": "#8C8C8C", "positive": "#009E73"}
ALPHA = 15  # "approximates the max expected value" of the sum, in the authors' words
ARTIFACT: Path | None = Path(__file__).with_name("opinion.npz")


def installed(library: str) -> str:
    """Return the installed version of a library, or "missing"."""
    try:
        return library_version(library)
    except PackageNotFoundError:
        return "missing"


SETTINGS = {
    "nltk": installed("nltk"),
    "vaderSentiment": installed("vaderSentiment"),
    "lexicon_sha256": SHA256,
    "cleaning": "3",  # of a text before it is judged, and which texts are: count up with a change
}


EXAMPLE_NAMES = tuple(name for name, _ in SITUATIONS)
EXAMPLES = tuple(Input(text=text, threshold=0.05) for _, text in SITUATIONS)


def load(artifact: Path | None = None) -> "Analyzer":
    """Return the analyzer with the shipped second opinion, or another artifact's.

    It takes about a second the first time: that is NLTK's import. FileNotFoundError if the artifact
    or the lexicon's package is missing, ValueError for another lexicon than the one that the card's
    scores were measured with.
    """
    path = artifact or ARTIFACT
    if path is None or not path.exists():
        raise FileNotFoundError(f"no {path}: run python -m models.sentiment.train --data DIR")
    from models.sentiment import opinion
    from models.sentiment.lexicon import read
    from models.sentiment.vader import Analyzer

    return Analyzer(read(), opinion.read(path))


def label(compound: float, threshold: float) -> str:
    """Return the label of a compound score: the authors' rule, and exactly 0 is always neutral.

    >>> label(0.05, 0.05), label(0.0, 0), label(-0.01, 0)
    ('positive', 'neutral', 'negative')
    """
    if compound == 0 or abs(compound) < threshold:
        return "neutral"
    return "positive" if compound > 0 else "negative"


def predict(model: "Analyzer", given: Input) -> Classification:
    """Return NLTK's compound score (-1 to 1), its three shares, and the label.

    Of a text that is not read (`is_read`) its emoticons alone count.
    """
    scores = model.polarity_scores(given.text)
    compound = scores["compound"] + 0.0  # -0.0 becomes 0.0
    return Classification(
        label=label(compound, given.threshold),
        score=compound,
        parts={"negative": scores["neg"], "neutral": scores["neu"], "positive": scores["pos"]},
    )


def predict_many(model: "Analyzer", inputs: Sequence[Input]) -> list[Classification]:
    """Return the answer to each input, in order."""
    return [predict(model, given) for given in inputs]


def second_opinion(model: "Analyzer", given: Input) -> Classification:
    """Return what the learned part makes of the text: a label with its chances."""
    chances = model.opinion_of(given.text)
    return Classification(label=max(chances, key=chances.__getitem__), probabilities=chances)


def learnt_answers(model: "Analyzer", inputs: Sequence[Input]) -> list[Classification]:
    """Return the second opinion on each input: of this model, that is what learns."""
    return [second_opinion(model, given) for given in inputs]


def opinion_words(model: "Analyzer", given: Input) -> list[tuple[str, float]]:
    """Return the words and pairs that weigh most in the second opinion, strongest first.

    Above zero speaks for positive, below for negative.
    """
    return model.opinion_words(given.text)


def is_read(model: "Analyzer", given: Input) -> bool:
    """Return False for a text of which hardly a word is known, most likely not English."""
    from models.sentiment.cleaning import pieces
    from models.sentiment.language import is_read

    return is_read(pieces(given.text, model.lexicon), model.lexicon)


def explain(
    model: "Analyzer",
    given: Input,
    prediction: Classification,  # noqa: ARG001  # the rules, not the answer, say why
) -> list[Contribution]:
    """Return what each word and each run of "!" and "?" added to the sum before normalising.

    In the order of the text; the slices never overlap. A word that only bends others ("not",
    "very", "but") is not listed: its effect is in the value of the words that it bends.
    """
    from models.sentiment.vader import contributions

    return contributions(model, given.text)


def unnormalised(contributions: Iterable[Contribution]) -> float:
    """Return the sum that VADER brings onto its scale, to be passed to `normalise`."""
    return math.fsum(part.value for part in contributions)


def normalise(total: float) -> float:
    """Return the sum brought onto the scale from -1 to 1; rounded to four digits, the score.

    The formula is x / sqrt(x^2 + 15), from `VaderConstants.normalize` in NLTK and `normalize` in
    https://github.com/cjhutto/vaderSentiment.

    >>> normalise(0.0), normalise(1.0), normalise(-7.0)
    (0.0, 0.25, -0.875)
    """
    return total / math.sqrt(total * total + ALPHA)

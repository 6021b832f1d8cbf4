"""The second opinion: logistic regressions over words, pairs of words, and what VADER says."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix, hstack  # type: ignore[import-untyped]  # it has no types
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression

from models.sentiment import LABELS
from models.sentiment.lexicon import read
from models.sentiment.opinion import FILM, SIDE, TWEET, Opinion, of_rules, terms
from models.sentiment.vader import Analyzer

FEWEST = 3  # texts that a term must stand in
ROUNDS = 300
# Strength of the data against the penalty on weights, and factors of words and of VADER's numbers:
# chosen on a fifth of the texts that is neither held out nor was trained on then.
OF_FILMS = (4.0, 1.0, 1.0)
OF_TWEETS = (1.0, 0.6, 2.0)
OF_SOURCES = (3.0, 1.0, 0.0)
DECIDED = 3.0  # factor of the logits that tell films from tweets
FILMS, TWEETS = "film reviews", "tweets"

Setting = tuple[float, float, float]
Weights = NDArray[np.float64]


@dataclass(frozen=True)
class Texts:
    """Texts with their labels, and where each is from; all of length n."""

    texts: list[str]
    labels: list[str]
    sources: list[str]

    def taken(self, chosen: NDArray[np.bool_]) -> "Texts":
        """Return those that are chosen (n,)."""
        places = np.flatnonzero(chosen).tolist()
        return Texts(
            *([column[at] for at in places] for column in (self.texts, self.labels, self.sources))
        )


def fitted(texts: Texts) -> Opinion:
    """Return the opinion that these texts give; the same texts give the same.

    Texts that are neither films nor tweets teach both, but what a film is.
    """
    analyzer = Analyzer(read())
    found = [analyzer.pieces(text) for text in texts.texts]
    vectorizer = TfidfVectorizer(analyzer=terms, sublinear_tf=True, min_df=FEWEST)
    words = vectorizer.fit_transform([[one.text for one in pieces] for pieces in found])
    rules = np.array([of_rules(analyzer.scores(pieces)) for pieces in found])
    labels, sources = np.array(texts.labels), np.array(texts.sources)
    films = (sources != TWEETS) & (labels != "neutral")
    weights = np.zeros((words.shape[1] + rules.shape[1] + 1, FILM + 1))
    for column, chosen, wanted, setting in (
        (SIDE, films, labels == "positive", OF_FILMS),
        (TWEET, sources != FILMS, labels, OF_TWEETS),
        (FILM, np.isin(sources, (FILMS, TWEETS)), sources == FILMS, OF_SOURCES),
    ):
        weights[:, column] = regression(words[chosen], rules[chosen], wanted[chosen], setting)
    weights[:, FILM] *= DECIDED
    many = words.shape[1]
    return Opinion(
        terms=tuple(vectorizer.get_feature_names_out().tolist()),
        rarity=vectorizer.idf_,
        weights=weights[:many],
        rules=weights[many:-1],
        bias=weights[-1],
    )


def regression(words: Any, rules: Weights, wanted: NDArray[Any], setting: Setting) -> Weights:
    """Return weights of words, of rules and the bias: (n,), or (n, 3) for three labels."""
    strength, of_words, of_rules = setting
    two = wanted.dtype == bool
    model = LogisticRegression(
        C=strength,
        max_iter=ROUNDS,
        solver="liblinear" if two else "lbfgs",
        class_weight="balanced" if not of_rules else None,
        random_state=0,
    )
    model.fit(hstack([words * of_words, csr_matrix(rules * of_rules)]).tocsr(), wanted)
    if not two and tuple(model.classes_) != LABELS:
        raise ValueError(f"the texts have the labels {list(model.classes_)}, not {LABELS}")
    factors = np.append(np.full(words.shape[1], of_words), np.full(rules.shape[1], of_rules))
    found = np.vstack([model.coef_.T * factors[:, None], model.intercept_])
    return found[:, 0] if two else found

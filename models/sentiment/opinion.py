"""A second opinion: words weighed as people's labels taught it, beside the rules of VADER.

Three logistic regressions (scikit-learn) over words and pairs of words, TF-IDF, and over what VADER
says: one knows the two sides of film reviews, one the three labels of tweets, and the third how
much a text reads like a film review: their answers are mixed by it (Jacobs et al., 1991, Adaptive
mixtures of local experts). The artifact holds plain numbers and texts: reading it runs nothing.
"""

import io
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from scipy.special import expit, softmax  # type: ignore[import-untyped]  # it has no types

from models.sentiment import LABELS

Floats = NDArray[np.float64]
RULES = ("compound", "neg", "neu", "pos")  # of VADER's answer
NEAR = 0.05  # scores nearer to 0 than this are neutral to VADER
PAIR = " "
LONGEST_LIST = 8  # words that are named for an answer
SIDE, TWEET, FILM = 0, slice(1, 4), 4  # columns: films' side, tweets' labels, whether a film


def of_rules(scores: Mapping[str, float]) -> list[float]:
    """Return what the regressions take of VADER's scores: themselves, its label, its strength."""
    compound = scores["compound"]
    said = (compound <= -NEAR, abs(compound) < NEAR, compound >= NEAR)
    return [*(scores[name] for name in RULES), *map(float, said), abs(compound)]


def terms(words: Sequence[str]) -> list[str]:
    """Return the words in lower case, and each two that follow one another.

    >>> terms(["Not", "good"])
    ['not', 'good', 'not good']
    """
    small = [word.lower() for word in words]
    return [*small, *(PAIR.join(pair) for pair in pairwise(small))]


@dataclass(frozen=True)
class Opinion:
    """Terms, their rarity (m,) and weights (m, 5), weights of VADER's answer (8, 5), bias (5,)."""

    terms: tuple[str, ...]
    rarity: Floats
    weights: Floats
    rules: Floats
    bias: Floats

    @cached_property
    def places(self) -> dict[str, int]:
        """Where each term stands."""
        return {term: place for place, term in enumerate(self.terms)}

    def chances(self, words: Sequence[str], scores: Mapping[str, float]) -> dict[str, float]:
        """Return the chance of each label, from the words of a text and VADER's scores of it."""
        places, values = self._known(words)
        found = self.bias + values @ self.weights[places] + np.array(of_rules(scores)) @ self.rules
        film, side = expit(found[FILM]), expit(found[SIDE])
        mixed = film * np.array([1 - side, 0.0, side]) + (1 - film) * softmax(found[TWEET])
        return dict(zip(LABELS, mixed.tolist(), strict=True))

    def reasons(self, words: Sequence[str]) -> list[tuple[str, float]]:
        """Return the terms that weigh most: above zero speaks for positive, below for negative."""
        places, values = self._known(words)
        weights = self.weights[places]
        film = expit(self.bias[FILM] + values @ weights[:, FILM])
        negative, _, positive = weights[:, TWEET].T
        sides = values * (film * weights[:, SIDE] + (1 - film) * (positive - negative))
        order = np.argsort(-np.abs(sides), kind="stable")[:LONGEST_LIST]
        return [(self.terms[places[at]], float(sides[at])) for at in order.tolist()]

    def _known(self, words: Sequence[str]) -> tuple[NDArray[np.int64], Floats]:
        """Return places and TF-IDF values, of length 1 together, of the terms that are known."""
        found = Counter(self.places[term] for term in terms(words) if term in self.places)
        places = np.array(sorted(found), dtype=np.int64)
        values = (1 + np.log([found[place] for place in places.tolist()])) * self.rarity[places]
        return places, values / (np.linalg.norm(values) or 1.0)


def write(opinion: Opinion, path: Path) -> None:
    """Write it such that the same opinion gives the same bytes."""
    small = {name: getattr(opinion, name).astype(np.float32) for name in ARRAYS}
    text = np.frombuffer("\n".join(opinion.terms).encode(), dtype=np.uint8)
    content = io.BytesIO()
    np.savez_compressed(content, terms=text, **small)
    path.write_bytes(content.getvalue())


NOTHING = dict.fromkeys(RULES, 0.0)
ARRAYS = ("rarity", "weights", "rules", "bias")


def read(path: Path) -> Opinion:
    """Return what `write` wrote; ValueError if it is no such file, or its parts do not fit."""
    with np.load(path, allow_pickle=False) as held:
        if set(held) != {"terms", *ARRAYS}:
            raise ValueError(f"{path.name} holds {sorted(held)}, expected terms, {ARRAYS}")
        arrays = {name: held[name].astype(np.float64) for name in ARRAYS}
        known = tuple(held["terms"].tobytes().decode().split("\n"))
    opinion = Opinion(known, **arrays)
    n, columns = len(known), FILM + 1
    shapes = [(n,), (n, columns), (len(of_rules(NOTHING)), columns), (columns,)]
    if [array.shape for array in arrays.values()] != shapes or not all(
        np.isfinite(array).all() for array in arrays.values()
    ):
        raise ValueError(f"the parts of {path.name} do not fit together")
    return opinion

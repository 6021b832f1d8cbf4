"""Which species are mistaken for each other, by a player or by the model."""

from collections import Counter
from collections.abc import Iterable
from typing import NamedTuple


class ConfusedPair(NamedTuple):
    """Two species, in alphabetical order, and how often one was taken for the other."""

    one: str
    other: str
    times: int


def confused_pairs(answers: Iterable[tuple[str, str]]) -> list[ConfusedPair]:
    """Return the pairs that were mixed up, the most frequent first, from (truth, guess) pairs.

    >>> confused_pairs([("virginica", "versicolor"), ("setosa", "setosa")])
    [ConfusedPair(one='versicolor', other='virginica', times=1)]
    """
    mixed_up = Counter(
        (min(truth, guess), max(truth, guess)) for truth, guess in answers if truth != guess
    )
    ranked = sorted(mixed_up.items(), key=lambda item: (-item[1], item[0]))
    return [ConfusedPair(*pair, times) for pair, times in ranked]

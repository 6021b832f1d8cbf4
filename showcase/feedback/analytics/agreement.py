"""How far people agree beyond chance: percent, Cohen's and Fleiss' kappa, Krippendorff's alpha.

Not everybody has to judge everything. Answers are numbers of categories: equal numbers, equal
answers. A measure is NaN where it is not defined: nothing was judged by two people, or all gave
one and the same answer, so that nothing can be told from chance.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from math import nan
from typing import Self

import numpy as np
import numpy.typing as npt

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]

DRAWS = 1_000
FEWEST_DRAWS = 100
WORK = 30_000_000  # entries that all draws together may touch: about a second


@dataclass(frozen=True)
class Judged:
    """How many people gave which answer to which item, where at least two judged it.

    Three arrays of one length: items and answers counted from 0, and numbers of people.
    """

    item: Ints
    answer: Ints
    people: Ints

    @classmethod
    def of(cls, items: npt.ArrayLike, answers: npt.ArrayLike, people: npt.ArrayLike) -> Self:
        """Leave out what fewer than two people judged, and count the items anew."""
        item, answer, number = (np.asarray(one, np.int64) for one in (items, answers, people))
        totals = np.bincount(item, number) if len(item) else np.zeros(0)
        several = totals[item] >= 2 if len(item) else np.zeros(0, bool)
        _, renumbered = np.unique(item[several], return_inverse=True)
        return cls(renumbered.astype(np.int64), answer[several], number[several])

    @property
    def items(self) -> int:
        """How many items at least two people judged."""
        return int(self.item.max()) + 1 if len(self.item) else 0

    @property
    def judges(self) -> Floats:
        """How many people judged each item."""
        return np.bincount(self.item, self.people).astype(np.float64)

    def summed(self, values: npt.ArrayLike) -> Floats:
        """Return the sum over each item of a value for each entry."""
        return np.bincount(self.item, np.asarray(values, np.float64)).astype(np.float64)


def percent(judged: Judged) -> float:
    """Return the share (0 to 1) of pairs of people who agree, averaged over the items.

    >>> percent(Judged.of([0, 1, 1], [5, 5, 6], [2, 1, 1]))
    0.5
    """
    if not judged.items:
        return nan
    pairs = judged.judges * (judged.judges - 1)
    return float((judged.summed(judged.people * (judged.people - 1)) / pairs).mean())


def fleiss(judged: Judged) -> float:
    """Return Fleiss' kappa (Scott's pi for any number of people).

    Source: J. L. Fleiss (1971), Measuring nominal scale agreement among many raters, Psychological
    Bulletin 76, pages 378 to 382, https://doi.org/10.1037/h0031619. Where items have different
    numbers of judges each item weighs the same.
    """
    if not judged.items:
        return nan
    shares = judged.people / judged.judges[judged.item]
    usual = np.bincount(judged.answer, shares) / judged.items
    return _beyond_chance(percent(judged), float((usual**2).sum()))


def cohen(mine: npt.ArrayLike, theirs: npt.ArrayLike) -> float:
    """Return Cohen's kappa of two people over the items that both judged, in the same order.

    Source: J. Cohen (1960), A coefficient of agreement for nominal scales, Educational and
    Psychological Measurement 20, pages 37 to 46, https://doi.org/10.1177/001316446002000104

    >>> round(cohen([1, 1, 0, 0], [1, 0, 0, 0]), 3)
    0.5
    """
    a, b = np.asarray(mine, np.int64), np.asarray(theirs, np.int64)
    if not len(a):
        return nan
    size = int(max(a.max(), b.max())) + 1
    usual = np.bincount(a, minlength=size) @ np.bincount(b, minlength=size) / len(a) ** 2
    return _beyond_chance(float((a == b).mean()), float(usual))


def alpha(judged: Judged, values: Sequence[float] | Floats | None = None) -> float:
    """Return Krippendorff's alpha: nominal, or of the interval scale where answers have values.

    `values` are the numbers that the answers stand for. Source: K. Krippendorff (2011), Computing
    Krippendorff's alpha-reliability, https://repository.upenn.edu/handle/20.500.14332/2089
    """
    return _Alpha.of(judged, values).with_weights(np.ones(judged.items))


def alpha_interval(
    judged: Judged, values: Sequence[float] | Floats | None = None, seed: int = 0
) -> tuple[float, float]:
    """Return the interval that holds alpha in 95% of the draws of as many items with replacement.

    The percentile bootstrap over items; draws in which alpha is not defined are left out.
    """
    if not judged.items:
        return nan, nan
    random, whole = np.random.default_rng(seed), _Alpha.of(judged, values)
    draws = max(FEWEST_DRAWS, min(DRAWS, WORK // len(judged.item)))
    found = [
        whole.with_weights(
            np.bincount(random.integers(judged.items, size=judged.items), minlength=judged.items)
        )
        for _ in range(draws)
    ]
    defined = np.array(found)[~np.isnan(found)]
    if not len(defined):
        return nan, nan
    low, high = np.quantile(defined, [0.025, 0.975])
    return float(low), float(high)


@dataclass(frozen=True)
class _Alpha:
    """What alpha needs of the items, so that each of them can count any number of times."""

    judged: Judged
    values: Floats | None
    disagreement: Floats  # of each item

    @classmethod
    def of(cls, judged: Judged, values: Sequence[float] | Floats | None) -> Self:
        judges = judged.judges
        if values is None:
            differing = judges**2 - judged.summed(judged.people**2)
            return cls(judged, None, differing / (judges - 1))
        x = np.asarray(values, np.float64)
        x = (x - x.mean())[judged.answer]  # the same differences with smaller squares
        squares, sums = judged.summed(judged.people * x**2), judged.summed(judged.people * x)
        return cls(judged, x, 2 * (judges * squares - sums**2) / (judges - 1))

    def with_weights(self, weights: npt.ArrayLike) -> float:
        """Return alpha with each item counted so many times."""
        weight = np.asarray(weights, np.float64)
        people = self.judged.people * weight[self.judged.item]
        number = people.sum()
        if self.values is None:
            expected = number**2 - (np.bincount(self.judged.answer, people) ** 2).sum()
        else:
            mean = (people * self.values).sum() / number if number else 0.0
            expected = 2 * number * (people * (self.values - mean) ** 2).sum()
        if not expected > 0:
            return nan
        return float(1 - (number - 1) * (weight @ self.disagreement) / expected)


def _beyond_chance(observed: float, usual: float) -> float:
    return (observed - usual) / (1 - usual) if usual < 1 - 1e-12 else nan

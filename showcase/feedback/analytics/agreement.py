"""How far those who judge agree, and how they compare: kappas, Krippendorff's alpha, pace.

Not everybody has to judge everything. Answers are numbers of categories: equal numbers, equal
answers. A measure is NaN where it is not defined: nothing was judged by two people, or all gave
one and the same answer, so that nothing can be told from chance.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import combinations
from math import isnan, nan
from typing import Any, NamedTuple, Self

import numpy as np
import numpy.typing as npt

from showcase.feedback.analytics.filters import SAID
from showcase.feedback.analytics.load import ID, SIGNED_IN
from showcase.feedback.analytics.queries import VerdictAnalytics

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


# Those who judge

MOST_NAMES = 12  # whose pairs are compared: 66 of them
# Somebody without a name is told from others by the visit. "Wrong" without the right label is an
# answer of its own; for numbers it is none.
NUMERIC = """
SELECT demo FROM verdicts GROUP BY demo
HAVING count(confidence) = 0 AND bool_and(TRY_CAST(predicted AS DOUBLE) IS NOT NULL)
"""
ANSWERS = f"""
WITH numeric AS ({NUMERIC}), newest AS (
    SELECT demo, item, person, CASE WHEN person = '' THEN visit ELSE 0 END AS visit,
        max(position) AS position, arg_max({ID}, position) AS id, arg_max(CASE
            WHEN verdict = 'unsure' THEN ''
            WHEN expected <> '' THEN expected
            WHEN verdict = 'correct' THEN predicted
            WHEN demo IN (FROM numeric) THEN ''
            ELSE 'not ' || predicted END, position) AS answer
    FROM verdicts WHERE list_contains(?, source) GROUP BY ALL
)
SELECT demo, item, person AS name, hash(person, visit) AS person, position, id, answer
FROM newest WHERE answer <> ''
QUALIFY count(*) OVER (PARTITION BY demo, item) > 1
"""
COUNTS = "SELECT demo, item, answer, count(*) AS people FROM answers GROUP BY ALL"
# What most of the others said: without one's own answer, and only where no two lead together.
AGREED = f"""
WITH counts AS ({COUNTS}), others AS (
    SELECT demo, item, mine.answer AS mine, theirs.answer AS theirs,
        theirs.people - CASE WHEN mine.answer = theirs.answer THEN 1 ELSE 0 END AS people
    FROM counts AS mine JOIN counts AS theirs USING (demo, item)
), ahead AS (
    SELECT demo, item, mine, arg_max(theirs, people) AS theirs, max(people, 2) AS most
    FROM others WHERE people > 0 GROUP BY ALL
)
SELECT name AS person, count(*) FILTER (WHERE answer = theirs) AS agreed, count(*) AS compared
FROM answers JOIN ahead USING (demo, item)
WHERE answer = mine AND (len(most) = 1 OR most[1] > most[2]) AND name <> ''
GROUP BY name
"""
ANNOTATORS = f"""
WITH agreed AS ({AGREED}), gaps AS (
    SELECT person, epoch(moment) - lag(epoch(moment)) OVER (
        PARTITION BY person, visit ORDER BY position) AS gap
    FROM verdicts WHERE person <> '' AND list_contains(?, source)
), paces AS (SELECT person, median(gap) FILTER (WHERE gap >= 0) AS pace FROM gaps GROUP BY person)
SELECT person, count(*), max(moment), any_value(pace),
    coalesce(any_value(agreed), 0), coalesce(any_value(compared), 0)
FROM verdicts LEFT JOIN agreed USING (person) LEFT JOIN paces USING (person)
WHERE list_contains(?, source) GROUP BY person ORDER BY 2 DESC, 1 LIMIT ?
"""
CONTESTED = f"""
WITH counts AS ({COUNTS} HAVING demo = ?), items AS (
    SELECT item, sum(people) AS people,
        1 - sum(people * (people - 1)) / (sum(people) * (sum(people) - 1)) AS contested,
        list({{'answer': answer, 'people': people}} ORDER BY people DESC, answer) AS answers
    FROM counts GROUP BY item HAVING count(*) > 1
), newest AS (
    SELECT item, max(position) AS position, arg_max(id, position) AS id
    FROM answers WHERE demo = ? GROUP BY item
)
SELECT people, contested, answers, id FROM items JOIN newest USING (item)
ORDER BY contested DESC, people DESC, position DESC LIMIT ?
"""


class Annotator(NamedTuple):
    """One annotator: rows, seconds between two of them, agreement with what most others said."""

    name: str
    rows: int
    last: datetime | None
    pace_s: float | None
    agreed: int
    compared: int


class Pair(NamedTuple):
    """Two annotators on the inputs that both judged."""

    mine: str
    theirs: str
    inputs: int
    share: float
    kappa: float


class Together(NamedTuple):
    """How far people agree on the inputs that several of them judged; NaN where undefined."""

    inputs: int
    people: int
    is_numeric: bool
    percent: float
    cohen: float
    fleiss: float
    alpha: float
    interval: tuple[float, float]
    pairs: list[Pair]


class Contested(NamedTuple):
    """An input that people judged differently: the answers with their numbers of people."""

    demo: str
    people: int
    contested: float
    answers: list[tuple[str, int]]
    row_id: str


def annotators(verdicts: VerdictAnalytics, most: int) -> list[Annotator]:
    """Return those who judge, the busiest first; all without a name together, named "".

    Games are left out: there the verdict is not the player's.
    """
    _make(verdicts)
    values = [list(SAID), list(SAID), most]
    found = verdicts.once(("annotators", most), lambda: verdicts.ask(ANNOTATORS, values))
    titles = _titles(verdicts)
    return [Annotator(titles.get(person, ""), *figures) for person, *figures in found]


def demos(verdicts: VerdictAnalytics) -> list[str]:
    """Return the demos with inputs that several people judged, the most such inputs first."""
    _make(verdicts)
    query = "SELECT demo FROM answers GROUP BY demo ORDER BY count(DISTINCT item) DESC, demo"
    return [demo for (demo,) in verdicts.ask(query)]


def together(verdicts: VerdictAnalytics, demo: str) -> Together:
    """Return how far people agree on the inputs of a demo that several of them judged."""
    _make(verdicts)
    return verdicts.once(("together", demo), lambda: _together(verdicts, demo))


def _together(verdicts: VerdictAnalytics, demo: str) -> Together:
    found = verdicts.ask(f"{COUNTS} HAVING demo = ? ORDER BY ALL", [demo])
    ((people,),) = verdicts.ask("SELECT count(DISTINCT person) FROM answers WHERE demo = ?", [demo])
    is_numeric = (demo,) in verdicts.ask(NUMERIC)
    texts = [answer for _, _, answer, _ in found]
    values = _numbers(texts) if is_numeric else None
    distinct, answers = np.unique(texts if values is None else values, return_inverse=True)
    _, items = np.unique(np.array([row[1] for row in found], np.uint64), return_inverse=True)
    judged = Judged.of(items, answers, [row[3] for row in found])
    scale = None if values is None else distinct
    pairs = [] if is_numeric else _pairs(verdicts, demo)
    kappas = [pair.kappa for pair in pairs if not isnan(pair.kappa)]
    return Together(
        inputs=judged.items,
        people=people,
        is_numeric=is_numeric,
        percent=percent(judged),
        cohen=sum(kappas) / len(kappas) if kappas else nan,
        fleiss=nan if is_numeric else fleiss(judged),
        alpha=alpha(judged, scale),
        interval=alpha_interval(judged, scale),
        pairs=pairs,
    )


def contested(verdicts: VerdictAnalytics, demo: str, most: int) -> list[Contested]:
    """Return the inputs that people judged differently, those with the least agreement first."""
    _make(verdicts)
    return [
        Contested(
            demo, int(people), share, [(one["answer"], one["people"]) for one in said], row_id
        )
        for people, share, said, row_id in verdicts.ask(CONTESTED, [demo, demo, most])
    ]


def _titles(verdicts: VerdictAnalytics) -> dict[str, str]:
    """Return what each person is called: as they wrote it last, and if somebody else signed in."""
    query = (
        "SELECT person, arg_max(annotator, position) FROM verdicts WHERE person <> '' GROUP BY 1"
    )
    names: dict[str, str] = dict(verdicts.once("titles", lambda: verdicts.ask(query)))
    return {
        person: f"{name} (not signed in)" if f"{person}{SIGNED_IN}" in names else name
        for person, name in names.items()
    }


def _make(verdicts: VerdictAnalytics) -> None:
    verdicts.make("answers", ANSWERS, [list(SAID)])


def _pairs(verdicts: VerdictAnalytics, demo: str) -> list[Pair]:
    """Return the pairs of the busiest annotators who judged the same inputs, most inputs first."""
    named = verdicts.ask(
        "SELECT name, list(item ORDER BY item), list(answer ORDER BY item) FROM answers "
        "WHERE demo = ? AND name <> '' GROUP BY 1 ORDER BY count(*) DESC, 1 LIMIT ?",
        [demo, MOST_NAMES],
    )
    titles = _titles(verdicts)
    named = [(titles[person], *judged) for person, *judged in named]
    found = [_pair(mine, theirs) for mine, theirs in combinations(named, 2)]
    return sorted((pair for pair in found if pair.inputs), key=lambda pair: -pair.inputs)


def _pair(mine: tuple[Any, ...], theirs: tuple[Any, ...]) -> Pair:
    (my_name, *my_answers), (their_name, *their_answers) = mine, theirs
    ours, yours = dict(zip(*my_answers, strict=True)), dict(zip(*their_answers, strict=True))
    both = [(answer, yours[item]) for item, answer in ours.items() if item in yours]
    numbers = {text: number for number, text in enumerate({text for one in both for text in one})}
    a, b = ([numbers[answers[side]] for answers in both] for side in (0, 1))
    same = sum(x == y for x, y in both)
    return Pair(my_name, their_name, len(both), same / len(both) if both else nan, cohen(a, b))


def _numbers(texts: list[str]) -> list[float]:
    return [float(text) for text in texts]

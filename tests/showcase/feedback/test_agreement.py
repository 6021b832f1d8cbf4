"""Agreement: equal to what is counted by hand, and to nltk.metrics.agreement."""

import doctest
import math
from collections import Counter
from itertools import combinations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from nltk.metrics import binary_distance, interval_distance
from nltk.metrics.agreement import AnnotationTask

from showcase.feedback.analytics import agreement
from showcase.feedback.analytics.agreement import (
    Judged,
    alpha,
    alpha_interval,
    cohen,
    fleiss,
    percent,
)

# Krippendorff (2011), section C: four observers, twelve units, 0 for no answer. He has
# 0.743 for nominal and 0.849 for interval data.
KRIPPENDORFF = [
    [1, 2, 3, 3, 2, 1, 4, 1, 2, 0, 0, 0],
    [1, 2, 3, 3, 2, 2, 4, 1, 2, 5, 0, 3],
    [0, 3, 3, 3, 2, 3, 4, 2, 2, 5, 1, 0],
    [1, 2, 3, 3, 2, 4, 4, 1, 2, 5, 1, 0],
]
# Fleiss (1971) as Wikipedia's worked example has it: 10 items, 14 judges, 5 answers, kappa 0.210.
FLEISS = [
    [0, 0, 0, 0, 14], [0, 2, 6, 4, 2], [0, 0, 3, 5, 6], [0, 3, 9, 2, 0], [2, 2, 8, 1, 1],
    [7, 7, 0, 0, 0], [3, 2, 6, 3, 0], [2, 5, 3, 2, 2], [6, 5, 2, 1, 0], [0, 2, 2, 3, 7],
]  # fmt: skip


def judged(said):
    """Return the counts of (person, item, answer)."""
    counts = Counter((item, answer) for _, item, answer in said)
    return Judged.of(*zip(*((*key, people) for key, people in counts.items()), strict=True))


def triples(table):
    return [
        (person, item, answer)
        for person, answers in enumerate(table)
        for item, answer in enumerate(answers)
        if answer
    ]


def complete(people, items, answers):
    return st.lists(
        st.lists(st.integers(1, answers), min_size=items, max_size=items),
        min_size=people,
        max_size=people,
    )


TABLES = st.tuples(st.integers(2, 4), st.integers(2, 8), st.integers(2, 4)).flatmap(
    lambda size: complete(*size)
)


def test_the_examples_in_the_docstrings_hold():
    result = doctest.testmod(agreement)
    assert result.attempted > 0
    assert result.failed == 0


def test_krippendorffs_own_example():
    found = judged(triples(KRIPPENDORFF))
    assert found.items == 11  # only one observer judged the last unit
    assert alpha(found) == pytest.approx(0.743, abs=5e-4)
    assert alpha(found, values=range(6)) == pytest.approx(0.849, abs=5e-4)


def test_fleiss_own_example():
    cells = [(i, a, n) for i, row in enumerate(FLEISS) for a, n in enumerate(row) if n]
    found = Judged.of(*zip(*cells, strict=True))
    assert fleiss(found) == pytest.approx(0.210, abs=5e-4)
    assert percent(found) == pytest.approx(0.378, abs=5e-4)


def test_cohens_kappa_by_hand():
    # 50 proposals, both yes 20, both no 15, only A yes 5, only B yes 10: (0.7 - 0.5) / (1 - 0.5)
    mine = [1] * 20 + [0] * 15 + [1] * 5 + [0] * 10
    theirs = [1] * 20 + [0] * 15 + [0] * 5 + [1] * 10
    assert cohen(mine, theirs) == pytest.approx(0.4)


def test_two_people_by_hand():
    # they agree on the first two of three items
    found = judged([("a", 0, 1), ("b", 0, 1), ("a", 1, 2), ("b", 1, 2), ("a", 2, 1), ("b", 2, 2)])
    assert percent(found) == pytest.approx(2 / 3)
    assert fleiss(found) == pytest.approx(1 / 3)  # (2/3 - 1/2) / (1 - 1/2)
    assert alpha(found) == pytest.approx(1 - 5 * 2 / (36 - 18))


@settings(deadline=None)
@given(TABLES)
def test_complete_answers_give_what_nltk_gives(table):
    said = triples(table)
    task = AnnotationTask(data=said, distance=binary_distance)
    found = judged(said)
    assert percent(found) == pytest.approx(task.avg_Ao())
    if len(task.K) > 1:
        assert fleiss(found) == pytest.approx(task.pi())
        assert alpha(found) == pytest.approx(task.alpha())
        numbers = AnnotationTask(data=said, distance=interval_distance)
        assert alpha(found, values=range(5)) == pytest.approx(numbers.alpha())


@settings(deadline=None)
@given(TABLES)
def test_cohens_kappa_of_each_pair_is_nltks(table):
    task = AnnotationTask(data=triples(table), distance=binary_distance)
    for mine, theirs in combinations(range(len(table)), 2):
        found = cohen(table[mine], table[theirs])
        if math.isnan(found):
            assert len(set(table[mine] + table[theirs])) == 1
        else:
            assert found == pytest.approx(task.kappa_pairwise(mine, theirs))


@settings(deadline=None)
@given(TABLES, st.data())
def test_missing_answers_give_nltks_alpha(table, data):
    said = [one for one in triples(table) if data.draw(st.integers(0, 3))]
    several = [i for i, n in Counter(item for _, item, _ in said).items() if n > 1]
    pairable = [one for one in said if one[1] in several]
    if len({answer for _, _, answer in pairable}) < 2:
        return
    task = AnnotationTask(data=pairable, distance=binary_distance)
    assert alpha(judged(said)) == pytest.approx(task.alpha())


def test_nothing_to_compare_is_not_a_number():
    assert math.isnan(percent(Judged.of([], [], [])))
    assert math.isnan(fleiss(Judged.of([0], [0], [1])))
    assert math.isnan(alpha(Judged.of([], [], [])))
    assert math.isnan(cohen([], []))
    assert all(map(math.isnan, alpha_interval(Judged.of([], [], []))))


def test_one_and_the_same_answer_tells_nothing_from_chance():
    same = judged([("a", 0, 1), ("b", 0, 1), ("a", 1, 1), ("b", 1, 1)])
    assert percent(same) == 1
    assert math.isnan(fleiss(same))
    assert math.isnan(alpha(same))
    assert math.isnan(cohen([1, 1], [1, 1]))


def test_the_interval_holds_alpha_and_narrows_with_more_items():
    found = triples(KRIPPENDORFF)
    more = [
        (person, item + 12 * turn, answer) for turn in range(20) for person, item, answer in found
    ]
    few, many = alpha_interval(judged(found)), alpha_interval(judged(more))
    assert few[0] < 0.743 < few[1]
    assert many[0] < alpha(judged(more)) < many[1]
    assert many[1] - many[0] < (few[1] - few[0]) / 3
    assert alpha_interval(judged(found)) == few


def test_the_interval_is_that_of_drawn_items():
    # 40 items, half of them agreed upon: each draw of items has its own alpha, counted one by one
    import numpy as np

    said = [(p, i, 1 + (i + p * (i % 2)) % 3) for i in range(40) for p in (0, 1)]
    by_item = {i: [one for one in said if one[1] == i] for i in range(40)}
    random, found = np.random.default_rng(1), []
    for _ in range(400):
        drawn = random.integers(40, size=40)
        again = [(p, turn, a) for turn, i in enumerate(drawn) for p, _, a in by_item[i]]
        found.append(alpha(judged(again)))
    expected = np.quantile(found, [0.025, 0.975])
    assert alpha_interval(judged(said)) == pytest.approx(expected, abs=0.06)

"""The gate: intervals and tests beside SciPy's own, and what it lets through and what not."""

import numpy as np
import pytest
from scipy.stats import bootstrap

from bench.gate import simulate
from showcase.contract import Classification, Regression
from showcase.learning import gate
from showcase.learning.learner import Margins

MARGINS = Margins(measure="right", held_out=0.01, part=0.05)


def compared(before, after, measure="right", **more):
    was, is_now = np.asarray(before, bool), np.asarray(after, bool)
    right = {"right": (was, is_now)} if measure == "right" else {}
    return gate.compare(was.astype(float), is_now.astype(float), measure, **right, **more)


@pytest.mark.slow
def test_few_pass_by_luck_and_most_that_are_better_do():
    assert simulate(0.0, 300).share <= 0.05
    assert simulate(-0.01, 100).share <= 0.02
    assert simulate(0.03, 100).share >= 0.8


@pytest.mark.parametrize("values", [4, 1_000])
def test_interval_is_that_of_scipy(values):
    random = np.random.default_rng(1)
    gains = random.integers(values, size=400) / values - 0.4
    theirs = bootstrap(
        (gains,), np.mean, method="percentile", n_resamples=4_000, rng=2
    ).confidence_interval
    width = theirs.high - theirs.low
    assert gate.interval(gains) == pytest.approx((theirs.low, theirs.high), abs=0.06 * width)


def test_rows_that_go_together_are_drawn_together():
    gains = np.repeat(np.random.default_rng(0).normal(size=20), 50)
    low, high = gate.interval(gains)
    low_of_groups, high_of_groups = gate.interval(gains, np.repeat(np.arange(20), 50))
    assert high_of_groups - low_of_groups > 5 * (high - low)


def test_without_a_difference_there_is_none():
    same = compared([1, 0, 1] * 30, [1, 0, 1] * 30)
    assert (same.gain, same.low, same.high, same.p) == (0, 0, 0, 1)


def test_better_on_verdicts_and_equal_elsewhere_passes():
    verdicts = compared([0] * 30 + [1] * 30, [1] * 60)
    held_out = compared([1] * 500, [1] * 500)
    assert gate.judge(verdicts, held_out, [], MARGINS).passed


@pytest.mark.parametrize(
    ("verdicts", "held_out", "said"),
    [
        (None, compared([1] * 99, [1] * 99), "Only 0 verdicts"),
        (compared([0] * 19, [1] * 19), compared([1] * 99, [1] * 99), "Only 19 verdicts"),
        (compared([0] * 30, [0] * 30), compared([1] * 99, [1] * 99), "not surely better"),
        (
            compared([0] * 60, [1] * 60),
            compared([1] * 99, [1] * 90 + [0] * 9),
            "worse by more than the margin of 1.0 points",
        ),
    ],
)
def test_each_reason_against_a_candidate_is_told(verdicts, held_out, said):
    judged = gate.judge(verdicts, held_out, [], MARGINS)
    assert not judged.passed
    assert any(said in reason for reason in judged.reasons)


def test_a_label_that_falls_is_named_although_all_together_are_no_worse():
    names = np.array(["cat"] * 100 + ["dog"] * 900)
    before = np.ones(1_000)
    before[100:130] = 0
    after = np.ones(1_000)
    after[:20] = 0
    parts = gate.parts(before, after, [names.tolist()], "right")
    held_out = compared(before, after)
    judged = gate.judge(compared([0] * 60, [1] * 60), held_out, parts, MARGINS)
    assert held_out.gain > 0
    (reason,) = judged.reasons
    assert reason == "cat: worse by 20.0 points on 100 rows, more than the bound of 5.0 points."


def test_quality_of_labels_chances_and_numbers():
    sure = Classification.of({"rain": 0.8, "dry": 0.2})
    assert gate.quality([sure, sure], ["rain", "dry"], "right").tolist() == [1, 0]
    assert gate.quality([sure], ["rain"], "brier").tolist() == pytest.approx([-0.04])
    number = Regression(value=10, low=5, high=20, coverage=0.8, unit="USD")
    assert gate.quality([number], [12.5], "absolute").tolist() == [-2.5]
    with pytest.raises(TypeError, match="Regression cannot be measured by 'right'"):
        gate.quality([number], [12.5], "right")

"""Wilson's interval against published values and hand computation."""

from itertools import permutations

import numpy as np
import pytest

from showcase.contract.metrics import (
    calibration_error,
    calibration_error_by_chance,
    coalitions,
    shapley_values,
    wilson,
)


@pytest.mark.parametrize(
    ("successes", "trials", "low", "high"),
    [
        # R. G. Newcombe (1998), Two-sided confidence intervals for the single proportion,
        # Statistics in Medicine 17, pages 857 to 872, table I, method 3
        (81, 263, 0.2553, 0.3662),
        (15, 148, 0.0624, 0.1605),
        (0, 20, 0.0, 0.1611),
        (1, 29, 0.0061, 0.1718),
        # by hand: (0 + 3.8415 / 20 + 3.8415 / 20) / (1 + 3.8415 / 10)
        (0, 10, 0.0, 0.2775),
        (8, 10, 0.4902, 0.9433),
        (10, 10, 0.7225, 1.0),
    ],
)
def test_known_intervals(successes, trials, low, high):
    assert wilson(successes, trials) == pytest.approx((low, high), abs=5e-5)


def test_nothing_is_known_without_trials():
    assert wilson(0, 0) == (0, 1)


@pytest.mark.parametrize("trials", [1, 10, 1000, 10**9])
def test_the_interval_holds_the_share_and_stays_a_share(trials):
    for successes in {0, 1, trials // 2, trials}:
        low, high = wilson(successes, trials)
        assert 0 <= low <= successes / trials <= high <= 1


def test_a_wider_certainty_is_a_wider_interval():
    assert wilson(8, 10, z=1)[0] > wilson(8, 10)[0]


def test_calibration_error_weighs_bins_by_rows():
    right = np.array([True, False, False, False])
    assert calibration_error(np.array([0.95, 0.35, 0.35, 0.35]), right) == pytest.approx(0.275)


def test_perfectly_stated_chances_have_no_error():
    right = np.array([True] * 3 + [False] * 7)
    assert calibration_error(np.full(10, 0.3), right) == pytest.approx(0)


def test_few_rows_show_an_error_by_chance():
    few, many = (calibration_error_by_chance(np.full(n, 0.7), 200) for n in (20, 2000))
    assert few > 0.05 > 0.02 > many


def test_a_coalition_is_the_bits_of_its_number():
    assert coalitions(3)[5].tolist() == [True, False, True]
    assert coalitions(8).shape == (256, 8)


@pytest.mark.parametrize("n", [1, 4, 8])
def test_shapley_values_of_a_sum_are_its_terms(n):
    terms = np.arange(1.0, n + 1)
    assert shapley_values(coalitions(n) @ terms) == pytest.approx(terms)


def test_shapley_values_are_the_mean_gains_over_all_orders():
    worth = np.random.default_rng(0).normal(size=16)
    gains = np.zeros(4)
    for order in permutations(range(4)):
        known = 0
        for one in order:
            gains[one] += worth[known | 1 << one] - worth[known]
            known |= 1 << one
    assert shapley_values(worth) == pytest.approx(gains / 24)

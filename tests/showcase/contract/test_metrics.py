"""Wilson's interval against published values and hand computation."""

import pytest

from showcase.contract.metrics import wilson


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

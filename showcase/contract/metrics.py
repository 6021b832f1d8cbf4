"""Figures about figures: Wilson's interval, calibration error, Shapley values.

NumPy is loaded when it is needed: commands and the gallery use `wilson` alone.
"""

from collections.abc import Callable
from functools import cache
from itertools import product
from math import factorial, sqrt
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

Z_95 = 1.959963984540054  # the standard normal distribution holds 95% within so many deviations
BINS = 10  # equally wide steps of confidence


def wilson(successes: int, trials: int, z: float = Z_95) -> tuple[float, float]:
    """Return the interval (0 to 1) that holds the true share, by default in 95% of the cases.

    With p = successes / trials it is (p + z²/2n ± z √(p(1 - p)/n + z²/4n²)) / (1 + z²/n). Unlike
    p ± z √(p(1 - p)/n) it stays within 0 and 1, and is wide where few trials are all alike.
    Source: E. B. Wilson (1927), Probable inference, the law of succession, and statistical
    inference, Journal of the American Statistical Association 22, pages 209 to 212,
    https://doi.org/10.1080/01621459.1927.10502953

    >>> [round(end, 3) for end in wilson(8, 10)], wilson(0, 0)
    ([0.49, 0.943], (0.0, 1.0))
    """
    if not trials:
        return 0.0, 1.0
    share = successes / trials
    middle = share + z * z / (2 * trials)
    reach = z * sqrt(share * (1 - share) / trials + z * z / (4 * trials * trials))
    scale = 1 + z * z / trials
    low, high = (middle - reach) / scale, (middle + reach) / scale
    # rounding alone would leave 0 to 1, or the share itself outside
    return max(0.0, min(share, low)), min(1.0, max(share, high))


def calibration_error(confidence: "NDArray[np.float64]", right: "NDArray[np.bool_]") -> float:
    """Return the expected calibration error of confidences (n,) over `BINS` equal bins.

    The gap between the mean confidence and the share right, weighted by rows: Naeini et al., 2015,
    https://ojs.aaai.org/index.php/AAAI/article/view/9602.

    >>> import numpy as np
    >>> calibration_error(np.array([0.75, 0.25]), np.array([True, False]))
    0.25
    """
    import numpy as np

    bins = np.minimum((confidence * BINS).astype(int), BINS - 1)
    return float(np.abs(np.bincount(bins, confidence - right, BINS)).sum() / len(right))


def calibration_error_by_chance(confidence: "NDArray[np.float64]", draws: int) -> float:
    """Return the calibration error that a perfectly calibrated model would show on so few rows.

    The mean over random draws in which each answer is right as often as its confidence says.
    """
    import numpy as np

    random = np.random.default_rng(0)
    errors = [
        calibration_error(confidence, random.random(len(confidence)) < confidence)
        for _ in range(draws)
    ]
    return float(np.mean(errors))


@cache
def coalitions(n: int) -> "NDArray[np.bool_]":
    """Return which of n inputs each coalition knows, (2**n, n): row s holds the bits of s.

    >>> coalitions(2).tolist()
    [[False, False], [True, False], [False, True], [True, True]]
    """
    import numpy as np

    return np.array([bits[::-1] for bits in product((False, True), repeat=n)])


def shapley_values(worth: "NDArray[np.float64]") -> "NDArray[np.float64]":
    """Return the exact Shapley value (n,) of each input from the worth (2**n,) of each coalition.

    Coalitions are in the order of `coalitions`. The values add up to the worth of all inputs less
    that of none (Shapley, "A value for n-person games", 1953).

    >>> import numpy as np
    >>> shapley_values(np.array([0.0, 1.0, 2.0, 5.0])).tolist()
    [2.0, 3.0]
    """
    import numpy as np

    n = len(worth).bit_length() - 1
    known = coalitions(n)
    weight = np.array([factorial(s) * factorial(n - s - 1) / factorial(n) for s in range(n)])
    values = np.empty(n)
    for column in range(n):
        without = np.flatnonzero(~known[:, column])
        gains = worth[without | 1 << column] - worth[without]
        values[column] = weight[known[without].sum(axis=1)] @ gains
    return values


def sampled_shapley_values(
    worth: "Callable[[NDArray[np.bool_]], NDArray[np.float64]]", n: int, orders: int
) -> "NDArray[np.float64]":
    """Return Shapley values (n,) estimated from random orders in which inputs become known.

    `worth` takes coalitions (orders, n + 1, n), from none to all of them in each order, and returns
    what each is worth (orders, n + 1). Every second order is the one before it backwards, which
    takes away some of the chance (Mitchell et al., "Sampling permutations for Shapley value
    estimation", 2022, https://jmlr.org/papers/v23/21-0439.html).

    >>> sampled_shapley_values(lambda known: known @ [1.0, 2.0], n=2, orders=2).tolist()
    [1.0, 2.0]
    """
    import numpy as np

    random = np.random.default_rng(0)
    half = np.array([random.permutation(n) for _ in range((orders + 1) // 2)])
    rank = np.stack([half, n - 1 - half], axis=1).reshape(-1, n)[:orders]
    known = rank[:, None, :] < np.arange(n + 1)[None, :, None]
    gains = np.diff(worth(known), axis=1)
    values: NDArray[np.float64] = np.take_along_axis(gains, rank, axis=1).mean(axis=0)
    return values

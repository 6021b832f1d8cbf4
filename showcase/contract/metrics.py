"""How far a share of successes can be trusted: Wilson's score interval."""

from math import sqrt

Z_95 = 1.959963984540054  # the standard normal distribution holds 95% within so many deviations


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

"""What is published, as aggregates: quantiles and counts of medians, for charts. No single rows."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from models.earnings.names import CREDENTIALS, family_of

Floats = NDArray[np.float64]

LEAST = 10
PERCENTS = np.arange(101)
NEIGHBOURS = 3


@dataclass(frozen=True)
class Distribution:
    """Published medians of one group of programmes, US dollars a year.

    `institutions` is their number, a campus group counting once. `quantiles` (101,) are for 0, 1,
    ... 100 percent; each is a mean over neighbouring institutions, so that none shows alone.
    """

    institutions: int
    quantiles: Floats

    @property
    def median(self) -> float:
        """The middle of the published medians."""
        return float(self.quantiles[50])

    def percentile(self, value: float) -> float:
        """Return the share of the published medians below a value, in percent, 0 to 100.

        >>> Distribution(101, np.arange(101) * 1000.0).percentile(25_000.0)
        25.0
        """
        below = np.searchsorted(self.quantiles, value, side="left")
        if below in {0, len(PERCENTS)}:
            return 0.0 if not below else 100.0
        left, right = self.quantiles[below - 1 : below + 1]
        return float(below - 1 + (value - left) / (right - left))


@dataclass(frozen=True)
class Published:
    """Distributions by key; those of fewer than `LEAST` institutions are not kept."""

    groups: dict[str, Distribution]

    def of(self, credential: str, part: str = "") -> Distribution | None:
        """Return the distribution of a credential; `part` is a 4-digit field or 2-digit family."""
        return self.groups.get(key(credential, part))

    def to_arrays(self) -> dict[str, NDArray[np.generic]]:
        """Return keys (m,), institutions (m,) int32, quantiles (m, 101) int32."""
        found = self.groups.values()
        return {
            "keys": np.array(list(self.groups)),
            "institutions": np.array([one.institutions for one in found], dtype=np.int32),
            "quantiles": np.array([one.quantiles for one in found]).round().astype(np.int32),
        }

    @classmethod
    def from_arrays(cls, arrays: dict[str, NDArray[np.generic]]) -> "Published":
        """Return what `to_arrays` gave."""
        rows = zip(
            arrays["keys"].tolist(),
            arrays["institutions"].tolist(),
            arrays["quantiles"],
            strict=True,
        )
        return cls({name: Distribution(n, grid.astype(float)) for name, n, grid in rows})


def key(credential: str, part: str = "") -> str:
    """Return the name of a group.

    >>> key("Bachelor's Degree", "52"), key("Associate's Degree")
    ('2|52', '1|')
    """
    return f"{CREDENTIALS.index(credential)}|{part}"


def collected(
    credential: NDArray[np.int64], fields: list[str], earnings: Floats, group: NDArray[np.int64]
) -> Published:
    """Return the distributions per credential, with family and with field, of rows (n,).

    A figure that branch campuses of one group repeat counts once.
    """
    values: dict[str, dict[tuple[int, str, float], None]] = {}
    for rank, field, median, campus in zip(
        credential.tolist(), fields, earnings.tolist(), group.tolist(), strict=True
    ):
        for part in ("", family_of(field), field):
            values.setdefault(f"{rank}|{part}", {})[campus, field, median] = None
    found = {name: distribution(list(rows)) for name, rows in sorted(values.items())}
    return Published({name: one for name, one in found.items() if one is not None})


def distribution(rows: list[tuple[int, str, float]]) -> Distribution | None:
    """Return the distribution of (campus group, field, median); None for too few groups."""
    institutions = len({campus for campus, _, _ in rows})
    if institutions < LEAST:
        return None
    medians = np.sort([median for _, _, median in rows])
    blurred = np.convolve(medians, np.full(NEIGHBOURS, 1 / NEIGHBOURS), mode="valid")
    return Distribution(institutions, np.percentile(blurred, PERCENTS))

"""What the gate lets through: `python -m bench.gate`.

Each candidate disagrees with a model that is right in 80 of 100 on `DISAGREE` of 2,000 verdicts and
of 2,000 held-out rows; how often it is the one that is right decides how much better it is.
"""

import sys
from dataclasses import dataclass

import numpy as np

from showcase.learning import gate
from showcase.learning.learner import Margins

MARGINS = Margins(measure="right", held_out=0.01, part=0.05)
ROWS = 2_000
RIGHT = 0.8
DISAGREE = 0.15


@dataclass(frozen=True)
class Simulated:
    """How many of some candidates passed."""

    better_by: float
    candidates: int
    passed: int

    @property
    def share(self) -> float:
        """The share that passed."""
        return self.passed / self.candidates


def simulate(better_by: float, candidates: int, seed: int = 0, rows: int = ROWS) -> Simulated:
    """Return how many candidates pass that are better by so much on verdicts and held-out rows."""
    random = np.random.default_rng(seed)
    passed = 0
    for _ in range(candidates):
        verdicts, _ = _compared(random, better_by, rows)
        held_out, parts = _compared(random, better_by, rows)
        passed += gate.judge(verdicts, held_out, parts, MARGINS).passed
    return Simulated(better_by, candidates, passed)


def _compared(
    random: np.random.Generator, better_by: float, rows: int
) -> tuple[gate.Comparison, list[gate.Part]]:
    before = random.random(rows) < RIGHT
    # Of rows that it gets wrong the candidate mends so many, of the others it breaks so many, that
    # it disagrees on DISAGREE of all and is better by `better_by`.
    mends = (DISAGREE + better_by) / 2 / (1 - RIGHT)
    breaks = (DISAGREE - better_by) / 2 / RIGHT
    flips = random.random(rows) < np.where(before, breaks, mends)
    after = before ^ flips
    qualities = before.astype(float), after.astype(float)
    compared = gate.compare(*qualities, "right", right=(before, after))
    labels = random.integers(10, size=rows).astype(str)
    return compared, gate.parts(*qualities, [labels.tolist()], "right")


def main() -> None:
    """Print how many of 1,000 candidates pass, for several degrees of better and worse."""
    print(f"Of 1,000 candidates, {ROWS:,} verdicts and {ROWS:,} held-out rows, passed:")
    for better_by in (-0.03, -0.01, 0.0, 0.01, 0.02, 0.03, 0.05):
        done = simulate(better_by, 1_000)
        print(f"  {100 * better_by:+.0f} points: {done.passed}")


if __name__ == "__main__":
    sys.exit(main())

"""How far training is, and the learning rate that follows the clock.

By the clock, so that on a busy computer the schedule ends in time too. Two runs with one seed
see the same batches, but not the same number of them.
"""

import json
import math
import time
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Self

FILE = "checkpoint.json"
RATE, WARM = 2e-3, 0.02  # learning rate at its peak, and the share of time up to it
SHAKEN, CALM = 0.7, 0.85  # share of bitmaps that are turned a little, and until when


@dataclass
class Schedule:
    """Seconds and steps of training so far, out of `total_s` seconds.

    `totals_s` are the totals that it was begun and resumed with: each made its own schedule.
    """

    total_s: float
    elapsed_s: float = 0.0
    steps: int = 0
    totals_s: list[float] = field(default_factory=list)

    def __post_init__(self) -> None:
        if self.total_s > self.elapsed_s and self.total_s not in self.totals_s:
            self.totals_s.append(self.total_s)

    @classmethod
    def resumed(cls, folder: Path, total_s: float) -> Self:
        """Return the schedule that the folder's last checkpoint had come to."""
        told = json.loads((folder / FILE).read_text(encoding="utf-8"))
        return cls(total_s, told["elapsed_s"], told["steps"], told["totals_s"])

    @property
    def shaking(self) -> float:
        """The share of bitmaps to turn a little: none at the end, to end on what people draw."""
        return SHAKEN if self.elapsed_s < CALM * self.total_s else 0.0

    def save(self, folder: Path) -> None:
        """Write what `resumed` reads."""
        (folder / FILE).write_text(json.dumps(asdict(self)), encoding="utf-8")

    def ticks(self) -> Iterator[float]:
        """Yield the learning rate of each step until the time is over."""
        before = time.monotonic()
        while self.elapsed_s < self.total_s:
            yield rate(self.elapsed_s / self.total_s)
            now = time.monotonic()
            self.elapsed_s += now - before
            self.steps += 1
            before = now


def rate(progress: float) -> float:
    """Return the learning rate: a short rise, then half a cosine down to nothing.

    >>> [round(rate(share), 5) for share in (0.0, 0.01, 0.02, 0.51, 1.0)]
    [2e-05, 0.001, 0.002, 0.001, 0.0]
    """
    if progress < WARM:
        return RATE * max(progress / WARM, 0.01)
    return RATE * 0.5 * (1 + math.cos(math.pi * (progress - WARM) / (1 - WARM)))

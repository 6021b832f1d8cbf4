"""Batches of bitmaps and redrawn vector drawings, with every label often enough."""

from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from models.sketch.drawings import Labels, Part
from models.sketch.labels import LABELS
from models.sketch.pool import Pool
from models.sketch.raster import SIDE
from models.sketch.trace import Trace, without_order

POOLED = 0.65  # share of a batch that comes from the pool, each label alike
ORDERED = 0.6  # share of those that tell the order; the others are shown as bitmaps are
Frequencies = NDArray[np.float64]
Random = np.random.Generator


class Mixture:
    """Chooses drawings: a share of the pool, each label alike; the rest bitmaps, labels by root n.

    `frequencies` (2, 345) float64 says how often each label comes among those without and with
    order; each row sums to 1.
    """

    def __init__(self, part: Part, pool: Pool) -> None:
        self.part, self.pool = part, pool
        self.counts = np.bincount(part.labels, minlength=len(LABELS))
        drawn = np.bincount(part.drawn, minlength=len(LABELS)) > 0
        self.pool_share = POOLED if len(part.labels) else 1.0
        self.drawn = drawn / drawn.sum()
        self.bitmaps = np.sqrt(self.counts) / max(np.sqrt(self.counts).sum(), 1)

    @property
    def frequencies(self) -> Frequencies:
        """How often each label comes, without and with order."""
        plain = self.pool_share * (1 - ORDERED) * self.drawn
        plain = plain + (1 - self.pool_share) * self.bitmaps
        return np.asarray(np.maximum([plain / plain.sum(), self.drawn], 1e-9))

    @cached_property
    def order(self) -> Labels:
        """The bitmaps' places, grouped by label."""
        return np.argsort(self.part.labels, kind="stable")

    @cached_property
    def starts(self) -> Labels:
        """Where each label's group begins in `order`."""
        return np.cumsum(self.counts) - self.counts

    def batch(self, size: int, random: Random) -> tuple[Trace, Labels, Labels]:
        """Return (size, 56, 56, 3) uint8 traces, their labels, and whether each tells an order."""
        pooled = int((random.random(size) < self.pool_share).sum())
        drawn = random.choice(len(LABELS), pooled, p=self.drawn)
        seen = self.pool[drawn, random.integers(0, self.pool.shape[1], pooled)]
        ordered = np.zeros(size, np.int64)
        ordered[:pooled] = random.random(pooled) < ORDERED
        plain = np.flatnonzero(ordered[:pooled] == 0)
        seen[plain] = without_order(halved(seen[plain]))
        if pooled == size:
            return seen, drawn, ordered
        labels = random.choice(len(LABELS), size - pooled, p=self.bitmaps)
        places = self.starts[labels] + random.integers(0, self.counts[labels])
        bitmaps = without_order(self.part.images[self.order[places]])
        return np.concatenate([seen, bitmaps]), np.concatenate([drawn, labels]), ordered


def halved(traces: Trace) -> Trace:
    """Return the ink of (n, 56, 56, 3) traces as (n, 28, 28) bitmaps."""
    ink = traces[..., 0].reshape(-1, SIDE, 2, SIDE, 2)
    return np.asarray(np.rint(ink.mean(axis=(2, 4), dtype=np.float32)).astype(np.uint8))

"""Batches of bitmaps and redrawn vector drawings, with every label often enough."""

from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from models.sketch.drawings import Labels, Part
from models.sketch.labels import LABELS
from models.sketch.pool import Pool
from models.sketch.raster import Bitmap

Frequencies = NDArray[np.float64]
Random = np.random.Generator


class Mixture:
    """Chooses drawings: a share of the pool, each label alike; the rest bitmaps, labels by root n.

    `frequencies` (345,) float64 says how often each label comes, and sums to 1.
    """

    def __init__(self, part: Part, pool: Pool, pool_share: float = 0.55) -> None:
        self.part, self.pool = part, pool
        self.counts = np.bincount(part.labels, minlength=len(LABELS))
        drawn = np.bincount(part.drawn, minlength=len(LABELS)) > 0
        self.pool_share = pool_share if len(part.labels) else 1.0
        self.drawn = drawn / drawn.sum()
        self.bitmaps = np.sqrt(self.counts) / max(np.sqrt(self.counts).sum(), 1)

    @property
    def frequencies(self) -> Frequencies:
        """How often each label comes."""
        mixed = self.pool_share * self.drawn + (1 - self.pool_share) * self.bitmaps
        return np.asarray(np.maximum(mixed, 1e-9))

    @cached_property
    def order(self) -> Labels:
        """The bitmaps' places, grouped by label."""
        return np.argsort(self.part.labels, kind="stable")

    @cached_property
    def starts(self) -> Labels:
        """Where each label's group begins in `order`."""
        return np.cumsum(self.counts) - self.counts

    def batch(self, size: int, random: Random) -> tuple[Bitmap, Labels]:
        """Return (size, 28, 28) uint8 bitmaps and their labels (size,)."""
        pooled = int((random.random(size) < self.pool_share).sum())
        drawn = random.choice(len(LABELS), pooled, p=self.drawn)
        images = self.pool[drawn, random.integers(0, self.pool.shape[1], pooled)]
        if pooled == size:
            return images, drawn
        labels = random.choice(len(LABELS), size - pooled, p=self.bitmaps)
        places = self.starts[labels] + random.integers(0, self.counts[labels])
        bitmaps = self.part.images[self.order[places]]
        return np.concatenate([images, bitmaps]), np.concatenate([drawn, labels])

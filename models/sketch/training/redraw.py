"""Vector drawings redrawn as other hands might have drawn them, and batches to train on."""

import hashlib
import json
import multiprocessing
import zlib
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property, partial
from pathlib import Path
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray
from tqdm import tqdm  # type: ignore[import-untyped]  # it has no types

from models.sketch.labels import LABELS
from models.sketch.model import Recogniser
from models.sketch.network_input import (
    CHANNELS,
    POINTS,
    TRACE_SIDE,
    Look,
    Trace,
    paint_trace,
    path,
    plain,
    without_order,
)
from models.sketch.raster import SIDE
from models.sketch.strokes import Drawing, Points, boxed, points, resampled
from models.sketch.training.data import Labels, Part

SPACING = 12.0  # pixels of the drawing's box between two points that are bent
UNFINISHED = 0.2  # share of drawings that are shown as they looked before their end
EXCHANGED = 0.4  # share of drawings whose end is that of another one of the same thing
TAUGHT_UNFINISHED = 0.3  # where networks trained before tell what they see in just that
Random = np.random.Generator


def redrawn(strokes: Sequence[Points], random: Random) -> Trace:
    """Return a (56, 56, 3) uint8 trace of the drawing as redrawn by chance."""
    return traced(redrawn_lines(strokes, random), random)


def traced(lines: Sequence[Points], random: Random) -> Trace:
    """Return the (56, 56, 3) uint8 trace of lines drawn with a pen of a thickness by chance."""
    return paint_trace(lines, thickness=float(np.exp(random.normal(0, 0.1))))


def redrawn_lines(
    strokes: Sequence[Points], random: Random, unfinished: float = UNFINISHED
) -> list[Points]:
    """Return the strokes as redrawn by chance, in a box of 255."""
    lines = [resampled(stroke, SPACING) for stroke in fewer(strokes, random, unfinished)]
    lines = [moved(line, random) for line in lines]
    together = bent(np.concatenate(lines), random) @ turn(random)
    lines = np.split(together, np.cumsum([len(line) for line in lines])[:-1])
    try:
        return boxed(lines)
    except ValueError:  # a single dot is left
        return boxed(strokes)


def exchanged(drawings: Sequence[list[Points]], index: int, random: Random) -> list[Points]:
    """Return one of several drawings of a thing, now and then with the end of another.

    Both are cut between two strokes, about as far along.
    """
    ends = drawings[index], drawings[int(random.integers(len(drawings)))]
    if random.random() >= EXCHANGED or min(map(len, ends)) < 2:
        return ends[0]
    share = random.uniform(0.15, 0.85)
    cuts = [int(np.abs(_gone(end)[:-1] - share).argmin()) + 1 for end in ends]
    return [*ends[0][: cuts[0]], *ends[1][cuts[1] :]]


def _gone(strokes: Sequence[Points]) -> NDArray[np.float64]:
    """Return the share of the drawing's length that is drawn when each stroke ends."""
    gone = np.cumsum([np.hypot(*np.diff(stroke, axis=0).T).sum() for stroke in strokes])
    return np.asarray(gone / max(gone[-1], 1e-9))


def fewer(strokes: Sequence[Points], random: Random, unfinished: float) -> list[Points]:
    """Return the strokes without some short ones, now and then without the last ones."""
    lengths = np.array([np.hypot(*np.diff(stroke, axis=0).T).sum() for stroke in strokes])
    drop = np.zeros(len(strokes), dtype=bool)
    if random.random() < 0.4:
        drop |= (random.random(len(strokes)) < 0.2) & (lengths < 0.25 * lengths.sum())
    if random.random() < unfinished:
        drop |= np.cumsum(lengths) > random.uniform(0.35, 1.0) * lengths.sum()
    kept = [stroke for stroke, dropped in zip(strokes, drop, strict=True) if not dropped]
    return kept or list(strokes)


def moved(line: Points, random: Random) -> Points:
    """Return one stroke a little moved, turned and scaled about its middle."""
    middle = line.mean(axis=0)
    grown = (line - middle) @ turn(random, angle=0.08, stretch=0.09, slant=0.06, mirror=0)
    return np.asarray(grown + middle + random.normal(0, 5, 2))


def bent(line: Points, random: Random, waves: int = 4) -> Points:
    """Return the points displaced by a few long waves, up to some 8 pixels in all."""
    frequency = random.normal(0, 0.018, (2, waves))
    phase = random.uniform(0, 2 * np.pi, (2, waves))
    height = random.normal(0, random.uniform(0, 5), (2, waves))
    angles = (line @ frequency)[:, None, :] + phase
    return np.asarray(line + (np.sin(angles) * height).sum(axis=2))


def turn(
    random: Random,
    angle: float = 0.14,
    stretch: float = 0.13,
    slant: float = 0.1,
    mirror: float = 0.5,
) -> Points:
    """Return a (2, 2) matrix that turns, stretches and slants a little, and mirrors by chance."""
    radians = random.normal(0, angle)
    turned = [[np.cos(radians), np.sin(radians)], [-np.sin(radians), np.cos(radians)]]
    width, height = np.exp(random.normal(0, stretch, 2))
    side = -1 if random.random() < mirror else 1
    return np.array([[width * side, random.normal(0, slant)], [0, height]]) @ np.array(turned)


SHAPE = (TRACE_SIDE, TRACE_SIDE, CHANNELS)
Answers = NDArray[np.float16]
Paths = NDArray[np.float16]


@dataclass(frozen=True)
class Pool:
    """Redrawn drawings: (345, each, 56, 56, 3) uint8 traces of each label's, taken in turn.

    `answers` (345, each, 345) are the probabilities that networks trained before gave them, if any;
    `paths` (345, each, 96, 3) are then their points, for networks that read.
    """

    traces: Trace
    answers: Answers | None = None
    paths: Paths | None = None

    @property
    def parts(self) -> list[NDArray[Any]]:
        """The arrays that there are."""
        return [part for part in (self.traces, self.answers, self.paths) if part is not None]


def pool(
    folder: Path, part: Part, each: int, seed: int, teacher: Path | None, *, processes: int | None
) -> Pool:
    """Return the pool, mapped from files that are made if missing.

    `teacher` is the artifact of networks trained before, whose answers are kept.
    """
    asked = hashlib.sha256(teacher.read_bytes()).hexdigest()[:8] if teacher else ""
    content = [part.drawings, part.drawn.tolist(), asked, TAUGHT_UNFINISHED, EXCHANGED]
    of_what = zlib.crc32(json.dumps(content).encode())
    file = folder / f"pool-{of_what:08x}-{each}-{seed}.uint8"
    if not file.exists():
        unfinished = file.with_suffix(".part")
        mapped = _mapped(unfinished, each, teacher, "w+")
        groups = [(label, seed, of_label(part, label)) for label in range(len(LABELS))]
        with multiprocessing.get_context("spawn").Pool(processes) as workers:
            made = workers.imap_unordered(
                partial(redrawn_group, each=each, teacher=teacher), groups
            )
            for label, *found in tqdm(made, "redrawing", len(groups), unit="category"):
                for whole, of_it in zip(mapped.parts, found, strict=True):
                    whole[label] = of_it
        del mapped  # which writes what is left
        unfinished.rename(file)
    return _mapped(file, each, teacher, "r")


def _mapped(file: Path, each: int, teacher: Path | None, mode: Literal["r", "w+"]) -> Pool:
    """Return the arrays that lie in a file one after the other."""
    traces = np.memmap(file, np.uint8, mode, shape=(len(LABELS), each, *SHAPE))
    if not teacher:
        return Pool(traces)
    later: Literal["r", "r+"] = "r" if mode == "r" else "r+"
    answered, read = (len(LABELS), each, len(LABELS)), (len(LABELS), each, POINTS, 3)
    answers = np.memmap(file, np.float16, later, traces.nbytes, answered)
    paths = np.memmap(file, np.float16, later, traces.nbytes + answers.nbytes, read)
    return Pool(traces, answers, paths)


def of_label(part: Part, label: int) -> list[Drawing]:
    """Return the vector drawings of one label."""
    return [part.drawings[index] for index in np.flatnonzero(part.drawn == label)]


def redrawn_group(
    group: tuple[int, int, Sequence[Drawing]], each: int, teacher: Path | None = None
) -> tuple[int, Trace, Answers, Paths] | tuple[int, Trace]:
    """Return the label of a group and `each` traces of its drawings, taken in turn.

    With a teacher also its answers and the paths. A label without drawings gets empty traces, which
    a mixture never chooses.
    """
    label, seed, drawings = group
    random = np.random.default_rng([seed, label])
    strokes = [points(drawing) for drawing in drawings]
    traces = np.zeros((each, *SHAPE), np.uint8)
    answers = np.zeros((each, len(LABELS)), np.float16)
    paths = np.zeros((each, POINTS, 3), np.float16)
    share = TAUGHT_UNFINISHED if teacher else UNFINISHED
    recogniser = Recogniser(teacher) if teacher else None
    for index in range(each if strokes else 0):
        lines = redrawn_lines(exchanged(strokes, index % len(strokes), random), random, share)
        traces[index] = traced(lines, random)
        if recogniser:
            paths[index] = path(lines)
            seen = Look(traces[index], plain(path(lines)[None])[0])
            answers[index] = recogniser.probabilities(seen)
    return (label, traces, answers, paths) if teacher else (label, traces)


POOLED = 0.65  # share of a batch that comes from the pool, each label alike
ORDERED = 0.6  # share of those that tell the order; the others are shown as bitmaps are
Frequencies = NDArray[np.float64]
Told = NDArray[np.float32]


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

    def batch(self, size: int, random: Random) -> tuple[Trace, Labels, Labels, Told]:
        """Return (size, 56, 56, 3) uint8 traces, labels, whether each tells an order, and answers.

        The answers (size, 345) are those of networks trained before, all 0 where there are none.
        """
        pooled = int((random.random(size) < self.pool_share).sum())
        drawn = random.choice(len(LABELS), pooled, p=self.drawn)
        number = random.integers(0, self.pool.traces.shape[1], pooled)
        seen = self.pool.traces[drawn, number]
        ordered = np.zeros(size, np.int64)
        ordered[:pooled] = random.random(pooled) < ORDERED
        plain = np.flatnonzero(ordered[:pooled] == 0)
        seen[plain] = without_order(halved(seen[plain]))
        told = np.zeros((size, len(LABELS)), np.float32)
        if self.pool.answers is not None:
            told[:pooled] = self.pool.answers[drawn, number]
        if pooled == size:
            return seen, drawn, ordered, told
        labels = random.choice(len(LABELS), size - pooled, p=self.bitmaps)
        places = self.starts[labels] + random.integers(0, self.counts[labels])
        bitmaps = without_order(self.part.images[self.order[places]])
        return np.concatenate([seen, bitmaps]), np.concatenate([drawn, labels]), ordered, told


def halved(traces: Trace) -> Trace:
    """Return the ink of (n, 56, 56, 3) traces as (n, 28, 28) bitmaps."""
    ink = traces[..., 0].reshape(-1, SIDE, 2, SIDE, 2)
    return np.asarray(np.rint(ink.mean(axis=(2, 4), dtype=np.float32)).astype(np.uint8))

"""A pool of redrawn drawings, made once by several processes before training begins.

Drawing one takes longer than training on it, so training reads ready traces from a file.
"""

import json
import multiprocessing
import zlib
from collections.abc import Sequence
from functools import partial
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from tqdm import tqdm  # type: ignore[import-untyped]  # it has no types

from models.sketch.augment import redrawn
from models.sketch.drawings import Part
from models.sketch.labels import LABELS
from models.sketch.strokes import Drawing, points
from models.sketch.trace import CHANNELS, TRACE_SIDE, Trace

Pool = NDArray[np.uint8]
SHAPE = (TRACE_SIDE, TRACE_SIDE, CHANNELS)


def pool(folder: Path, part: Part, each: int, seed: int, processes: int) -> Pool:
    """Return (345, each, 56, 56, 3) uint8 traces, mapped from a file that is made if missing."""
    of_what = zlib.crc32(json.dumps([part.drawings, part.drawn.tolist()]).encode())
    path = folder / f"pool-{of_what:08x}-{each}-{seed}.uint8"
    shape = (len(LABELS), each, *SHAPE)
    if not path.exists():
        unfinished = path.with_suffix(".part")
        traces = np.memmap(unfinished, np.uint8, "w+", shape=shape)
        groups = [(label, seed, of_label(part, label)) for label in range(len(LABELS))]
        with multiprocessing.get_context("spawn").Pool(processes) as workers:
            made = workers.imap_unordered(partial(redrawn_group, each=each), groups)
            for label, redrawings in tqdm(made, "redrawing", len(groups), unit="category"):
                traces[label] = redrawings
        traces.flush()
        unfinished.rename(path)
    return np.memmap(path, np.uint8, "r", shape=shape)


def of_label(part: Part, label: int) -> list[Drawing]:
    """Return the vector drawings of one label."""
    return [part.drawings[index] for index in np.flatnonzero(part.drawn == label)]


def redrawn_group(group: tuple[int, int, Sequence[Drawing]], each: int) -> tuple[int, Trace]:
    """Return the label of a group and `each` traces of its drawings, taken in turn.

    A label without drawings gets empty traces, which a mixture never chooses.
    """
    label, seed, drawings = group
    random = np.random.default_rng([seed, label])
    strokes = [points(drawing) for drawing in drawings]
    traces = np.zeros((each, *SHAPE), np.uint8)
    for index in range(each if strokes else 0):
        traces[index] = redrawn(strokes[index % len(strokes)], random)
    return label, traces

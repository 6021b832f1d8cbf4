"""The trained networks, run by LiteRT, and which part of a drawing decided."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from threading import Lock

import numpy as np
from ai_edge_litert.interpreter import Interpreter
from numpy.typing import NDArray

from models.sketch.network_input import (
    MIDDLE,
    TRACE_SIDE,
    Look,
    paint_trace,
    path,
    plain,
    sequences,
)
from models.sketch.strokes import Points, Strokes, points
from showcase.contract import Contribution


class Recogniser:
    """Networks from a look at a drawing to 345 probabilities.

    An interpreter must not be used by two threads at once; a call takes about a millisecond, so
    that threads wait for one another.
    """

    def __init__(self, path: Path) -> None:
        self.lock = Lock()
        self.interpreter = Interpreter(model_path=str(path), num_threads=1)
        self.interpreter.allocate_tensors()
        inputs = self.interpreter.get_input_details()
        self.trace, self.sequence = (
            next(one["index"] for one in inputs if len(one["shape"]) == axes) for axes in (4, 3)
        )
        self.answer = self.interpreter.get_output_details()[0]["index"]

    def probabilities(self, seen: Look) -> NDArray[np.float64]:
        """Return the (345,) float64 probabilities; they sum to 1."""
        trace = seen.trace[None].astype(np.float32) / np.float32(255)
        with self.lock:
            self.interpreter.set_tensor(self.trace, trace)
            self.interpreter.set_tensor(self.sequence, seen.sequence[None])
            self.interpreter.invoke()
            answer = self.interpreter.get_tensor(self.answer)[0].astype(np.float64)
        return np.asarray(answer / answer.sum())


ACROSS = 4  # regions
MANY = 40  # strokes above which regions are wiped out instead: each part costs a prediction


@dataclass(frozen=True)
class Parts:
    """A look at a drawing, and by the name of each part the look without it."""

    whole: Look
    without: dict[str, Look]

    def contributions(self, model: Recogniser, label: int) -> list[Contribution]:
        """Return what each part adds to the label's probability, from -1 to 1, in order."""
        whole = model.probabilities(self.whole)[label]
        return [
            Contribution(name=name, value=float(whole - model.probabilities(rest)[label]))
            for name, rest in self.without.items()
        ]


def strokes(drawing: Strokes) -> Parts | None:
    """Return the drawing without each of its strokes; None for one stroke or more than 40."""
    lines = points(drawing)
    if not 1 < len(lines) <= MANY:
        return None
    without = {f"Stroke {index + 1}": _without_stroke(lines, index) for index in range(len(lines))}
    return Parts(Look(paint_trace(lines), plain(path(lines)[None])[0]), without)


def _without_stroke(lines: Sequence[Points], index: int) -> Look:
    """Return the look without one stroke; the others stay in their places."""
    rest = [*lines[:index], *lines[index + 1 :]]
    trace = paint_trace(rest, frame=lines)
    steps = path(lines)
    stroke = np.cumsum(steps[:, 2]) - 1
    every = np.ones((1, len(steps)), dtype=bool)
    told = (stroke != index)[None]
    sequence = sequences(steps[None, :, :2] - MIDDLE, steps[None, :, 2], told, every)
    return Look(trace, sequence[0])


def regions(whole: Look) -> Parts:
    """Return the look without each of those of its 4x4 regions that have ink."""
    corners = [(row, column) for row in range(ACROSS) for column in range(ACROSS)]
    wiped = {corner: _wiped(whole, *corner) for corner in corners}
    return Parts(
        whole,
        {
            f"Row {row + 1}, column {column + 1}": rest
            for (row, column), rest in wiped.items()
            if (rest.trace != whole.trace).any()
        },
    )


def _wiped(whole: Look, row: int, column: int) -> Look:
    """Return the look without what lies in one region."""
    trace, size = whole.trace.copy(), TRACE_SIDE // ACROSS
    trace[row * size : (row + 1) * size, column * size : (column + 1) * size] = 0
    across = np.floor((whole.sequence[:, :2] + 1) / 2 * ACROSS).clip(0, ACROSS - 1)
    told = (across != (column, row)).any(axis=1, keepdims=True)
    return Look(trace, whole.sequence * told)

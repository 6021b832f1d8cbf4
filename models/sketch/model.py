"""The trained networks, run by LiteRT, and which part of a drawing decided."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from threading import Lock

import numpy as np
from ai_edge_litert.interpreter import Interpreter
from numpy.typing import NDArray

from models.sketch.raster import SIDE, Bitmap, paint
from models.sketch.strokes import Strokes, points
from showcase.contract import Contribution


class Recogniser:
    """A network from a bitmap to 345 probabilities.

    An interpreter must not be used by two threads at once; a call takes about two milliseconds,
    so that threads wait for one another.
    """

    def __init__(self, path: Path) -> None:
        self.lock = Lock()
        self.interpreter = Interpreter(model_path=str(path), num_threads=1)
        self.interpreter.allocate_tensors()
        self.given = self.interpreter.get_input_details()[0]["index"]
        self.answer = self.interpreter.get_output_details()[0]["index"]

    def probabilities(self, bitmap: Bitmap) -> NDArray[np.float64]:
        """Return (345,) float64 probabilities of a (28, 28) uint8 bitmap; they sum to 1."""
        ink = bitmap.astype(np.float32).reshape(1, 28, 28, 1) / np.float32(255)
        with self.lock:
            self.interpreter.set_tensor(self.given, ink)
            self.interpreter.invoke()
            answer = self.interpreter.get_tensor(self.answer)[0].astype(np.float64)
        return np.asarray(answer / answer.sum())


ACROSS = 4  # regions
MANY = 40  # strokes above which regions are wiped out instead: each part costs a prediction


@dataclass(frozen=True)
class Parts:
    """A bitmap, and by the name of each part the same bitmap without it."""

    whole: Bitmap
    without: dict[str, Bitmap]

    def contributions(self, model: Recogniser, label: int) -> list[Contribution]:
        """Return what each part adds to the label's probability, from -1 to 1, in order."""
        whole = model.probabilities(self.whole)[label]
        return [
            Contribution(name=name, value=float(whole - model.probabilities(bitmap)[label]))
            for name, bitmap in self.without.items()
        ]


def strokes(drawing: Strokes) -> Parts | None:
    """Return the drawing without each of its strokes; None for one stroke or more than 40."""
    lines = points(drawing)
    if not 1 < len(lines) <= MANY:
        return None
    without = {
        f"Stroke {index + 1}": paint([*lines[:index], *lines[index + 1 :]], frame=lines)
        for index in range(len(lines))
    }
    return Parts(paint(lines), without)


def regions(bitmap: Bitmap) -> Parts:
    """Return the bitmap without each of those of its 4x4 regions that have ink."""
    size = SIDE // ACROSS
    corners = [(row, column) for row in range(ACROSS) for column in range(ACROSS)]
    wiped = {corner: _wiped(bitmap, [size * place for place in corner], size) for corner in corners}
    return Parts(
        bitmap,
        {
            f"Row {row + 1}, column {column + 1}": image
            for (row, column), image in wiped.items()
            if (image != bitmap).any()
        },
    )


def _wiped(bitmap: Bitmap, corner: Sequence[int], size: int) -> Bitmap:
    """Return the bitmap with a square of it black."""
    wiped = bitmap.copy()
    wiped[corner[0] : corner[0] + size, corner[1] : corner[1] + size] = 0
    return wiped

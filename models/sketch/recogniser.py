"""The trained network, run by LiteRT."""

from pathlib import Path
from threading import Lock

import numpy as np
from ai_edge_litert.interpreter import Interpreter
from numpy.typing import NDArray

from models.sketch.raster import Bitmap


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

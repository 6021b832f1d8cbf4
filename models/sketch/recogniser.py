"""The trained networks, run by LiteRT."""

from pathlib import Path
from threading import Lock

import numpy as np
from ai_edge_litert.interpreter import Interpreter
from numpy.typing import NDArray

from models.sketch.look import Look


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

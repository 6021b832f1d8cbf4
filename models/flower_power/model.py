"""The trained network, run by LiteRT."""

from functools import cached_property
from pathlib import Path
from threading import Lock

import numpy as np
from ai_edge_litert.interpreter import Interpreter
from numpy.typing import NDArray

from models.flower_power.flowers import training
from models.flower_power.inputs import FIELDS
from showcase.contract.metrics import coalitions

ROWS = 96  # of a call: microseconds whether one of them is needed or all

Floats = NDArray[np.float64]


class Classifier:
    """A network from four measurements in cm to the probabilities of three species.

    It always computes `ROWS` rows, so that a flower's answer does not depend on its company. An
    interpreter must not be used by two threads at once; a call takes some microseconds, so that
    threads wait for one another.
    """

    def __init__(self, path: Path) -> None:
        self.lock = Lock()
        self.interpreter = Interpreter(model_path=str(path), num_threads=1)
        self.given = self.interpreter.get_input_details()[0]["index"]
        self.interpreter.resize_tensor_input(self.given, [ROWS, len(FIELDS)])
        self.interpreter.allocate_tensors()
        self.answer = self.interpreter.get_output_details()[0]["index"]

    def probabilities(self, X: Floats) -> Floats:
        """Return (n, 3) float64 in the order of `LABELS` for measurements (n, 4); rows sum to 1."""
        pieces = [self._piece(X[start : start + ROWS]) for start in range(0, len(X), ROWS)]
        found = np.concatenate(pieces) if pieces else np.empty((0, 3))
        return np.asarray(found / found.sum(axis=1, keepdims=True))

    def _piece(self, X: Floats) -> Floats:
        padded = np.zeros((ROWS, len(FIELDS)), dtype=np.float32)
        padded[: len(X)] = X
        with self.lock:
            self.interpreter.set_tensor(self.given, padded)
            self.interpreter.invoke()
            answer = self.interpreter.get_tensor(self.answer)
        return np.asarray(answer[: len(X)], dtype=np.float64)

    def coalition_worths(self, x: Floats) -> Floats:
        """Return the mean probabilities (16, 3) when only each coalition's measurements are x's.

        Measurements that a coalition does not know take those of each training flower in turn (the
        interventional value function).
        """
        mixed = np.where(coalitions(len(x))[:, None, :], x, self.background)  # (16, k, 4)
        found = self.probabilities(mixed.reshape(-1, len(x))).reshape(*mixed.shape[:2], -1)
        return np.asarray(found.mean(axis=1))

    @cached_property
    def background(self) -> Floats:
        """The training flowers' measurements (99, 4), which explanations start from."""
        return np.array([[getattr(one.given, name) for name in FIELDS] for one in training()])

    @cached_property
    def average(self) -> Floats:
        """The mean probabilities (3,) over the training flowers."""
        return np.asarray(self.probabilities(self.background).mean(axis=0))

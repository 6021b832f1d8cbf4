"""A `.tflite` file, run by LiteRT; a `.keras` file becomes one in a process of its own.

So TensorFlow, which takes seconds and half a gigabyte, is never in the process that serves.
"""

import subprocess
import sys
import tempfile
from importlib.util import find_spec
from pathlib import Path
from threading import Lock
from typing import Any

import numpy as np
from ai_edge_litert.interpreter import Interpreter

TYPES = (np.float32, np.float64, np.int32, np.int64, np.bool_)
CONVERT = """
import sys
import keras
model = keras.saving.load_model(sys.argv[1], compile=False)
model.export(sys.argv[2], format="litert", verbose=False)
"""
BY_HAND = "`model.export('model.tflite', format='litert')` of Keras 3 writes the .tflite file"


class TfliteRuntime:
    """Runs a file's content; TypeError names an input that no field can fill in."""

    library = "ai-edge-litert"

    def __init__(self, content: bytes) -> None:
        self.content = content
        self.lock = Lock()  # an interpreter has one set of buffers
        self.interpreter = Interpreter(model_content=content, num_threads=1)
        if not self.interpreter.get_signature_list():
            raise TypeError(f"The .tflite model names no inputs: {BY_HAND} with their names.")
        self.runner = self.interpreter.get_signature_runner()
        self.inputs: dict[str, Any] = self.runner.get_input_details()
        self.names = list(self.inputs)
        for name, one in self.inputs.items():
            shape = one["shape_signature"].tolist()
            if one["dtype"] not in TYPES or len(shape) > 2:
                raise TypeError(
                    f"The input {name!r} of the .tflite model is {one['dtype'].__name__} of shape "
                    f"{shape}: a page fills in numbers, one a column, or all of them as a matrix. "
                    "Anything else is a typed function that calls the model."
                )
            if len(self.inputs) > 1 and shape[1:] not in ([], [1]):
                raise TypeError(
                    f"The input {name!r} of the .tflite model has {shape[1]} columns beside other "
                    "inputs: give each column an input of its own, or all of them one."
                )

    def __reduce__(self) -> tuple[type, tuple[bytes]]:
        """Return how to make it again: an interpreter cannot be pickled."""
        return type(self), (self.content,)

    def outputs(self, X: Any) -> list[Any]:
        """Return all that the model puts out for rows, in its order."""
        if len(self.inputs) == 1:
            given = {self.names[0]: np.asarray(X)}
        else:
            given = {name: X[name].to_numpy().reshape(-1, 1) for name in self.names}
        shaped = {name: self._shaped(name, values) for name, values in given.items()}
        with self.lock:
            if all(one["shape_signature"][0] == -1 for one in self.inputs.values()):
                return list(self.runner(**shaped).values())
            rows = [
                list(self.runner(**{name: v[at : at + 1] for name, v in shaped.items()}).values())
                for at in range(len(X))
            ]
        return [np.concatenate(one) for one in zip(*rows, strict=True)]

    def _shaped(self, name: str, values: Any) -> Any:
        one = self.inputs[name]
        typed = values.astype(one["dtype"])
        return typed[:, 0] if len(one["shape_signature"]) == 1 else typed


def converted(path: Path) -> bytes:
    """Return a `.keras` file as the content of a `.tflite` file; ValueError says what to do.

    Keras itself refuses to read code out of the file, such as that of a lambda.
    """
    if find_spec("tensorflow") is None:
        raise ValueError(
            f"{path.name} is converted with TensorFlow, which is not installed here. Where it was "
            f"trained, {BY_HAND}."
        )
    with tempfile.TemporaryDirectory(prefix="vitrine-keras-") as folder:
        out = Path(folder) / "model.tflite"
        command = [sys.executable, "-c", CONVERT, str(path), str(out)]
        done = subprocess.run(command, check=False, capture_output=True, text=True)  # noqa: S603  # our own code
        if done.returncode:
            said = (done.stderr.strip().splitlines() or ["it said nothing"])[-1]
            raise ValueError(f"{path.name} could not be converted: {said}")
        return out.read_bytes()

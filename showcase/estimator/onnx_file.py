"""A `.onnx` file, run by ONNX Runtime."""

from typing import Any

import numpy as np
import onnxruntime

TYPES = {
    "tensor(float)": np.float32,
    "tensor(double)": np.float64,
    "tensor(int32)": np.int32,
    "tensor(int64)": np.int64,
    "tensor(bool)": np.bool_,
    "tensor(string)": np.object_,
}


class OnnxRuntime:
    """Runs a file's content; TypeError names an input that no field can fill in."""

    library = "onnxruntime"

    def __init__(self, content: bytes) -> None:
        self.content = content
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = 1  # visitors share the cores
        self.session = onnxruntime.InferenceSession(
            content, options, providers=["CPUExecutionProvider"]
        )
        self.inputs = self.session.get_inputs()
        self.names = [one.name for one in self.inputs]
        for one in self.inputs:
            if one.type not in TYPES:
                raise TypeError(
                    f"The input {one.name!r} of the ONNX model is a {one.type}: a page fills in "
                    f"{', '.join(TYPES)}. Export it with one of them."
                )

    def __reduce__(self) -> tuple[type, tuple[bytes]]:
        """Return how to make it again: a session cannot be pickled."""
        return type(self), (self.content,)

    def outputs(self, X: Any) -> list[Any]:
        """Return all that the model puts out for rows, in its order."""
        if len(self.inputs) == 1:
            (one,) = self.inputs
            return list(self.session.run(None, {one.name: np.asarray(X).astype(TYPES[one.type])}))
        given = {
            one.name: X[one.name].to_numpy().astype(TYPES[one.type]).reshape(-1, 1)
            for one in self.inputs
        }
        return list(self.session.run(None, given))

"""A `.onnx` file as an estimator: its inputs by name, or one matrix, run by ONNX Runtime."""

from pathlib import Path
from typing import Any

import numpy as np
import onnxruntime
from numpy.typing import NDArray
from sklearn.base import BaseEstimator, ClassifierMixin, RegressorMixin

TYPES = {
    "tensor(float)": np.float32,
    "tensor(double)": np.float64,
    "tensor(int32)": np.int32,
    "tensor(int64)": np.int64,
    "tensor(bool)": np.bool_,
    "tensor(string)": np.object_,
}


class OnnxFile(BaseEstimator):  # type: ignore[misc]  # scikit-learn ships no types
    """What classifiers and regressors of ONNX have in common; `content` is the file's."""

    def __init__(self, content: bytes, classes: tuple[Any, ...] = ()) -> None:
        self.content, self.classes = content, classes
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = 1  # visitors share the cores
        self.session_ = onnxruntime.InferenceSession(
            content, options, providers=["CPUExecutionProvider"]
        )
        self.inputs_ = self.session_.get_inputs()
        for one in self.inputs_:
            if one.type not in TYPES:
                raise TypeError(
                    f"The input {one.name!r} of the ONNX model is a {one.type}: a page fills in "
                    f"{', '.join(TYPES)}. Export it with one of them."
                )
        if len(self.inputs_) > 1:
            self.feature_names_in_ = np.array([one.name for one in self.inputs_], dtype=object)

    def __reduce__(self) -> tuple[type, tuple[Any, ...]]:
        """Return how to make it again: a session cannot be pickled."""
        return type(self), (self.content, self.classes)

    def fit(self, *_: Any) -> "OnnxFile":
        """Return the same model: a file is fitted already. scikit-learn asks for the method."""
        return self

    def outputs(self, X: Any) -> list[Any]:
        """Return all that the model puts out for rows, in its order."""
        if len(self.inputs_) == 1:
            (one,) = self.inputs_
            return list(self.session_.run(None, {one.name: np.asarray(X).astype(TYPES[one.type])}))
        given = {
            one.name: X[one.name].to_numpy().astype(TYPES[one.type]).reshape(-1, 1)
            for one in self.inputs_
        }
        return list(self.session_.run(None, given))


class OnnxClassifier(ClassifierMixin, OnnxFile):  # type: ignore[misc]  # as above
    """A classifier: one of its outputs has a probability for each class."""

    @property
    def classes_(self) -> NDArray[Any]:
        """The classes, in the order of the probabilities."""
        return np.array(self.classes)

    def predict_proba(self, X: Any) -> NDArray[np.float64]:
        """Return probabilities (n, classes)."""
        found = _probabilities(self.outputs(X), len(self.classes))
        if found is None:
            raise ValueError("The ONNX model puts out no probability for each class.")
        shares: NDArray[np.float64] = found / found.sum(axis=1, keepdims=True)  # float32 is near 1
        return shares

    def predict(self, X: Any) -> NDArray[Any]:
        """Return the likeliest class (n,)."""
        return np.asarray(self.classes_[self.predict_proba(X).argmax(axis=1)])


class OnnxRegressor(RegressorMixin, OnnxFile):  # type: ignore[misc]  # as above
    """A regressor: its first output is a number for each row."""

    def predict(self, X: Any) -> NDArray[np.float64]:
        """Return numbers (n,), or (n, k) of a model with several, which is refused then."""
        found = np.asarray(self.outputs(X)[0], dtype=float)
        return found[:, 0] if found.ndim == 2 and found.shape[1] == 1 else found


def read_onnx(path: Path, y: NDArray[Any], X: Any) -> OnnxFile:
    """Return the model in a file; ValueError for one whose classes are not those of y.

    The classes of y, sorted, are taken for the order of the probabilities, unless the model names
    them itself. A model without an output for each class is a regressor.
    """
    content = path.read_bytes()
    classes = tuple(np.unique(y).tolist())
    found = OnnxRegressor(content)
    missing = [one.name for one in found.inputs_ if len(found.inputs_) > 1 and one.name not in X]
    if missing:
        raise ValueError(f"{path.name} takes inputs that X lacks: {missing}.")
    outputs = found.outputs(X.head(5))
    named = next((one[0] for one in outputs if isinstance(one, list) and one), None)
    if isinstance(named, dict):
        classes = tuple(named)
    if _probabilities(outputs, len(classes)) is not None:
        return OnnxClassifier(content, classes)
    if any(np.asarray(one).dtype.kind not in "f" for one in outputs):
        shapes = [np.shape(one) for one in outputs]
        raise ValueError(
            f"{path.name} puts out {shapes} for 5 rows, and y has {len(classes)} classes: export "
            "it with a probability for each class."
        )
    return found


def _probabilities(outputs: list[Any], classes: int) -> NDArray[np.float64] | None:
    """Return the output with a share for each class, a table or a list of them by name."""
    for one in outputs:
        if isinstance(one, list) and one and isinstance(one[0], dict):
            return np.array([list(row.values()) for row in one], dtype=float)
        found = np.asarray(one)
        is_table = found.dtype.kind == "f" and found.ndim == 2 and found.shape[1] == classes
        if is_table and classes > 1 and (found >= 0).all():
            return found.astype(float)
    return None

"""A network in a file as an estimator: its inputs by name, or all columns as one matrix."""

from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray
from sklearn.base import BaseEstimator, ClassifierMixin, RegressorMixin


class Runtime(Protocol):
    """What runs a file; it can be pickled, as the file's content."""

    library: str  # whose version the answers depend on
    names: list[str]  # of the inputs

    def outputs(self, X: Any) -> list[Any]:
        """Return all that the model puts out for rows, in its order."""


class ModelFile(BaseEstimator):  # type: ignore[misc]  # scikit-learn ships no types
    """What classifiers and regressors in files have in common."""

    def __init__(self, runtime: Runtime, classes: tuple[Any, ...] = ()) -> None:
        self.runtime, self.classes = runtime, classes
        self.runtime_ = runtime  # it is fitted already
        if len(runtime.names) > 1:
            self.feature_names_in_ = np.array(runtime.names, dtype=object)

    def fit(self, *_: Any) -> "ModelFile":
        """Return the same model: a file is fitted already. scikit-learn asks for the method."""
        return self


class FileClassifier(ClassifierMixin, ModelFile):  # type: ignore[misc]  # as above
    """A classifier: one of its outputs has a probability for each class."""

    @property
    def classes_(self) -> NDArray[Any]:
        """The classes, in the order of the probabilities."""
        return np.array(self.classes)

    def predict_proba(self, X: Any) -> NDArray[np.float64]:
        """Return probabilities (n, classes)."""
        found = _probabilities(self.runtime.outputs(X), len(self.classes))
        if found is None:
            raise ValueError("The model puts out no probability for each class.")
        shares: NDArray[np.float64] = found / found.sum(axis=1, keepdims=True)  # float32 is near 1
        return shares

    def predict(self, X: Any) -> NDArray[Any]:
        """Return the likeliest class (n,)."""
        return np.asarray(self.classes_[self.predict_proba(X).argmax(axis=1)])


class FileRegressor(RegressorMixin, ModelFile):  # type: ignore[misc]  # as above
    """A regressor: its first output is a number for each row."""

    def predict(self, X: Any) -> NDArray[np.float64]:
        """Return numbers (n,), or (n, k) of a model with several, which is refused then."""
        found = np.asarray(self.runtime.outputs(X)[0], dtype=float)
        return found[:, 0] if found.ndim == 2 and found.shape[1] == 1 else found


def estimator_of(runtime: Runtime, name: str, y: NDArray[Any], X: Any) -> ModelFile:
    """Return the model that a runtime runs; ValueError for one whose classes are not those of y.

    The classes of y, sorted, are taken for the order of the probabilities, unless the model names
    them itself; of two classes one probability will do, that of the second. A model without
    probabilities is a regressor. `name` is the file's.
    """
    classes = tuple(np.unique(y).tolist())
    missing = [one for one in runtime.names if len(runtime.names) > 1 and one not in X]
    if missing:
        raise ValueError(f"{name} takes inputs that X lacks: {missing}.")
    outputs = runtime.outputs(X.head(5))
    named = next((one[0] for one in outputs if isinstance(one, list) and one), None)
    if isinstance(named, dict):
        classes = tuple(named)
    if _probabilities(outputs, len(classes)) is not None:
        return FileClassifier(runtime, classes)
    is_label = any(np.asarray(one).dtype.kind not in "f" for one in outputs)
    if is_label or not all(isinstance(one, int | float) for one in classes):
        shapes = [np.shape(one) for one in outputs]
        raise ValueError(
            f"{name} puts out {shapes} for 5 rows, and y has {len(classes)} classes: export it "
            "with a probability for each class, the last layer a softmax."
        )
    return FileRegressor(runtime)


def _probabilities(outputs: list[Any], classes: int) -> NDArray[np.float64] | None:
    """Return the output with a share for each class, a table or a list of them by name."""
    for one in outputs:
        if isinstance(one, list) and one and isinstance(one[0], dict):
            return np.array([list(row.values()) for row in one], dtype=float)
        found = np.asarray(one)
        if found.dtype.kind != "f" or found.ndim != 2 or classes < 2 or (found < 0).any():
            continue
        if found.shape[1] == classes:
            return found.astype(float)
        if found.shape[1] == 1 and classes == 2 and (found <= 1).all():  # a sigmoid
            return np.hstack([1 - found, found]).astype(float)
    return None

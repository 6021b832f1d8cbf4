"""What a fitted estimator answers, as numbers: a probability for each label, or one value."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from functools import cache
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from showcase.estimator.columns import is_whole

if TYPE_CHECKING:
    import pandas as pd

Floats = NDArray[np.float64]
CHECKED = 1_000  # rows on which the label is compared with the likeliest one
SHAPES = "A page shows one answer; make one page for each column of y."


def one_thread() -> Any:
    """Return a context in which OpenMP keeps to this thread.

    Else a team of threads is started for each tree and waited for, which on busy cores takes many
    times as long as the work itself.
    """
    return _openmp().limit(limits=1, user_api="openmp")


@cache
def _openmp() -> Any:
    """Return what limits OpenMP's threads: looking for its library takes milliseconds."""
    # Comes with scikit-learn, which not every project has.
    from threadpoolctl import ThreadpoolController  # type: ignore[import-untyped]  # ships no types

    return ThreadpoolController()


@dataclass(frozen=True)
class Margins:
    """What is added to a number for the ends of its interval, which holds `coverage` of cases."""

    low: float
    high: float
    coverage: float
    least: float  # no end lies below it: counts and prices are never negative


@dataclass(frozen=True)
class Answers:
    """A fitted estimator as one function from rows to scores.

    `kind` says what the scores are: probabilities, decisions (distances from a boundary), labels
    (1 for the label, for an estimator that says no more) or numbers. `labels` are what people read
    for `classes`, in their order; a regressor has none. `taken` turns rows into what the estimator
    was fitted with. `margins` are those of a number's interval, `said` what it says of each real
    case (n,): the place of a label, or a number.
    """

    estimator: Any
    kind: str
    classes: tuple[Any, ...]
    labels: tuple[str, ...]
    taken: Callable[["pd.DataFrame"], Any]
    label_is_likeliest: bool = True
    margins: Margins | None = None
    said: Floats = field(default_factory=lambda: np.empty(0), compare=False, repr=False)

    def scores(self, X: "pd.DataFrame") -> Floats:
        """Return (n, labels) scores, or (n, 1) numbers."""
        rows = self.taken(X)
        with one_thread():
            return self._scores(rows)

    def _scores(self, rows: Any) -> Floats:
        if self.kind == "probabilities":
            return np.asarray(self.estimator.predict_proba(rows), dtype=float)
        if self.kind == "decisions":
            found = np.asarray(self.estimator.decision_function(rows), dtype=float)
            return np.column_stack([-found, found]) if found.ndim == 1 else found
        answers = np.asarray(self.estimator.predict(rows))
        if self.kind == "numbers":
            return answers.astype(float).reshape(-1, 1)
        return np.eye(len(self.classes))[self.places(answers)]

    def label_places(self, X: "pd.DataFrame", scores: Floats) -> NDArray[np.int64]:
        """Return the place (n,) of each row's label: what `predict` says, the likeliest or not."""
        if self.label_is_likeliest:
            return np.asarray(scores.argmax(axis=1))
        answers = np.asarray(self.estimator.predict(self.taken(X)))
        return self.places(answers)

    def places(self, y: Any) -> NDArray[np.int64]:
        """Return the place (n,) of each class in `classes`; -1 for one that is not there."""
        place = {one: at for at, one in enumerate(self.classes)}
        return np.array([place.get(one, -1) for one in np.ravel(y).tolist()], dtype=np.int64)


def answers_of(estimator: Any, X: "pd.DataFrame", named: dict[Any, str]) -> Answers:
    """Return the answers of a fitted estimator; TypeError says what to do with another object."""
    from sklearn.base import is_regressor

    name = type(estimator).__name__
    _check(estimator, name)
    taken = _taken(estimator, X.head(5))
    if is_regressor(estimator):
        if _several(estimator.predict(taken(X.head(5)))):
            raise TypeError(f"{name} predicts several numbers at once. {SHAPES}")
        return Answers(estimator, "numbers", (), (), taken)
    classes = estimator.classes_
    if isinstance(classes, list) or _several(estimator.predict(taken(X.head(5)))):
        raise TypeError(f"{name} predicts several labels at once. {SHAPES}")
    plain = tuple(np.asarray(classes).tolist())
    if len(plain) < 2:
        raise ValueError(
            f"{name} knows one label, {plain[0]!r}, so there is nothing to decide: fit it with "
            "cases of two labels at least."
        )
    usual = {True: "yes", False: "no"} if set(map(type, plain)) == {bool} else {}
    whole = {one: int(one) for one in plain if is_whole(one)}  # y may have been floats
    labels = tuple(str((whole | usual | named).get(one, one)) for one in plain)
    if len(set(labels)) < len(labels):
        raise ValueError(f"Two classes have one name: {labels}. Name each in `about`, `labels`.")
    if hasattr(estimator, "predict_proba"):
        kind = "probabilities"
    else:
        kind = "decisions" if hasattr(estimator, "decision_function") else "labels"
    found = Answers(estimator, kind, plain, labels, taken)
    head = X.head(CHECKED)
    if found.scores(head).shape[1] != len(labels):  # decisions between each two labels
        found = replace(found, kind="labels")
    said = found.places(estimator.predict(taken(head)))
    same = bool((found.scores(head).argmax(axis=1) == said).all())
    return replace(found, label_is_likeliest=same)


def _several(answers: Any) -> bool:
    """Return True if there are several answers for each row; one may stand in a column."""
    return np.ndim(answers) > 1 and np.shape(answers)[1] > 1


def _check(estimator: Any, name: str) -> None:
    """Refuse what is no fitted classifier or regressor."""
    from sklearn.base import is_classifier, is_regressor
    from sklearn.exceptions import NotFittedError
    from sklearn.utils.validation import check_is_fitted

    if not hasattr(estimator, "predict"):
        raise TypeError(
            f"{name} does not predict: give the whole pipeline, its last step a classifier or a "
            "regressor; any other function becomes a page by `interface(function)`."
        )
    try:
        check_is_fitted(estimator)
    except NotFittedError:
        raise TypeError(
            f"{name} is not fitted yet: call fit(X, y) before from_estimator."
        ) from None
    except (TypeError, AttributeError):
        raise TypeError(
            f"{name} is no estimator of scikit-learn: write a typed function that calls it, and "
            "`interface(function)`."
        ) from None
    if not (is_classifier(estimator) or is_regressor(estimator)):
        raise TypeError(
            f"{name} is neither a classifier nor a regressor, so nobody can say what the right "
            "answer is: write a typed function that calls it, and `interface(function)`. (A class "
            "of your own that is one inherits ClassifierMixin or RegressorMixin before "
            "BaseEstimator.)"
        )


def _taken(estimator: Any, X: "pd.DataFrame") -> Callable[["pd.DataFrame"], Any]:
    """Return what makes rows into what the estimator was fitted with: a table, an array, texts."""
    import warnings

    names = getattr(estimator, "feature_names_in_", None)
    if names is not None:
        if lacking := [str(name) for name in names if name not in X.columns]:
            raise ValueError(f"The model was fitted with columns that X lacks: {lacking}.")
        return lambda rows: rows[list(names)]
    order = list(X.columns)  # a form may have the columns that matter most first
    ways: list[Callable[[pd.DataFrame], Any]] = [
        lambda rows: rows[order],
        lambda rows: rows[order].to_numpy(),
    ]
    if X.shape[1] == 1:  # a TfidfVectorizer takes a list of texts
        ways.insert(0, lambda rows: rows.iloc[:, 0])
    problem: Exception | None = None
    for way in ways:
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")
                warnings.filterwarnings("error", message=".*feature names")
                answers = estimator.predict(way(X))
        except Exception as error:  # noqa: BLE001  # whatever an estimator says of a wrong type
            problem = error
        else:
            if len(answers) == len(X):
                return way
    raise ValueError(
        f"{type(estimator).__name__} does not answer to rows of X: {problem}. Give X as the model "
        "was fitted with it."
    ) from problem

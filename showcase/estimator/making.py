"""How a fitted estimator and its data become a model module: examples, margins, version."""

import pickle
import pickletools
import platform
import sys
from collections.abc import Mapping, Sequence
from dataclasses import replace
from importlib.metadata import version
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from showcase.estimator.about import read_about
from showcase.estimator.answers import Answers, answers_of
from showcase.estimator.cases import Cases
from showcase.estimator.columns import Column, as_values, input_type, read_columns
from showcase.estimator.model import (
    BACKGROUND,
    EXACT,
    MIXED,
    Data,
    EstimatorModel,
    Mixtures,
)
from showcase.estimator.scores import card, margins

Floats = NDArray[np.float64]
FILES = (".onnx", ".tflite", ".keras")
MOST_CASES = 50_000
RANKED = 30  # rows on which columns are compared
SURE = 3  # labels of which a sure example is shown


def make(
    model: Any,
    X: Any,
    y: Any,
    held_out: tuple[Any, Any] | None,
    *,
    name: str,
    about: Mapping[str, Any] | str | Path | None,
    coverage: float,
) -> EstimatorModel:
    """Return the model module: `showcase.from_estimator` says what each argument means."""
    told = read_about(about)
    rows, happened = table(X), target(y, len(table(X)))
    kept_apart = None if held_out is None else _pair(held_out)
    if isinstance(model, str | Path):
        model = _from_file(Path(model), happened, rows)
    answers = answers_of(model, rows, told.labels)
    if answers.labels and (answers.places(happened) < 0).any():
        strange = sorted({str(one) for one in happened.tolist() if one not in answers.classes})
        raise ValueError(
            f"y has answers that the model does not know, {strange[:10]}; it knows "
            f"{list(answers.classes[:10])}: give y as the model was fitted with it."
        )
    used = getattr(answers.estimator, "feature_names_in_", None)
    if used is not None:  # what the model was not fitted with has no field
        rows = rows[list(used)]
    data = Data(rows, happened, kept_apart, coverage)
    columns = read_columns(rows, told)
    if len(rows) > MOST_CASES:
        places = np.random.default_rng(0).choice(len(rows), MOST_CASES, replace=False)
        rows, happened = rows.iloc[places], happened[places]
    rows = rows.reset_index(drop=True)
    scores = answers.scores(rows)
    answers = completed(answers, rows, scores, data)
    background = rows.iloc[_spread(len(rows), _background_size(len(columns)))]
    columns = _ranked(columns, answers, rows, background)
    background = background[[column.column for column in columns]]
    examples = _examples(columns, answers, rows, scores)
    start = next(iter(examples.values()))
    takes = input_type(name, columns, start)
    return EstimatorModel(
        name=name,
        about=told,
        answers=answers,
        columns=columns,
        Input=takes,
        EXAMPLES=tuple(takes.model_validate(values) for values in examples.values()),
        EXAMPLE_NAMES=tuple(examples),
        SETTINGS=settings(model, answers, columns),
        CARD=card(name, answers, rows, happened, kept_apart, about=told, coverage=coverage),
        cases=Cases(columns, rows),
        happened=answers.places(happened) if answers.labels else happened.astype(float),
        background=background.reset_index(drop=True),
        data=data,
    )


def completed(answers: Answers, rows: pd.DataFrame, scores: Floats, data: Data) -> Answers:
    """Return answers with what they say of the real cases, and with the margins of a number."""
    said = answers.label_places(rows, scores) if answers.labels else scores[:, 0]
    apart = data.kept_apart
    found = None if answers.labels or not apart else margins(answers, *apart, data.coverage)
    return replace(answers, margins=found, said=said.astype(float))


def _from_file(path: Path, y: NDArray[Any], X: pd.DataFrame) -> Any:
    if path.suffix not in FILES:
        raise ValueError(
            f"{path.name} is none of {', '.join(FILES)}: load the model yourself, or "
            f"`showcase page {path.name} DATA --target COLUMN` for .skops, .joblib and .pkl."
        )
    from showcase.estimator.model_file import Runtime, estimator_of

    runtime: Runtime
    if path.suffix == ".onnx":
        if find_spec("onnxruntime") is None:
            raise ValueError(
                "A .onnx file needs ONNX Runtime: pip install 'vitrine-showcase[onnx]'."
            )
        from showcase.estimator.onnx_file import OnnxRuntime

        runtime = OnnxRuntime(path.read_bytes())
    else:
        if find_spec("ai_edge_litert") is None:
            raise ValueError(
                f"A {path.suffix} file needs LiteRT: pip install 'vitrine-showcase[litert]'."
            )
        from showcase.estimator.tflite_file import TfliteRuntime, converted

        runtime = TfliteRuntime(converted(path) if path.suffix == ".keras" else path.read_bytes())
    return estimator_of(runtime, path.name, y, X)


def _pair(held_out: Any) -> tuple[pd.DataFrame, NDArray[Any]]:
    """Return the rows kept apart and what happened there; the errors say what to do."""
    if not isinstance(held_out, tuple | list) or len(held_out) != 2:
        raise TypeError(
            "held_out is a pair of rows and what happened there: held_out=(X_test, y_test)."
        )
    rows = table(held_out[0])
    if rows.empty:
        raise ValueError("held_out has no rows: leave it out, and the card claims no score.")
    return rows, target(held_out[1], len(rows))


def table(X: Any) -> pd.DataFrame:
    """Return data as a table; TypeError for what is none."""
    if isinstance(X, pd.DataFrame):
        if not X.columns.is_unique:
            twice = sorted(set(map(str, X.columns[X.columns.duplicated()])))
            raise ValueError(f"X has several columns of one name: {twice}. Rename them in X.")
        return X
    if isinstance(X, pd.Series):
        return X.to_frame(X.name or "text")
    if hasattr(X, "toarray"):
        raise TypeError(
            "X is a sparse matrix, whose columns nobody can fill in: put the step that makes it "
            "into the model's pipeline, and give X as it was before."
        )
    if np.ndim(X) == 1 and all(isinstance(one, str) for one in X):
        return pd.DataFrame({"text": list(X)})
    if np.ndim(X) != 2:
        raise TypeError("X is no table: give a DataFrame, an array of two dimensions, or texts.")
    array = np.asarray(X)
    return pd.DataFrame(array, columns=[f"x{place + 1}" for place in range(array.shape[1])])


def target(y: Any, rows: int) -> NDArray[Any]:
    """Return what happened as an array (n,); the errors say what to do."""
    if y is None:
        raise TypeError(
            "y is missing, what happened in each row of X: without it nobody can say what the "
            "right answer is. For clusters and outliers, write a typed function that calls the "
            "model, and `interface(function)`."
        )
    if np.ndim(y) == 2 and np.shape(y)[1] > 1:
        raise TypeError(
            f"y has {np.shape(y)[1]} columns: a page shows one answer; make one page for each "
            "column, with a model fitted to it."
        )
    found = np.asarray(y).reshape(-1)
    if len(found) != rows:
        raise ValueError(f"X has {rows:,} rows, y has {len(found):,}: each row needs its answer.")
    if missing := int(pd.isna(found).sum()):
        raise ValueError(
            f"y lacks the answers of {missing:,} of its {rows:,} rows: leave those out of X and y."
        )
    return found


def _background_size(n: int) -> int:
    fewest, most = BACKGROUND
    return most if n > EXACT else int(np.clip(MIXED // 2**n, fewest, most))


def _spread(rows: int, count: int) -> NDArray[np.int64]:
    return np.random.default_rng(0).choice(rows, min(count, rows), replace=False)


def _ranked(
    columns: list[Column], answers: Answers, rows: pd.DataFrame, background: pd.DataFrame
) -> list[Column]:
    """Return the columns, of more than ten those first that move the answers most."""
    n = len(columns)
    if n <= EXACT:
        return columns
    known, moved = ~np.eye(n, dtype=bool), np.zeros(n)
    for place in _spread(len(rows), RANKED):
        row = rows.iloc[[place]]
        other = np.random.default_rng(int(place)).integers(0, len(background), n)
        scores = answers.scores(Mixtures(background, row).rows(known, other))
        moved += np.abs(scores - answers.scores(row)).sum(axis=1)
    return [columns[place] for place in np.argsort(-moved, kind="stable")]


def _examples(
    columns: Sequence[Column],
    answers: Answers,
    rows: pd.DataFrame,
    scores: Floats,
) -> dict[str, dict[str, Any]]:
    """Return real rows worth trying by their names: a typical, extreme and undecided ones."""
    off = {}  # how far each row is from what a name says
    if answers.labels:
        ranked = np.sort(scores, axis=1)
        commonest = np.argsort(-np.bincount(scores.argmax(axis=1), minlength=scores.shape[1]))
        for place in commonest[:SURE].tolist():
            off[f"Clearly {answers.labels[place]}"] = -scores[:, place]
        off["Toss-up"] = ranked[:, -1] - ranked[:, -2]
    else:
        numbers = scores[:, 0].copy()
        off |= {"Lowest answer": numbers, "Highest answer": -numbers}
        off["In the middle"] = np.abs(numbers - np.median(numbers))
    off["Typical"] = _unusual(columns, rows)
    places: dict[str, int] = {"Typical": 0}  # the first button, chosen last
    taken: list[int] = []
    for name, distances in off.items():  # no row twice, while there are others
        distances[taken] = np.inf
        places[name] = int(distances.argmin())
        taken.append(places[name])
    return {name: as_values(columns, rows.iloc[place].to_dict()) for name, place in places.items()}


def _unusual(columns: Sequence[Column], rows: pd.DataFrame) -> Floats:
    """Return how little each row (n,) has of what is usual."""
    unusual = np.zeros(len(rows))
    for column in columns:
        series = rows[column.column]
        if column.is_number:
            values = series.to_numpy(dtype=float, na_value=np.nan)
            spread = np.nanstd(values) or 1.0
            off = np.abs(values - np.nanmedian(values)) / spread
            unusual += np.nan_to_num(np.minimum(off, 3), nan=3)
        elif column.kind in ("choice", "bool"):
            unusual += (series != series.mode().iloc[0]).fillna(True).to_numpy(dtype=float)
        elif column.kind == "text":
            lengths = series.str.len().fillna(0).to_numpy(dtype=float)
            unusual += np.abs(np.log1p(lengths) - np.median(np.log1p(lengths)))
    return unusual


def settings(model: Any, answers: Answers, columns: Sequence[Column]) -> dict[str, str]:
    """Return digests and versions that change whenever the model could answer differently."""
    import joblib

    from showcase.contract.function.source import digest_of_files

    try:
        pickled = pickle.dumps(model)
    except (pickle.PicklingError, AttributeError, TypeError) as error:
        raise TypeError(
            f"What the model is cannot be told from one version to the next: {error}. Write a "
            "lambda of its pipeline as a function with `def`."
        ) from error
    # A search answers with what it found; its table of results has times, new at each fit.
    answering = getattr(model, "best_estimator_", model)
    modules = _named_modules(pickled)
    own = [file for name in modules if (file := _own_file(name))]
    shown = [(column.column, str(column.dtype), dict(column.kept)) for column in columns]
    library = getattr(getattr(model, "runtime", None), "library", "")
    return {
        **({library: version(library)} if library else {}),
        "estimator": joblib.hash(answering),
        "answers": joblib.hash((answers.labels, answers.kind, shown, answers.margins)),
        "source": digest_of_files(own),
        "python": platform.python_version(),
        "scikit-learn": version("scikit-learn"),
        "numpy": version("numpy"),
    }


def _named_modules(pickled: bytes) -> set[str]:
    """Return the texts of a pickle that are names of modules: of its classes and functions."""
    texts = {str(argument) for _, argument, _ in pickletools.genops(pickled) if argument}
    return texts & set(sys.modules)


def _own_file(module: str) -> Path | None:
    """Return the file of a module that is neither Python's nor an installed library's."""
    path = Path(getattr(sys.modules.get(module), "__file__", None) or "")
    installed = {"site-packages", "dist-packages"} & set(path.parts)
    is_python = Path(sys.base_prefix) in path.parents and ".venv" not in path.parts
    return None if installed or is_python or path.suffix != ".py" else path

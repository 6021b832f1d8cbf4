"""What is measured on cases kept apart: the card's scores, and how wide intervals must be."""

import hashlib
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from showcase.contract.card import Card, Score, today, versions
from showcase.contract.metrics import calibration_error, wilson
from showcase.estimator.about import About
from showcase.estimator.answers import Answers, Margins

if TYPE_CHECKING:
    import pandas as pd

Floats = NDArray[np.float64]
Apart = tuple["pd.DataFrame", NDArray[Any]]
HALVED = 40  # cases kept apart: with so many, half measure what the other half set
NOTHING_MEASURED = (
    "Nothing was measured: no cases were kept apart from the model. Its answers on the data that "
    "it learned from would flatter it."
)


def margins(answers: Answers, X: "pd.DataFrame", y: NDArray[Any], coverage: float) -> Margins:
    """Return the margins of split conformal prediction, from every second case kept apart.

    The residuals' quantiles at both ends, each with its correction for few cases, so that the
    interval of a new case holds the truth with probability `coverage` or more (Vovk et al., 2005;
    Lei et al., 2018, https://doi.org/10.1080/01621459.2017.1307116).
    """
    rows, happened = (X, y) if len(X) < HALVED else (X.iloc[::2], y[::2])
    residuals = np.sort(happened.astype(float) - answers.scores(rows)[:, 0])
    n, tail = len(residuals), (1 - coverage) / 2
    below = int(np.floor((n + 1) * tail))
    if below < 1:
        least = int(np.ceil(1 / tail)) - 1
        raise ValueError(
            f"held_out has too few cases for an interval that holds {coverage:.0%}: give at least "
            f"{max(least, 1)}, or a smaller coverage."
        )
    lowest = 0.0 if y.astype(float).min() >= 0 else -np.inf
    low, high = float(residuals[below - 1]), float(residuals[n - below])
    return Margins(low, high, coverage, float(lowest))


def card(
    name: str,
    answers: Answers,
    X: "pd.DataFrame",
    y: NDArray[Any],
    apart: Apart | None,
    *,
    about: About,
    coverage: float,
) -> Card:
    """Return the model card: scores on what was kept apart, or the word that nothing was."""
    scores: list[Score] = []
    summary, split = NOTHING_MEASURED, "Nothing was kept apart."
    limits = [*about.limits, "It knows the cases in its data, and what such cases go with."]
    if apart is not None:
        _check_apart(answers, X, *apart)
        made = _labels if answers.labels else _numbers
        summary, scores = made(answers, y, apart, about.unit, coverage)
        split = f"{len(apart[0]):,} cases that the model had not seen, as its maker says."
        if again := _seen_again(X, apart[0]):
            limits.append(
                f"{again:,} of the {len(apart[0]):,} cases kept apart are in its data as well: the "
                "scores flatter it."
            )
        if not answers.labels:
            limits.append(
                f"The interval is conformal: as far to both sides as {coverage:.0%} of cases kept "
                "apart lie from their answers. It is as wide for every case."
            )
    else:
        limits.append("How good it is: nothing was measured.")
    return Card(
        demo=name,
        model=f"{_model_words(answers.estimator)}, {len(X.columns)} inputs, {len(X):,} cases.",
        data=about.data,
        author=about.author,
        licence=about.licence,
        url=about.url,
        data_sha256={"X": _digest(X)},
        split=split,
        seed=None,
        headline=scores[0].name if scores else "",
        summary=summary,
        scores=scores,
        limits=limits,
        versions=versions(["scikit-learn"]),
        date=today(),
        command="showcase.from_estimator",
    )


def _labels(
    answers: Answers, y: NDArray[Any], apart: Apart, _unit: str, _coverage: float
) -> tuple[str, list[Score]]:
    rows, happened = apart
    scores, truth = answers.scores(rows), answers.places(happened)
    said = answers.label_places(rows, scores)
    right = int((said == truth).sum())
    low, high = wilson(right, len(rows))
    values, counts = np.unique(y, return_counts=True)
    commonest = values[counts.argmax()]
    usual = float((happened == commonest).mean())
    found = [
        Score(
            name="accuracy",
            value=right / len(rows),
            meaning=f"Right in {right:,} of {len(rows):,} cases; {low:.0%} to {high:.0%} may be "
            "expected of others like them",
        ),
        Score(
            name="accuracy of the commonest answer",
            value=usual,
            meaning=f"Right by always saying {answers.labels[int(answers.places([commonest])[0])]}",
        ),
    ]
    if answers.kind == "probabilities":
        from sklearn.metrics import log_loss, roc_auc_score

        known = truth >= 0
        sure = scores[np.arange(len(rows)), said]
        found.append(
            Score(
                name="calibration error",
                value=calibration_error(sure, said == truth),
                meaning="How far it is from being right as often as it is sure; 0 is best",
            )
        )
        if len(answers.labels) == 2 and len(np.unique(truth[known])) == 2:
            found.append(
                Score(
                    name="area under the ROC curve",
                    value=float(roc_auc_score(truth[known], scores[known, 1])),
                    meaning=f"How often it ranks a case of {answers.labels[1]} above another; 0.5 "
                    "is chance",
                )
            )
        places = list(range(len(answers.labels)))
        loss = log_loss(truth[known], scores[known], labels=places)
        found.append(Score(name="log loss", value=float(loss), meaning="0 is best"))
    summary = (
        f"Right in {right / len(rows):.0%} of {len(rows):,} cases kept apart; always saying the "
        f"commonest answer would be in {usual:.0%}."
    )
    return summary, found


def _numbers(
    answers: Answers, y: NDArray[Any], apart: Apart, unit: str, coverage: float
) -> tuple[str, list[Score]]:
    rows, happened = apart
    truth, said = happened.astype(float), answers.scores(rows)[:, 0]
    off = np.abs(said - truth)
    usual = np.abs(np.median(y.astype(float)) - truth)
    spread = float(((truth - truth.mean()) ** 2).sum())
    found = [
        Score(
            name="mean absolute error",
            value=float(off.mean()),
            meaning="How far an answer is from the truth on average",
        ),
        Score(
            name="error of the median",
            value=float(usual.mean()),
            meaning="The same by always saying the median of the data",
        ),
    ]
    if spread:
        explained = 1 - float((off**2).sum()) / spread
        found.append(
            Score(name="R²", value=explained, meaning="Share of the differences that it explains")
        )
    if len(rows) >= HALVED:
        made = margins(answers, rows, truth, coverage)
        rest, answer = truth[1::2], said[1::2]
        inside = (rest >= answer + made.low) & (rest <= answer + made.high)
        found.append(
            Score(
                name="coverage",
                value=float(inside.mean()),
                meaning=f"Share of truths inside the interval, which is to hold {coverage:.0%}; on "
                "the half that did not set it",
            )
        )
    words = f" {unit}".rstrip()
    summary = (
        f"Off by {_figure(float(off.mean()))}{words} on average in {len(rows):,} cases kept apart; "
        f"always saying the median, by {_figure(float(usual.mean()))}{words}."
    )
    return summary, found


def _figure(value: float) -> str:
    return f"{value:,.0f}" if value >= 1_000 else f"{value:.3g}"


def _check_apart(
    answers: Answers, X: "pd.DataFrame", rows: "pd.DataFrame", happened: NDArray[Any]
) -> None:
    if lacking := [str(name) for name in X.columns if name not in rows.columns]:
        raise ValueError(f"held_out lacks columns that X has: {lacking}.")
    if len(rows) != len(happened) or not len(rows):
        raise ValueError(
            f"held_out has {len(rows):,} rows and {len(happened):,} answers: give (X, y) of as "
            "many, and of at least one."
        )
    if answers.labels and (answers.places(happened) < 0).all():
        raise ValueError(
            f"None of the answers of held_out is a class of the model, {list(answers.classes)}: "
            "give y as the model was fitted with it."
        )


def _seen_again(X: "pd.DataFrame", rows: "pd.DataFrame") -> int:
    """Return how many of the rows kept apart are in the data as well."""
    from pandas.util import hash_pandas_object

    seen = hash_pandas_object(X, index=False)
    return int(hash_pandas_object(rows[list(X.columns)], index=False).isin(seen).sum())


def _model_words(estimator: Any) -> str:
    """Return the name of an estimator, of a pipeline that of its last step."""
    steps = getattr(estimator, "steps", None)
    last = steps[-1][1] if steps else getattr(estimator, "best_estimator_", estimator)
    if last is not estimator:
        return _model_words(last)
    library = type(estimator).__module__.partition(".")[0].replace("sklearn", "scikit-learn")
    name = type(estimator).__name__
    return f"{name} of {library}" if library == "scikit-learn" else name


def _digest(X: "pd.DataFrame") -> str:
    from pandas.util import hash_pandas_object

    return hashlib.sha256(hash_pandas_object(X, index=False).to_numpy().tobytes()).hexdigest()

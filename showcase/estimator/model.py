"""A fitted estimator with its data as a model module: all that page, API and table ask of one."""

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from showcase.contract.card import Card
from showcase.contract.metrics import coalitions, sampled_shapley_values, shapley_values
from showcase.contract.outputs import Number
from showcase.contract.predictions import (
    BaseOutput,
    Classification,
    Contribution,
    ModelInput,
    Regression,
)
from showcase.estimator.about import About
from showcase.estimator.answers import Answers, Margins
from showcase.estimator.cases import Cases
from showcase.estimator.columns import Column, as_frame, as_values

if TYPE_CHECKING:
    import pandas as pd

Floats = NDArray[np.float64]
EXACT = 10  # inputs: beyond it 2**n coalitions are too many
MIXED = 8_192  # rows of an explanation
BACKGROUND = (8, 50)  # real rows, at least and at most
WORDS = 40  # of a text that an explanation weighs
ON_A_CURVE = 41
CURVES = 6
WORD = re.compile(r"\w[\w'’-]*")


@dataclass(frozen=True)
class Familiarity:
    """How far the nearest of `cases` real ones is, and how far it usually is at most."""

    nearest: float
    usual: float
    cases: int

    @property
    def unusual(self) -> bool:
        """Whether the model has seen nothing like it."""
        return self.nearest > self.usual * (1 + 1e-6) + 1e-6

    @property
    def sentence(self) -> str:
        """What it means, for a visitor."""
        return (
            f"None of the {self.cases:,} cases the model learned from is as near to this one as 99 "
            "in 100 of them are to another: take the answer with care."
        )


@dataclass(frozen=True)
class Case:
    """A real case: its inputs, what happened there, and what the model says of it."""

    values: dict[str, Any]
    happened: str
    answer: str


@dataclass(frozen=True)
class Curve:
    """The score of an answer for values of one column, the other inputs held."""

    column: Column
    values: list[Any]
    scores: Floats


@dataclass(frozen=True)
class Data:
    """What an estimator was fitted with, and what was kept apart from it, if anything was."""

    X: "pd.DataFrame"
    y: NDArray[Any]
    kept_apart: "tuple[pd.DataFrame, NDArray[Any]] | None"
    coverage: float


@dataclass(eq=False)
class EstimatorModel:
    """A model module made by `from_estimator`; `columns` are those that matter most first."""

    name: str
    about: About
    answers: Answers
    columns: Sequence[Column]
    Input: type[ModelInput]
    EXAMPLES: Sequence[ModelInput]
    EXAMPLE_NAMES: tuple[str, ...]
    SETTINGS: dict[str, str]
    CARD: Card
    cases: Cases
    happened: NDArray[Any]
    background: "pd.DataFrame"
    data: "Data"
    ARTIFACT: Path | None = None
    ARTIFACT_NAME: str = "model.skops"  # of one that learnt from verdicts

    def __post_init__(self) -> None:
        """Say what the labels are, and what people read for the values of choices."""
        self.LABELS: tuple[str, ...] | None = self.answers.labels or None
        self.CHOICE_NAMES = {c.name: dict(c.names) for c in self.columns if c.names}

    @property
    def margins(self) -> Margins | None:
        """What makes an interval of a number."""
        return self.answers.margins

    def load(self, path: Path | None = None) -> Answers:
        """Return the fitted estimator, or what a file holds: one that learnt from verdicts."""
        if path is None:
            return self.answers
        from showcase.estimator.refit import read

        return read(self, path)

    def predict(self, model: Answers, given: ModelInput) -> BaseOutput:
        """Return the answer to one input."""
        return self.predict_many(model, [given])[0]

    def predict_many(self, model: Answers, inputs: Sequence[ModelInput]) -> list[BaseOutput]:
        """Return the answers to several inputs, computed in one go."""
        if not inputs:
            return []
        rows = as_frame(self.columns, inputs)
        scores = model.scores(rows)
        if not model.labels:
            return [self._number(value, model.margins) for value in scores[:, 0].tolist()]
        places = model.label_places(rows, scores).tolist()
        return [self._label(place, row) for place, row in zip(places, scores.tolist(), strict=True)]

    def _label(self, place: int, scores: Sequence[float]) -> Classification:
        labels, label = self.answers.labels, self.answers.labels[place]
        if self.answers.kind == "probabilities":
            named = dict(zip(labels, scores, strict=True))
            return Classification(label=label, probabilities=named)
        return Classification(label=label)

    def _number(self, value: float, margins: Margins | None) -> BaseOutput:
        if margins is None:
            return Number(value, self.about.unit)
        return Regression(
            value=value,
            low=min(value, max(value + margins.low, margins.least)),
            high=max(value, value + margins.high),
            coverage=margins.coverage,
            unit=self.about.unit,
        )

    def explain(
        self, model: Answers, given: ModelInput, prediction: BaseOutput
    ) -> list[Contribution]:
        """Return what each input moved the score of this answer by, from that of real cases.

        Shapley values against real rows: exact for up to ten inputs, sampled beyond. Of a model of
        one text, what each word adds, against the text without it.
        """
        if len(self.columns) == 1 and self.columns[0].kind == "text":
            return self._explain_words(model, given, prediction)
        mixed = Mixtures(self.background, as_frame(self.columns, [given]))
        place, n = self.place(prediction), len(self.columns)
        if n <= EXACT:
            known = coalitions(n)
            count = len(self.background)
            rows = mixed.rows(
                np.repeat(known, count, axis=0), np.arange(len(known) * count) % count
            )
            worth = model.scores(rows)[:, place].reshape(len(known), count).mean(axis=1)
            values = shapley_values(worth)
        else:

            def worth_of(known: NDArray[np.bool_]) -> Floats:
                orders, steps, _ = known.shape
                other = np.repeat(np.arange(orders) % len(self.background), steps)
                scores = model.scores(mixed.rows(known.reshape(-1, n), other))
                return scores[:, place].reshape(orders, steps)

            values = sampled_shapley_values(worth_of, n, max(10, MIXED // 4 // (n + 1)))
        return [
            Contribution(name=column.name, value=value)
            for column, value in zip(self.columns, values.tolist(), strict=True)
        ]

    def _explain_words(
        self, model: Answers, given: ModelInput, prediction: BaseOutput
    ) -> list[Contribution]:
        column, place = self.columns[0], self.place(prediction)
        text = getattr(given, column.name) or ""
        spans = [match.span() for match in WORD.finditer(text)][:WORDS]
        if not spans:
            return []

        def worth_of(known: NDArray[np.bool_]) -> Floats:
            flat = known.reshape(-1, len(spans)).tolist()
            texts = [_without(text, spans, row) for row in flat]
            rows = column.series(texts).to_frame(column.column)
            return model.scores(rows)[:, place].reshape(known.shape[:-1])

        exact = len(spans) <= EXACT
        values = (
            shapley_values(worth_of(coalitions(len(spans))))
            if exact
            else sampled_shapley_values(worth_of, len(spans), 20)
        )
        return [
            Contribution(name=text[start:end], value=value, start=start, end=end)
            for (start, end), value in zip(spans, values.tolist(), strict=True)
        ]

    def place(self, prediction: BaseOutput) -> int:
        """Return the column of the scores that an answer is about."""
        if isinstance(prediction, Classification):
            return self.answers.labels.index(prediction.label)
        return 0

    def score(self, model: Answers, given: ModelInput, prediction: BaseOutput) -> float:
        """Return what an explanation adds up to: the score of this answer."""
        return float(model.scores(as_frame(self.columns, [given]))[0, self.place(prediction)])

    def what_if(self, model: Answers, given: ModelInput, prediction: BaseOutput) -> list[Curve]:
        """Return the score of the answer over each of the first few numbers and choices."""
        wanted = [c for c in self.columns if c.is_number or 1 < len(c.kept) <= 12][:CURVES]
        inputs: list[ModelInput] = []
        found: list[tuple[Column, list[Any]]] = []
        for column in wanted:
            values = list(column.kept.values()) if column.kept else _steps(column)
            found.append((column, values))
            inputs += [given.model_copy(update={column.name: value}) for value in values]
        if not inputs:
            return []
        scores = model.scores(as_frame(self.columns, inputs))[:, self.place(prediction)]
        curves, start = [], 0
        for column, values in found:
            part = scores[start : start + len(values)]
            curves.append(Curve(column, values, np.ascontiguousarray(part, dtype=float)))
            start += len(values)
        return curves

    def near(
        self, model: Answers, given: ModelInput, prediction: BaseOutput, count: int = 3
    ) -> tuple[Familiarity, list[Case], Case | None]:
        """Return how familiar an input is, the most similar real cases, and the nearest other one.

        The other one is the nearest real case to which the model gives another answer: another
        label, or a number outside of the interval.
        """
        distances = self.cases.distances(as_frame(self.columns, [given]))[0]
        first = np.argsort(distances, kind="stable")[:count]
        familiarity = Familiarity(float(distances[first[0]]), self.cases.usual, len(distances))
        different = self._answered_otherwise(model.said, prediction)
        other = np.where(different, distances, np.inf).argmin() if different.any() else None
        similar = [self._case(model.said, int(place)) for place in first]
        nearest = None if other is None else self._case(model.said, int(other))
        return familiarity, similar, nearest

    def _answered_otherwise(self, said: Floats, prediction: BaseOutput) -> NDArray[np.bool_]:
        if isinstance(prediction, Classification):
            return np.asarray(said != self.answers.labels.index(prediction.label))
        if isinstance(prediction, Regression):
            return np.asarray((said < prediction.low) | (said > prediction.high))
        value = prediction.value if isinstance(prediction, Number) else math.nan
        return np.asarray(np.abs(said - value) > said.std() / 2)

    def _case(self, said: Floats, place: int) -> Case:
        return Case(
            as_values(self.columns, self.cases.rows.iloc[place].to_dict()),
            self._written(self.happened[place]),
            self._written(said[place]),
        )

    def _written(self, answer: float) -> str:
        if self.answers.labels:
            return self.answers.labels[int(answer)] if answer >= 0 else "another"
        text = f"{answer:.4g}" if abs(answer) < 1_000 else f"{answer:,.0f}"
        return f"{text} {self.about.unit}".rstrip()


class Mixtures:
    """Rows that have some inputs of one row, and the others of real rows."""

    def __init__(self, background: "pd.DataFrame", row: "pd.DataFrame") -> None:
        import pandas as pd

        self._columns = [
            pd.concat([background[name], row[name]], ignore_index=True).astype(
                background[name].dtype
            )
            for name in background.columns
        ]
        self._count = len(background)

    def rows(self, known: NDArray[np.bool_], other: NDArray[np.int64]) -> "pd.DataFrame":
        """Return m rows: what is `known` (m, n) is the row's, the rest of row `other`."""
        import pandas as pd

        columns = {
            column.name: column.take(np.where(known[:, place], self._count, other)).array
            for place, column in enumerate(self._columns)
        }
        return pd.DataFrame(columns)


def _steps(column: Column) -> list[Any]:
    low, high = column.more["ge"], column.more["le"]
    if column.kind == "whole":
        return sorted({round(value) for value in np.linspace(low, high, ON_A_CURVE).tolist()})
    return list(np.linspace(low, high, ON_A_CURVE).tolist())


def _without(text: str, spans: Sequence[tuple[int, int]], kept: Sequence[bool]) -> str:
    """Return a text without some of its words."""
    parts, at = [], 0
    for (start, end), stays in zip(spans, kept, strict=True):
        parts.append(text[at : end if stays else start])
        at = end
    return "".join([*parts, text[at:]])

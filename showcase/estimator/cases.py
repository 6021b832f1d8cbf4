"""The real cases that a model learned from: the most similar ones, and whether there are any."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from showcase.estimator.columns import Column

if TYPE_CHECKING:
    import pandas as pd

Floats = NDArray[np.float64]
SAMPLE = 300  # cases whose nearest neighbour says what a usual distance is
USUAL = 0.99  # so many of them have one within it
AT_ONCE = 25  # rows compared with all cases in one go


@dataclass(frozen=True)
class Scale:
    """How a number or a day counts: its mean and standard deviation in the data."""

    mean: float
    deviation: float


class Cases:
    """Rows of the data that new rows are compared with.

    The distance of two rows is Euclidean: numbers and days count in standard deviations, a choice
    or a missing value that differs as one, texts by the words that they share (TF-IDF, cosine).
    """

    def __init__(self, columns: Sequence[Column], rows: "pd.DataFrame") -> None:
        self.columns = columns
        self.rows = rows
        self._scales = {
            column.column: _scale(_numbers(rows[column.column]))
            for column in columns
            if column.kind in ("number", "whole", "date", "datetime")
        }
        self._codes = {
            column.column: {value: code for code, value in enumerate(column.kept)}
            for column in columns
            if column.kind == "choice"
        }
        self._words = {
            column.column: _vectorizer().fit(rows[column.column].fillna(""))
            for column in columns
            if column.kind == "text"
        }
        self._known = self._encoded(rows)
        self.usual = self._usual_distance()

    def distances(self, rows: "pd.DataFrame") -> Floats:
        """Return the distance (m, n) of each row to each case."""
        from sklearn.metrics.pairwise import euclidean_distances

        numbers, codes, texts = self._encoded(rows)
        known_numbers, known_codes, known_texts = self._known
        found = np.zeros((len(rows), len(self.rows)))
        if numbers.shape[1]:
            found += euclidean_distances(numbers, known_numbers, squared=True)
        for column in range(codes.shape[1]):
            found += codes[:, column][:, None] != known_codes[:, column][None, :]
        for text, known in zip(texts, known_texts, strict=True):
            found += 2 - 2 * np.asarray((text @ known.T).todense())
        distances: Floats = np.sqrt(np.maximum(found, 0))
        return distances

    def _encoded(self, rows: "pd.DataFrame") -> tuple[NDArray[np.float32], NDArray[np.int32], Any]:
        """Return numbers (n, a) in standard deviations, codes (n, b), and a matrix for each text.

        What is not known counts as the mean, and as a code of its own.
        """
        numbers, codes, texts = [], [], []
        for column in self.columns:
            series = rows[column.column]
            if scale := self._scales.get(column.column):
                found = (_numbers(series) - scale.mean) / scale.deviation
                numbers.append(np.nan_to_num(found, posinf=0, neginf=0))
            elif column.kind == "choice":
                codes.append(series.map(self._codes[column.column]).astype(float).fillna(-1))
            elif column.kind == "bool":
                codes.append(series.astype(float).fillna(-1))
            else:
                texts.append(self._words[column.column].transform(series.fillna("")))
            if column.nullable and column.kind not in ("choice", "bool"):
                codes.append(series.isna())
        shape = (0, len(rows))
        return (
            np.array(numbers or np.empty(shape), dtype=np.float32).T,
            np.array(codes or np.empty(shape)).T.astype(np.int32),
            texts,
        )

    def _usual_distance(self) -> float:
        """Return what all but 1 in 100 of a sample of cases have to the nearest other one."""
        count = min(SAMPLE, len(self.rows))
        sample = np.random.default_rng(0).choice(len(self.rows), count, replace=False)
        nearest = []
        for start in range(0, count, AT_ONCE):
            places = sample[start : start + AT_ONCE]
            found = self.distances(self.rows.iloc[places])
            found[np.arange(len(places)), places] = np.inf
            nearest.append(found.min(axis=1))
        return float(np.quantile(np.concatenate(nearest), USUAL)) if count > 1 else 0.0


def _numbers(series: "pd.Series[Any]") -> Floats:
    """Return numbers, or days as days since 1970; NaN for what is not known."""
    if series.dtype.kind == "M":
        days = series.astype("datetime64[s]").astype("int64").to_numpy() / 86_400
        return np.where(series.isna(), np.nan, days)
    return series.to_numpy(dtype=float, na_value=np.nan)


def _scale(values: Floats) -> Scale:
    known = values[np.isfinite(values)]
    return Scale(float(known.mean()), float(known.std()) or 1.0)


def _vectorizer() -> Any:
    from sklearn.feature_extraction.text import TfidfVectorizer

    # Single letters and signs count, too: a text may have nothing else.
    words = r"\w+|[^\w\s]+"
    return TfidfVectorizer(sublinear_tf=True, max_features=50_000, token_pattern=words)

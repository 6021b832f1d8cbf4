"""What a page keeps of a predicted table: what it shows and the file to download."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from statistics import median

import plotly.graph_objects as go

from showcase.batch import Problem, Results, results_csv, results_rows
from showcase.contract import BaseOutput, Classification, Regression
from showcase.contract.outputs import Number
from showcase.ui.histogram import histogram

LISTED = 200
PREVIEWED = 10
BINS = (0.0, 1.0, 0.05)


@dataclass(frozen=True)
class Outcome:
    """A fraction of what the answers take in memory, as long as the visitor looks at it.

    `values` are what the histogram counts, by group; `preview` is column name to cells, the
    answer's column being `answer`.
    """

    total: int
    predicted: int
    problems: tuple[Problem, ...]
    problem_count: int
    doubts: tuple[str, ...]
    unused: tuple[str, ...]
    said: str
    values: Mapping[str, Sequence[float] | Sequence[str]]
    x_title: str
    preview: Mapping[str, Sequence[str]]
    answer: str
    content: bytes

    @property
    def summary(self) -> str:
        """How many rows could be used, in one sentence."""
        left = self.total - self.predicted
        rows = "row" if self.total == 1 else "rows"
        if not left:
            return f"{'The' if self.total == 1 else f'All {self.total:,}'} {rows} predicted"
        return f"{self.predicted:,} of {self.total:,} {rows} predicted; {left:,} could not be used"

    def figure(self, colours: Mapping[str, str]) -> go.Figure:
        """Return how the answers are spread: the first label's probability, or the numbers."""
        shares = self.x_title.startswith("probability")
        titles = (self.x_title, "rows")
        figure = histogram(self.values, colours, titles, BINS if shares else None)
        if shares:
            figure.update_xaxes(range=[-0.01, 1.04], tickvals=[0, 0.25, 0.5, 0.75, 1])
            figure.update_xaxes(tickformat=".0%")
        return figure


def outcome(results: Results) -> Outcome:
    """Return what is worth keeping of the results of a table."""
    table, answers = results.table, results.answers
    header, rows = results_rows(results)
    first = list(islice(rows, PREVIEWED))
    values, x_title = _spread(answers)
    return Outcome(
        total=len(table.rows),
        predicted=len(answers),
        problems=results.problems[:LISTED],
        problem_count=len(results.problems),
        doubts=table.doubts,
        unused=table.unused,
        said=_said(answers),
        values=values,
        x_title=x_title,
        preview={name: [row[place] for row in first] for place, name in enumerate(header)},
        answer=header[len(table.columns)],
        content=results_csv(results),
    )


def _spread(
    answers: Sequence[BaseOutput],
) -> tuple[dict[str, list[float]] | dict[str, list[str]], str]:
    """Return the values to count, by label, and what they are."""
    if numbers := _numbers(answers):
        return {"": [answer.value for answer in numbers]}, _and_unit("predicted value", numbers)
    kinds = [answer for answer in answers if isinstance(answer, Classification)]
    labels = list((kinds[0].probabilities or {}) if kinds else {})
    if len(labels) != 2:
        counts = Counter(answer.label for answer in kinds)
        return {label: [label] * n for label, n in counts.most_common()}, "answer"
    shares: dict[str, list[float]] = {label: [] for label in labels}
    for answer in kinds:
        shares[answer.label].append((answer.probabilities or {})[labels[0]])
    return shares, f"probability of {labels[0]}"


def _said(answers: Sequence[BaseOutput]) -> str:
    """Return the answers in a few words: how many of each label, or median and range."""
    if numbers := _numbers(answers):
        values = [answer.value for answer in numbers]
        middle, low, high = (_short(v) for v in (median(values), min(values), max(values)))
        unit = f" {numbers[0].unit}".rstrip()
        return f"The median is {middle}{unit}; they run from {low} to {high}."
    counts = Counter(answer.label for answer in answers if isinstance(answer, Classification))
    if not counts:
        return ""
    return "The answers: " + ", ".join(f"{n:,} {label}" for label, n in counts.most_common()) + "."


def _numbers(answers: Sequence[BaseOutput]) -> list[Regression | Number]:
    return [answer for answer in answers if isinstance(answer, Regression | Number)]


def _and_unit(name: str, numbers: Sequence[Regression | Number]) -> str:
    return f"{name}, {numbers[0].unit}" if numbers[0].unit else name


def _short(value: float) -> str:
    """Return a number with three digits at least.

    >>> _short(35730.2), _short(0.12345)
    ('35,730', '0.123')
    """
    return f"{value:,.0f}" if abs(value) >= 100 else f"{value:.3g}"

"""The answers for a table: predicted in chunks, appended to the file's own columns."""

from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import chain, count
from typing import Any

from showcase.batch.columns import columns
from showcase.batch.table import Check, Problem, Table, as_cell, written
from showcase.contract import (
    BaseOutput,
    Classification,
    ModelInput,
    ModelModule,
    Regression,
    rounded,
)
from showcase.contract.function import FunctionModel
from showcase.contract.outputs import Markdown, Number, Text
from showcase.feedback.csv_injection import escape_formula

CHUNK = 500
MAX_PROBABILITIES = 10


@dataclass(frozen=True)
class Results:
    """The answers, one for each row of the table, None for a row with problems."""

    table: Table
    predictions: tuple[BaseOutput | None, ...]
    problems: tuple[Problem, ...]

    @property
    def answers(self) -> list[BaseOutput]:
        """The answers of the rows that could be used."""
        return [prediction for prediction in self.predictions if prediction is not None]


def predict_table(
    module: ModelModule,
    model: Any,
    table: Table,
    progress: Callable[[float], None] = lambda _: None,
) -> Results:
    """Return an answer for every row that can be used, and the problems of the others.

    `progress` hears the share done (0 to 1) after every 500 rows.
    """
    check = Check(table, module.Input, columns(module.Input, getattr(module, "CHOICE_NAMES", {})))
    predictions: list[BaseOutput | None] = []
    problems: list[Problem] = []
    for start in range(0, len(table.rows), CHUNK):
        rows = table.rows[start : start + CHUNK]
        checked = [check.row(row) for row in rows]
        inputs = [found for found in checked if isinstance(found, ModelInput)]
        answers = iter(_answers(module, model, inputs))
        for row, found in zip(rows, checked, strict=True):
            answer = next(answers) if isinstance(found, ModelInput) else None
            predictions.append(None if isinstance(answer, ValueError) else answer)
            if isinstance(answer, ValueError):
                problems += check.refused(row, answer)
            elif not isinstance(found, ModelInput):
                problems += found
        progress(min(start + CHUNK, len(table.rows)) / len(table.rows))
    return Results(table, tuple(predictions), tuple(problems))


def _answers(
    module: ModelModule, model: Any, inputs: Sequence[ModelInput]
) -> Sequence[BaseOutput | ValueError]:
    """Return an answer for each input, or why a function refused it."""
    try:
        return module.predict_many(model, inputs)
    except ValueError:
        if not isinstance(module, FunctionModel):
            raise  # no model refuses an input that its checks let through
        return [_answer_or_refusal(module, model, given) for given in inputs]


def _answer_or_refusal(
    module: ModelModule, model: Any, given: ModelInput
) -> BaseOutput | ValueError:
    try:
        answer: BaseOutput = module.predict(model, given)
    except ValueError as error:
        return error
    return answer


def results_csv(results: Results) -> bytes:
    """Return the file with the answers appended; its texts cannot run as formulas."""
    header, rows = results_rows(results)
    guarded = ([escape_formula(cell) for cell in row] for row in chain([header], rows))
    return written(guarded, results.table.delimiter)


def results_rows(results: Results) -> tuple[list[str], Iterator[list[str]]]:
    """Return the header and the rows of the file with the answers and the problems appended.

    A classification adds `prediction`, `confidence` and, for up to 10 labels,
    `probability_<label>`; a regression `prediction`, `low`, `high` and `unit`; a number or a text
    `prediction`; all of them `problem`.
    A name that the file itself has gets a number.
    """
    answer = next((list(_answer(prediction)) for prediction in results.answers), ["prediction"])
    header = list(results.table.columns)
    for name in (*answer, "problem"):
        header.append(_free(name, {taken.casefold() for taken in header}))
    return header, _rows(results, answer)


def _rows(results: Results, answer: list[str]) -> Iterator[list[str]]:
    said: dict[int, list[str]] = defaultdict(list)
    for problem in results.problems:
        said[problem.line].append(f"{problem.column}: {problem.message}".removeprefix(": "))
    width = len(results.table.columns)
    for row, prediction in zip(results.table.rows, results.predictions, strict=True):
        cells = {} if prediction is None else _answer(prediction)
        answered = [as_cell(cells.get(name)) for name in answer]
        yield [*row.cells[:width], *answered, " ".join(said[row.line])]


def _answer(prediction: BaseOutput) -> dict[str, str | float]:
    """Return the columns that an answer adds, numbers with the digits that are stored."""
    match prediction:
        case Regression():
            return {
                "prediction": rounded(prediction.value),
                "low": rounded(prediction.low),
                "high": rounded(prediction.high),
                "unit": prediction.unit,
            }
        case Number():
            unit: dict[str, str | float] = {"unit": prediction.unit} if prediction.unit else {}
            return {"prediction": prediction.value, **unit}
        case Text():
            return {"prediction": prediction.text}
        case Markdown():
            return {"prediction": prediction.markdown}
        case Classification():
            return _label(prediction)
        case _:
            raise TypeError(f"a {type(prediction).__name__} does not fit into a cell")


def _label(prediction: Classification) -> dict[str, str | float]:
    answer: dict[str, str | float] = {"prediction": prediction.label}
    if prediction.probabilities is None or prediction.confidence is None:
        return answer
    answer["confidence"] = rounded(prediction.confidence)
    if len(prediction.probabilities) <= MAX_PROBABILITIES:
        for label, share in prediction.probabilities.items():
            answer[f"probability_{label}"] = rounded(share)
    return answer


def _free(name: str, taken: set[str]) -> str:
    """Return the name, with a number if it is taken.

    >>> _free("problem", {"problem", "problem_2"})
    'problem_3'
    """
    if name.casefold() not in taken:
        return name
    return next(free for n in count(2) if (free := f"{name}_{n}").casefold() not in taken)

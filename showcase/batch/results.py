"""The answers for a table: predicted in chunks, appended to the file's own columns."""

import logging
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import chain, count
from typing import Any

from showcase.batch.columns import columns
from showcase.batch.table import Check, Problem, Table, as_cell, written
from showcase.contract import BaseOutput, ModelInput, ModelModule
from showcase.contract.frames import cells
from showcase.contract.function import FunctionModel
from showcase.feedback.csv_injection import escape_formula
from showcase.runtime.log import log_unexpected

logger = logging.getLogger(__name__)
CHUNK = 500
FAILED = "Something went wrong on our side with this row: in the log it has the id {}."


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
        answers = iter(answers_or_refusals(module, model, inputs))
        for row, found in zip(rows, checked, strict=True):
            answer = next(answers) if isinstance(found, ModelInput) else None
            predictions.append(None if isinstance(answer, ValueError) else answer)
            if isinstance(answer, ValueError):
                problems += check.refused(row, answer)
            elif not isinstance(found, ModelInput):
                problems += found
        progress(min(start + CHUNK, len(table.rows)) / len(table.rows))
    return Results(table, tuple(predictions), tuple(problems))


def answers_or_refusals(
    module: ModelModule, model: Any, inputs: Sequence[ModelInput]
) -> Sequence[BaseOutput | ValueError]:
    """Return an answer for each input, or why a function refused it.

    A function that fails at an input hides no other's answer; the log has what happened.
    """
    try:
        return module.predict_many(model, inputs)
    except Exception:
        if not isinstance(module, FunctionModel):
            raise  # no model refuses an input that its checks let through
        told: dict[str, str] = {}
        return [_answer_or_refusal(module, model, given, told) for given in inputs]


def _answer_or_refusal(
    module: ModelModule, model: Any, given: ModelInput, told: dict[str, str]
) -> BaseOutput | ValueError:
    try:
        answer: BaseOutput = module.predict(model, given)
    except ValueError as error:
        return error
    except Exception as error:  # noqa: BLE001  # logged, once for all inputs that it happens at
        if str(error) not in told:
            told[str(error)] = log_unexpected(logger, error)
        return ValueError(FAILED.format(told[str(error)]))
    return answer


def results_csv(results: Results) -> bytes:
    """Return the file with the answers appended; its texts cannot run as formulas."""
    header, rows = results_rows(results)
    guarded = ([escape_formula(cell) for cell in row] for row in chain([header], rows))
    return written(guarded, results.table.delimiter)


def results_rows(results: Results) -> tuple[list[str], Iterator[list[str]]]:
    """Return the header and the rows of the file with the answers and the problems appended.

    Those of `cells`, and `problem`. A name that the file itself has gets a number.
    """
    answer = next((list(cells(prediction)) for prediction in results.answers), ["prediction"])
    header = list(results.table.columns)
    for name in (*answer, "problem"):
        header.append(free_name(name, {taken.casefold() for taken in header}))
    return header, _rows(results, answer)


def _rows(results: Results, answer: list[str]) -> Iterator[list[str]]:
    said: dict[int, list[str]] = defaultdict(list)
    for problem in results.problems:
        said[problem.line].append(f"{problem.column}: {problem.message}".removeprefix(": "))
    width = len(results.table.columns)
    for row, prediction in zip(results.table.rows, results.predictions, strict=True):
        added = {} if prediction is None else cells(prediction)
        answered = [as_cell(added.get(name)) for name in answer]
        yield [*row.cells[:width], *answered, " ".join(said[row.line])]


def free_name(name: str, taken: set[str]) -> str:
    """Return the name, with a number if it is taken.

    >>> free_name("problem", {"problem", "problem_2"})
    'problem_3'
    """
    if name.casefold() not in taken:
        return name
    return next(free for n in count(2) if (free := f"{name}_{n}").casefold() not in taken)

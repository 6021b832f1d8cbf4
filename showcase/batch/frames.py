"""A block of a large table, checked and answered by the column.

Masks tell which rows can surely be used, and their values. Every other row goes through the check
that the page's table goes through, so that what is said of it is the same, word for word.
"""

from collections.abc import Iterable, Mapping
from dataclasses import astuple, dataclass, field
from datetime import date, datetime, time
from decimal import Decimal
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
from annotated_types import Ge, Gt, Le, Lt
from numpy.typing import NDArray
from pydantic_core import to_json

from showcase.batch.columns import Column, is_tabular
from showcase.batch.parts import Rows
from showcase.batch.results import answers_or_refusals
from showcase.batch.table import Check, Problem, Table, as_cell
from showcase.contract import ModelInput, ModelModule
from showcase.contract.fields import NUMBER, Field, fields
from showcase.contract.frames import answers_frame, is_number, predict_frame
from showcase.contract.text_file import Row

BOUNDS = {Ge: pc.greater_equal, Gt: pc.greater, Le: pc.less_equal, Lt: pc.less}
MOST_KEPT = 100_000  # texts of a column whose meaning is remembered
REFUSED = object()  # what a cell means that its field does not take

Mask = NDArray[np.bool_]


@dataclass(frozen=True)
class Answered:
    """The rows that could be used, by position, with their answers; what is wrong with others."""

    rows: NDArray[np.int64]
    answers: pd.DataFrame
    problems: list[Problem]


@dataclass
class Block:
    """What a block of rows of one file is checked by; it is kept for the next blocks of the file.

    `places` is field name to place among the file's columns.
    """

    module: ModelModule
    names: tuple[str, ...]
    places: Mapping[str, int]
    is_csv: bool = True
    _meanings: dict[str, dict[str, Any]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.columns = all_columns(self.module)
        table = Table(self.names, (), dict(self.places), ",")
        self._check = Check(table, self.module.Input, self.columns)

    def answer(self, model: Any, rows: Rows) -> Answered:
        """Return the answers to some rows of the file."""
        by_column = hasattr(self.module, "predict_frame")
        answer = self._by_column if by_column else self._by_row
        rows_used, answers, problems = answer(model, rows.cells, rows.lines)
        for row in rows.ragged:
            problems += self._problems(row)
        problems.sort(key=lambda problem: problem.line)
        return Answered(rows_used, answers, problems)

    def _problems(self, row: Row) -> list[Problem]:
        found = self._check.row(row)
        return [] if isinstance(found, ModelInput) else found

    def _by_column(
        self, model: Any, cells: pa.Table, lines: NDArray[np.int64]
    ) -> tuple[NDArray[np.int64], pd.DataFrame, list[Problem]]:
        values, usable = {}, np.ones(len(cells), bool)
        for column in self.columns:
            values[column.name], taken = self._values(column, cells)
            usable &= taken
        doubtful = np.flatnonzero(~usable)
        problems: list[Problem] = []
        for place, row in zip(
            doubtful.tolist(), self._rows(cells.take(doubtful), lines[doubtful]), strict=True
        ):
            found = self._check.row(row)
            if isinstance(found, ModelInput):
                usable[place] = True
                for name, held in values.items():
                    held[place] = getattr(found, name)
            elif not self._is_blank(row):
                problems += found
        frame = pd.DataFrame(values, copy=False)
        rows = np.flatnonzero(usable)
        if len(rows) < len(frame):
            frame = frame.iloc[rows].reset_index(drop=True)
        answers = predict_frame(self.module, model, frame) if len(rows) else pd.DataFrame()
        return rows, answers, problems

    def _by_row(
        self, model: Any, cells: pa.Table, lines: NDArray[np.int64]
    ) -> tuple[NDArray[np.int64], pd.DataFrame, list[Problem]]:
        problems: list[Problem] = []
        inputs: list[ModelInput] = []
        read: list[tuple[int, Row]] = []
        for place, row in enumerate(self._rows(cells, lines)):
            if self._is_blank(row):
                continue
            found = self._check.row(row)
            if isinstance(found, ModelInput):
                inputs.append(found)
                read.append((place, row))
            else:
                problems += found
        rows, answers = [], []
        answered = answers_or_refusals(self.module, model, inputs) if inputs else []
        for (place, row), answer in zip(read, answered, strict=True):
            if isinstance(answer, ValueError):
                problems += self._check.refused(row, answer)
            else:
                rows.append(place)
                answers.append(answer)
        return np.array(rows, np.int64), answers_frame(answers), problems

    def _is_blank(self, row: Row) -> bool:
        return self.is_csv and not any(map(str.strip, row.cells))

    @staticmethod
    def _rows(cells: pa.Table, lines: NDArray[np.int64]) -> Iterable[Row]:
        texts = [[_as_text(value) for value in column.to_pylist()] for column in cells.columns]
        return [
            Row(line, list(row))
            for line, row in zip(lines.tolist(), zip(*texts, strict=True), strict=True)
        ]

    def _values(self, column: Column, cells: pa.Table) -> tuple[NDArray[Any], Mask]:
        """Return the values of a field (n,) and which of them it takes, as far as is sure."""
        numbers = is_number(column.field)
        values: NDArray[Any] = (
            np.full(len(cells), np.nan) if numbers else np.full(len(cells), None, dtype=object)
        )
        place = self.places.get(column.name)
        if place is None:
            if column.start is not None:
                values[:] = column.start
            return values, np.full(len(cells), column.may_be_empty)
        held = cells.column(place).combine_chunks()
        taken = np.zeros(len(cells), bool)
        if _has_only_bounds(column.field):
            found, taken = _within_bounds(as_numbers(held), column.field)
            values[taken] = found[taken]
        if not taken.all():
            rest = np.flatnonzero(~taken)
            means, taken[rest] = self._meant(column, held.take(pa.array(rest)))
            values[rest] = means.astype(float) if numbers else means
        return values, taken

    def _meant(self, column: Column, cells: pa.Array) -> tuple[NDArray[Any], Mask]:
        """Return what cells mean, each text looked at once."""
        if not pa.types.is_dictionary(cells.type):
            cells = _encoded(cells)
        texts = [_as_text(value) for value in cells.dictionary.to_pylist()]
        known = self._meanings.setdefault(column.name, {})
        if len(known) + len(texts) > MOST_KEPT:
            known.clear()
        for text in texts:
            if text not in known:
                known[text] = _meaning(column, text)
        meant = [*(known[text] for text in texts), _meaning(column, "")]  # the last one: of null
        taken = np.array([value is not REFUSED for value in meant])
        each = np.fromiter(
            (None if value is REFUSED else value for value in meant), object, len(meant)
        )
        where = pc.fill_null(cells.indices, len(texts)).to_numpy(zero_copy_only=False)
        if column.field.kind in ("text", "long") and not column.names:
            known.clear()
        return each[where], taken[where]


def all_columns(module: ModelModule) -> list[Column]:
    """Return a column for every field, whatever its kind: a long text, JSON of a drawing too.

    Beside those, a choice that is not in the file is as the form starts: how to read a text.
    """
    names: Mapping[str, Mapping[Any, str]] = getattr(module, "CHOICE_NAMES", {})
    may_lack = not is_tabular(module.Input)
    return [
        Column(
            one,
            names.get(one.name) or one.names,
            one.start if may_lack and one.options else None,
        )
        for one in fields(module.Input)
    ]


def _meaning(column: Column, text: str) -> Any:
    """Return the value of a cell as the row's check finds it, or `REFUSED`."""
    if not column.filled(text):
        return column.start if column.may_be_empty else REFUSED
    try:
        value = column.field.checked(column.value(text))
    except ValueError:
        return REFUSED
    return value if not isinstance(value, float) or np.isfinite(value) else REFUSED


def _encoded(cells: pa.Array) -> pa.DictionaryArray:
    try:
        return cells.dictionary_encode()
    except pa.ArrowNotImplementedError:  # lists, such as strokes
        texts = pa.array([_as_text(value) for value in cells.to_pylist()], pa.string())
        return texts.dictionary_encode()


def is_plain_float(field: Field) -> bool:
    """Return True if the cells of a field are numbers and nothing else."""
    return field.kind == "float"


def _has_only_bounds(field: Field) -> bool:
    return is_plain_float(field) and all(isinstance(one, tuple(BOUNDS)) for one in field.metadata)


def as_numbers(cells: pa.Array) -> pa.Array:
    """Return the cells as float64, null for all that is not surely a number."""
    if pa.types.is_floating(cells.type) or pa.types.is_integer(cells.type):
        return cells.cast(pa.float64(), safe=False)
    if not (pa.types.is_string(cells.type) or pa.types.is_large_string(cells.type)):
        return pa.nulls(len(cells), pa.float64())
    try:
        return cells.cast(pa.float64())
    except pa.ArrowInvalid:
        trimmed = pc.utf8_trim_whitespace(cells)
        is_number = pc.match_substring_regex(trimmed, f"^(?:{NUMBER.pattern})$")
        trimmed = pc.utf8_ltrim(trimmed, "+")  # which Arrow would refuse
        return pc.if_else(is_number, trimmed, pa.scalar(None, cells.type)).cast(pa.float64())


def _within_bounds(numbers: pa.Array, field: Field) -> tuple[NDArray[np.float64], Mask]:
    taken = pc.is_finite(numbers)
    for bound in field.metadata:
        (limit,) = astuple(bound)
        taken = pc.and_(taken, BOUNDS[type(bound)](numbers, float(limit)))
    found = numbers.to_numpy(zero_copy_only=False)
    return found, pc.fill_null(taken, fill_value=False).to_numpy(zero_copy_only=False)


def _as_text(value: Any) -> str:
    """Return a value of a file as a cell of CSV; null and NaN are empty."""
    if value is None or isinstance(value, str):
        return value or ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int | float):
        return "" if value != value else as_cell(value)  # noqa: PLR0124  # NaN
    if isinstance(value, datetime | date | time):
        return value.isoformat()
    if isinstance(value, Decimal):
        return "" if value.is_nan() else f"{value:f}"
    return to_json(value, bytes_mode="base64").decode()

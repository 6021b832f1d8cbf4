"""The rows of a table as inputs of a model, or what is wrong with each, column by column."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from pydantic import ValidationError

from showcase.batch.columns import Column, checked_kind
from showcase.batch.table import Table
from showcase.contract import ModelInput
from showcase.contract.messages import plain, shortened
from showcase.contract.text_file import ABSENT, Row


class Problem(NamedTuple):
    """Why a row was not used: its line in the file, the column, what stands there, what is wrong.

    The column is empty where the row as a whole is at fault.
    """

    line: int
    column: str
    value: str
    message: str


@dataclass(frozen=True)
class Check:
    """Turns rows into inputs, or into their problems."""

    table: Table
    input_type: type[ModelInput]
    columns: Sequence[Column]

    def row(self, row: Row) -> ModelInput | list[Problem]:
        """Return the input that a row holds, or what is wrong with it, column by column."""
        width = len(self.table.columns)
        if len(row.cells) > width:
            message = f"The row has {len(row.cells)} cells, the first line names {width} columns."
            return [Problem(row.line, "", shortened(row.cells[width]), message)]
        values, wrong = self._values(row.cells)
        try:
            given = self.input_type.model_validate(values)
        except ValidationError as error:
            wrong = self._messages(error) | wrong
        else:
            if not wrong:
                return given
        in_order = [column.name for column in self.columns if column.name in wrong] or [""]
        return [self._problem(row, name, wrong[name]) for name in in_order]

    def refused(self, row: Row, error: ValueError) -> list[Problem]:
        """Return why a function refused a row that looked usable: its own words."""
        if not isinstance(error, ValidationError):
            return [Problem(row.line, "", "", str(error))]
        return [self._problem(row, name, said) for name, said in self._messages(error).items()]

    def _values(self, cells: Sequence[Any]) -> tuple[dict[str, Any], dict[str, str]]:
        """Return the values by field, null and absent ones left out, and what is wrong by field."""
        values: dict[str, Any] = {}
        wrong: dict[str, str] = {}
        for column in self.columns:
            place = self.table.places.get(column.name)
            cell: Any = ABSENT if place is None else cells[place]
            if column.filled(cell):
                try:
                    values[column.name] = (
                        column.value(cell)
                        if self.table.is_text
                        else checked_kind(column.kind, cell)
                    )
                except ValueError as error:
                    wrong[column.name] = str(error)
            elif column.required and column.kind.nullable:
                values[column.name] = None
            elif column.required:
                wrong[column.name] = f"This must be filled in: {column.takes}."
        return values, wrong

    def _messages(self, error: ValidationError) -> dict[str, str]:
        """Return the first message for each field; under no name what is wrong between fields."""
        named = {column.name: column for column in self.columns}
        messages: dict[str, str] = {}
        for detail in error.errors():
            column = named.get(str(detail["loc"][0])) if detail["loc"] else None
            if column is None:
                messages.setdefault("", plain(detail["msg"]))
            else:
                messages.setdefault(column.name, column.message(detail))
        return messages

    def _problem(self, row: Row, name: str, message: str) -> Problem:
        place = self.table.places.get(name)
        cell = "" if place is None or row.cells[place] is ABSENT else row.cells[place]
        return Problem(
            row.line,
            name if place is None else self.table.columns[place],
            shortened(cell if isinstance(cell, str) else str(cell)),
            message,
        )

"""Where the inputs of a task come from: a file, the demo's examples, what people judged before."""

import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from itertools import accumulate
from pathlib import PurePath
from typing import Any

from pydantic import ValidationError

from showcase.annotation.tasks import LARGEST, MOST_ITEMS
from showcase.batch import Problem, Table, columns, is_tabular
from showcase.batch.columns import checked_kind
from showcase.batch.table import Check, matched
from showcase.contract import ModelInput, ModelModule
from showcase.contract.fields import Field, fields, parse
from showcase.contract.messages import error_text, shortened
from showcase.contract.text_file import ABSENT, JSON_LINES, TABLES, Row, TableFile, read_table

INPUT = "input"  # the column of rows that this app itself exported


@dataclass
class Found:
    """What a source holds: inputs, what could not be used, what else there is to say."""

    inputs: list[ModelInput] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)


def from_file(content: bytes, name: str, module: ModelModule) -> Found:
    """Return the inputs of an uploaded file, and the problems of others by line and column.

    A CSV has a column per field, JSON Lines an object per line with the fields; more columns are
    left aside. In both, `input` may hold all fields as JSON, as in an exported log. ValueError says
    in plain words why the file as a whole cannot be used.
    """
    if PurePath(name).suffix.lower() not in (*TABLES, *JSON_LINES):
        raise ValueError("This is neither a CSV file nor JSON Lines (.jsonl). Save it as one.")
    file = read_table(content, name)
    if not file.rows and not file.broken:
        raise ValueError("There is nothing to judge: the file has no rows.")
    found = Found(notes=[file.note] if file.note else [])
    found.problems = [Problem(line, "", "", message) for line, message in file.broken]
    place = None if INPUT in module.Input.model_fields else file.place(INPUT)
    if place is not None:
        rows = ((row.line, _json(row.cells[place])) for row in file.rows)
        _check(found, rows, module.Input)
    elif file.rows and is_tabular(module.Input):
        _tabular(found, matched(file, module.Input), module)
    elif file.rows:
        _texts(found, file, module.Input)
    found.problems.sort(key=lambda problem: problem.line)
    return found


def _tabular(found: Found, table: Table, module: ModelModule) -> None:
    """Add what the tab for tables would predict."""
    named = columns(module.Input, getattr(module, "CHOICE_NAMES", {}))
    check = Check(table, module.Input, named)
    found.notes = list(table.doubts)
    for row in table.rows:
        checked = check.row(row)
        if isinstance(checked, ModelInput):
            found.inputs.append(checked)
        else:
            found.problems += checked


def _texts(found: Found, file: TableFile, input_type: type[ModelInput]) -> None:
    """Add the inputs of a table whose fields may hold more than a cell usually does.

    A choice that has no column is as the form starts.
    """
    known = {field.name: field for field in fields(input_type)}
    absent = [
        name
        for name, field in known.items()
        if file.place(name) is None and (field.info.is_required() or field.info.default is not None)
    ]
    if lacking := [name for name in absent if not known[name].options]:
        named = ", ".join(f"“{name}”" for name in lacking)
        raise ValueError(f"The first line must name the columns, and {named} is not among them.")
    starts = {name: known[name].start for name in absent}
    found.notes += [f"There is no column “{name}”: it is {starts[name]}." for name in starts]

    def values(row: Row) -> dict[str, Any]:
        given = dict(starts)
        for name, described in known.items():
            place = file.place(name)
            cell: Any = ABSENT if place is None else row.cells[place]
            starts_at = described.start if described.options else None
            if cell is ABSENT:
                given |= {} if starts_at is None else {name: starts_at}
            elif not file.is_text:
                given[name] = cell
            elif cell.strip():
                given[name] = _cell(described, cell)
            elif starts_at is not None:
                given[name] = starts_at  # as if there were no such column
        return given

    _check(found, ((row.line, values(row)) for row in file.rows), input_type)


def _cell(field: Field, cell: str) -> Any:
    try:
        return parse(field, cell)
    except ValueError:
        return cell  # no number: the model says it better


def _json(cell: Any) -> Any:
    """Return what JSON in a cell says; a ValueError for text that is none."""
    if not isinstance(cell, str):
        return cell
    try:
        return json.loads(cell)
    except (ValueError, RecursionError):
        return ValueError("This is not JSON.")


def _check(found: Found, rows: Iterable[tuple[int, Any]], input_type: type[ModelInput]) -> None:
    """Add the rows as inputs, and what is wrong with the others."""
    known = {field.name: field for field in fields(input_type)}
    for line, value in rows:
        if isinstance(value, ValueError):
            found.problems.append(Problem(line, "", "", str(value)))
            continue
        try:
            given = input_type.model_validate(value)
        except ValidationError as error:
            found.problems += [_problem(line, detail) for detail in error.errors()]
            continue
        wrong: list[Problem] = []
        for name in known.keys() & value.keys():
            try:
                checked_kind(known[name], value[name])
            except ValueError as error:
                wrong.append(Problem(line, name, shortened(str(value[name])), str(error)))
        found.problems += wrong
        if not wrong:
            found.inputs.append(given)


def _problem(line: int, error: Mapping[str, Any]) -> Problem:
    column = str(error["loc"][0]) if error["loc"] else ""
    given = error.get("input")
    value = given if isinstance(given, str | int | float) and error["type"] != "missing" else ""
    return Problem(line, column, shortened(str(value)), error_text(error))


def fitting(found: Found, most: int, refuses: Callable[[ModelInput], str]) -> Found:
    """Return what fits into one task: no input twice, none that the model refuses, not too many."""
    kept: dict[str, ModelInput] = {}
    problems = list(found.problems)
    notes = list(found.notes)
    for given in found.inputs:
        if said := refuses(given):
            problems.append(Problem(0, "", "", said))
        else:
            kept.setdefault(given.model_dump_json(), given)
    most = min(most, MOST_ITEMS, _within(kept, LARGEST))
    if twice := len(found.inputs) - len(kept) - (len(problems) - len(found.problems)):
        notes.append(f"Repeated inputs are judged once: {twice:,} left out.")
    if len(kept) > most:
        notes.append(f"The first {most:,} of {len(kept):,} are taken.")
    return Found(list(kept.values())[:most], problems, notes)


def _within(texts: Iterable[str], largest: int) -> int:
    """Return how many of the first texts take no more bytes than that together."""
    return sum(total <= largest for total in accumulate(len(text.encode()) for text in texts))

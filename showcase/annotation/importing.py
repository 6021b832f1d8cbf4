"""Where the inputs of a task come from: a file, the demo's examples, what people judged before."""

import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import PurePath
from typing import Any

from pydantic import ValidationError

from showcase.annotation.task import MOST_ITEMS
from showcase.batch import Problem, columns, is_tabular, read_table
from showcase.batch.checks import Check
from showcase.contract import ModelInput, ModelModule
from showcase.contract.inputs import Kind
from showcase.contract.inputs.start import of as start_of
from showcase.contract.messages import shortened, told
from showcase.contract.text_file import TABLES, Row, csv_rows, decode

LINES = (".jsonl", ".ndjson")
INPUT = "input"  # the column of rows that this app itself exported


@dataclass
class Found:
    """What a source holds: inputs, what could not be used, what else there is to say."""

    inputs: list[ModelInput] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)


def from_file(content: bytes, name: str, module: ModelModule) -> Found:
    """Return the inputs of an uploaded file, and the problems of others by line and column.

    A CSV has a column per field, JSON Lines an object per line with the fields; in both, a field
    `input` may hold all of them as JSON, as in an exported log. ValueError says in plain words why
    the file as a whole cannot be used.
    """
    suffix = PurePath(name).suffix.lower()
    if suffix in LINES:
        found = _checked(_objects(decode(content), module.Input), module.Input)
    elif suffix not in TABLES:
        raise ValueError("This is neither a CSV file nor JSON Lines (.jsonl). Save it as one.")
    else:
        found = _table(content, name, module.Input)
    if not found.inputs and not found.problems:
        raise ValueError("There is nothing to judge: the file has no rows.")
    return found


def _table(content: bytes, name: str, input_type: type[ModelInput]) -> Found:
    rows = (row for row in csv_rows(decode(content)) if any(map(str.strip, row.cells)))
    header = [cell.strip() for cell in next(rows, Row(1, [])).cells]
    if INPUT in map(str.casefold, header) and INPUT not in input_type.model_fields:
        place = [cell.casefold() for cell in header].index(INPUT)
        return _checked(_column(rows, place), input_type)
    if is_tabular(input_type):
        return _tabular(content, name, input_type)
    return _texts(header, rows, input_type)


def _tabular(content: bytes, name: str, input_type: type[ModelInput]) -> Found:
    """Return what the tab for tables would predict."""
    table = read_table(content, name, input_type)
    check, found = Check(table, input_type, columns(input_type)), Found(notes=list(table.doubts))
    for row in table.rows:
        checked = check.row(row)
        if isinstance(checked, ModelInput):
            found.inputs.append(checked)
        else:
            found.problems += checked
    return found


def _texts(header: Sequence[str], rows: Iterable[Row], input_type: type[ModelInput]) -> Found:
    """Return the inputs of a table whose fields may hold more than a cell usually does.

    A choice that has no column is as the form starts.
    """
    places = {name.casefold(): place for place, name in enumerate(header)}
    known = {name: Kind.of(info) for name, info in input_type.model_fields.items()}
    absent = [
        (name, info)
        for name, info in input_type.model_fields.items()
        if info.is_required() and name.casefold() not in places
    ]
    lacking = [name for name, _ in absent if not known[name].choices]
    if lacking:
        named = ", ".join(f"“{name}”" for name in lacking)
        raise ValueError(f"The first line must name the columns, and {named} is not among them.")
    starts = {name: start_of(info) for name, info in absent}
    found = _checked(_cells(rows, known, places, starts), input_type)
    found.notes = [f"There is no column “{name}”: it is {starts[name]}." for name in starts]
    return found


def _cells(
    rows: Iterable[Row],
    known: Mapping[str, Kind],
    places: Mapping[str, int],
    starts: Mapping[str, Any],
) -> Iterator[tuple[int, Any]]:
    for row in rows:
        values = dict(starts)
        for name, kind in known.items():
            place = places.get(name.casefold(), len(row.cells))
            cell = row.cells[place] if place < len(row.cells) else ""
            if cell.strip():
                values[name] = _meant(kind, cell)
        yield row.line, values


def _meant(kind: Kind, cell: str) -> Any:
    """Return a text as it is, anything else as JSON, if it is JSON."""
    if kind.sort in ("text", "long"):
        return cell
    try:
        return json.loads(cell)
    except ValueError:
        return cell


def _column(rows: Iterable[Row], place: int) -> Iterator[tuple[int, Any]]:
    """Return what stands as JSON in one column."""
    for row in rows:
        yield row.line, _json(row.cells[place] if place < len(row.cells) else "")


def _objects(text: str, input_type: type[ModelInput]) -> Iterator[tuple[int, Any]]:
    """Return what each line holds; of an exported row its input, as JSON or in a text."""
    for number, line in enumerate(text.split("\n"), start=1):
        value = _json(line) if line.strip() else None
        if isinstance(value, dict) and INPUT in value and INPUT not in input_type.model_fields:
            value = _json(value[INPUT]) if isinstance(value[INPUT], str) else value[INPUT]
        if line.strip():
            yield number, value


def _json(text: str) -> Any:
    """Return what JSON says; a ValueError for text that is none."""
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        return ValueError("This is not JSON.")


def _checked(rows: Iterable[tuple[int, Any]], input_type: type[ModelInput]) -> Found:
    """Return the rows as inputs, and what is wrong with the others."""
    found = Found()
    for line, value in rows:
        if isinstance(value, ValueError):
            found.problems.append(Problem(line, "", "", str(value)))
            continue
        try:
            found.inputs.append(input_type.model_validate(value))
        except ValidationError as error:
            found.problems += [_problem(line, one) for one in error.errors()]
    return found


def _problem(line: int, error: Mapping[str, Any]) -> Problem:
    column = str(error["loc"][0]) if error["loc"] else ""
    given = error.get("input")
    value = given if isinstance(given, str | int | float) and error["type"] != "missing" else ""
    return Problem(line, column, shortened(str(value)), told(error))


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
    most = min(most, MOST_ITEMS)
    if twice := len(found.inputs) - len(kept) - (len(problems) - len(found.problems)):
        notes.append(f"Repeated inputs are judged once: {twice:,} left out.")
    if len(kept) > most:
        notes.append(f"The first {most:,} of {len(kept):,} are taken.")
    return Found(list(kept.values())[:most], problems, notes)

"""From what a request brings to a demo's validated `Input`, or to what is wrong with each field."""

import json
from collections.abc import Mapping, Sequence
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError
from starlette.datastructures import QueryParams

from showcase.api.errors import FieldProblem, invalid
from showcase.api.schema import choices, kinds, properties, wrong_kind
from showcase.messages import told
from showcase.ui.address import UNKNOWN, as_text

T = TypeVar("T", bound=BaseModel)


def from_json(model: type[T], raw: Mapping[str, Any]) -> T:
    """Return the validated model; an ApiError names each field that is wrong or missing."""
    try:
        found = model.model_validate(raw)
    except ValidationError as error:
        raise invalid(problems(error, model)) from None
    parts = properties(model)
    wrong = {name: wrong_kind(parts[name], value) for name, value in raw.items() if name in parts}
    if any(wrong.values()):
        raise invalid([FieldProblem(field=n, message=said) for n, said in wrong.items() if said])
    return found


def from_query(model: type[T], query: QueryParams) -> T:
    """Return the model that flat URL parameters hold, written as the pages' links write them.

    A text stands as it is, null is "unknown", all else is JSON.
    """
    twice = [name for name in query if len(query.getlist(name)) > 1]
    if twice:
        said = "It stands in the address more than once: leave one."
        raise invalid([FieldProblem(field=name, message=said) for name in twice])
    parts = properties(model)
    raw = {name: _meant(parts.get(name, {}), text) for name, text in query.items()}
    try:
        return model.model_validate(raw)
    except ValidationError as error:
        raise invalid(problems(error, model)) from None


def problems(error: ValidationError, model: type[BaseModel]) -> list[FieldProblem]:
    """Return what is wrong, field by field, in words for people; the first of each field."""
    found: dict[str, str] = {}
    for one in error.errors(include_url=False, include_input=False):
        name = ".".join(_places(one["loc"], model))
        known = one["type"] == "extra_forbidden" and len(one["loc"]) == 1
        fields = f"There is no such field; there are {', '.join(model.model_fields)}."
        found.setdefault(name, fields if known else told(one))
    return [FieldProblem(field=name, message=said) for name, said in found.items()]


def _places(location: Sequence[int | str], model: type[BaseModel]) -> list[str]:
    """Return where an error is, without the names that pydantic gives to the kinds of a union."""
    first, *rest = location or ("",)
    own = model.model_fields.get(str(first))
    is_union = own is not None and "anyOf" in properties(model).get(str(first), {})
    return [str(first)] if is_union else [str(first), *map(str, rest)]


def _meant(part: dict[str, Any], text: str) -> Any:
    """Return null for "unknown", a choice's own value, a number or truth value, or the text."""
    if "null" in kinds(part) and text == UNKNOWN:
        return None
    named = {as_text(value): value for value in choices(part)}
    if text in named or "string" in kinds(part):
        return named.get(text, text)
    try:
        value = json.loads(text)
    except ValueError:
        return text
    is_flat = isinstance(value, bool | int | float)
    return value if is_flat and not wrong_kind(part, value) else text

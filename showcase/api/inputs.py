"""From what a request brings to a demo's validated `Input`, or to what is wrong with each field."""

import json
from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError
from starlette.datastructures import QueryParams

from showcase.api.errors import MOST_PROBLEMS, FieldProblem, invalid, shown
from showcase.api.schema import choices, kinds, properties, wrong_kind
from showcase.contract.fields import UNKNOWN, as_text
from showcase.contract.messages import told

T = TypeVar("T", bound=BaseModel)


@dataclass(frozen=True)
class Unreadable:
    """A text in an address that is no value of its field's kind, shown as it stands there.

    It is no `str`: pydantic would read 1_0 as 10 and "yes" as true.
    """

    text: str

    def __repr__(self) -> str:
        """Return the text in quotes, for models that tell what they refuse."""
        return repr(self.text)


def from_json(model: type[T], raw: Mapping[str, Any]) -> T:
    """Return the validated model; an ApiError names each field that is wrong or missing."""
    parts = properties(model)
    _check_names(raw, parts)
    try:
        found = model.model_validate(raw)
    except ValidationError as error:
        raise invalid(problems(error, model)) from None
    wrong = {name: wrong_kind(parts[name], value) for name, value in raw.items() if name in parts}
    if any(wrong.values()):
        raise invalid([FieldProblem(field=n, message=said) for n, said in wrong.items() if said])
    return found


def from_query(model: type[T], query: QueryParams) -> T:
    """Return the model that flat URL parameters hold, written as the pages' links write them.

    A text stands as it is, null is "unknown" or nothing at all, all else is JSON.
    """
    given = Counter(name for name, _ in query.multi_items())
    if twice := [name for name, times in given.items() if times > 1]:
        said = "It stands in the address more than once: leave one."
        raise invalid([FieldProblem(field=shown(name), message=said) for name in twice])
    parts = properties(model)
    _check_names(given, parts)
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
        found.setdefault(name, _no_such_field(model.model_fields) if known else told(one))
    return [FieldProblem(field=shown(name), message=said) for name, said in found.items()]


def _check_names(given: Collection[str], parts: Collection[str]) -> None:
    """Refuse far more fields than there are, before each of them costs a kilobyte of memory."""
    if len(given) <= len(parts) + MOST_PROBLEMS:
        return
    said = _no_such_field(parts)
    unknown = [name for name in given if name not in parts]
    raise invalid([FieldProblem(field=shown(name), message=said) for name in unknown])


def _no_such_field(fields: Iterable[str]) -> str:
    return f"There is no such field; there are {', '.join(fields)}."


def _places(location: Sequence[int | str], model: type[BaseModel]) -> list[str]:
    """Return where an error is, without the names that pydantic gives to the kinds of a union."""
    first, *rest = location or ("",)
    own = model.model_fields.get(str(first))
    is_union = own is not None and "anyOf" in properties(model).get(str(first), {})
    return [str(first)] if is_union else [str(first), *map(str, rest)]


def _meant(part: dict[str, Any], text: str) -> Any:
    """Return null for "unknown", a choice's own value, a number or truth value, or the text."""
    empty = (UNKNOWN,) if "string" in kinds(part) else (UNKNOWN, "")
    if "null" in kinds(part) and text in empty:
        return None
    named = {as_text(value): value for value in choices(part)}
    if text in named or "string" in kinds(part):
        return named.get(text, text)
    try:
        value = json.loads(text)
    except (ValueError, RecursionError):
        value = None
    is_meant = isinstance(value, bool | int | float) and text == text.strip()
    if is_meant and not wrong_kind(part, value):
        return value
    return Unreadable(text) if kinds(part) else text

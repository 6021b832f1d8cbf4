"""From what a request brings to a validated model, or to what is wrong with each field.

A route of `JsonRoute` gets its body as bytes, which `JsonOf` documents as a model. They are parsed
and validated in a worker thread: FastAPI would do both on the event loop, where everybody's pages
would wait for a large one.
"""

import json
from codecs import BOM_UTF8
from collections import Counter
from collections.abc import (
    Callable,
    Collection,
    Coroutine,
    Iterable,
    Iterator,
    Mapping,
    Sequence,
)
from contextlib import suppress
from dataclasses import dataclass
from functools import cache
from typing import Any, TypeVar

from fastapi import Request, Response
from fastapi.routing import APIRoute
from pydantic import BaseModel, GetCoreSchemaHandler, ValidationError
from pydantic_core import CoreSchema, core_schema, from_json
from starlette.datastructures import QueryParams

from showcase.api.errors import MOST_PROBLEMS, ApiError, FieldProblem, invalid, shown
from showcase.contract.fields import (
    ALL_DIGITS,
    NUMBERS,
    TEXTS,
    UNKNOWN,
    Field,
    fields,
    parse,
)
from showcase.contract.inputs.codecs import LARGEST_WHOLE
from showcase.contract.messages import error_text

T = TypeVar("T", bound=BaseModel)

KINDS: dict[type, str] = {
    bool: "boolean",
    int: "integer",
    float: "number",
    str: "string",
    list: "array",
    dict: "object",
    type(None): "null",
}
WORDS = {
    "boolean": "true or false",
    "integer": "a whole number",
    "number": "a number",
    "string": "a text",
    "array": "a list",
    "object": "an object",
    "null": "null",
}
RIGHT = {"integer": (int,), "number": (int, float), "string": (str,), "boolean": (bool,)}
NOT_FINITE = ("NaN", "Infinity", "-Infinity")
FLAT = {"boolean", "integer", "number", "string", "null"}


class JsonRoute(APIRoute):
    """A route that gets its body unparsed."""

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        """Return FastAPI's handler over a request that is not parsed."""
        handler = super().get_route_handler()

        async def handle(request: Request) -> Response:
            return await handler(_Unparsed(request.scope, request.receive))

        return handle


class _Unparsed(Request):
    async def json(self) -> bytes:
        return await self.body()


@dataclass(frozen=True)
class JsonOf:
    """Documents what comes as JSON of a model, and lets it through as it is."""

    model: type[BaseModel]

    def __get_pydantic_core_schema__(self, _: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        """Return the model's own schema with a validator around it that does not ask it."""
        schema = handler.generate_schema(self.model)
        return core_schema.no_info_wrap_validator_function(lambda value, _: value, schema)


@dataclass(frozen=True)
class Unreadable:
    """A text in an address that is no value of its field's kind, shown as it stands there.

    It is no `str`: pydantic would read 1_0 as 10 and "yes" as true.
    """

    text: str

    def __repr__(self) -> str:
        """Return the text in quotes, for models that tell what they refuse."""
        return repr(self.text)


def json_object(content: bytes, form: str = '{"field": value, ...}') -> dict[str, Any]:
    """Return the object that a body holds; an ApiError says where it is no JSON, or what else.

    `form` is what it should look like, for whoever sends another kind of JSON.
    """
    content = content.removeprefix(BOM_UTF8)  # Windows' tools write it
    try:
        value = from_json(content, allow_inf_nan=False)
    except ValueError as error:
        hint = " NaN is none: send null where a field may be unknown." if b"NaN" in content else ""
        raise ApiError(422, f"The body is not JSON: {error}.{hint}") from None
    if not isinstance(value, dict):
        raise ApiError(422, f"The body must be a JSON object: {form}.")
    with suppress(ValueError):  # a number of thousands of digits: as far as that
        json.loads(content, object_pairs_hook=_without_twins)
    return value


def _without_twins(pairs: list[tuple[str, Any]]) -> None:
    """Refuse an object that has a key twice: nobody can tell which value was meant."""
    if len({key for key, _ in pairs}) < len(pairs):
        twice = next(key for key, times in Counter(key for key, _ in pairs).items() if times > 1)
        message = "It is in the body twice: keep one."
        raise invalid([FieldProblem(field=shown(twice), message=message)])


def validated(model: type[T], values: Mapping[str, Any]) -> T:
    """Return the validated model; an ApiError names each field that is wrong or missing."""
    schemas = properties(model)
    _check_names(values, schemas)
    try:
        made = model.model_validate(values)
    except ValidationError as error:
        raise invalid(problems(error, model)) from None
    if wrong := _wrong_kinds(model, values):
        raise invalid([FieldProblem(field=name, message=text) for name, text in wrong.items()])
    return made


def _wrong_kinds(model: type[BaseModel], values: Mapping[str, Any]) -> dict[str, str]:
    """Return what is wrong with values that pydantic took, by field, in nested models as well."""
    schemas = properties(model)
    wrong = {name: wrong_kind(schemas[name], values[name]) for name in schemas if name in values}
    for field in fields(model):
        inner = values.get(field.name)
        if field.kind == "group" and isinstance(inner, Mapping):
            nested = _wrong_kinds(field.base, inner)
            wrong |= {f"{field.name}.{name}": text for name, text in nested.items()}
        elif isinstance(inner, list) and field.name in schemas:
            wrong |= {
                f"{field.name}.{where}": text
                for where, text in _wrong_parts(schemas[field.name], inner)
            }
    return {name: text for name, text in wrong.items() if text}


def _wrong_parts(schema: dict[str, Any], value: Any) -> Iterator[tuple[str, str]]:
    """Yield where in a list pydantic took a value of a wrong kind, and a sentence about it."""
    same = [part for part in schema.get("anyOf", ()) if part.get("type") == KINDS[type(value)]]
    schema = same[0] if len(same) == 1 else schema
    parts: Iterable[tuple[Any, dict[str, Any], Any]] = ()
    if isinstance(value, list) and isinstance(schema.get("items"), dict):
        items, right = schema["items"], RIGHT.get(schema["items"].get("type"), ())
        parts = ((at, items, part) for at, part in enumerate(value) if type(part) not in right)
    elif isinstance(value, dict):
        columns = schema.get("properties", {})
        parts = ((name, columns[name], value[name]) for name in columns if name in value)
    for at, inner, part in parts:
        if text := wrong_kind(inner, part):
            yield str(at), text
        else:
            yield from ((f"{at}.{where}", text) for where, text in _wrong_parts(inner, part))


def validated_query(model: type[T], query: QueryParams) -> T:
    """Return the model that flat URL parameters hold, written as the pages' links write them.

    A text stands as it is, null is "unknown" or nothing at all, all else is JSON.
    """
    times = Counter(name for name, _ in query.multi_items())
    if twice := [name for name, count in times.items() if count > 1]:
        message = "It stands in the address more than once: leave one."
        raise invalid([FieldProblem(field=shown(name), message=message) for name in twice])
    schemas = properties(model)
    _check_names(times, schemas)
    known = {field.name: field for field in fields(model)}
    values = {
        name: _parsed(known[name], schemas[name], text) if name in known else text
        for name, text in query.items()
    }
    try:
        return model.model_validate(values)
    except ValidationError as error:
        raise invalid(problems(error, model)) from None


def problems(error: ValidationError, model: type[BaseModel]) -> list[FieldProblem]:
    """Return what is wrong, field by field, in words for people; the first of each field."""
    messages: dict[str, str] = {}
    for detail in error.errors(include_url=False, include_input=False):
        name = ".".join(_path(detail["loc"], model))
        unknown = detail["type"] == "extra_forbidden" and len(detail["loc"]) == 1
        messages.setdefault(
            name, _no_such_field(model.model_fields) if unknown else error_text(detail)
        )
    return [FieldProblem(field=shown(name), message=text) for name, text in messages.items()]


@cache
def properties(model: type[BaseModel]) -> dict[str, dict[str, Any]]:
    """Return the JSON Schema of each field, references resolved one level deep."""
    schema = model.model_json_schema()
    definitions = schema.get("$defs", {})
    return {
        name: _resolved(part, definitions) for name, part in schema.get("properties", {}).items()
    }


def is_flat(model: type[BaseModel]) -> bool:
    """Return True if every field is a text, a number or a choice, so that a URL can hold it."""
    return all(_is_flat(schema) for schema in properties(model).values())


def kinds(schema: dict[str, Any]) -> set[str]:
    """Return the kinds of JSON that a field takes; empty for any.

    >>> sorted(kinds({"anyOf": [{"enum": [1, 2]}, {"type": "null"}]}))
    ['integer', 'null']
    """
    if parts := schema.get("anyOf") or schema.get("oneOf"):
        each = [kinds(part) for part in parts]
        return set().union(*each) if all(each) else set()
    if "type" in schema:
        return {schema["type"]} if isinstance(schema["type"], str) else set(schema["type"])
    return {KINDS[type(value)] for value in _values(schema)}


def wrong_kind(schema: dict[str, Any], value: Any) -> str:
    """Return a sentence if a value is of a kind that the field does not take, else nothing.

    pydantic alone would read "22" as 22 and true as 1; its strict mode would refuse 5.0 for a
    whole number, and the lists that come out of a model's own first look at its input.
    """
    taken, kind = kinds(schema), KINDS[type(value)]
    whole = kind == "number" and "integer" in taken and value.is_integer()
    if whole and "number" not in taken and abs(value) > LARGEST_WHOLE:
        return ALL_DIGITS
    if not taken or kind in taken or whole or (kind == "integer" and "number" in taken):
        return ""
    quoted = kind == "string" and taken & {"integer", "number"}
    hint = " Send it without quotes." if quoted else ""
    return f"This must be {' or '.join(WORDS[kind] for kind in WORDS if kind in taken)}.{hint}"


def choices(schema: dict[str, Any]) -> list[Any]:
    """Return the values of a choice, or of a list of choices, null not among them; else none."""
    if "anyOf" in schema:
        return [value for part in schema["anyOf"] for value in choices(part)]
    if isinstance(schema.get("items"), dict):
        return choices(schema["items"])
    return [value for value in _values(schema) if value is not None]


def constraint(schema: dict[str, Any], name: str) -> Any:
    """Return a keyword such as `minimum`, from the part that is not null where null is allowed."""
    values = (part.get(name) for part in (schema, *schema.get("anyOf", ())))
    return next((value for value in values if value is not None), None)


def _values(schema: dict[str, Any]) -> list[Any]:
    values: list[Any] = schema.get("enum", [schema["const"]] if "const" in schema else [])
    return values


def _is_flat(schema: dict[str, Any]) -> bool:
    encoded = constraint(schema, "contentEncoding") or constraint(schema, "format") == "binary"
    return bool(kinds(schema)) and kinds(schema) <= FLAT and not encoded


def _resolved(schema: dict[str, Any], definitions: dict[str, Any]) -> dict[str, Any]:
    """Return the schema with what it refers to put in its place, its own keywords on top."""
    if "$ref" in schema:
        target = definitions[schema["$ref"].rsplit("/", 1)[1]]
        return {**target, **{key: value for key, value in schema.items() if key != "$ref"}}
    if "anyOf" in schema:
        return {**schema, "anyOf": [_resolved(part, definitions) for part in schema["anyOf"]]}
    if isinstance(schema.get("items"), dict):
        return {**schema, "items": _resolved(schema["items"], definitions)}
    return schema


def _check_names(names: Collection[str], known: Collection[str]) -> None:
    """Refuse far more fields than there are, before each of them costs a kilobyte of memory."""
    if len(names) <= len(known) + MOST_PROBLEMS:
        return
    message = _no_such_field(known)
    unknown = [name for name in names if name not in known]
    raise invalid([FieldProblem(field=shown(name), message=message) for name in unknown])


def _no_such_field(fields: Iterable[str]) -> str:
    return f"There is no such field; there are {', '.join(fields)}."


def _path(location: Sequence[int | str], model: type[BaseModel]) -> list[str]:
    """Return where an error is, without the names that pydantic gives to the kinds of a union."""
    first, *rest = location or ("",)
    is_union = "anyOf" in properties(model).get(str(first), {})
    return [str(first)] if is_union else [str(first), *map(str, rest)]


def _parsed(field: Field, schema: dict[str, Any], text: str) -> Any:
    """Return what a text in an address means; one that is no value of the field as `Unreadable`."""
    if field.kind in TEXTS and field.nullable:
        return None if text == UNKNOWN else text
    if text in NOT_FINITE and field.kind in NUMBERS:
        return float(text)
    try:
        value = parse(field, text) if text == text.strip() else text
    except ValueError:
        return Unreadable(text)
    is_unread = isinstance(value, str) and kinds(schema) and "string" not in kinds(schema)
    return Unreadable(text) if is_unread else value

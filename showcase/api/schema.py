"""An `Input` as JSON Schema sees it: what kinds of JSON each field takes, and whether a URL can."""

from functools import cache
from typing import Any

from pydantic import BaseModel

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
FLAT = {"boolean", "integer", "number", "string", "null"}


@cache
def properties(input_type: type[BaseModel]) -> dict[str, dict[str, Any]]:
    """Return the JSON Schema of each field, references resolved one level deep."""
    schema = input_type.model_json_schema()
    found: dict[str, dict[str, Any]] = schema.get("properties", {})
    return {name: _resolved(part, schema.get("$defs", {})) for name, part in found.items()}


@cache
def required(input_type: type[BaseModel]) -> frozenset[str]:
    """Return the fields that must be given."""
    return frozenset(input_type.model_json_schema().get("required", ()))


def is_flat(input_type: type[BaseModel]) -> bool:
    """Tell whether every field is a text, a number or a choice, so that a URL can hold it."""
    return all(_is_flat(part) for part in properties(input_type).values())


def kinds(part: dict[str, Any]) -> set[str]:
    """Return the kinds of JSON that a field takes; empty for any.

    >>> sorted(kinds({"anyOf": [{"enum": [1, 2]}, {"type": "null"}]}))
    ['integer', 'null']
    """
    if "anyOf" in part or "oneOf" in part:
        found = [kinds(one) for one in part.get("anyOf") or part["oneOf"]]
        return set().union(*found) if all(found) else set()
    if "type" in part:
        return {part["type"]} if isinstance(part["type"], str) else set(part["type"])
    values = part.get("enum", [part["const"]] if "const" in part else [])
    return {KINDS[type(value)] for value in values}


def wrong_kind(part: dict[str, Any], value: Any) -> str:
    """Return a sentence if a value is of a kind that the field does not take, else nothing.

    pydantic alone would read "22" as 22 and true as 1; a program that sends those is mistaken.
    """
    taken, given = kinds(part), KINDS[type(value)]
    whole = given == "number" and "integer" in taken and value.is_integer()
    if not taken or given in taken or whole or (given == "integer" and "number" in taken):
        return ""
    return f"This must be {' or '.join(WORDS[kind] for kind in WORDS if kind in taken)}."


def choices(part: dict[str, Any]) -> list[Any]:
    """Return the values of a choice, or of a list of choices, null not among them; else none."""
    if "anyOf" in part:
        return [value for one in part["anyOf"] for value in choices(one)]
    if isinstance(part.get("items"), dict):
        return choices(part["items"])
    values = part.get("enum", [part["const"]] if "const" in part else [])
    return [value for value in values if value is not None]


def constraint(part: dict[str, Any], name: str) -> Any:
    """Return a keyword such as `minimum`, from the part that is not null where null is allowed."""
    found = (one.get(name) for one in (part, *part.get("anyOf", ())))
    return next((value for value in found if value is not None), None)


def _is_flat(part: dict[str, Any]) -> bool:
    encoded = constraint(part, "contentEncoding") or constraint(part, "format") == "binary"
    return bool(kinds(part)) and kinds(part) <= FLAT and not encoded


def _resolved(part: dict[str, Any], definitions: dict[str, Any]) -> dict[str, Any]:
    """Return the part with what it refers to put in its place, its own keywords on top."""
    if "$ref" in part:
        found = definitions[part["$ref"].rsplit("/", 1)[1]]
        return {**found, **{key: value for key, value in part.items() if key != "$ref"}}
    if "anyOf" in part:
        return {**part, "anyOf": [_resolved(one, definitions) for one in part["anyOf"]]}
    if isinstance(part.get("items"), dict):
        return {**part, "items": _resolved(part["items"], definitions)}
    return part

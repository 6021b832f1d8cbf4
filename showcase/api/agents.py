"""The API in plain text, for assistants that read before they call: `/api/agents.md`."""

import json
from collections.abc import Iterator, Mapping
from typing import Any

from showcase.api.validation import kinds

Json = Mapping[str, Any]
BOUNDS = {
    "minimum": "at least",
    "maximum": "at most",
    "exclusiveMinimum": "more than",
    "exclusiveMaximum": "less than",
    "minLength": "letters at least",
    "maxLength": "letters at most",
}
MOST_CHOICES = 40


def as_markdown(document: Json, *, has_tools: bool = False) -> str:
    """Return an OpenAPI document as text: each call, its fields with their bounds, an example."""
    about = document["info"]
    lines = [f"# {about['title']}", "", about["description"], ""]
    if has_tools:
        lines += ["The models are tools at `/api/mcp`, by the Model Context Protocol.", ""]
    lines += ["Ask a person before you send a verdict: verdicts are what people say.", ""]
    for path, item in document["paths"].items():
        for method, operation in item.items():
            lines += _operation(document, f"{method.upper()} /api{path}", operation)
    return "\n".join(lines)


def _operation(document: Json, call: str, operation: Json) -> Iterator[str]:
    yield f"## {operation.get('summary', call)}: `{call}`"
    yield ""
    if text := operation.get("description", ""):
        yield from (text, "")
    for parameter in operation.get("parameters", ()):
        required = bool(parameter.get("required"))
        yield _field(parameter["name"], parameter["schema"], required=required)
    body = operation.get("requestBody", {}).get("content", {}).get("application/json", {})
    schema = _resolved(document, body.get("schema", {}))
    for name, field in schema.get("properties", {}).items():
        required = name in schema.get("required", ())
        yield _field(name, _resolved(document, field), required=required)
    for example in list(body.get("examples", {}).values())[:1]:
        yield from ("", "```json", json.dumps(example["value"]), "```")
    yield ""


def _field(name: str, schema: Json, *, required: bool) -> str:
    """Return a line of a list: a field, what it takes, and what it means.

    >>> _field("age", {"type": "integer", "minimum": 0, "title": "Age"}, required=True)
    '- `age` (integer, at least 0): Age'
    """
    parts = [part for part in schema.get("anyOf", [schema]) if part != {"type": "null"}]
    told = [" or ".join(sorted(kinds(dict(schema)))) or "any"]
    for part in parts:
        told += [f"{words} {part[name]}" for name, words in BOUNDS.items() if name in part]
    choices: list[Any] = []
    for part in parts:
        choices += part.get("enum") or ([part["const"]] if "const" in part else [])
    if choices:
        listed = ", ".join(json.dumps(choice) for choice in choices[:MOST_CHOICES])
        told.append(f"one of {listed}{', …' if len(choices) > MOST_CHOICES else ''}")
    if not required:
        told.append("may be left out")
    meaning = "; ".join(filter(None, (schema.get("title"), schema.get("description"))))
    return f"- `{name}` ({', '.join(told)}): {meaning}".rstrip(": ")


def _resolved(document: Json, schema: Json) -> Json:
    """Return a schema, of a reference what it refers to."""
    if "$ref" not in schema:
        return schema
    found: Json = document["components"]["schemas"][schema["$ref"].rpartition("/")[2]]
    return found

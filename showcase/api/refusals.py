"""Which refusals each operation of the OpenAPI document knows, and what they look like."""

from collections.abc import Callable
from typing import Any

from fastapi import Request
from pydantic import BaseModel

from showcase.api.answering import found
from showcase.api.arriving import too_large, too_slow
from showcase.api.body import check_type
from showcase.api.errors import ApiError, unexpected
from showcase.api.guard import chosen, foreign, no_key, too_many, wrong_key
from showcase.api.inputs import from_json
from showcase.api.verdicts import other_version

ID = "7f3a9c1e"  # of an entry in the log
VERSION = "0123456789ab"
EMPTY = Request({"type": "http", "headers": []})


def refusals(
    *,
    is_guarded: bool = True,
    loads: bool = True,
    largest: int = 0,
    unusable: ApiError | None = None,
    is_feedback: bool = False,
) -> list[ApiError]:
    """Return one refusal of each kind that an operation knows; `largest` is 0 without a body."""
    possible = [unexpected(ID)]
    possible += [_unavailable()] if loads else []
    possible += _guards() if is_guarded else []
    if largest:
        possible += [too_slow(), too_large(largest), raised(check_type, EMPTY)]
    if is_feedback:
        possible += [
            foreign("https://other.example"),
            raised(found, "rainfal"),
            other_version(VERSION),
        ]
    return sorted([*possible, *([unusable] if unusable else [])], key=lambda one: one.status)


def unusable_input(input_type: type[BaseModel]) -> ApiError:
    """Return what is said of an input without its fields, or with one that there is not."""
    try:
        return raised(from_json, input_type, {})
    except AssertionError:  # nothing has to be given
        return raised(from_json, input_type, {"surprise": 1})


def raised(function: Callable[..., object], *given: object) -> ApiError:
    """Return the refusal that a call ends in."""
    try:
        function(*given)
    except ApiError as error:
        return error
    raise AssertionError(f"{function} refuses nothing")


def as_responses(possible: list[ApiError], said: dict[str, Any]) -> dict[str, Any]:
    """Return them as a document has them, by status; `said` has FastAPI's own words for each."""
    responses: dict[str, Any] = {}
    for refusal in possible:
        status, error = str(refusal.status), refusal.error
        own = {"schema": said[status]["content"]["application/json"]["schema"], "examples": {}}
        content = {"application/json": own}
        told = {"description": said[status]["description"], "content": content}
        examples = responses.setdefault(status, told)["content"]["application/json"]["examples"]
        examples[error.code] = {"value": {"error": error.model_dump()}}
    return responses


def _guards() -> list[ApiError]:
    keys = [no_key(), wrong_key()] if chosen().api_key.get_secret_value() else []
    return [*keys, too_many(chosen().rate_limit, 12)] if chosen().rate_limit else keys


def _unavailable() -> ApiError:
    return ApiError(503, f"The model does not load at present. In the log it has the id {ID}.")

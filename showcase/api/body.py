"""Reading a request's body: of the right type, not too large, and one JSON object."""

import json
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any, NoReturn

from fastapi import Request
from pydantic import BaseModel

from showcase.api.arriving import Body, too_large
from showcase.api.errors import ApiError, FieldProblem, shown
from showcase.contract.inputs import Kind

LARGEST = 1_000_000  # bytes
LARGEST_BATCH = 10_000_000
MOST_KEYS = 10_000  # of one object: an input has a few
SURROGATE = rb"\ud"  # half of a character above U+FFFF, as JSON may write it


@asynccontextmanager
async def body(request: Request, largest: int = LARGEST) -> AsyncIterator[bytes]:
    """Read a JSON body of up to so many bytes; a large one keeps its room until it is answered."""
    check_type(request)
    told = request.headers.get("content-length", "")
    if told.isdecimal() and int(told) > largest and "expect" in request.headers:
        raise too_large(largest)  # it waits to be let in
    arriving = Body(largest)
    try:
        yield await arriving.receive(request)
    finally:
        arriving.leave()


def most_bytes(input_type: type[BaseModel]) -> int:
    """Return how large a body may be: larger than usual where fields say that they take more."""
    return min(max(LARGEST, _bytes(input_type)), LARGEST_BATCH)


def _bytes(input_type: type[BaseModel]) -> int:
    kinds = [Kind.of(info) for info in input_type.model_fields.values()]
    groups = sum(_bytes(kind.base) for kind in kinds if kind.sort == "group")
    return groups + sum(kind.mark.most_bytes for kind in kinds if kind.mark)


def parsed(content: bytes, form: str = '{"field": value, ...}') -> dict[str, Any]:
    """Return the object that a body holds; an ApiError says where it is no JSON, or what else.

    `form` is what it should look like, for whoever sends another kind of JSON.
    """
    try:
        found = json.loads(content.decode(), object_pairs_hook=_once, parse_constant=_no_number)
        if SURROGATE in content.lower():
            json.dumps(found, ensure_ascii=False).encode()
    except UnicodeEncodeError:
        raise ApiError(422, "The body holds half a character: a lone \\ud800 or such.") from None
    except UnicodeDecodeError as error:
        raise ApiError(422, f"The body is not UTF-8: see byte {error.start + 1:,}.") from None
    except json.JSONDecodeError as error:
        place = f"line {error.lineno:,}, column {error.colno:,}"
        raise ApiError(422, f"The body is not JSON, see {place}: {error.msg}.") from None
    except RecursionError:
        raise ApiError(422, "The body is nested too deeply.") from None
    except ValueError:  # Python refuses to convert a number of thousands of digits
        raise ApiError(422, "The body holds a number with too many digits.") from None
    if not isinstance(found, dict):
        raise ApiError(422, f"The body must be a JSON object: {form}.")
    return found


def check_type(request: Request) -> None:
    """Refuse what is not sent as plain JSON in UTF-8."""
    kind, _, rest = request.headers.get("content-type", "").partition(";")
    charset = rest.strip().lower().removeprefix("charset=").strip('"')
    if kind.strip().lower() != "application/json" or charset not in ("", "utf-8"):
        raise ApiError(
            415, "Send the body as JSON, with the header Content-Type: application/json."
        )
    if request.headers.get("content-encoding", "identity").lower() != "identity":
        raise ApiError(415, "Send the body as it is, without the header Content-Encoding.")


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """Return the object; refuse one that has a key twice, for nobody knows which is meant."""
    found = dict(pairs)
    if len(pairs) > MOST_KEYS:
        said = f"An object in the body has {len(pairs):,} keys: at most {MOST_KEYS:,} are taken."
        raise ApiError(422, said)
    if len(found) == len(pairs):
        return found
    twice, times = next(one for one in Counter(key for key, _ in pairs).items() if one[1] > 1)
    problem = FieldProblem(field=shown(twice), message=f"It stands there {times} times: leave one.")
    raise ApiError(422, f"The key {problem.field!r:.60} is there twice.", [problem])


def _no_number(constant: str) -> NoReturn:
    said = f"{constant} is not JSON: send a number, or null where a field may be unknown."
    raise ApiError(422, said)

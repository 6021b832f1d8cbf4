"""What a record takes from its caller, brought into the one form that is stored."""

import json
import math
import re
import unicodedata
from collections.abc import Callable
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any
from uuid import UUID

from pydantic import BaseModel
from pydantic_core import PydanticCustomError

from showcase.contract import canonical_json

# PostgreSQL refuses NUL in text, and UTF-8 has no lone surrogates.
# What phones and Word type for ' and - in a name
TYPED = str.maketrans(dict.fromkeys("’‘ʼ`´", "'") | dict.fromkeys("‐‑–", "-"))
# Joiners, fillers and variation selectors, beside all control and format characters
UNSEEN = frozenset("\u034f\u115f\u1160\u17b4\u17b5\u2800\u3164\uffa0") | {
    chr(code) for code in range(0xFE00, 0xFE10)
}
UNSTORABLE = re.compile("[\0\ud800-\udfff]")


def storable(value: Any) -> Any:
    """Return the value with NUL and lone surrogates in its texts, keys too, as U+FFFD."""
    match value:
        case str():
            return UNSTORABLE.sub("\ufffd", value)
        case dict():
            return {storable(key): storable(item) for key, item in value.items()}
        case list() | tuple():
            return [storable(item) for item in value]
        case _:
            return value


def plain(value: Any) -> Any:
    """Return a copy of the value that canonical JSON can hold."""
    dumped = value.model_dump(mode="json") if isinstance(value, BaseModel) else value
    try:
        return json.loads(canonical_json(storable(dumped)))
    except (TypeError, ValueError, RecursionError) as error:
        message = "not plain JSON ({reason}): give what model_dump(mode='json') returns"
        raise PydanticCustomError("not_json", message, {"reason": str(error)}) from error


def number_as_text(value: Any) -> Any:
    """Return a number as the text that stands for it exactly, anything else as it is."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        return value
    if not math.isfinite(value):
        message = "{given} is no answer: give a finite number"
        raise PydanticCustomError("not_finite", message, {"given": str(value)})
    return str(value)


def instant(value: object) -> str:
    """Return a time as UTC, ISO 8601 with milliseconds and Z.

    >>> instant("2026-01-31T13:00:00+01:00")
    '2026-01-31T12:00:00.000Z'
    """
    try:
        moment = value if isinstance(value, datetime) else datetime.fromisoformat(str(value))
        universal = moment.astimezone(UTC) if moment.tzinfo else None
    except (ValueError, OverflowError):
        universal = None
    if universal is None:
        message = "{given} is no time with a zone: give one like 2026-01-31T12:00:00.000Z"
        raise PydanticCustomError("no_instant", message, {"given": str(value)})
    return universal.isoformat(timespec="milliseconds").replace("+00:00", "Z")


def identifier(value: object) -> str:
    """Return a UUID in its usual writing: lower case, with hyphens."""
    try:
        return str(UUID(str(value)))
    except ValueError as error:
        message = "{given} is no UUID: give one like 123e4567-e89b-42d3-a456-426614174000"
        raise PydanticCustomError("no_uuid", message, {"given": str(value)}) from error


def at_most(limit: int) -> Callable[[str], str]:
    """Return a check that a text has no more characters than the limit."""

    def check(text: str) -> str:
        if len(text) <= limit:
            return text
        message = "{given} characters are too many: at most {limit} are stored, leave out {over}"
        context = {"given": len(text), "limit": limit, "over": len(text) - limit}
        raise PydanticCustomError("text_too_long", message, context)

    return check


@lru_cache(4096)
def person_key(name: str) -> str:
    r"""Return what is equal for all spellings of one person's name: case, forms, what is not seen.

    >>> person_key("MIA\u200b O’Hara"), person_key(" Ｍia  o'hara ")
    ("mia o'hara", "mia o'hara")
    """
    return plain_name(unicodedata.normalize("NFKC", name.translate(TYPED)).casefold())


def plain_name(text: str) -> str:
    r"""Return a name as one line of plain text, with nothing in it that cannot be seen.

    >>> plain_name("  Mia\tR. \u202e")
    'Mia R.'
    """
    seen = (
        " " if character.isspace() else character
        for character in unicodedata.normalize("NFC", text)
        if character.isspace() or not _is_unseen(character)
    )
    return " ".join("".join(seen).split())


def _is_unseen(character: str) -> bool:
    return unicodedata.category(character).startswith("C") or character in UNSEEN

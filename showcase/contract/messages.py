"""What pydantic says, as a visitor reads it."""

from collections.abc import Mapping
from typing import Any

from pydantic import ValidationError

DATE = "This must be a date such as 2026-01-31."
MOMENT = "This must be a date and time such as 2026-01-31T12:00."
TIME = "This must be a time such as 12:00."
SPAN = "This must be a span of time such as PT1H30M, an hour and a half."
UUID = "This must be a UUID such as 0f8fad5b-d9cb-469f-a165-70867728950e."
QUOTED = 60  # characters
WORDS = {
    "missing": "This must be given.",
    "extra_forbidden": "There is no such field.",
    "greater_than_equal": "It takes {ge} or more.",
    "greater_than": "It takes more than {gt}.",
    "less_than_equal": "It takes {le} or less.",
    "less_than": "It takes less than {lt}.",
    "finite_number": "This must be a finite number.",
    "literal_error": "It takes {expected}.",
    "enum": "It takes {expected}.",
    "string_too_short": "It takes {min_length} characters or more.",
    "string_too_long": "It takes {max_length} characters or fewer.",
    "string_pattern_mismatch": "It must look like this pattern: {pattern}",
    "string_type": "This must be a text.",
    "string_unicode": "It holds half a character (a lone surrogate).",
    "float_type": "This must be a number.",
    "float_parsing": "This must be a number.",
    "int_type": "This must be a whole number.",
    "int_parsing": "This must be a whole number.",
    "int_parsing_size": "This whole number has too many digits.",
    "int_from_float": "This must be a whole number.",
    "bool_type": "This must be true or false.",
    "bool_parsing": "This must be true or false.",
    "date_type": DATE,
    "date_parsing": DATE,
    "date_from_datetime_parsing": DATE,
    "date_from_datetime_inexact": DATE,
    "datetime_type": MOMENT,
    "datetime_parsing": MOMENT,
    "datetime_from_date_parsing": MOMENT,
    "time_type": TIME,
    "time_parsing": TIME,
    "time_delta_type": SPAN,
    "time_delta_parsing": SPAN,
    "uuid_type": UUID,
    "uuid_parsing": UUID,
    "list_type": "This must be a list.",
    "tuple_type": "This must be a list.",
    "dict_type": "This must be an object.",
    "dataclass_type": "This must be an object.",
    "model_type": "This must be an object.",
    "too_short": "It takes {min_length} entries or more.",
    "too_long": "It takes {max_length} entries or fewer.",
}


def plain(message: str) -> str:
    """Return a pydantic message without its prefix.

    >>> plain("Value error, Type some words.")
    'Type some words.'
    """
    return message.removeprefix("Value error, ").removeprefix("Assertion failed, ")


def error_text(error: Mapping[str, Any]) -> str:
    """Return one of a ValidationError's `errors()` as a sentence that says what is expected.

    >>> error_text({"type": "less_than_equal", "msg": "Input should be ...", "ctx": {"le": 100.0}})
    'It takes 100 or less.'
    """
    told_with = {key: _tidy(value) for key, value in error.get("ctx", {}).items()}
    try:
        return WORDS[error["type"]].format(**told_with)
    except KeyError:  # a model's own words, under whatever type
        return plain(error["msg"])


def sentence(error: Exception) -> str:
    """Return what an error says to a visitor; of a ValidationError, its first message."""
    return plain(error.errors()[0]["msg"]) if isinstance(error, ValidationError) else str(error)


def shortened(text: str) -> str:
    """Return a text of unknown origin as it is quoted: cut if it is long."""
    return text if len(text) <= QUOTED else f"{text[:QUOTED]} …"


def _tidy(value: Any) -> Any:
    """Return a whole number without its decimal point."""
    return int(value) if isinstance(value, float) and value.is_integer() else value


def printable(text: str) -> str:
    """Return a text that a visitor wrote without what would act on the terminal."""
    return "".join(letter if letter.isprintable() else "\ufffd" for letter in text)

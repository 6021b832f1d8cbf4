"""What VADER is asked: a text and its neutral zone, what is refused, and examples."""

from typing import Annotated, Literal

from pydantic import BeforeValidator, Field
from pydantic_core import PydanticCustomError

from showcase.contract import ModelInput

MAX_CHARACTERS = 5000


def is_blank(text: str) -> bool:
    r"""Return whether the text shows nothing: spaces, line breaks and invisible characters.

    >>> is_blank(" \u200b\n"), is_blank(" :) ")
    (True, False)
    """
    return not any(character.isprintable() and not character.isspace() for character in text)


def _readable(value: object) -> object:
    """Refuse blank and overlong text in words that a visitor understands."""
    if isinstance(value, str) and is_blank(value):
        raise PydanticCustomError("blank", "Type some words: the text is blank.")
    if isinstance(value, str) and len(value) > MAX_CHARACTERS:
        raise PydanticCustomError(
            "too_long",
            "Shorten the text to 5,000 characters: it has {length}.",
            {"length": f"{len(value):,}"},
        )
    return value


def _numeric(value: object) -> object:
    """Return the number that a link's text spells; True and False are not 1 and 0 here."""
    if isinstance(value, bool):
        raise PydanticCustomError("choice", "Choose 0.05 or 0.")
    try:
        return float(value) if isinstance(value, str) else value
    except ValueError:
        return value


class Input(ModelInput):
    """A text and how far from 0 its score must be to count as friendly or unfriendly."""

    text: Annotated[str, BeforeValidator(_readable)] = Field(
        title="Your text, in English",
        description="English text of 1 to 5,000 characters.",
        min_length=1,
        max_length=MAX_CHARACTERS,
        examples=["The food was great, but the service was terrible."],
    )
    # typing allows no numbers with a point in Literal; pydantic, forms and OpenAPI do
    threshold: Annotated[Literal[0.05, 0], BeforeValidator(_numeric)] = Field(  # type: ignore[valid-type]
        title="Neutral zone",
        description=(
            "Scores nearer to 0 than this are neutral, in points of the scale from −1 to +1. "
            "0.05 is what VADER's authors recommend; with 0 only a score of exactly 0 is neutral."
        ),
        examples=[0.05, 0],
        json_schema_extra={"type": "number"},
    )


SITUATIONS = (
    ("A mixed review", "The food was great, but the service was terrible."),
    ("Two denials", "The film was not good, and the ending wasn't funny either."),
    ("High praise", "The people at the desk were extremely helpful and very kind."),
    ("Shouting", "This cake is AMAZING and I want MORE!!!"),
    ("Slang and smileys", "lol we missed the bus again :( but the party was awesome :D"),
    ("A plain fact", "The train to Leeds leaves at nine from platform four."),
    ("Irony", "Great, another three hours in the queue. Just what I wanted for my birthday."),
)

"""A task: the list that people judge, how many of them each input needs, what they are told."""

import re
import secrets
import unicodedata
import uuid
from collections.abc import Iterable
from datetime import UTC, datetime
from functools import lru_cache
from typing import Annotated, Any, Self

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field

from showcase.contract import ModelInput
from showcase.feedback import hash_input
from showcase.feedback.csv_log.judgements import PREFIX
from showcase.feedback.normalise import at_most, instant, storable

MOST_ITEMS = 2_000
MOST_PEOPLE = 20
LONGEST_TITLE, LONGEST_GUIDELINES = 120, 5_000
ID = re.compile(rf"{PREFIX}[0-9a-f]{{12}}")

Text = Annotated[str, BeforeValidator(storable), AfterValidator(str.strip)]


def new_id() -> str:
    """Return the random id of a task, which is the session of its rows."""
    return f"{PREFIX}{secrets.token_hex(6)}"


def is_task(text: str) -> bool:
    """Tell whether a text is written as the id of a task.

    >>> is_task("task-0123456789ab"), is_task("task-0123"), is_task("0123456789abcdef")
    (True, False, False)
    """
    return ID.fullmatch(text) is not None


class Item(BaseModel):
    """One input to judge, as plain JSON, and its hash as the log has it."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    input_hash: str
    input: dict[str, Any]


class Task(BaseModel):
    """A list of inputs of one demo; each is judged by so many people. It never changes."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    id: str = Field(default_factory=new_id, pattern=ID.pattern)
    demo: str
    title: Annotated[Text, AfterValidator(at_most(LONGEST_TITLE))]
    guidelines: Annotated[Text, AfterValidator(at_most(LONGEST_GUIDELINES))] = ""
    people: int = Field(ge=1, le=MOST_PEOPLE)
    items: tuple[Item, ...] = Field(min_length=1, max_length=MOST_ITEMS)
    created_at: Annotated[str, BeforeValidator(instant)] = Field(
        default_factory=lambda: instant(datetime.now(UTC))
    )
    created_by: str = ""

    @classmethod
    def of(cls, inputs: Iterable[ModelInput], **given: Any) -> Self:
        """Return a task of these inputs, each once; ValidationError for what cannot be."""
        return cls(items=distinct(inputs), **given)

    @property
    def wanted(self) -> int:
        """How many judgements make it complete."""
        return len(self.items) * self.people

    def item(self, input_hash: str) -> Item | None:
        """Return the input with that hash; None if it is not in the list."""
        return next((item for item in self.items if item.input_hash == input_hash), None)


def distinct(inputs: Iterable[ModelInput]) -> tuple[Item, ...]:
    """Return the inputs as items, each once, in their order."""
    found: dict[str, Item] = {}
    for given in inputs:
        hashed = hash_input(given)
        if hashed not in found:
            found[hashed] = Item(input_hash=hashed, input=given.model_dump(mode="json"))
    return tuple(found.values())


@lru_cache(1024)
def same(name: str) -> str:
    """Return what is equal for two spellings of one person's name.

    >>> same("MIA"), same("Ｍia")
    ('mia', 'mia')
    """
    return unicodedata.normalize("NFKC", name).casefold()


def judgement_id(task: str, input_hash: str, name: str, replaces: str = "") -> str:
    """Return the id of a person's row about an item: however often it is sent, it counts once."""
    said = "\0".join((task, input_hash, same(name), replaces))
    return str(uuid.uuid5(uuid.NAMESPACE_OID, said))

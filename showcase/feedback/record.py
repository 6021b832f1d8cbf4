"""One verdict: the columns of the feedback log, what fills itself in, and which revision counts."""

import hashlib
from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, datetime
from enum import IntEnum
from itertools import islice
from operator import itemgetter
from typing import TYPE_CHECKING, Annotated, Any, Literal, NamedTuple, Protocol, Self
from uuid import uuid4

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    ValidationInfo,
    field_validator,
    model_validator,
)
from pydantic_core import PydanticCustomError

from showcase.contract import canonical_json
from showcase.feedback.errors import RefusedError
from showcase.feedback.normalise import (
    at_most,
    identifier,
    instant,
    number_as_text,
    plain,
    storable,
)

if TYPE_CHECKING:
    import pandas as pd

GAME = "game"  # the source of rounds of games
TASK = "task-"  # what the session of a row of an annotation task begins with
# A chunk is one flush to disk, and as long as others wait for the lock.
CHUNK_ROWS = 5_000
CHUNK_CHARACTERS = 8 * 2**20
FRAME_ROWS = 20_000  # bounds what Python strings take beside the table that they go into

Text = Annotated[str, BeforeValidator(storable)]
Answer = Annotated[Text, BeforeValidator(number_as_text)]
Plain = Annotated[dict[str, Any], BeforeValidator(plain)]
Share = Annotated[float, Field(ge=0, le=1, allow_inf_nan=False)]


def hash_input(value: BaseModel | dict[str, Any]) -> str:
    """Return the first 16 hex digits of the SHA-256 of the input's canonical JSON.

    >>> hash_input({"text": "good"})
    '492d8232566946e4'
    """
    return hashlib.sha256(canonical_json(plain(value)).encode()).hexdigest()[:16]


class Record(BaseModel):
    """One row of the log; the fields are its columns, in order.

    Left out, `id`, `created_at`, `input_hash`, `predicted` and `confidence` fill themselves in.
    `expected` is the predicted label where a classification was called correct and nothing else is
    given, and is emptied in a withdrawn row.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    id: Annotated[str, BeforeValidator(identifier)] = Field(default_factory=lambda: str(uuid4()))
    created_at: Annotated[str, BeforeValidator(instant)] = Field(
        default_factory=lambda: instant(datetime.now(UTC))
    )
    demo: Annotated[Text, Field(min_length=1)]
    model_version: Text
    source: Literal["ui", "api", "game"]
    input: Plain
    input_hash: Text = Field(default="", validate_default=True)
    prediction: Plain
    predicted: Answer = Field(default="", validate_default=True)
    confidence: Share | None = Field(default=None, validate_default=True)
    verdict: Literal["correct", "wrong", "unsure", "withdrawn"]
    expected: Answer = Field(default="", validate_default=True)
    guess: Answer = ""
    comment: Annotated[Text, AfterValidator(at_most(1000))] = ""
    annotator: Annotated[Text, AfterValidator(str.strip), AfterValidator(at_most(80))] = ""
    session: Text = ""
    supersedes: Annotated[str, BeforeValidator(lambda text: text and identifier(text))] = ""
    signed_in: bool = False  # whether the annotator's name was proven

    @field_validator("input_hash")
    @classmethod
    def _hash(cls, given: str, info: ValidationInfo) -> str:
        hashed = hash_input(info.data["input"]) if "input" in info.data else given
        if given in ("", hashed):
            return hashed
        message = "{given} is not the hash of this input, {hashed} is: leave it out"
        raise PydanticCustomError("wrong_hash", message, {"given": given, "hashed": hashed})

    @field_validator("predicted")
    @classmethod
    def _name_headline(cls, given: str, info: ValidationInfo) -> str:
        prediction = info.data.get("prediction", {})
        headline = prediction.get("label", prediction.get("value"))
        return given or (str(headline) if isinstance(headline, str | int | float) else "")

    @field_validator("confidence")
    @classmethod
    def _find_confidence(cls, given: float | None, info: ValidationInfo) -> float | None:
        return _probability(info.data.get("prediction", {})) if given is None else given

    @field_validator("expected")
    @classmethod
    def _fill_expected(cls, given: str, info: ValidationInfo) -> str:
        verdict = info.data.get("verdict")
        if verdict == "withdrawn":
            return ""
        confirmed = verdict == "correct" and "label" in info.data.get("prediction", {})
        return given or (info.data.get("predicted", "") if confirmed else "")

    @model_validator(mode="after")
    def _names_another(self) -> Self:
        if self.supersedes == self.id:
            message = "supersedes is the record's own id, {id}: name the row that it replaces"
            raise PydanticCustomError("own_id", message, {"id": self.id})
        return self

    def row(self) -> tuple[str, ...]:
        """Return the text of every column, in the order of `COLUMNS`; empty for none."""
        return tuple(_cell(getattr(self, column)) for column in COLUMNS)


def _probability(prediction: dict[str, Any]) -> float | None:
    match prediction:
        case {"label": str(label), "probabilities": {**shares}}:
            found = shares.get(label)
            return float(found) if isinstance(found, int | float) else None
        case _:
            return None


def _cell(value: dict[str, Any] | str | float | bool | None) -> str:
    if isinstance(value, dict):
        return canonical_json(value)
    if isinstance(value, bool):
        return "true" if value else ""
    return "" if value is None else str(value)


COLUMNS = tuple(Record.model_fields)
ADDED = ("signed_in",)  # the last of them, which logs of version 0.1 lack: empty there
EXTRA = ("position", "status")  # what batches of rows have beside them; see `Store.batches`


class Keys(NamedTuple):
    """The cells of a row that say what it is about and what it replaces."""

    id: str
    demo: str
    source: str
    input_hash: str
    session: str
    verdict: str
    supersedes: str
    signed_in: str


_key_cells = itemgetter(*map(COLUMNS.index, Keys._fields))


def keys(row: Sequence[str]) -> Keys:
    """Return the keys of a row."""
    return Keys._make(_key_cells(row))


class Status(IntEnum):
    """What a row counts as: of a chain of revisions the newest is current, if not withdrawn."""

    CURRENT = 0
    SUPERSEDED = 1
    WITHDRAWN = 2


class Revision(Protocol):
    """What a store knows of a row that another one may replace."""

    @property
    def subject(self) -> Any:
        """What stands for its demo, input and session, and last of all whether it is signed in."""

    @property
    def root(self) -> str:
        """The id of the first row in its chain."""


def may_replace(subject: Any, replaced: Revision) -> bool:
    """Return True if a row may replace another: one about the same demo, input and session.

    What somebody said who was signed in is replaced by somebody who is signed in only.
    """
    older = replaced.subject
    return bool(older[:-1] == subject[:-1] and older[-1:] <= subject[-1:])


def root_of(row_id: str, subject: Any, replaced: Revision | None) -> str:
    """Return the id of the first row in the chain of revisions that a row belongs to.

    It begins one of its own unless it replaces a row that it may replace.
    """
    return replaced.root if replaced and may_replace(subject, replaced) else row_id


def chunks(
    rows: Iterable[Sequence[str]], more: int = 1, longer: int = 1
) -> Iterator[list[Sequence[str]]]:
    """Return finished rows in lists of bounded size, in order.

    `more` is how many times the usual number of rows a list may hold, `longer` of characters.

    RefusedError: what is given is no row.
    """
    chunk: list[Sequence[str]] = []
    size = 0
    for row in rows:
        if not is_row(row):
            raise RefusedError(
                f"This is no row of verdicts: {str(list(row))[:200]}. It takes the {len(COLUMNS)} "
                "columns in their order, and an id."
            )
        chunk.append(row)
        size += len("".join(row))
        if len(chunk) >= more * CHUNK_ROWS or size >= longer * CHUNK_CHARACTERS:
            yield chunk
            chunk, size = [], 0
    if chunk:
        yield chunk


def is_row(cells: Sequence[str], width: int = len(COLUMNS)) -> bool:
    """Return True if these are the cells of a verdict: all columns, an id, and no header."""
    return len(cells) == width and cells[0] not in ("", COLUMNS[0])


def to_dataframe(rows: Iterable[Sequence[str]]) -> "pd.DataFrame":
    """Return the rows with text columns as str and `confidence` as float64, NaN for none."""
    import pandas as pd

    def piece(rows: list[Sequence[str]]) -> pd.DataFrame:
        table = pd.DataFrame(rows, columns=list(COLUMNS), dtype="str")
        table["confidence"] = [_number(text) for text in table["confidence"]]
        return table.astype({"confidence": "float64"})

    remaining = iter(rows)
    pieces = [piece([])]
    while batch := list(islice(remaining, FRAME_ROWS)):
        pieces.append(piece(batch))
    return pd.concat(pieces, ignore_index=True)


def _number(text: str) -> float:
    """Return the number exactly as it was written; NaN for none, as for what a person typed in."""
    try:
        return float(text or "nan")
    except ValueError:
        return float("nan")

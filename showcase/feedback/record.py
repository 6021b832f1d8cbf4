"""One verdict: the columns of the feedback log, and what fills itself in."""

import hashlib
from datetime import UTC, datetime
from typing import Annotated, Any, Literal, Self
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
from showcase.feedback.normalise import (
    at_most,
    identifier,
    instant,
    number_as_text,
    plain,
    storable,
)

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


def _cell(value: dict[str, Any] | str | float | None) -> str:
    if isinstance(value, dict):
        return canonical_json(value)
    return "" if value is None else str(value)


COLUMNS = tuple(Record.model_fields)

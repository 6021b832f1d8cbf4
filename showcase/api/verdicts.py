"""The route that takes verdicts, under the rules that the pages keep."""

import re
from typing import Annotated, Any, Literal
from uuid import UUID

from fastapi import APIRouter, Depends, Request
from pydantic import (
    AfterValidator,
    BaseModel,
    ConfigDict,
    Field,
    JsonValue,
    ValidationError,
)
from starlette.responses import Response

from showcase.api.answering import Answer, found, predicted
from showcase.api.body import body, parsed
from showcase.api.errors import ApiError, FieldProblem, as_json, invalid
from showcase.api.expected import Expected, text_of
from showcase.api.guard import check_origin
from showcase.api.inputs import from_json, problems
from showcase.api.storing import append_once
from showcase.api.workers import in_worker
from showcase.contract import BaseOutput, ModelInput
from showcase.feedback import Record
from showcase.feedback.csv_log.judgements import PREFIX
from showcase.runtime.loading import Loaded
from showcase.runtime.rows import row, why_not_stored

ROUND = 5  # version of the UUIDs that models.flower_power.game gives rounds; all others are random

router = APIRouter()


def _plain_name(name: str) -> str:
    """Refuse what could be an address or a sentence."""
    if not re.fullmatch("[0-9A-Za-z_-]*", name):
        raise ValueError("It takes letters from A to Z, large or small, digits, - and _ only.")
    return name


class Verdict(BaseModel):
    """What somebody says about a prediction. The server predicts again and stores that with it."""

    model_config = ConfigDict(extra="forbid", allow_inf_nan=False)

    id: UUID | None = Field(
        default=None,
        description="Your own random id for it (not version 5): sent twice, it is stored once.",
    )
    demo: str = Field(description="The model that was judged.")
    model_version: str = Field(description="The version that answered: another one is refused.")
    input: dict[str, JsonValue] = Field(description="The input, as `predict` takes it.")
    verdict: Literal["correct", "wrong", "unsure", "withdrawn"]
    expected: Expected = Field(
        default=None, description="What is right: one of the labels, or a number."
    )
    comment: str = Field(default="", max_length=1_000)
    annotator: str = Field(default="", max_length=80, description="A name, if they gave one.")
    session: Annotated[str, AfterValidator(_plain_name)] = Field(
        default="",
        max_length=64,
        json_schema_extra={"pattern": "^[0-9A-Za-z_-]*$"},
        description="Random, one per visit; a later verdict may only replace one of its own.",
    )
    supersedes: UUID | None = Field(
        default=None, description="Id of the stored verdict that this one replaces."
    )


class Stored(Answer):
    """What was stored, with the prediction that the verdict is about."""

    id: str


@router.post(
    "/feedback",
    response_model=Stored,
    status_code=201,
    summary="Send a verdict",
    response_description="It is stored",
    responses={200: {"model": Stored, "description": "It was stored before"}},
    dependencies=[Depends(check_origin)],
)
async def take_verdict(request: Request) -> Response:
    """Store a verdict as one row of the log that the pages write to, flushed to disk.

    "Execute" does so, too: what it sends is in the log from then on. In the examples that replace
    another verdict, put the `id` that its answer had into `supersedes`.
    """
    async with body(request) as content:
        return await in_worker(lambda: _take(parsed(content)))


def _take(raw: dict[str, Any]) -> Response:
    verdict = from_json(Verdict, raw)
    loaded = found(verdict.demo)
    _check_version(verdict, loaded)
    _check_no_round(verdict)
    try:
        given = from_json(loaded.module.Input, verdict.input)
        prediction = predicted(loaded, given)
    except ApiError as error:
        raise _within(error, "input") from None
    if said := why_not_stored(given):
        raise ApiError(413, said)
    record = _record(verdict, loaded, given, prediction)
    status = append_once(record, may_be_there=verdict.id is not None)
    answer = {
        "id": record.id,
        "demo": record.demo,
        "model_version": record.model_version,
        "input_hash": record.input_hash,
        "prediction": prediction.model_dump(mode="json"),
    }
    return as_json(answer, status)


def _check_version(verdict: Verdict, loaded: Loaded) -> None:
    if verdict.model_version != loaded.version:
        raise other_version(loaded.version)


def other_version(here: str) -> ApiError:
    """Return the refusal of a verdict on what another version than the one here answered."""
    said = f"The version here is {here}: predict again and judge that answer."
    problem = FieldProblem(field="model_version", message=said)
    return ApiError(409, "The verdict is about another version of the model.", [problem])


def _check_no_round(verdict: Verdict) -> None:
    """Refuse the ids of rounds of games: they are known to whoever knows the challenge."""
    said = "Ids of version 5 are those of rounds of games, which only the game itself writes."
    given = {"id": verdict.id, "supersedes": verdict.supersedes}
    if wrong := [name for name, own in given.items() if own and own.version == ROUND]:
        raise invalid([FieldProblem(field=name, message=said) for name in wrong])


def _record(verdict: Verdict, loaded: Loaded, given: ModelInput, prediction: BaseOutput) -> Record:
    """Return the row; an ApiError for a field that it cannot hold."""
    own = {} if verdict.id is None else {"id": str(verdict.id)}
    expected = text_of(verdict.expected, verdict.verdict, loaded.module.LABELS, prediction)
    if verdict.session.startswith(PREFIX):
        said = "It names an annotation task: those are judged on the page /annotate."
        raise invalid([FieldProblem(field="session", message=said)])
    if verdict.verdict == "withdrawn" and verdict.supersedes is None:
        said = "Name the verdict that is taken back."
        raise invalid([FieldProblem(field="supersedes", message=said)])
    try:
        return row(
            loaded,
            given,
            prediction,
            source="api",
            verdict=verdict.verdict,
            expected=expected,
            comment=verdict.comment,
            annotator=verdict.annotator,
            session=verdict.session,
            supersedes=str(verdict.supersedes or ""),
            **own,
        )
    except ValidationError as error:
        raise invalid(problems(error, Record)) from None


def _within(error: ApiError, name: str) -> ApiError:
    """Return the error with its fields named from outside: `input.text`."""
    fields = [
        FieldProblem(field=f"{name}.{one.field}".rstrip("."), message=one.message)
        for one in error.error.fields
    ]
    return ApiError(error.status, error.error.message, fields)

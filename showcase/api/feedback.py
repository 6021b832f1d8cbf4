"""The route that takes verdicts, under the rules that the pages keep."""

import logging
import math
import re
from collections.abc import Mapping
from threading import Lock
from typing import Annotated, Any, Literal
from uuid import UUID

from fastapi import APIRouter, Body, Depends, Request
from pydantic import (
    AfterValidator,
    BaseModel,
    ConfigDict,
    Field,
    JsonValue,
    StrictFloat,
    StrictInt,
    StrictStr,
    ValidationError,
)
from starlette.responses import Response

from showcase.api.body_limit import LARGEST, SMALL, documented
from showcase.api.demos import BODY_ERRORS
from showcase.api.errors import ApiError, FieldProblem, as_json, invalid, possible_errors
from showcase.api.guard import charge_body, check_origin, stranger_at
from showcase.api.predict import Answer, get_demo_or_404, predict
from showcase.api.thread_pools import Pool, run_in_pool
from showcase.api.validation import JsonOf, JsonRoute, json_object, problems, validated
from showcase.contract import BaseOutput, Classification, ModelInput
from showcase.feedback import Record, RefusedError, StorageError
from showcase.feedback.errors import TooMuchError
from showcase.feedback.record import TASK
from showcase.runtime.loading import Loaded, load_version, store
from showcase.runtime.rows import append, row, why_not_stored

logger = logging.getLogger(__name__)

PATH = "/v1/feedback"
GAME_UUID = 5  # version of the UUIDs that a game gives its rounds; all others are random
SURE = ("correct", "wrong")
MOST_LISTED = 10  # labels that one sentence names
LOCKS = [Lock() for _ in range(64)]  # by id, so that most verdicts do not wait for each other


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
    model_version: str = Field(
        description="The version that answered, which may have been replaced since."
    )
    input: dict[str, JsonValue] = Field(description="The input, as `predict` takes it.")
    verdict: Literal["correct", "wrong", "unsure", "withdrawn"]
    expected: StrictStr | StrictInt | StrictFloat | None = Field(
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


def create_router(limits: dict[str, int]) -> APIRouter:
    """Return the route; adds how many bytes its body may have."""
    router = APIRouter(tags=["Feedback"], route_class=JsonRoute)
    limits[PATH] = LARGEST

    @router.post(
        PATH,
        response_model=Stored,
        status_code=201,
        summary="Send a verdict",
        operation_id="send_verdict",
        response_description="It is stored",
        responses={
            200: {"model": Stored, "description": "It was stored before"},
            **possible_errors(403, 404, 409, 429, *BODY_ERRORS),
        },
        openapi_extra=documented(LARGEST),
        dependencies=[Depends(check_origin)],
    )
    async def send_verdict(
        request: Request, body: Annotated[bytes, JsonOf(Verdict), Body()]
    ) -> Response:
        """Store a verdict as one row of the log that the pages write to, flushed to disk.

        "Execute" does so, too: what it sends is in the log from then on. In the examples that
        replace another verdict, put the `id` that its answer had into `supersedes`.
        """
        charge_body(request, len(body))
        pool = Pool.LARGE if len(body) > SMALL else Pool.ANSWERS
        stranger = stranger_at(request)
        return await run_in_pool(lambda: as_json(*store_verdict(json_object(body), stranger)), pool)

    return router


def store_verdict(values: Mapping[str, Any], stranger: str) -> tuple[dict[str, Any], int]:
    """Store a verdict; return the body of `Stored` and the status, or raise an ApiError.

    `stranger` is the address of whoever sends it without a key, empty for others.
    """
    verdict = validated(Verdict, values)
    _check_sessions(verdict)
    loaded, model_input, prediction = judged(verdict.demo, verdict.model_version, verdict.input)
    record = _record(verdict, loaded, model_input, prediction)
    status = _append_once(record, stranger, may_be_there=verdict.id is not None)
    answer = {
        "id": record.id,
        "demo": record.demo,
        "model_version": record.model_version,
        "input_hash": record.input_hash,
        "prediction": prediction.model_dump(mode="json"),
    }
    return answer, status


def judged(
    demo: str, version: str, values: Mapping[str, Any]
) -> tuple[Loaded, ModelInput, BaseOutput]:
    """Return the version that answered, the input and the answer, which can be stored.

    ApiError for what cannot be, its fields named from outside.
    """
    loaded = _that_answered(demo, version)
    try:
        model_input = validated(loaded.module.Input, values)
        prediction = predict(loaded, model_input)
    except ApiError as error:
        raise _within(error, "input") from None
    if too_large := why_not_stored(model_input, signed_in=False):
        raise ApiError(413, too_large)
    return loaded, model_input, prediction


def _that_answered(demo: str, version: str) -> Loaded:
    """Return the version that answered, also one that was replaced since; ApiError for others."""
    in_force = get_demo_or_404(demo)
    loaded = load_version(demo, version)
    if loaded is None:
        message = f"The version here is {in_force.version}: predict again and judge that answer."
        problem = FieldProblem(field="model_version", message=message)
        raise ApiError(409, "The verdict is about another version of the model.", [problem])
    return loaded


def _check_sessions(verdict: Verdict) -> None:
    """Refuse what speaks for a game or an annotation task, and what takes back nothing."""
    games = "Ids of version 5 are those of rounds of games, which only the game itself writes."
    ids = {"id": verdict.id, "supersedes": verdict.supersedes}
    wrong = {name: games for name, own in ids.items() if own and own.version == GAME_UUID}
    if verdict.session.startswith(TASK):
        wrong["session"] = "It names an annotation task: those are judged on the page /annotate."
    if verdict.verdict == "withdrawn" and verdict.supersedes is None:
        wrong["supersedes"] = "Name the verdict that is taken back."
    if wrong:
        raise invalid([FieldProblem(field=name, message=text) for name, text in wrong.items()])


def _record(
    verdict: Verdict, loaded: Loaded, model_input: ModelInput, prediction: BaseOutput
) -> Record:
    """Return the row; an ApiError for a field that it cannot hold."""
    own = {} if verdict.id is None else {"id": str(verdict.id)}
    try:
        return row(
            loaded,
            model_input,
            prediction,
            source="api",
            verdict=verdict.verdict,
            expected=_label(verdict, loaded.module.LABELS, prediction),
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
        FieldProblem(field=f"{name}.{each.field}".rstrip("."), message=each.message)
        for each in error.error.fields
    ]
    return ApiError(error.status_code, error.error.message, fields)


def _label(verdict: Verdict, labels: tuple[str, ...] | None, prediction: BaseOutput) -> str:
    """Return what is right as the log holds it; an ApiError (422) unless it suits the answer."""
    expected = verdict.expected
    if expected is None:
        return ""
    if verdict.verdict == "unsure":
        message = "Who is not sure leaves it out: models are trained on it."
    else:
        message = _unsuitable(expected, verdict.verdict, labels, prediction)
    if message:
        raise invalid([FieldProblem(field="expected", message=message)])
    whole = isinstance(expected, float) and expected.is_integer()
    return str(int(expected) if whole else expected)


def _unsuitable(
    expected: str | float, verdict: str, labels: tuple[str, ...] | None, prediction: BaseOutput
) -> str:
    """Return why this cannot be what is right, nothing if it can."""
    kind = getattr(prediction, "kind", "")
    if isinstance(prediction, Classification):
        if not isinstance(expected, str) or (labels and expected not in labels):
            return f"It takes {_named(labels)}."
        if verdict in SURE and (expected == prediction.label) != (verdict == "correct"):
            return f"The model says {prediction.label!r}: that does not go with {verdict!r}."
    elif kind in ("regression", "number"):
        if isinstance(expected, str) or not _is_finite(expected):
            quoted = isinstance(expected, str)
            return f"It takes a finite number{', without quotes' if quoted else ''}."
    elif kind not in ("text", "markdown"):
        return "Such an answer has no label: leave it out and write a comment."
    elif not isinstance(expected, str):
        return "It takes a text."
    return ""


def _named(labels: tuple[str, ...] | None) -> str:
    """Return the labels where they are few, else say where they are."""
    if labels is None or len(labels) > MOST_LISTED:
        return "one of the model's labels: see its description"
    return " or ".join(filter(None, (", ".join(labels[:-1]), *labels[-1:])))


def _is_finite(number: float) -> bool:
    try:
        return math.isfinite(number)
    except OverflowError:  # a whole number of hundreds of digits
        return False


def _append_once(record: Record, stranger: str, *, may_be_there: bool) -> int:
    """Store a row and return the status: 201, or 200 where it was stored before.

    `stranger` is the address of whoever sends it without a key.

    Of one id sent twice at once, one is told 201: in this process, for others are not waited for.
    """
    try:
        if not may_be_there:
            append(record, stranger)
            return 201
        with LOCKS[UUID(record.id).int % len(LOCKS)]:
            status = 200 if _is_stored(record.id) else 201
            append(record, stranger)
    except RefusedError as error:
        raise ApiError(409, str(error)) from None
    except TooMuchError as error:
        headers = {"Retry-After": str(math.ceil(error.wait_s))}
        raise ApiError(429, str(error), headers=headers) from None
    except StorageError as error:
        logger.warning("verdict not stored: %s", error, extra={"demo": record.demo})
        raise ApiError(503, str(error)) from error
    return status


def _is_stored(record_id: str) -> bool:
    """Return True if the id is known to be stored: its database may be away for now."""
    try:
        return record_id in store()
    except StorageError:
        return False

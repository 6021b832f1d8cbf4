"""Routes for whoever watches the server: whether it lives, and whether it can do its work."""

import time
from typing import Literal

from fastapi import APIRouter, Request
from pydantic import BaseModel, Field
from starlette.datastructures import State
from starlette.responses import Response

from showcase.api.errors import ApiError, FieldProblem, as_json, possible_errors
from showcase.api.guard import chosen
from showcase.api.predict import get_demo_or_404
from showcase.api.thread_pools import Pool, run_in_pool
from showcase.contract import registry
from showcase.feedback import FeedbackError
from showcase.runtime import project
from showcase.runtime.loading import store

KEPT_S = 2.0  # a model that does not load is not tried again on each call

router = APIRouter(prefix="/v1", tags=["Health"])


class Live(BaseModel):
    """The process answers."""

    status: Literal["live"] = "live"


class Storing(BaseModel):
    """Whether verdicts can be stored: models answer without it."""

    status: Literal["works", "fails"]
    reason: str = Field(default="", description="Why it fails.")
    waiting: int = Field(default=0, description="Verdicts kept here until their database is back.")
    refused: int = Field(default=0, description="Verdicts that it refused: set aside here.")


class Ready(BaseModel):
    """Every model is loaded."""

    status: Literal["ready"] = "ready"
    versions: dict[str, str]
    storing: Storing


@router.get(
    "/live",
    response_model=Live,
    operation_id="live",
    response_description="It lives",
    responses=possible_errors(500),
    summary="Does the process live?",
)
async def live() -> Response:
    """Answer as long as the process does; nothing is looked at."""
    return as_json(Live())


@router.get(
    "/ready",
    response_model=Ready,
    response_description="It can",
    operation_id="ready",
    responses=possible_errors(500, 503),
    summary="Can it do its work?",
)
async def ready(request: Request) -> Response:
    """Load every model, if that is not done yet, and see whether a verdict could be stored.

    A store that fails is said and leaves the server ready: it still answers. Whoever asks again
    within two seconds gets the same answer.
    """
    answer = await run_in_pool(lambda: _kept(request.app.state), Pool.HEALTH)
    if isinstance(answer, Ready):
        return as_json(answer)
    raise ApiError(503, " ".join(problem.message for problem in answer), answer)


def _kept(state: State) -> Ready | list[FieldProblem]:
    """Return what was found out last, if that is not long ago; one thread at a time comes here."""
    made, at = getattr(state, "ready", (None, -KEPT_S))
    if made is None or time.monotonic() - at > KEPT_S:
        made = _ready()
        state.ready = made, time.monotonic()
    return made


def _ready() -> Ready | list[FieldProblem]:
    chosen()
    versions, problems = {}, []
    for demo in registry.demos():
        try:
            versions[demo.name] = get_demo_or_404(demo.name).version
        except ApiError as error:
            message = f"{error} The reason: {_reason(error.__cause__)}."
            problems.append(FieldProblem(field=demo.name, message=message))
    return problems or Ready(versions=versions, storing=_storing())


def _storing() -> Storing:
    try:
        store().check()
        return Storing(status="works", waiting=store().waiting(), refused=store().refused())
    except FeedbackError as error:
        return Storing(status="fails", reason=str(error))


def _reason(error: BaseException | None) -> str:
    """Return what is wrong without the places of files on this machine."""
    return str(error).replace(f"{project.root()}/", "").rstrip(".") or type(error).__name__

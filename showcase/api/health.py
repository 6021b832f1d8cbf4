"""Routes for whoever watches the server: whether it lives, and whether it can do its work."""

from collections.abc import Iterator
from typing import Literal

from fastapi import APIRouter
from pydantic import BaseModel
from starlette.responses import Response

from models import registry
from showcase.api.answering import found, in_worker
from showcase.api.errors import ApiError, ErrorAnswer, FieldProblem, as_json
from showcase.api.guard import chosen
from showcase.feedback import FeedbackError
from showcase.ui.resources import ROOT, store

router = APIRouter()


class Live(BaseModel):
    """The process answers."""

    status: Literal["live"] = "live"


class Ready(BaseModel):
    """Every model is loaded, and verdicts can be stored."""

    status: Literal["ready"] = "ready"
    versions: dict[str, str]


@router.get("/live", response_model=Live, summary="Does the process live?")
async def live() -> Response:
    """Answer as long as the process does; nothing is looked at."""
    return as_json(Live())


@router.get(
    "/ready",
    response_model=Ready,
    responses={503: {"model": ErrorAnswer, "description": "Something cannot be used: which, why"}},
    summary="Can it do its work?",
)
async def ready() -> Response:
    """Load every model, if that is not done yet, and see whether a verdict could be stored."""
    return await in_worker(_ready)


def _ready() -> Response:
    chosen()
    problems = [FieldProblem(field=name, message=said) for name, said in _problems()]
    if problems:
        raise ApiError(503, " ".join(problem.message for problem in problems), problems)
    return as_json(Ready(versions={demo.name: found(demo.name).version for demo in registry.DEMOS}))


def _problems() -> Iterator[tuple[str, str]]:
    """Yield what cannot be used, with the reason."""
    for demo in registry.DEMOS:
        try:
            found(demo.name)
        except ApiError as error:
            yield demo.name, f"{error} The reason: {_reason(error.__cause__)}."
    try:
        store().check()
    except FeedbackError as error:
        yield "feedback", str(error)


def _reason(error: BaseException | None) -> str:
    """Return what is wrong without the places of files on this machine."""
    return str(error).replace(f"{ROOT}/", "").rstrip(".") or type(error).__name__

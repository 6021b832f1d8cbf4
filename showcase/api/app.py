"""The application: its routes, what guards them, and how it refuses."""

from typing import Any

from fastapi import APIRouter, Depends, FastAPI
from starlette.responses import Response

from showcase.api import demos, health, verdicts
from showcase.api.docs import add_docs
from showcase.api.errors import ErrorAnswer, as_json, refuse
from showcase.api.guard import Cors, check_key, check_rate
from showcase.api.openapi import document
from showcase.api.workers import in_worker

VERSION = "1.0.0"
REFUSALS: dict[int | str, dict[str, Any]] = {
    status: {"model": ErrorAnswer, "description": said}
    for status, said in {
        401: "The key is missing or wrong",
        403: "A web page of another site sent it",
        404: "There is no such model",
        405: "Another method is needed",
        408: "The body did not arrive in time",
        409: "It does not go with what is stored, or with this version of the model",
        413: "The body is too large",
        415: "The body is not sent as JSON",
        422: "What was sent cannot be used; fields name what to change",
        429: "Too many requests; the header Retry-After says when to come back",
        500: "Something went wrong here",
        503: "It cannot be done at present",
    }.items()
}


def create() -> FastAPI:
    """Return the API, to be mounted at `/api`."""
    application = FastAPI(
        title="Vitrine",
        version=VERSION,
        openapi_url=None,
        docs_url=None,
        redoc_url=None,
        redirect_slashes=False,
        responses=REFUSALS,
    )
    guarded = APIRouter(prefix="/v1", dependencies=[Depends(check_rate), Depends(check_key)])
    guarded.include_router(demos.router)
    guarded.include_router(verdicts.router, tags=["Feedback"])
    application.include_router(guarded)
    application.include_router(health.router, prefix="/v1", tags=["Health"])
    add_docs(application)

    @application.get("/openapi.json", include_in_schema=False)
    async def openapi() -> Response:
        return await in_worker(lambda: as_json(document(application)))

    application.add_middleware(Cors)
    refuse(application)
    return application

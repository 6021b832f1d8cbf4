"""The application: its routes, what guards them, and how it refuses what none of them takes."""

import re
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any

from fastapi import APIRouter, Depends, FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.security import APIKeyHeader, HTTPBearer
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.responses import Response
from starlette.routing import Match, Route

from showcase.api import demos, feedback, health, jobs, metrics, openapi
from showcase.api.body_limit import BodyLimit
from showcase.api.errors import CODES, MCP, ApiError, CatchAll, possible_errors, response_to
from showcase.api.guard import Access, Cors
from showcase.api.predict import get_demo_or_404
from showcase.api.thread_pools import run_in_pool
from showcase.api.validation import is_flat
from showcase.contract import registry
from showcase.runtime.settings import settings

if TYPE_CHECKING:
    from showcase.api.mcp_server import Endpoint

VERSION = "1.0.0"
ABOUT = """
The models of this app for programs: the same objects that answer on its pages, and the same log of
verdicts. All paths begin at `/api`: `/v1/demos` is `/api/v1/demos`. Every answer with a status of
400 or more has the shape of `ErrorAnswer`.
"""
METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE", "OPTIONS")
KEYS = (  # where the key may be; `Access` looks at it, before a body is read
    Depends(HTTPBearer(scheme_name="bearer", auto_error=False)),
    Depends(APIKeyHeader(name="X-API-Key", scheme_name="header", auto_error=False)),
)


def create() -> FastAPI:
    """Return the API of the registered demos, to be mounted at `/api`."""
    limits: dict[str, int] = {}
    needs_key, has_limit = _guards()
    guarded = APIRouter(
        dependencies=KEYS if needs_key else (),
        responses=possible_errors(*[401] * needs_key, *[429] * has_limit),
    )
    guarded.include_router(demos.create_router(limits))
    guarded.include_router(feedback.create_router(limits))
    guarded.include_router(jobs.router)
    guarded.include_router(metrics.router)
    assistants = _assistants(limits)
    application = FastAPI(
        title="Vitrine",
        version=VERSION,
        description=ABOUT.strip(),
        servers=[{"url": ".", "description": "This server: /v1/demos is /api/v1/demos"}],
        openapi_url=None,
        docs_url=None,
        redoc_url=None,
        redirect_slashes=False,
        lifespan=assistants.run if assistants else None,
        middleware=[
            Middleware(metrics.Measured),
            Middleware(Cors),
            Middleware(CatchAll),
            Middleware(Access),
            Middleware(BodyLimit, limits=limits),
        ],
        exception_handlers={
            ApiError: _answer,
            HTTPException: _answer_router,
            RequestValidationError: _answer_empty_body,
        },
    )
    application.include_router(guarded)
    application.include_router(health.router)
    if assistants:
        application.router.routes.append(Route(MCP, assistants, methods=["POST"]))
    openapi.add_document(application, has_tools=assistants is not None)
    return application


def _assistants(limits: dict[str, int]) -> "Endpoint | None":
    """Return what answers at `/mcp`; None where the extra `mcp` is not installed."""
    if find_spec("mcp_types") is None:  # of the SDK from 2.0 on
        return None
    from showcase.api.mcp_server import Endpoint

    assistants = Endpoint(VERSION)
    limits[MCP] = assistants.most_bytes
    return assistants


def _guards() -> tuple[bool, bool]:
    """Return whether a key is needed and whether there is a rate limit, for the document."""
    try:
        return bool(settings().api_key.get_secret_value()), bool(settings().rate_limit)
    except ValueError:  # nothing is let in while they cannot be read
        return False, False


async def _answer(request: Request, error: Any) -> Response:
    return response_to(request.scope, error)


async def _answer_empty_body(_: Request, __: Any) -> Response:
    """Answer a body of no bytes: the one thing that FastAPI itself finds wrong with a request."""
    return ApiError(422, "The body is not JSON: it is empty.").response()


async def _answer_router(request: Request, error: Any) -> Response:
    """Answer what the router refuses: no such path or model, no such method."""
    path = request.url.path
    name = re.search(f"{demos.PREFIX}/([^/]+)", path)
    if error.status_code == 404 and name:
        try:
            await run_in_pool(lambda: get_demo_or_404(name[1]))
        except ApiError as refusal:
            return refusal.response()
    headers = dict(error.headers or {})
    if error.status_code == 405:
        headers["Allow"] = ", ".join(_methods(request))
    messages = {
        404: f"There is nothing at {path}: /api/docs shows what there is.",
        405: f"{request.method} does not work here: use {headers.get('Allow')}.",
    }
    status = error.status_code if error.status_code in CODES else 400
    return ApiError(status, messages.get(status, str(error.detail)), headers=headers).response()


def _methods(request: Request) -> list[str]:
    """Return the methods that work at the request's path: each may be a route of its own."""
    scopes = {method: {**request.scope, "method": method} for method in METHODS}
    methods = [
        method
        for method, scope in scopes.items()
        if any(route.matches(scope)[0] is Match.FULL for route in request.app.routes)
    ]
    predicts = re.search(f"{demos.PREFIX}/([^/]+)/predict$", request.url.path)
    if predicts and not is_flat(registry.find(predicts[1]).load_module().Input):
        methods.remove("GET")  # it only says that the input does not fit into an address
    return [*methods, *["HEAD"] * ("GET" in methods)]

"""Who may use the API: an optional key, an optional rate limit, and no foreign web pages."""

import hmac
import logging
import math
import time
from functools import cache
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from fastapi import Request
from starlette.datastructures import Headers
from starlette.middleware.cors import CORSMiddleware
from starlette.types import ASGIApp, Receive, Scope, Send

from showcase.api.errors import WRONG_KEY, ApiError
from showcase.runtime.settings import Settings, settings

if TYPE_CHECKING:
    from limits import RateLimitItem
    from limits.strategies import RateLimiter

logger = logging.getLogger(__name__)

BEARER = "bearer "
CHALLENGE = {"WWW-Authenticate": "Bearer"}
OPEN = ("/v1/live", "/v1/ready")
AS_ONE = 100  # inputs of a batch that cost about what one request does


class Access:
    """Refuses a request to `/v1` over the rate limit or without the key, before its body is read.

    The routes of `OPEN` are for whoever watches the server.
    """

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Let the application answer, or raise an ApiError."""
        path = scope.get("path", "").removeprefix(scope.get("root_path", ""))
        if scope["type"] == "http" and path.startswith("/v1/") and path not in OPEN:
            request = Request(scope)
            if rate := chosen().rate_limit:
                _hit(request, rate, 1)
            if not has_key(request):
                raise wrong_key() if _given(request) else no_key()
        await self.app(scope, receive, send)


def charge(request: Request, inputs: int) -> None:
    """Count what a batch costs beyond the one request that it is: a hundred inputs each are one."""
    if rate := chosen().rate_limit:
        most = _limiter(rate)[1].amount  # a batch may use it up, but is never over it by itself
        _hit(request, rate, min(math.ceil(inputs / AS_ONE), most) - 1)


def _hit(request: Request, rate: str, cost: int) -> None:
    limiter, limit = _limiter(rate)
    address = request.client.host if request.client else ""
    who = "key" if chosen().api_key and has_key(request) else f"address {address}"
    if cost > 0 and not limiter.hit(limit, who, cost=cost):
        wait = max(1, math.ceil(limiter.get_window_stats(limit, who).reset_time - time.time()))
        raise too_many(str(limit), wait)


def too_many(limit: str, wait_s: int) -> ApiError:
    """Return the refusal of a request over the limit."""
    message = f"Too many requests: {limit} are taken. Try again in {wait_s} s."
    return ApiError(429, message, headers={"Retry-After": str(wait_s)})


def no_key() -> ApiError:
    """Return the refusal of a request without a key."""
    message = "A key is needed: send the header Authorization: Bearer <key>, or X-API-Key."
    return ApiError(401, message, headers=CHALLENGE)


def wrong_key() -> ApiError:
    """Return the refusal of a request with another key."""
    message = "This key is not the right one."
    return ApiError(401, message, headers=CHALLENGE, code=WRONG_KEY)


async def check_origin(request: Request) -> None:
    """Refuse what a web page of another site sends in its visitor's name."""
    origin = request.headers.get("origin")
    if origin is None or _host(origin) == request.headers.get("host"):
        return
    if origin not in allowed_origins():
        raise foreign(origin)


def foreign(origin: str) -> ApiError:
    """Return the refusal of a verdict from another site's page."""
    return ApiError(403, f"Pages of {origin:.100} may not send verdicts to this server.")


def _host(origin: str) -> str | None:
    try:
        return urlsplit(origin).netloc
    except ValueError:  # such as http://[
        return None


def allowed_origins() -> list[str]:
    """Return the other sites whose pages may use the API."""
    return chosen().allowed_origins.replace(",", " ").split()


def chosen() -> Settings:
    """Return the settings; nothing is let in while they cannot be read."""
    try:
        return settings()
    except ValueError as error:
        logger.error("settings: %s", error)  # noqa: TRY400  # its text says it all
        raise ApiError(503, "This server is not set up correctly: its log says why.") from None


def has_key(request: Request) -> bool:
    """Tell whether a request brings the key, or none is needed."""
    key = chosen().api_key.get_secret_value()
    return not key or _is_same(_given(request), key.strip())


def _given(request: Request) -> str:
    """Return the key that a request brings, nothing if it brings none."""
    bearer = request.headers.get("authorization", "")
    is_bearer = bearer.lower().startswith(BEARER)
    given = bearer[len(BEARER) :] if is_bearer else request.headers.get("x-api-key", "")
    return given.strip()


def _is_same(given: str, key: str) -> bool:
    """Tell whether a header, which Starlette reads as Latin-1, holds the key.

    curl sends letters beyond ASCII as UTF-8, Python as Latin-1. A key of blanks lets nobody in.
    """
    sent = given.encode("latin-1")
    ways = (key.encode(), key.encode("latin-1", "backslashreplace"))
    return any(hmac.compare_digest(sent, way) for way in ways) and key != ""


@cache
def _limiter(rate: str) -> "tuple[RateLimiter, RateLimitItem]":
    """Return what counts, in this process's memory, and the limit that it counts against."""
    from limits import parse
    from limits.storage import MemoryStorage
    from limits.strategies import MovingWindowRateLimiter

    return MovingWindowRateLimiter(MemoryStorage()), parse(rate)


class Cors:
    """Lets pages of the allowed origins read the answers; all others keep to the browser's rule."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer, or let Starlette's own middleware do so for the allowed origins."""
        origin = Headers(scope=scope).get("origin") if scope["type"] == "http" else None
        served = self.app
        if origin is not None and origin in allowed_origins():
            served = CORSMiddleware(
                self.app,
                allow_origins=[origin],
                allow_methods=["GET", "POST"],
                allow_headers=["Authorization", "Content-Type", "X-API-Key"],
            )
        await served(scope, receive, send)

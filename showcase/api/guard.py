"""Who may use the API: an optional key, an optional rate limit, and no foreign web pages."""

import hmac
import logging
import math
import re
from functools import cache
from urllib.parse import urlsplit

from fastapi import Request
from starlette.datastructures import Headers
from starlette.middleware.cors import CORSMiddleware
from starlette.types import ASGIApp, Receive, Scope, Send

from showcase.api.errors import MCP, WRONG_KEY, ApiError
from showcase.batch import tickets
from showcase.batch.tickets import Ticket
from showcase.runtime.access import network_of
from showcase.runtime.rate_limit import RateLimit
from showcase.runtime.settings import Settings, settings

logger = logging.getLogger(__name__)

TABLES = re.compile(r"/v1/demos/([^/]+)/jobs")
BEARER = "bearer "
CHALLENGE = {"WWW-Authenticate": "Bearer"}
HEALTH = ("/v1/live", "/v1/ready")
GUARDED = ("/v1/", MCP)
HEADERS = ("Authorization", "Content-Type", "X-API-Key")
MCP_HEADERS = ("Mcp-Protocol-Version", "Mcp-Method", "Mcp-Name")
INPUTS_AS_ONE = 100  # of a batch: they cost about what one request does
BYTES_AS_ONE = 100_000


class Access:
    """Refuses a request over the rate limit or without the key, before its body is read.

    The health of the server is open to whoever watches it, and the document needs no key.
    """

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Let the application answer, or raise an ApiError."""
        path = scope.get("path", "").removeprefix(scope.get("root_path", ""))
        if scope["type"] == "http" and path not in HEALTH:
            request = Request(scope)
            charge(request)
            if path.startswith(GUARDED) and not (has_key(request) or _has_ticket(request, path)):
                raise wrong_key() if _key_sent(request) else no_key()
        await self.app(scope, receive, send)


def charge(request: Request, cost: int = 1, paid: int = 0) -> None:
    """Count what a request costs towards the limit of its key or address; ApiError over it.

    With what it has `paid` already, it may use a whole window up and never costs more.
    """
    if not (rate := chosen().rate_limit):
        return
    limit = _rate_limit(rate)
    address = request.client.host if request.client else ""
    has_own = chosen().api_key and has_key(request)
    client = "key" if has_own else f"address {network_of(address)}"
    cost = min(cost, limit.amount - paid)
    if cost > 0 and (wait_s := limit.hit(client, cost)):
        raise too_many(rate, math.ceil(wait_s))


def charge_body(request: Request, size: int, inputs: int = 1) -> None:
    """Count what a body of so many bytes and inputs costs beyond the one request that it is."""
    cost = max(1, math.ceil(size / BYTES_AS_ONE), math.ceil(inputs / INPUTS_AS_ONE))
    charge(request, cost - 1, paid=1)


def stranger_at(request: Request) -> str:
    """Return the address of whoever needs no key and brings none; empty for others."""
    if chosen().api_key.get_secret_value():
        return ""
    return request.client.host if request.client else ""


def too_many(rate: str, wait_s: int) -> ApiError:
    """Return the refusal of a request over the limit."""
    message = f"Too many requests: {rate} are taken. Try again in {wait_s} s."
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
    """Refuse a verdict that a web page of another site sends in its visitor's name."""
    refuse_foreign(request, "send verdicts to")


def refuse_foreign(request: Request, what: str) -> None:
    """Refuse a request of another site's page; `what` is it that it may not do to this server."""
    origin = request.headers.get("origin")
    host = request.headers.get("host", "")
    if origin is None or _host(origin) == host:
        return
    if origin not in allowed_origins():
        is_proxys = (_host(origin) or "").partition(":")[0] == host.partition(":")[0]
        hint = (
            f" It was asked as {host:.100}: a proxy must hand on the header Host."
            if is_proxys
            else ""
        )
        raise foreign(origin, what, hint)


def foreign(origin: str, what: str = "send verdicts to", hint: str = "") -> ApiError:
    """Return the refusal of what another site's page sends."""
    return ApiError(403, f"Pages of {origin:.100} may not {what} this server.{hint}")


def _host(origin: str) -> str | None:
    try:
        return urlsplit(origin).netloc
    except ValueError:  # such as http://[
        return None


def allowed_origins() -> list[str]:
    """Return the other sites whose pages may use the API; none while settings cannot be read."""
    try:
        return settings().allowed_origins.replace(",", " ").split()
    except ValueError:
        return []


def chosen() -> Settings:
    """Return the settings; nothing is let in while they cannot be read."""
    try:
        return settings()
    except ValueError as error:
        logger.error("settings: %s", error)  # noqa: TRY400  # its text says it all
        raise ApiError(503, "This server is not set up correctly: its log says why.") from None


def has_key(request: Request) -> bool:
    """Return True if a request brings the key, or none is needed."""
    key = chosen().api_key.get_secret_value()
    return not key or _is_same(_key_sent(request), key.strip())


def _has_ticket(request: Request, path: str) -> bool:
    """Return True if a visitor of a page sends a table by its ticket."""
    table = TABLES.fullmatch(path)
    if table is None or request.method != "POST":
        return False
    return ticket_of(request, table[1]) is not None


def ticket_of(request: Request, demo: str) -> Ticket | None:
    """Return the ticket that a request brings; None without a good one for this demo."""
    found = tickets.find(request.headers.get("x-ticket", ""))
    return found if found and found.demo == demo else None


def _key_sent(request: Request) -> str:
    """Return the key that a request brings, nothing if it brings none."""
    bearer = request.headers.get("authorization", "")
    is_bearer = bearer.lower().startswith(BEARER)
    given = bearer[len(BEARER) :] if is_bearer else request.headers.get("x-api-key", "")
    return given.strip()


def _is_same(given: str, key: str) -> bool:
    """Return True if a header, which Starlette reads as Latin-1, holds the key.

    curl sends letters beyond ASCII as UTF-8, Python as Latin-1. A key of blanks lets nobody in.
    """
    sent = given.encode("latin-1")
    ways = (key.encode(), key.encode("latin-1", "backslashreplace"))
    return any(hmac.compare_digest(sent, way) for way in ways) and key != ""


@cache
def _rate_limit(rate: str) -> RateLimit:
    return RateLimit(rate)


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
                allow_headers=[*HEADERS, *MCP_HEADERS],
            )
        await served(scope, receive, send)

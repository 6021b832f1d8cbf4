"""Bodies are bounded while they arrive: in size, in time, and in what all large ones take together.

FastAPI's `max_body_size` knows the first of these only.
"""

from collections.abc import Awaitable, Callable, Iterator, Mapping
from contextlib import contextmanager
from email.message import Message
from typing import Any

from anyio import CancelScope, current_time
from anyio.lowlevel import RunVar
from starlette.datastructures import Headers
from starlette.requests import ClientDisconnect
from starlette.types import ASGIApp, Receive, Scope, Send
from starlette.types import Message as AsgiMessage

from showcase.api.errors import ApiError

LARGEST = 1_000_000  # bytes
LARGEST_BATCH = 10_000_000
SMALL = 100_000  # up to here a body is always let in
BUDGET = 50_000_000  # what all larger ones may take together, until they are answered
TIMEOUT_S = 120.0  # for a body to arrive
SMALL_TIMEOUT_S = 20.0  # for a small one, or for the beginning of a larger one
DRAINED = 50_000_000
CHARSETS = ("utf-8", "utf8", "us-ascii")


class UploadBudget:
    """What the large bodies take at present; one for each event loop, so nothing is locked."""

    taken = 0

    @classmethod
    def current(cls) -> "UploadBudget":
        """Return the one of this event loop."""
        budget = _budget.get(None)
        if budget is None:
            budget = cls()
            _budget.set(budget)
        return budget


_budget: RunVar[UploadBudget] = RunVar("showcase_api_upload_budget")


class BodyLimit:
    """Reads the bodies of the paths in `limits` (in bytes) before the application sees them."""

    def __init__(self, app: ASGIApp, limits: Mapping[str, int]) -> None:
        self.app = app
        self.limits = limits

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Hand over the whole body at once, or raise an ApiError."""
        if scope["type"] != "http" or scope["method"] != "POST":
            return await self.app(scope, receive, send)
        limit = self.limits.get(scope["path"].removeprefix(scope.get("root_path", "")))
        if limit is None:
            return await self.app(scope, receive, send)
        headers = Headers(scope=scope)
        _check_type(headers)
        length = headers.get("content-length", "")
        if length.isdecimal() and int(length) > limit and "expect" in headers:
            raise too_large(limit)  # it waits to be let in
        with _reserved() as reserve:
            body = await _receive(receive, limit, reserve)
            await self.app(scope, _replay(body, receive), send)
        return None


def documented(limit: int) -> dict[str, Any]:
    """Return what a route's document says of the size of its body (`openapi_extra`)."""
    return {"requestBody": {"description": f"At most {limit:,} bytes."}}


def too_large(limit: int) -> ApiError:
    """Return the refusal of a body of more bytes than the limit."""
    return ApiError(413, f"The body is too large: at most {limit:,} bytes are taken here.")


def _check_type(headers: Headers) -> None:
    """Refuse what is not sent as plain JSON in UTF-8."""
    about = Message()
    about["content-type"] = headers.get("content-type", "text/plain")
    charset = str(about.get_param("charset", "utf-8")).strip(' "').lower()
    if about.get_content_type() != "application/json":
        raise ApiError(
            415, "Send the body as JSON, with the header Content-Type: application/json."
        )
    if charset not in CHARSETS:
        raise ApiError(415, f"Send JSON in UTF-8: the header Content-Type says {charset:.40}.")
    if headers.get("content-encoding", "identity").lower() != "identity":
        raise ApiError(415, "Send the body as it is, without the header Content-Encoding.")


@contextmanager
def _reserved() -> Iterator[Callable[[int], bool]]:
    """Yield a function that reserves so many bytes of the budget; it is given back at the end."""
    budget, own = UploadBudget.current(), 0

    def reserve(size: int) -> bool:
        nonlocal own
        if size and budget.taken + size - own > BUDGET:
            return False
        budget.taken += size - own
        own = size
        return True

    try:
        yield reserve
    finally:
        reserve(0)


async def _receive(receive: Receive, limit: int, reserve: Callable[[int], bool]) -> bytes:
    """Return the whole body; an ApiError if it is too large, too slow or one too many.

    What is refused runs off, up to a bound: else the client would be cut off before the answer.
    """
    content, size, refusal = bytearray(), 0, None
    more, large = True, False
    with CancelScope(deadline=current_time() + SMALL_TIMEOUT_S) as timeout:
        while more and size <= DRAINED:
            message = await receive()
            if message["type"] == "http.disconnect":
                raise ClientDisconnect
            more = message.get("more_body", False)
            size += len(message.get("body", b""))
            if refusal is None:
                refusal = _refusal(size, limit, reserve)
                content += message.get("body", b"")
            if refusal:
                content.clear()
                reserve(0)
            if size > SMALL and not large:
                large, timeout.deadline = True, current_time() + TIMEOUT_S
    if timeout.cancelled_caught and refusal is None:
        refusal = ApiError(
            408, f"The body did not arrive within {TIMEOUT_S if large else SMALL_TIMEOUT_S:.0f} s."
        )
    if refusal:
        raise refusal
    return bytes(content)


def _refusal(size: int, limit: int, reserve: Callable[[int], bool]) -> ApiError | None:
    """Reserve memory for a body of this size; return why that cannot be."""
    if size > limit:
        return too_large(limit)
    if size <= SMALL or reserve(size):
        return None
    message = "Too many large bodies at once: send this one again in a few seconds."
    return ApiError(503, message, headers={"Retry-After": "5"})


def _replay(body: bytes, receive: Receive) -> Callable[[], Awaitable[AsgiMessage]]:
    """Return a `receive` that gives the body once, then whatever the server says next."""
    messages = iter([{"type": "http.request", "body": body, "more_body": False}])

    async def replayed() -> AsgiMessage:
        return next(messages, None) or await receive()

    return replayed

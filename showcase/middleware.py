"""ASGI layers in front of Streamlit and the API: who may connect, how much, and what is added.

For `st.App(..., middleware=middleware())`; `streamlit run Home.py` alone has none of them.
"""

import gzip
import logging
import re
import time
from collections import OrderedDict
from urllib.parse import urlsplit

import streamlit as st
from anyio import to_thread
from starlette.datastructures import Headers, MutableHeaders
from starlette.middleware import Middleware
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from showcase.runtime.settings import settings

logger = logging.getLogger(__name__)

LOOPBACK = ("localhost", "127.0.0.1", "::1")
ALWAYS_ALLOWED = ("localhost", "127.0.0.1", "0.0.0.0")  # noqa: S104  # as Streamlit has it
HEALTH = ("/_stcore/health", "/v1/live", "/v1/ready")
METRICS = "/_stcore/metrics"
UPLOAD = re.compile(r"/_stcore/upload_file/([^/]+)/([^/]+)$")
MOST_FILES, MOST_BYTES = 100, 60_000_000  # that a session may have uploaded at a time
MOST_SESSIONS = 10_000  # whose uploads are counted
LARGEST_MESSAGE = 4_000_000  # bytes of a websocket's: all values of the widgets of a page
MOST_A_MINUTE = 60_000_000  # bytes of one websocket
TOO_BIG = 1009  # a websocket's status
COMPRESSED = (".js", ".css", ".json", ".svg")
MOST_COMPRESSED = 32_000_000  # bytes kept


def middleware() -> list[Middleware]:
    """Return the layers, the outermost first."""
    layers = (SecurityHeaders, AllowedOrigins, SessionBounds, CompressedStatic)
    return [Middleware(layer) for layer in layers]


class AllowedOrigins:
    """Refuses websockets of other sites' pages, and hosts that are not ours.

    Streamlit would first ask a server elsewhere for its own address, on the event loop: where
    outgoing packets are dropped, everybody waits seconds for each such handshake.
    """

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Let the application answer, or refuse."""
        if scope["type"] == "websocket" and not _may_connect(Headers(scope=scope)):
            await receive()
            await send({"type": "websocket.close", "code": 1008})
            return
        if scope["type"] == "http" and (refusal := _refusal(scope)):
            await refusal(scope, receive, send)
            return
        await self.app(scope, receive, send)


def _may_connect(headers: Headers) -> bool:
    origin = headers.get("origin")
    if origin is None or not st.get_option("server.enableCORS"):
        return True
    try:
        parsed = urlsplit(origin)
        if parsed.netloc == headers.get("host"):
            return True
        allowed = [urlsplit(each).hostname for each in st.get_option("server.corsAllowedOrigins")]
        return parsed.hostname in (
            *ALWAYS_ALLOWED,
            st.get_option("browser.serverAddress"),
            *allowed,
        )
    except ValueError:  # such as http://[
        return False


def _refusal(scope: Scope) -> PlainTextResponse | None:
    """Return why a request is refused: for another host's name, or for figures of the server."""
    path, client = scope["path"], scope.get("client")
    if path.endswith(METRICS) and (client is None or client[0] not in LOOPBACK):
        return PlainTextResponse("Only this machine may read this.", 404)
    hosts = st.get_option("server.allowedHosts")
    if not hosts or "*" in hosts or path.endswith(HEALTH):
        return None
    name = urlsplit(f"//{Headers(scope=scope).get('host', '')}").hostname or ""
    if any(name == host or (host[:2] == "*." and name.endswith(host[1:])) for host in hosts):
        return None
    return PlainTextResponse("This server does not go by that name: see server.allowedHosts.", 403)


class SessionBounds:
    """Bounds what one visit may make the server keep: uploads, and the values of widgets."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app
        self.uploads: OrderedDict[str, dict[str, int]] = OrderedDict()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Let the application answer, or refuse an upload or end a websocket."""
        if scope["type"] == "websocket":
            receive, send = _bounded(receive, send, scope["path"])
        elif scope["type"] == "http" and (upload := UPLOAD.search(scope["path"])):
            if scope["method"] == "DELETE":
                self.uploads.get(upload[1], {}).pop(upload[2], None)
            elif scope["method"] == "PUT" and (refusal := self._refusal(scope, *upload.groups())):
                await refusal(scope, receive, send)
                return
        await self.app(scope, receive, send)

    def _refusal(self, scope: Scope, session: str, file: str) -> PlainTextResponse | None:
        """Count an upload; return why it is refused."""
        length = Headers(scope=scope).get("content-length", "")
        if not length.isdecimal():
            return PlainTextResponse("An upload says how long it is.", 411)
        files = self.uploads.get(session, {}) | {file: int(length)}
        if len(files) > MOST_FILES or sum(files.values()) > MOST_BYTES:
            logger.warning("upload refused: too many in one visit")
            return PlainTextResponse("These are too many uploads in one visit: load it again.", 413)
        self.uploads[session] = files
        self.uploads.move_to_end(session)
        if len(self.uploads) > MOST_SESSIONS:
            self.uploads.popitem(last=False)
        return None


def _bounded(receive: Receive, send: Send, path: str) -> tuple[Receive, Send]:
    """Return the two ends of a websocket, which is ended where too much comes."""
    since, total, ended = time.monotonic(), 0, False

    async def bounded_receive() -> Message:
        nonlocal since, total, ended
        message = await receive()
        size = len(message.get("bytes") or message.get("text") or "")
        if time.monotonic() - since > 60:
            since, total = time.monotonic(), 0
        total += size
        if size > LARGEST_MESSAGE or total > MOST_A_MINUTE:
            logger.warning("websocket ended: too much was sent", extra={"path": path})
            await send({"type": "websocket.close", "code": TOO_BIG})
            ended = True
            return {"type": "websocket.disconnect", "code": TOO_BIG}
        return message

    async def bounded_send(message: Message) -> None:
        if not ended:
            await send(message)

    return bounded_receive, bounded_send


class SecurityHeaders:
    """Adds what browsers are told: no guessing of types, no frames of other sites, no addresses."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Let the application answer, with the headers."""

        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in _security_headers().items():
                    headers.setdefault(name, value)
            await send(message)

        await self.app(scope, receive, send_with_headers)


def _security_headers() -> dict[str, str]:
    try:
        others = settings().frame_ancestors.replace(",", " ").split()
    except ValueError:
        others = []
    headers = {
        "X-Content-Type-Options": "nosniff",
        "Referrer-Policy": "same-origin",
        "Cross-Origin-Opener-Policy": "same-origin-allow-popups",
        "Content-Security-Policy": " ".join(["frame-ancestors 'self'", *others]),
    }
    return headers if others else headers | {"X-Frame-Options": "SAMEORIGIN"}


class CompressedStatic:
    """Compresses Streamlit's bundles, each once: their names change with their content.

    Streamlit sends them as they are, for a proxy to compress; here is none, and a page with a chart
    is 7.5 MB of them.
    """

    def __init__(self, app: ASGIApp) -> None:
        self.app = app
        self.kept: dict[str, tuple[Message, bytes]] = {}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer from what is kept, or compress what the application answers."""
        if scope["type"] != "http" or not _may_compress(scope):
            await self.app(scope, receive, send)
            return
        path = scope["path"]
        if path not in self.kept:
            start, content = await self._ask(scope, receive)
            headers = MutableHeaders(scope=start)
            is_final = "immutable" in headers.get("cache-control", "")
            size = sum(len(kept) for _, kept in self.kept.values())
            if start["status"] != 200 or not is_final or size > MOST_COMPRESSED:
                await send(start)
                await send({"type": "http.response.body", "body": content})
                return
            content = await to_thread.run_sync(gzip.compress, content, 6)
            headers["content-length"], headers["content-encoding"] = str(len(content)), "gzip"
            headers.add_vary_header("Accept-Encoding")
            del headers["etag"]
            self.kept[path] = start, content
        start, content = self.kept[path]
        await send({**start, "headers": list(start["headers"])})
        await send({"type": "http.response.body", "body": content})

    async def _ask(self, scope: Scope, receive: Receive) -> tuple[Message, bytes]:
        start: Message = {}
        content = bytearray()

        async def take(message: Message) -> None:
            if message["type"] == "http.response.start":
                start.update(message)
            else:
                content.extend(message.get("body", b""))

        await self.app(scope, receive, take)
        return start, bytes(content)


def _may_compress(scope: Scope) -> bool:
    headers = Headers(scope=scope)
    return (
        scope["method"] == "GET"
        and "/static/" in scope["path"]
        and scope["path"].endswith(COMPRESSED)
        and "gzip" in headers.get("accept-encoding", "")
        and "range" not in headers
        and "if-none-match" not in headers
    )

"""What stands before Streamlit: origins, uploads, messages, headers, compression."""

import gzip
from contextlib import suppress

import pytest
import streamlit as st
from starlette.applications import Starlette
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Mount, Route, WebSocketRoute
from starlette.testclient import TestClient
from starlette.websockets import WebSocketDisconnect

from showcase import middleware
from showcase.runtime.settings import settings

STREAM = "/_stcore/stream"
BUNDLE = b"let a = 1;" * 10_000
IMMUTABLE = {"cache-control": "public, max-age=31536000, immutable"}


async def talk(websocket):
    await websocket.accept()
    with suppress(WebSocketDisconnect):
        while True:
            await websocket.send_text(str(len(await websocket.receive_bytes())))


def ok(_request):
    return PlainTextResponse("ok")


@pytest.fixture
def client(feedback_url):
    """A client of an app that takes everything, behind the layers."""
    asked = []

    def bundle(request):
        asked.append(request.url.path)
        headers = IMMUTABLE if "app." in request.url.path else {}
        return Response(BUNDLE, 200, headers, "text/javascript")

    routes = [
        WebSocketRoute(STREAM, talk),
        Route("/_stcore/metrics", ok),
        Route("/_stcore/health", ok),
        Route("/_stcore/upload_file/{session}/{file}", ok, methods=["PUT", "DELETE"]),
        Route("/static/{name}", bundle),
        Mount("/api", routes=[Route("/v1/demos", ok)]),
    ]
    app = Starlette(routes=routes, middleware=middleware.middleware())
    opened = TestClient(app, base_url="http://app.example")
    opened.asked = asked
    return opened


@pytest.fixture
def options():
    """A function that sets Streamlit's options for a test."""
    before = {}

    def use(**values):
        for name, value in values.items():
            before[name] = st.get_option(f"server.{name}")
            st.config.set_option(f"server.{name}", value)

    yield use
    for name, value in before.items():
        st.config.set_option(f"server.{name}", value)


def connects(client, origin: str | None) -> bool:
    headers = {} if origin is None else {"origin": origin}
    try:
        with client.websocket_connect(STREAM, headers=headers) as socket:
            socket.send_bytes(b"x")
            return socket.receive_text() == "1"
    except WebSocketDisconnect:
        return False


@pytest.mark.parametrize(
    ("origin", "allowed"),
    [
        (None, True),
        ("http://testserver", True),
        ("https://testserver", True),
        ("http://localhost:8501", True),
        ("https://friend.example", True),
        ("https://evil.example", False),
        ("https://testserver.evil.example", False),
        ("null", False),
        ("http://[", False),
    ],
)
def test_websockets_of_other_sites_are_refused(client, options, origin, allowed):
    options(corsAllowedOrigins=["https://friend.example"])
    assert connects(client, origin) == allowed


def test_nothing_outside_is_asked_about_a_foreign_origin(monkeypatch):
    import server

    def ask(*_):
        raise AssertionError("a server elsewhere is asked, on the event loop")

    monkeypatch.setattr("streamlit.net_util.get_external_ip", ask)
    with (
        pytest.raises(WebSocketDisconnect),
        TestClient(server.app).websocket_connect(
            STREAM, headers={"origin": "https://evil.example"}, subprotocols=["streamlit"]
        ),
    ):
        pass


def test_host_by_another_name_is_refused_where_the_names_are_known(client, options):
    options(allowedHosts=["localhost", "*.example"])
    path = "/api/v1/demos"
    for host, status in {"localhost:8501": 200, "app.example": 200, "evil.test": 403}.items():
        assert client.get(path, headers={"host": host}).status_code == status
    assert client.get("/_stcore/health", headers={"host": "10.0.0.1"}).status_code == 200


def test_figures_of_the_server_are_for_its_machine(client):
    assert client.get("/_stcore/metrics").status_code == 404
    local = TestClient(client.app, client=("127.0.0.1", 1))
    assert local.get("/_stcore/metrics").status_code == 200


def upload(client, session: str, file: int, size: int = 5_000_000) -> int:
    path = f"/_stcore/upload_file/{session}/{file}"
    return client.put(path, content=b" " * 10, headers={"content-length": str(size)}).status_code


def test_uploads_of_a_visit_are_bounded_in_bytes_and_in_number(client):
    assert [upload(client, "a", n) for n in range(13)] == [200] * 12 + [413]
    assert upload(client, "b", 1) == 200
    client.delete("/_stcore/upload_file/a/3")
    assert upload(client, "a", 13) == 200
    assert [upload(client, "c", n, 10) for n in range(101)] == [200] * 100 + [413]


def test_the_app_itself_bounds_what_a_visit_uploads():
    import server

    # without its token Streamlit takes none of them: what is refused before is what counts here
    client = TestClient(server.app)
    assert [upload(client, "a", n) for n in range(13)] == [403] * 12 + [413]


def test_counts_of_uploads_are_bounded_themselves(client, monkeypatch):
    monkeypatch.setattr(middleware, "MOST_SESSIONS", 3)
    bounds = middleware.SessionBounds(client.app)
    for session in range(9):
        scope = {"headers": [(b"content-length", b"1")]}
        assert bounds._refusal(scope, str(session), "f") is None
    assert list(bounds.uploads) == ["6", "7", "8"]


@pytest.mark.parametrize("sizes", [[4_000_001], [3_900_000] * 16])
def test_websocket_that_sends_too_much_is_ended(client, sizes):
    with client.websocket_connect(STREAM) as socket:
        for size in sizes[:-1]:
            socket.send_bytes(bytes(size))
            assert socket.receive_text() == str(size)
        socket.send_bytes(bytes(sizes[-1]))
        with pytest.raises(WebSocketDisconnect) as ended:
            socket.receive_text()
        assert ended.value.code == 1009


@pytest.mark.parametrize("path", ["/static/app.1.js", "/api/v1/demos", "/nope"])
def test_every_answer_has_the_headers(client, path):
    headers = client.get(path).headers
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["referrer-policy"] == "same-origin"
    assert headers["x-frame-options"] == "SAMEORIGIN"
    assert headers["content-security-policy"] == "frame-ancestors 'self'"


def test_other_sites_may_show_the_app_in_a_frame_where_they_are_named(client, monkeypatch):
    monkeypatch.setenv("VITRINE_FRAME_ANCESTORS", "https://host.example, https://other.example")
    settings.cache_clear()
    headers = client.get("/api/v1/demos").headers
    policy = "frame-ancestors 'self' https://host.example https://other.example"
    assert headers["content-security-policy"] == policy
    assert "x-frame-options" not in headers


def test_bundles_are_compressed_once(client):
    for _ in range(3):
        answer = client.get("/static/app.1.js")
        assert answer.content == BUNDLE
        assert answer.headers["content-encoding"] == "gzip"
        assert answer.headers["vary"] == "Accept-Encoding"
        assert int(answer.headers["content-length"]) < 1_000
        assert answer.headers["x-content-type-options"] == "nosniff"
    assert client.asked == ["/static/app.1.js"]
    plain = client.get("/static/app.1.js", headers={"accept-encoding": "identity"})
    assert "content-encoding" not in plain.headers
    assert client.get("/static/other.js").content == BUNDLE


def test_streamlits_own_bundles_are_such():
    """Its names change with their content, and it says so: else nothing would be kept."""
    import server

    client = TestClient(server.app)
    script = client.get("/").text.split('src="./static/')[1].split('"')[0]
    answer = client.get(f"/static/{script}")
    assert answer.headers["content-encoding"] == "gzip"
    assert len(gzip.compress(answer.content, 1)) > 1_000

"""The server answers every request that reached it when told to stop; half a request ends."""

import asyncio
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor

import pytest
import uvicorn

from bench.app_server import ROOT, free_port
from showcase import serve

BUSY_APP = """
import time

async def app(scope, receive, send):
    if scope["type"] != "http":
        return
    time.sleep(0.02)  # on the event loop: connections wait in the system's queue meanwhile
    await send({"type": "http.response.start", "status": 200, "headers": []})
    await send({"type": "http.response.body", "body": b"done"})
"""
CLIENTS, BEFORE = 12, 60
REQUEST = b"GET / HTTP/1.1\r\nHost: here\r\nConnection: close\r\n\r\n"


def ask(port: int) -> str:
    """Return what became of a request on a connection of its own."""
    try:
        connection = socket.create_connection(("127.0.0.1", port), timeout=10)
    except ConnectionRefusedError:
        return "refused"
    with connection:
        try:
            connection.sendall(REQUEST)
            answer = b"".join(iter(lambda: connection.recv(1_000), b""))
        except ConnectionResetError:
            return "lost"
    return "answered" if b"done" in answer else "lost"


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere a few are lost")
def test_every_connection_that_was_made_is_answered(tmp_path):
    (tmp_path / "busy.py").write_text(BUSY_APP)
    port = free_port()
    command = [sys.executable, "-m", "showcase.serve", "busy:app", "--port", str(port)]
    command += ["--log-level", "warning", "--lifespan", "off", "--header", "x-one:1"]
    env = os.environ | {"PYTHONPATH": str(ROOT)}
    results: list[str] = []
    told, end = threading.Event(), time.monotonic() + 60

    def client(_: int) -> None:
        while time.monotonic() < end and (not told.is_set() or results[-1] != "refused"):
            results.append(ask(port))
            if results.count("answered") > BEFORE and not told.is_set():
                told.set()
                server.send_signal(signal.SIGTERM)
            if results[-1] == "refused":
                time.sleep(0.05)

    with (
        subprocess.Popen(command, cwd=tmp_path, env=env) as server,
        ThreadPoolExecutor(CLIENTS) as pool,
    ):
        list(pool.map(client, range(CLIENTS)))
    assert server.returncode in (0, -signal.SIGTERM)
    assert results.count("answered") > BEFORE
    assert "lost" not in results


async def slow(scope, receive, send):
    """Answer after longer than headers may take, if asked for that."""
    await asyncio.sleep(2.5 if scope["path"] == "/slow" else 0)
    start = {"type": "http.response.start", "status": 200, "headers": [(b"content-length", b"4")]}
    await send(start)
    await send({"type": "http.response.body", "body": b"done"})


@pytest.fixture
def port(monkeypatch):
    """The port of a server that waits a second for headers."""
    monkeypatch.setattr(serve, "HEADERS_S", 1.0)
    found = free_port()
    server = serve.DrainingServer(uvicorn.Config(slow, port=found, lifespan="off", log_config=None))
    thread = threading.Thread(target=server.run)
    thread.start()
    while not server.started:
        time.sleep(0.01)
    yield found
    server.should_exit = True
    thread.join()


ALIVE = b"GET / HTTP/1.1\r\nHost: here\r\n\r\n"
HALF = b"GET / HTTP/1.1\r\nHost: he"


def test_half_a_request_is_ended_and_whole_ones_are_not(port):
    address = ("127.0.0.1", port)
    began = time.monotonic()
    with (
        ThreadPoolExecutor(4) as pool,
        socket.create_connection(address, 10) as often,
    ):
        halves = [pool.submit(answers, address, *sent) for sent in ([b""], [HALF], [ALIVE, HALF])]
        patient = pool.submit(answers, address, b"GET /slow HTTP/1.0\r\n\r\n")
        for _ in range(12):  # again and again on one connection
            often.sendall(ALIVE)
            got = b""
            while not got.endswith(b"done"):
                received = often.recv(1_000)
                assert received, "ended although it asks"
                got += received
            time.sleep(0.25)
        assert patient.result() == 1
        assert [half.result() for half in halves] == [0, 0, 1]
    assert time.monotonic() - began < 9


def answers(address, *sent):
    """Return how many answers come before the connection ends."""
    with socket.create_connection(address, 10) as connection:
        for part in sent:
            connection.sendall(part)
            time.sleep(0.2)
        return b"".join(iter(lambda: connection.recv(1_000), b"")).count(b"done")

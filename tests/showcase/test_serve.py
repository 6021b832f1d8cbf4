"""Told to stop, the server answers every request that reached it."""

import os
import signal
import socket
import subprocess
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor

import pytest

from bench.app_server import ROOT, free_port

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

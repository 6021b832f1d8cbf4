"""Starts the real app in a process of its own: for the figures, the import test and the browser."""

import contextlib
import json
import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from urllib.request import Request, urlopen

ROOT = Path(__file__).parents[1]
START_TIMEOUT_S = 60
AGENT_API = "--server.enableAgentApi=true"


@dataclass
class Server:
    """A running app: its address, its process and its log file."""

    url: str
    process: subprocess.Popen[bytes]
    log: Path

    def visit(self, **request: object) -> dict:
        """Run the app as one more visitor and return the finished page as a tree.

        Goes through Streamlit's agent API, so the app must run with `AGENT_API` among its options.
        `page=`, or `session_id=` and `trigger=` or `widget_state=`, as its documentation says.
        """
        body = json.dumps(request).encode()
        address = f"{self.url}/_stcore/agent/interact"
        message = Request(address, body, {"Content-Type": "application/json"})
        with urlopen(message, timeout=START_TIMEOUT_S) as answer:
            return json.load(answer)


def free_port() -> int:
    """Return a port that is free on the loopback address now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@contextlib.contextmanager
def running_app(
    log: Path,
    env: dict[str, str],
    command: Sequence[str] = (sys.executable, "-m", "streamlit"),
    script: Path = ROOT / "Home.py",
    options: Sequence[str] = (),
) -> Iterator[Server]:
    """Run `streamlit run Home.py` on a free port until the block ends."""
    port = free_port()
    arguments = [
        *command,
        "run",
        str(script),
        f"--server.port={port}",
        "--server.headless=true",
        "--server.address=127.0.0.1",
        "--server.fileWatcherType=none",
        *options,
    ]
    with running(arguments, port, log, env) as server:
        yield server


@contextlib.contextmanager
def running_production(
    log: Path,
    env: dict[str, str],
    command: Sequence[str] = (sys.executable, "-m", "showcase.serve"),
    options: Sequence[str] = (),
    *,
    prefix: str = "",
    app: str = "server:app",
) -> Iterator[Server]:
    """Run server.py, the app with its API, as deploy/start.sh does, on a free port in this block.

    Streamlit reads no environment variables and no flags then, only `.streamlit/config.toml`;
    `prefix` is the `server.baseUrlPath` that stands there.
    """
    port = free_port()
    arguments = [*command, app, f"--port={port}", *options]
    with running(arguments, port, log, env, prefix=prefix) as server:
        yield server


@contextlib.contextmanager
def running(
    arguments: Sequence[str],
    port: int,
    log: Path,
    env: dict[str, str],
    *,
    prefix: str = "",
    health: str = "/_stcore/health",
) -> Iterator[Server]:
    """Run a command that serves on a port until the block ends; `health` answers when it does."""
    with log.open("wb") as output:
        process = subprocess.Popen(
            arguments,
            cwd=ROOT,
            env=os.environ | env,
            stdin=subprocess.PIPE,
            stdout=output,
            stderr=subprocess.STDOUT,
        )
        try:
            _wait(f"http://127.0.0.1:{port}{prefix}{health}", process, log)
            yield Server(f"http://127.0.0.1:{port}{prefix}", process, log)
        finally:
            process.terminate()
            process.wait(20)
            process.stdin.close()


def _wait(url: str, process: subprocess.Popen[bytes], log: Path) -> None:
    deadline = time.monotonic() + START_TIMEOUT_S
    while time.monotonic() < deadline:
        if process.poll() is not None:
            raise RuntimeError(
                f"the app ended with {process.returncode}: {log.read_text()[-2000:]}"
            )
        with contextlib.suppress(OSError), urlopen(url, timeout=5) as answer:
            if answer.status == 200:
                return
        time.sleep(0.1)
    raise TimeoutError(f"no answer from {url} in {START_TIMEOUT_S} s: {log.read_text()[-2000:]}")

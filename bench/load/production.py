"""How the app is started for production, and with which settings the figures are taken."""

import time
from collections.abc import Callable
from contextlib import suppress
from urllib.error import HTTPError
from urllib.request import urlopen

import psutil

from bench.app_server import Server

START_TIMEOUT_S = 120

# those of deploy/start.sh, which a test holds
OPTIONS = (
    "--workers=1",
    "--ws-max-size=4000000",
    "--limit-concurrency=500",
    "--proxy-headers",
    "--no-access-log",
    "--no-server-header",
    "--timeout-graceful-shutdown=8",
)


def settings(store_url: str) -> dict[str, str]:
    """Return the environment: a store of its own, the API open to all and without a limit."""
    return {
        "VITRINE_FEEDBACK_URL": store_url,
        "VITRINE_API_KEY": "",
        "VITRINE_RATE_LIMIT": "",
        "VITRINE_WARM": "1",
        "VITRINE_LOG_LEVEL": "INFO",
    }


def wait_until_ready(url: str) -> None:
    """Return when every model is loaded: what comes before is the start, which is not measured."""
    deadline = time.monotonic() + START_TIMEOUT_S
    while time.monotonic() < deadline:
        with suppress(HTTPError), urlopen(f"{url}/api/v1/ready", timeout=START_TIMEOUT_S):
            return
        time.sleep(0.2)
    raise TimeoutError(f"{url} is not ready after {START_TIMEOUT_S} s.")


def processor_s(server: Server) -> Callable[[], float]:
    """Return a function that says how many seconds of processor the server has used since now.

    They tell what an answer costs even while others keep the machine busy.
    """
    process = psutil.Process(server.process.pid)
    before = process.cpu_times()
    return lambda: sum(process.cpu_times()[:2]) - sum(before[:2])

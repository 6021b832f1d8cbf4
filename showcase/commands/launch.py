"""Starting the app from a terminal, which learns the link that lets one browser tab in."""

import os
import socket
import sys
from collections.abc import Sequence
from pathlib import Path

from showcase.runtime.access import links

FIRST_PORT = 8501
PORTS = 100


def start(script: Path, options: Sequence[str]) -> None:
    """Run Streamlit in this very process, so that nobody but the terminal learns the token."""
    from streamlit import config
    from streamlit.web import cli

    from showcase.runtime.settings import settings
    from showcase.ui.authentication import nobody_can_sign_in, providers
    from showcase.ui.routing import only_through_home

    only_through_home()  # for `showcase.ui` was imported before there is a visit
    own = list(options)
    port = option(own, "server.port") or os.environ.get("STREAMLIT_SERVER_PORT", "")
    if not port and not config.is_manually_set("server.port"):
        port = str(free_port())
        own += ["--server.port", port]
    port = port or str(config.get_option("server.port"))
    base = option(own, "server.baseUrlPath") or os.environ.get(
        "STREAMLIT_SERVER_BASE_URL_PATH", str(config.get_option("server.baseUrlPath"))
    )
    if nobody_can_sign_in():
        links.offer(lambda token: tell(address(port, base), token))
    for read_before_the_options in (settings, providers):
        read_before_the_options.cache_clear()
    sys.exit(cli.main(["run", str(script), *own], prog_name="streamlit"))


def tell(home: str, token: str) -> None:
    """Print the link into the terminal; it is in no log."""
    print(  # noqa: T201
        f"\n  To review and annotate, in one browser tab: {home}/review?token={token}\n"
        "  It works once; then the next one is printed here.\n",
        flush=True,
    )


def address(port: str, base: str) -> str:
    """Return the app's address on this machine.

    >>> address("8501", "/vitrine/")
    'http://localhost:8501/vitrine'
    """
    return f"http://localhost:{port}/{base.strip('/')}".rstrip("/")


def option(options: Sequence[str], name: str) -> str:
    """Return what an option of Streamlit's command line says; empty if it is not there.

    >>> option(["--server.port=1", "--server.address", "::1"], "server.address")
    '::1'
    """
    for place, given in enumerate(options):
        flag, equals, value = given.partition("=")
        if flag == f"--{name}":
            return value if equals else "".join(options[place + 1 : place + 2])
    return ""


def free_port() -> int:
    """Return the first port that is free from 8501 on, as Streamlit itself would take it."""
    for port in range(FIRST_PORT, FIRST_PORT + PORTS):
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)):
                return port
    raise OSError(f"no port from {FIRST_PORT} to {FIRST_PORT + PORTS - 1} is free")

"""Start an app from a terminal, which learns the link that lets one browser tab in."""

import importlib
import logging
import os
import socket
import sys
import tomllib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from showcase.commands.store_urls import CommandError
from showcase.contract import Demo
from showcase.runtime import project
from showcase.runtime.access import links

FIRST_PORT = 8501
PORTS = 100
LOCAL_NAMES = ("localhost", "127.0.0.1")
HOME = Path(__file__).with_name("script_home.py")
CONFIG = "config.toml"
DETAILS = "client.showErrorDetails"


def run(arguments: Sequence[str]) -> None:
    """Start the project in this folder, or the page of a script; all else is Streamlit's options.

    CommandError where there is neither.
    """
    scripts = [Path(one) for one in arguments[:1] if one.endswith(".py")]
    options = list(arguments[len(scripts) :])
    if scripts:
        run_script(scripts[0], options)
    home = project.root() / "Home.py"
    if not home.is_file():
        raise CommandError(
            "There is no Home.py here. Name a script, as in `showcase run tip.py`, or let "
            "`showcase new NAME` write a project."
        )
    start(home, options)


def start(home: Path, options: Sequence[str]) -> None:
    """Run Streamlit in this very process, so that nobody but the terminal learns the token."""
    from streamlit import config
    from streamlit.web import cli

    from showcase.ui import only_through_home

    only_through_home()  # for `showcase.ui` was imported before there is a visit
    own = list(options)
    port = option(own, "server.port") or os.environ.get("STREAMLIT_SERVER_PORT", "")
    if not port and not config.is_manually_set("server.port"):
        port = str(free_port())
        own += ["--server.port", port]
    if not option(own, "server.address") and not config.is_manually_set("server.address"):
        # Only this machine, by its own names: a page elsewhere may not reach it by another's.
        own += ["--server.address", "localhost"]
        for name in LOCAL_NAMES:
            own += ["--server.allowedHosts", name]
        if not option(own, DETAILS) and not os.environ.get("STREAMLIT_CLIENT_SHOW_ERROR_DETAILS"):
            own += [f"--{DETAILS}", "full"]  # whoever sees them is at this machine
    base = option(own, "server.baseUrlPath") or os.environ.get(
        "STREAMLIT_SERVER_BASE_URL_PATH", str(config.get_option("server.baseUrlPath"))
    )
    offer_link(port or str(config.get_option("server.port")), base)
    sys.exit(cli.main(["run", str(home), *own], prog_name="streamlit"))


def run_script(path: Path, options: Sequence[str]) -> None:
    """Serve the page of a script, review, annotate and the API, on this machine alone."""
    if not path.is_file():
        raise CommandError(f"There is no file {path}.")
    serve(path, demos_of(path), options)


def serve(path: Path, demos: Sequence[Demo], options: Sequence[str]) -> None:
    """Serve the page of these demos, which come from a file; verdicts are stored beside it."""
    project.use_script(path, demos)
    configure(options)
    import streamlit as st
    import uvicorn
    from streamlit import config

    from showcase.app import lifespan, routes
    from showcase.middleware import middleware

    port = int(option(options, "server.port") or os.environ.get("PORT", "") or free_port())
    host = option(options, "server.address") or "127.0.0.1"
    if host in LOCAL_NAMES:  # as in `start`
        if not option(options, DETAILS):
            st.set_option(DETAILS, "full")
        if not config.is_manually_set("server.allowedHosts"):
            config.set_option("server.allowedHosts", list(LOCAL_NAMES))
    app = st.App(HOME, routes=routes(), middleware=middleware(), lifespan=lifespan)
    print(f"\n  {path.name}: {address(str(port), '')}", flush=True)
    print(f"  Its API: {address(str(port), '')}/api/docs", flush=True)
    offer_link(str(port), "")
    uvicorn.run(app, host=host, port=port, access_log=False, log_level="warning")
    sys.exit()


def demos_of(path: Path) -> list[Demo]:
    """Run a script once, outside of any visit, and return a demo for each function it shows."""
    from showcase.contract.function import function_model
    from showcase.interface import recording
    from showcase.interface.page import demo_of, estimator_demo

    sys.path.insert(0, str(path.resolve().parent))
    logging.getLogger("streamlit").setLevel(logging.ERROR)  # there is no visit yet, on purpose
    with recording() as functions:
        importlib.import_module(path.stem)
    if not functions:
        raise CommandError(f"{path} shows no function: end it with `interface(your_function)`.")
    named = [one for one in functions if not isinstance(one, str)]
    demos = [
        estimator_demo(one, path.stem)
        if hasattr(one, "Input")
        else _demo(one, demo_of(one, function_model(one)))
        for one in named
    ]
    page = "" if [demo.name for demo in demos] == [path.stem] else path.stem
    return [replace(demo, page=page) for demo in demos]


def _demo(function: Callable[..., object], demo: Demo) -> Demo:
    """Return the demo of a function, with the function itself where no name leads to it."""
    named = getattr(sys.modules.get(function.__module__), function.__name__, None)
    return demo if named is function else replace(demo, made=function)


def configure(options: Sequence[str]) -> None:
    """Set Streamlit's options for this process: those given, else ours where it has no config."""
    from streamlit import config

    for name, value in _flat(tomllib.loads(default_config().read_text(encoding="utf-8"))):
        if not config.is_manually_set(name):
            config.set_option(name, value)
    for given in options:
        name, equals, value = given.removeprefix("--").partition("=")
        if given.startswith("--"):
            config.set_option(name, value if equals else option(options, name))


def default_config() -> Path:
    """Return Streamlit's options as this package ships them; in a clone the project's own file."""
    shipped = Path(__file__).with_name(CONFIG)
    return shipped if shipped.is_file() else Path(__file__).parents[2] / ".streamlit" / CONFIG


def _flat(table: Mapping[str, object], before: str = "") -> list[tuple[str, object]]:
    flat: list[tuple[str, object]] = []
    for name, value in table.items():
        whole = f"{before}{name}"
        flat += _flat(value, f"{whole}.") if isinstance(value, dict) else [(whole, value)]
    return flat


def offer_link(port: str, base: str) -> None:
    """Where nobody can sign in, print a link that lets one browser tab see stored rows, once."""
    from showcase.runtime.settings import settings
    from showcase.ui.authentication import nobody_can_sign_in, providers

    if nobody_can_sign_in():
        links.offer(lambda token: tell(address(port, base), token))
    for read_before_the_options in (settings, providers):
        read_before_the_options.cache_clear()


def tell(home: str, token: str) -> None:
    """Print the link into the terminal; it is in no log."""
    print(
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

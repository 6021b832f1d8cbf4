"""Which Chromium drives the app, and how it is started: for the figures and the browser tests."""

import shutil
from pathlib import Path

from playwright.sync_api import Browser, Error, Playwright

FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-quic",
    "--no-first-run",
    "--disable-component-update",
    "--disable-sync",
    # Without it each error made while a page loads has V8 read 5 MB of Plotly again for its lines:
    # a page then takes a fifth more processor time.
    "--js-flags=--no-enable-lazy-source-positions",
]
NAMES = ("chromium-headless-shell", "chromium", "chromium-browser", "google-chrome")


def system_chromium() -> str | None:
    """Return the path of the system's Chromium; None without one."""
    return next((path for name in NAMES if (path := shutil.which(name))), None)


def launch(playwright: Playwright) -> Browser:
    """Start the system's Chromium, else Playwright's without a window, else its whole one.

    Raises:
        FileNotFoundError: there is none.
    """
    chromium = playwright.chromium
    if path := system_chromium():
        return chromium.launch(executable_path=path, args=FLAGS)
    try:
        return chromium.launch(args=FLAGS)
    except Error as error:
        if "Executable doesn't exist" not in error.message:
            raise
    if not Path(chromium.executable_path).exists():
        raise FileNotFoundError(chromium.executable_path)
    return chromium.launch(executable_path=chromium.executable_path, args=FLAGS)

"""Which Chromium drives the app, and how it is started: for the figures and the browser tests."""

import shutil

FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-quic",
    "--no-first-run",
    "--disable-component-update",
    "--disable-sync",
]
NAMES = ("chromium-headless-shell", "chromium", "chromium-browser", "google-chrome")


def system_chromium() -> str | None:
    """Return the path of the system's Chromium; None leaves Playwright its own."""
    return next((path for name in NAMES if (path := shutil.which(name))), None)

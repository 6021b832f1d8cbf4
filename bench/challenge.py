"""A challenge in a real browser: from the click on a species to what the AI said."""

import statistics
import tempfile
from collections.abc import Iterator
from pathlib import Path

from playwright.sync_api import Page, sync_playwright

from bench.app_server import running_app
from bench.browser import launch
from bench.drawing import TELLS_WHAT_IT_SENDS
from bench.row import Row

ROUNDS = 10
LIMIT_MS = 100
KEY = ".st-key-flower_power_challenge"


def rows() -> Iterator[Row]:
    """Yield the median delay from a click's message to the reveal in the browser."""
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        env = {"VITRINE_FEEDBACK_URL": f"csv:{folder}/feedback.csv"}
        browser = launch(playwright)
        with running_app(Path(folder) / "log", env) as server:
            page = browser.new_page(viewport={"width": 1280, "height": 800})
            page.add_init_script(TELLS_WHAT_IT_SENDS)
            page.goto(f"{server.url}/flower_power?flower_power_tab=Challenge+the+AI")
            median = statistics.median(played(page))
        browser.close()
    what = "Flower Power: click's message to the reveal"
    yield Row(what, f"{median:.0f} ms", f"{LIMIT_MS} ms", median <= LIMIT_MS)


def played(page: Page) -> Iterator[float]:
    """Play a challenge; yield the milliseconds of each round."""
    page.locator(f"{KEY}_start button").click()
    for number in range(1, ROUNDS + 1):
        page.get_by_text(f"Flower {number} of {ROUNDS}").wait_for()
        species = page.locator(f"{KEY}_setosa button:enabled")
        species.wait_for()
        page.evaluate("window.sent = window.shown = null; window.watching = true")
        species.click()
        page.wait_for_function("window.shown !== null")
        yield page.evaluate("window.watching = false, window.shown - window.sent")
        page.locator(f"{KEY}_next button").click()

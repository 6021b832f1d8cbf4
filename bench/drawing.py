"""Drawing in a real browser: from the canvas's message to the new label, and memory over time."""

import random
import statistics
import tempfile
from collections.abc import Iterator
from itertools import cycle, islice
from pathlib import Path

import psutil
from playwright.sync_api import Page, sync_playwright

from bench.app_server import running_app
from bench.browser import launch
from bench.memory import MIB
from bench.row import Row
from models import sketch

STROKES, POINTS = 30, 8
SETTLE_MS = 700  # the canvas waits 200 ms before it sends
LIMIT_MS = 100
PREDICTIONS = 1_000
TELLS_WHAT_IT_SENDS = """
window.sent = window.shown = null;
const send = WebSocket.prototype.send;
WebSocket.prototype.send = function (data) {
    if (window.watching && window.sent === null) window.sent = performance.now();
    return send.call(this, data);
};
new MutationObserver(() => {
    const label = document.querySelector('h3')?.innerText;
    if (label === window.label) return;
    window.label = label;
    if (window.watching && window.shown === null) window.shown = performance.now();
}).observe(document, {subtree: true, childList: true, characterData: true});
"""


def rows() -> Iterator[Row]:
    """Yield the median delay of a label and the memory that 1,000 predictions leave behind."""
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        env = {"VITRINE_FEEDBACK_URL": f"csv:{folder}/feedback.csv"}
        browser = launch(playwright)
        with running_app(Path(folder) / "log", env) as server:
            page = browser.new_page(viewport={"width": 1280, "height": 800})
            page.add_init_script(TELLS_WHAT_IT_SENDS)
            page.goto(f"{server.url}/sketch")
            delays = list(drawn(page))
        browser.close()
    median = statistics.median(delays)
    yield Row(
        "Sketch: canvas's message to the label",
        f"{median:.0f} ms",
        f"{LIMIT_MS} ms",
        median <= LIMIT_MS,
    )
    yield Row(
        f"Sketch: memory that {PREDICTIONS:,} answers leave behind", f"{left_behind():.1f} MiB"
    )


def left_behind() -> float:
    """Return by how many MiB this process grows over 1,000 more predictions."""
    model = sketch.load()
    process = psutil.Process()

    def predict() -> int:
        for given in islice(cycle(sketch.EXAMPLES), PREDICTIONS):
            sketch.predict(model, given)
        return int(process.memory_info().rss)

    return (predict() - predict()) / -MIB


def drawn(page: Page) -> Iterator[float]:
    """Draw strokes by chance, yield the milliseconds from each message to its new label."""
    canvas = page.locator("canvas.upper-canvas")
    canvas.hover()
    chance = random.Random(0)
    for _ in range(STROKES):
        stroke(page, canvas.bounding_box(), chance)
        page.wait_for_timeout(SETTLE_MS)
        delay = page.evaluate("window.shown && window.shown - window.sent")
        if delay is not None:  # a stroke may leave the sentence as it is
            yield delay


def stroke(page: Page, box: dict[str, float], chance: random.Random) -> None:
    """Draw one line with turns by chance."""
    page.evaluate("window.watching = true; window.sent = window.shown = null")
    x, y = chance.uniform(40, 240), chance.uniform(40, 240)
    page.mouse.move(box["x"] + x, box["y"] + y)
    page.mouse.down()
    for _ in range(POINTS):
        x = min(max(x + chance.uniform(-40, 40), 10), 270)
        y = min(max(y + chance.uniform(-40, 40), 10), 270)
        page.mouse.move(box["x"] + x, box["y"] + y)
    page.mouse.up()

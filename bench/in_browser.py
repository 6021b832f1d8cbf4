"""What a visitor waits for in a real browser: a drawing's label, a challenge's reveal, a form."""

import random
import re
import statistics
import tempfile
import time
from collections.abc import Iterator
from itertools import cycle, islice
from pathlib import Path

import psutil
from playwright.sync_api import Browser, Locator, Page, sync_playwright

from bench.app_server import ROOT, running_app
from bench.browser import launch
from bench.row import Row
from bench.start import MIB
from models import sketch
from models.flower_power import EXAMPLES

STROKES, POINTS = 30, 8
PAUSE_MS = 200  # the canvas waits so long for another stroke before it sends
SETTLE_MS = 700
LIMIT_MS = 100
PEN_LIMIT_MS = 60
PREDICTIONS = 1_000
TELLS_WHAT_IT_SENDS = """
window.up = window.sent = window.shown = null;
window.addEventListener('mouseup', () => { window.up = performance.now(); }, true);
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


def drawing_rows() -> Iterator[Row]:
    """Yield the median delays of a label and the memory that 1,000 predictions leave behind."""
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        env = {"VITRINE_FEEDBACK_URL": f"csv:{folder}/feedback.csv"}
        browser, log = launch(playwright), Path(folder) / "log"
        with running_app(log, env) as server:
            sent_ms, pen_ms = label_ms(browser, f"{server.url}/sketch")
        with running_app(log, env, script=ROOT / "bench" / "canvas_page.py") as server:
            bare_sent_ms, bare_pen_ms = label_ms(browser, server.url)
        browser.close()
    yield Row(
        "Sketch: canvas's message to the label",
        f"{sent_ms:.0f} ms",
        f"{LIMIT_MS} ms",
        sent_ms <= LIMIT_MS,
        sent_ms / bare_sent_ms,
    )
    yield Row(
        f"Sketch: pen up to the label, beyond the canvas's own {PAUSE_MS} ms",
        f"{pen_ms:.0f} ms",
        f"{PEN_LIMIT_MS} ms",
        pen_ms <= PEN_LIMIT_MS,
        pen_ms / bare_pen_ms,
    )
    yield Row(
        f"Sketch: memory that {PREDICTIONS:,} answers leave behind", f"{left_behind():.1f} MiB"
    )


def label_ms(browser: Browser, url: str) -> tuple[float, float]:
    """Return the median delays of a page's label: from the canvas's message, and from the pen."""
    page = browser.new_page(viewport={"width": 1280, "height": 800})
    page.add_init_script(TELLS_WHAT_IT_SENDS)
    page.goto(url)
    delays = list(drawn(page))
    page.close()
    sent, pen = (statistics.median(each) for each in zip(*delays, strict=True))
    return sent, pen


def left_behind() -> float:
    """Return by how many MiB this process grows over 1,000 more predictions."""
    model = sketch.load()
    process = psutil.Process()

    def predict() -> int:
        for given in islice(cycle(sketch.EXAMPLES), PREDICTIONS):
            sketch.predict(model, given)
        return int(process.memory_info().rss)

    return (predict() - predict()) / -MIB


def drawn(page: Page) -> Iterator[tuple[float, float]]:
    """Draw strokes by chance; yield the milliseconds to each new label.

    From the canvas's message, and from the end of the stroke but for the canvas's own pause.
    """
    canvas = page.locator("canvas.upper-canvas")
    canvas.hover()
    chance = random.Random(0)
    for _ in range(STROKES):
        stroke(page, canvas.bounding_box(), chance)
        page.wait_for_timeout(SETTLE_MS)
        up, sent, shown = page.evaluate("[window.up, window.sent, window.shown]")
        if shown is not None:  # a stroke may leave the sentence as it is
            yield shown - sent, shown - up - PAUSE_MS


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


ROUNDS = 10
KEY = ".st-key-flower_power_challenge"


def challenge_rows() -> Iterator[Row]:
    """Yield the median delay from a click's message to the reveal in the browser.

    Beside it a click on an example of a bare page, up to its heading.
    """
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        env = {"VITRINE_FEEDBACK_URL": f"csv:{folder}/feedback.csv", "PYTHONPATH": str(ROOT)}
        browser, log = launch(playwright), Path(folder) / "log"
        page = browser.new_page(viewport={"width": 1280, "height": 800})
        page.add_init_script(TELLS_WHAT_IT_SENDS)
        with running_app(log, env) as server:
            page.goto(f"{server.url}/flower_power?flower_power_tab=Challenge+the+AI")
            median = statistics.median(played(page))
        with running_app(log, env, script=ROOT / "bench" / "plain_click_page.py") as server:
            page.goto(f"{server.url}?demo=flower_power")
            bare = statistics.median(clicked(page))
        browser.close()
    what = "Flower Power: click's message to the reveal"
    yield Row(what, f"{median:.0f} ms", f"{LIMIT_MS} ms", median <= LIMIT_MS, median / bare)


def played(page: Page) -> Iterator[float]:
    """Play a challenge; yield the milliseconds of each round."""
    page.locator(f"{KEY}_start button").click()
    for number in range(1, ROUNDS + 1):
        page.get_by_text(f"Flower {number} of {ROUNDS}").wait_for()
        species = page.locator(f"{KEY}_setosa button:enabled")
        species.wait_for()
        yield to_heading_ms(page, species)
        page.locator(f"{KEY}_next button").click()


def clicked(page: Page) -> Iterator[float]:
    """Click the examples of a bare page in turn; yield the milliseconds to each new heading."""
    for number in range(1, ROUNDS + 1):
        example = page.locator(f".st-key-flower_power_example_{number % len(EXAMPLES)} button")
        example.wait_for()
        yield to_heading_ms(page, example)


def to_heading_ms(page: Page, button: Locator) -> float:
    """Return the milliseconds from a click's message to another heading."""
    page.evaluate("window.sent = window.shown = null; window.watching = true")
    button.click()
    page.wait_for_function("window.shown !== null")
    took: float = page.evaluate("window.watching = false, window.shown - window.sent")
    return took


RERUNS = 40
FIRST = 5  # reruns that still fill caches
FORM_LIMIT_MS = 20
TOOK = re.compile(r"THIRTY ([\d.]+) 0")
TIMEOUT_S = 30


def form_rows() -> Iterator[Row]:
    """Yield the median over reruns in a real session, the form alone, beside plain widgets."""
    with sync_playwright() as playwright:
        browser = launch(playwright)
        ours, plain = (rerun_ms(browser, name) for name in ("form_page.py", "plain_form_page.py"))
        browser.close()
    yield Row(
        "Form of 30 widgets: processor time of a rerun",
        f"{ours:.1f} ms",
        f"{FORM_LIMIT_MS} ms",
        ours <= FORM_LIMIT_MS,
        ours / plain,
    )


def rerun_ms(browser: Browser, script: str) -> float:
    """Return the median that the widgets of a page take when it runs again."""
    with tempfile.TemporaryDirectory() as folder:
        log, env = Path(folder) / "log", {"PYTHONPATH": str(ROOT)}
        with running_app(log, env, script=ROOT / "bench" / script) as server:
            page = browser.new_page()
            page.goto(server.url)
            again = page.get_by_role("button", name="Again")
            for count in range(1, RERUNS):
                wait_for_runs(log, count)
                again.click()
            took = [float(ms) for ms in TOOK.findall(log.read_text())][FIRST:]
            page.close()
    return statistics.median(took)


def wait_for_runs(log: Path, count: int) -> None:
    """Wait until the page has run so often."""
    deadline = time.monotonic() + TIMEOUT_S
    while len(TOOK.findall(log.read_text())) < count:
        if time.monotonic() > deadline:
            raise TimeoutError(f"no run {count}: {log.read_text()[-2000:]}")
        time.sleep(0.02)

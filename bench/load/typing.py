"""From the last letter to the answer in a browser: Sentiment's page here and the same in Gradio."""

import statistics
import tempfile
from collections.abc import Iterator
from pathlib import Path

from playwright.sync_api import Locator, Page, sync_playwright

from bench.app_server import running_production
from bench.browser import launch
from bench.load.against_gradio import running_gradio
from bench.load.production import OPTIONS, settings, wait_until_ready
from bench.row import Row

ROUNDS = 15
START, WORD = "The room was", " good"  # the last letter makes a word of it
LETTER_MS = 90  # somebody who types fast
SETTLE_MS = 1_000
WATCHES = """
(answer) => {
    window.letter = 0;
    window.answers = [];
    document.addEventListener('input', () => { window.letter = performance.now(); }, true);
    let shown = '';
    const look = () => {
        const text = document.querySelector(answer)?.innerText ?? '';
        if (text === shown) return;
        shown = text;
        window.answers.push(performance.now());
    };
    const everything = {subtree: true, childList: true, characterData: true};
    new MutationObserver(look).observe(document, everything);
    look();
}
"""


def rows(gradio_python: Path) -> Iterator[Row]:
    """Yield the median wait of both, measured in turns with the same browser."""
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        log, env = Path(folder) / "log", settings(f"csv:{folder}/feedback.csv")
        with (
            running_production(log, env, options=OPTIONS) as ours,
            running_gradio(gradio_python, Path(folder) / "gradio.log") as theirs,
        ):
            wait_until_ready(ours.url)
            browser = launch(playwright)
            pages = [
                opened(browser.new_page(), f"{ours.url}/sentiment", ".st-key-sentiment_text", "h3"),
                opened(browser.new_page(), theirs.url, "#text", "#answer"),
            ]
            waits: tuple[list[float], list[float]] = ([], [])
            for _ in range(ROUNDS):
                for (page, field), times in zip(pages, waits, strict=True):
                    page.bring_to_front()
                    times.append(wait_ms(page, field))
            browser.close()
    here, there = map(statistics.median, waits)
    yield Row("Last letter to the answer: Gradio", f"{there:.0f} ms")
    said = f"{here:.0f} ms, {here / there:.1f} times Gradio's"
    yield Row("Last letter to the answer: Vitrine", said, "1 times", here <= there, here / there)


def opened(page: Page, url: str, around: str, answer: str) -> tuple[Page, Locator]:
    """Return a page that watches its answer, and its field with the start of the text."""
    page.goto(url)
    field = page.locator(f"{around} input, {around} textarea").first
    field.fill(START)
    page.wait_for_timeout(3 * SETTLE_MS)  # charts and fonts are there
    page.evaluate(WATCHES, answer)
    return page, field


def wait_ms(page: Page, field: Locator) -> float:
    """Return the milliseconds from the last letter of the word to the last answer."""
    field.press_sequentially(WORD, delay=LETTER_MS)
    page.wait_for_timeout(SETTLE_MS)
    letter, answer = page.evaluate("[window.letter, window.answers.at(-1)]")
    if not answer or answer < letter:
        raise TimeoutError(f"{page.url} gave no answer to the last letter in {SETTLE_MS} ms.")
    for _ in WORD:
        field.press("Backspace")
    page.wait_for_timeout(SETTLE_MS)
    return answer - letter

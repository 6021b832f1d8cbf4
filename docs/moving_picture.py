"""Make moving_picture.gif from the running app: `python docs/moving_picture.py`.

A visitor draws, the model guesses on every stroke, the visitor says what it was: the row is there.
"""

import math
import sys
import tempfile
from pathlib import Path

from PIL import Image
from playwright.sync_api import Page, sync_playwright

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT))

from bench.app_server import running_app  # noqa: E402
from bench.browser import launch  # noqa: E402

SIZE, SHOWN = {"width": 1280, "height": 860}, (880, 591)
NAME = "docs/moving_picture.gif"


def circle(x: float, y: float, radius: float) -> list[tuple[float, float]]:
    """Return the points of a circle in pixels of the canvas."""
    turns = [2 * math.pi * step / 20 for step in range(21)]
    return [(x + radius * math.cos(turn), y + radius * math.sin(turn)) for turn in turns]


MOUTH = [(90 + 5 * step, 160 + 40 * math.sin(math.pi * step / 20)) for step in range(21)]
STROKES = [circle(140, 150, 105), circle(105, 120, 10), circle(175, 120, 10), MOUTH]


class Film:
    """Frames of a page, each with the time for which it is shown (ms)."""

    def __init__(self, page: Page, folder: Path) -> None:
        self.page, self.folder = page, folder
        self.frames: list[Image.Image] = []
        self.lasting: list[int] = []

    def take(self, milliseconds: int) -> None:
        """Add what the page shows now."""
        path = self.folder / f"{len(self.frames)}.png"
        self.page.screenshot(path=path)
        self.frames.append(Image.open(path).convert("RGB").resize(SHOWN, Image.Resampling.LANCZOS))
        self.lasting.append(milliseconds)

    def save(self, path: Path) -> None:
        """Write the frames as a GIF that runs for ever."""
        frames = [frame.quantize(96, dither=Image.Dither.NONE) for frame in self.frames]
        frames[0].save(path, save_all=True, append_images=frames[1:], duration=self.lasting, loop=0)


def draw(film: Film) -> None:
    """Draw stroke by stroke; the guess follows each."""
    page = film.page
    canvas = page.locator("canvas.upper-canvas")
    canvas.wait_for()
    page.wait_for_timeout(3000)
    for stroke in STROKES:
        box = canvas.bounding_box()
        assert box
        places = [(box["x"] + x, box["y"] + y) for x, y in stroke]
        page.mouse.move(*places[0])
        page.mouse.down()
        for number, place in enumerate(places[1:]):
            page.mouse.move(*place)
            page.wait_for_timeout(20)
            if number % 7 == 6:
                film.take(180)
        page.mouse.up()
        page.wait_for_timeout(1500)
        film.take(900)


def judge(film: Film) -> None:
    """Say that the guess was wrong, and what it was."""
    page = film.page
    page.get_by_role("button", name="Wrong").first.click()
    page.wait_for_timeout(1500)
    film.take(1500)
    page.get_by_role("combobox", name="right").last.fill("face")
    page.wait_for_timeout(600)
    film.take(900)
    page.keyboard.press("Enter")
    page.wait_for_timeout(500)
    page.get_by_role("button", name="Save").first.click()
    page.wait_for_timeout(1500)
    film.take(1800)


def row(film: Film, url: str, log: Path) -> None:
    """Show the stored row on the review page, signed in by the password."""
    page = film.page
    page.goto(f"{url}/review?review_tab=Rows")
    page.get_by_role("textbox", name="Your name").fill("Mia")
    page.get_by_role("textbox", name="Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    page.wait_for_timeout(1500)
    page.get_by_role("tab", name="Rows").click()
    page.wait_for_timeout(2000)
    page.get_by_text("the latest first").scroll_into_view_if_needed()
    page.mouse.move(700, 500)
    page.mouse.wheel(0, 350)
    page.wait_for_timeout(800)
    film.take(5000)
    assert "smiley" in log.read_text(encoding="utf-8")


PASSWORD = "only for the picture"


def main() -> None:
    """Start the app over an empty log, film one visit, write the GIF."""
    with tempfile.TemporaryDirectory() as name, sync_playwright() as playwright:
        folder = Path(name)
        env = {
            "VITRINE_FEEDBACK_URL": f"csv:{folder}/feedback.csv",
            "VITRINE_FEEDBACK_LASTING": "true",
            "VITRINE_REVIEW_PASSWORD": PASSWORD,
        }
        with running_app(folder / "app.log", env) as server:
            page = launch(playwright).new_page(viewport=SIZE, color_scheme="light")
            page.goto(f"{server.url}/sketch")
            page.wait_for_timeout(4000)
            film = Film(page, folder)
            film.take(900)
            draw(film)
            judge(film)
            row(film, server.url, folder / "feedback.csv")
            film.save(ROOT / NAME)
            print(f"{sum(film.lasting) / 1000:.0f} s, {(ROOT / NAME).stat().st_size:,} bytes")
            page.context.browser.close()


if __name__ == "__main__":
    main()

"""Drawing in a real browser on the real canvas, with the mouse and with a finger."""

import itertools
import json
import math
import re
from urllib.parse import urlencode

import pytest
from playwright.sync_api import expect

from models.sketch import Input, load, predict
from showcase.contract import canonical_json
from showcase.feedback import open_store
from tests.e2e.conftest import ready


def circle(x, y, radius, points=24):
    turns = (2 * math.pi * step / points for step in range(points + 1))
    return [(x + radius * math.cos(turn), y + radius * math.sin(turn)) for turn in turns]


def star(x, y, radius):
    turns = (math.pi * (4 * step / 5 - 0.5) for step in range(6))
    return [(x + radius * math.cos(turn), y + radius * math.sin(turn)) for turn in turns]


def along(corners, spacing=30):
    """Return the corners with places between them, as a hand passes them."""
    places = corners[:1]
    for (x, y), (to_x, to_y) in itertools.pairwise(corners):
        steps = math.ceil(math.dist((x, y), (to_x, to_y)) / spacing)
        shares = (step / steps for step in range(1, steps + 1))
        places += [(x + share * (to_x - x), y + share * (to_y - y)) for share in shares]
    return places


MOUTH = [(90 + 5 * step, 160 + 40 * math.sin(math.pi * step / 20)) for step in range(21)]
DRAWINGS = {
    "smiley face": [circle(140, 140, 110), circle(105, 110, 10), circle(175, 110, 10), MOUTH],
    "star": [star(140, 150, 105)],
}


SENT_AFTER_MS = 300  # the canvas waits 200 ms before it sends
FRAME_MS = 20  # a browser hands on the last place of each frame only: a hand is not faster


PHONE = "Mozilla/5.0 (Linux; Android 14) AppleWebKit/537.36 Chrome/130 Mobile Safari/537.36"
TOUCH = {"has_touch": True, "is_mobile": True}


class Hand:
    """Draws on the page's canvas with the mouse or, on a touch screen, with a finger."""

    def __init__(self, page, touch=False):
        self.page = page
        self.canvas = page.locator("canvas.upper-canvas")
        self.canvas.wait_for()
        self.canvas.scroll_into_view_if_needed()
        self.touch = page.context.new_cdp_session(page) if touch else None

    def draw(self, strokes):
        for stroke in strokes:
            box = self.canvas.bounding_box()
            places = [(box["x"] + x, box["y"] + y) for x, y in along(stroke)]
            self._touch(places) if self.touch else self._mouse(places)

    def finish(self, strokes):
        """Draw and wait until the answer is for all of it."""
        self.draw(strokes)
        self.page.wait_for_timeout(SENT_AFTER_MS)
        ready(self.page)

    def _mouse(self, places):
        self.page.mouse.move(*places[0])
        self.page.mouse.down()
        for place in places[1:]:
            self.page.mouse.move(*place)
            self.page.wait_for_timeout(FRAME_MS)
        self.page.mouse.up()

    def _touch(self, places):
        self._finger("touchStart", places[0])
        for place in places[1:]:
            self._finger("touchMove", place)
            self.page.wait_for_timeout(FRAME_MS)
        self._finger("touchEnd")

    def _finger(self, kind, *places):
        points = [{"x": x, "y": y} for x, y in places]
        self.touch.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": points})


def guessed(page, label):
    """Wait for the label to be among the three guesses."""
    bars = page.get_by_role("figure", name=re.compile(f"three likeliest: .*\\b{label} "))
    expect(bars.first).to_be_attached(timeout=15_000)


def stored(app):
    return open_store(f"csv:{app.log.parent}/feedback.csv").read()


def judged(page, verdict="Correct"):
    page.get_by_role("button", name=verdict).click()
    page.get_by_text(re.compile("^Saved")).wait_for()


def eventually(page, holds, tries=100):
    """Wait until something holds that the browser does in its own time."""
    while not holds():
        tries -= 1
        assert tries, "it never came to hold"
        page.wait_for_timeout(100)


def ink(page):
    """Return how many dark pixels the canvas shows."""
    return page.locator("canvas.dc-canvas.lower-canvas").evaluate(
        """canvas => {
            const {data} = canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height);
            let dark = 0;
            for (let i = 0; i < data.length; i += 4) dark += data[i + 3] > 0 && data[i] < 128;
            return dark;
        }"""
    )


def test_a_drawing_by_mouse_is_stored_survives_another_page_and_is_shown_by_a_link(app, open_tab):
    page = open_tab(f"{app.url}/sketch")
    Hand(page).finish(DRAWINGS["smiley face"])
    guessed(page, "smiley face")
    before = ink(page)
    page.get_by_role("link", name="Rainfall").first.click()
    page.get_by_role("heading", name="Rainfall", exact=True).wait_for()
    page.get_by_role("link", name="Sketch").first.click()
    guessed(page, "smiley face")
    eventually(page, lambda: ink(page) == pytest.approx(before, rel=0.02))
    ready(page)
    judged(page)
    row = stored(app).iloc[0]
    given = Input.model_validate_json(row["input"])
    assert len(given.drawing) == len(DRAWINGS["smiley face"])
    assert canonical_json(predict(load(), given)) == row["prediction"]
    drawing = json.dumps(json.loads(row["input"])["drawing"])
    again = open_tab(f"{app.url}/sketch?{urlencode({'sketch_drawing': drawing})}", width=390)
    expect(again.locator("h3").first).to_have_text(page.locator("h3").first.inner_text())
    eventually(again, lambda: ink(again) > 1_000)


def test_a_finger_draws_anywhere_on_the_paper_and_what_it_drew_is_recognised_and_stored(
    app, open_tab
):
    page = open_tab(f"{app.url}/sketch", width=390, user_agent=PHONE, **TOUCH)
    in_view = page.get_by_test_id("stBottom").get_by_text("looks like a")
    assert in_view.count() == 0
    Hand(page, touch=True).finish(DRAWINGS["star"])
    guessed(page, "star")
    expect(in_view).to_contain_text("star")
    judged(page)
    row = stored(app).iloc[0]
    given = Input.model_validate_json(row["input"])
    assert len(given.drawing) == 1
    assert canonical_json(predict(load(), given)) == row["prediction"]
    page.get_by_role("button", name="Clear").click()
    expect(in_view).to_have_count(0)
    # The canvas package's own tool bar would lie unseen over the upper right corner.
    page.get_by_test_id("stMain").evaluate("main => main.scrollTo(0, 0)")
    hand = Hand(page, touch=True)
    hand.finish(DRAWINGS["smiley face"])
    for x in (184, 208, 242, 264):
        hand.finish([[(x, 8), (x + 4, 12), (x, 14)]])
    expect(page.get_by_role("button", name="Edit")).to_have_count(0)
    judged(page)
    drawing = Input.model_validate_json(stored(app)["input"][1]).drawing
    assert len(drawing) == len(DRAWINGS["smiley face"]) + 4


def forty_strokes_on_one_canvas(page):
    hand = Hand(page)
    first = page.locator("canvas.upper-canvas").element_handle()
    least = []
    for number in range(40):
        x, y = 10 + 32 * (number % 8), 12 + 52 * (number // 8)
        hand.draw([[(x, y), (x + 8, y + 16)]])
        least.append(ink(page))
    ready(page)
    assert first.evaluate("canvas => canvas.isConnected"), "the canvas was not made anew"
    assert least == sorted(least), "no stroke went away, not even for a moment"
    assert page.locator("h3").first.inner_text()


def test_strokes_stay_until_undo_clear_or_an_example_changes_the_paper(shared_app, open_tab):
    page = open_tab(f"{shared_app.url}/sketch")
    hand = Hand(page)
    hand.finish([circle(140, 140, 100), circle(140, 140, 40)])
    guessed(page, "donut")
    both = ink(page)
    page.locator(".st-key-sketch_drawing_undo button").click()
    eventually(page, lambda: 0 < ink(page) < both)
    hand.finish([circle(140, 140, 40)])
    guessed(page, "donut")
    page.get_by_role("button", name="Sailboat").click()
    guessed(page, "sailboat")
    page.get_by_role("button", name="Clear").click()
    page.get_by_text("Your turn").wait_for()
    eventually(page, lambda: ink(page) == 0)
    forty_strokes_on_one_canvas(page)


@pytest.mark.slow  # it waits the 20 seconds of a round
def test_a_round_of_the_game_ends_by_itself(app, open_tab):
    page = open_tab(f"{app.url}/sketch", width=390)
    page.get_by_role("tab", name="Draw this!").click()
    page.get_by_role("button", name="Start").click()
    asked = page.get_by_role("heading", name=re.compile("^Draw a")).inner_text()
    page.get_by_text("seconds left").wait_for()
    Hand(page).finish(DRAWINGS["smiley face"])
    page.get_by_text(re.compile("Is it|It saw")).first.wait_for()
    page.get_by_role("button", name="Next round").wait_for(timeout=30_000)
    row = stored(app).iloc[0]
    assert (row["source"], row["demo"]) == ("game", "sketch")
    assert asked.endswith(row["expected"].removeprefix("The "))

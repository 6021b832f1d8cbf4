"""Every tab of every page, on a screen and on a phone, light and dark: errors, width, axe."""

import pytest
from playwright.sync_api import Page

from showcase.contract.registry import page_title, pages
from tests.e2e.conftest import overflow, ready, serious, verdict_on_the_first_screen

ASKED_AT_ONCE = {"rainfall", "sentiment", "earnings", "text_tools"}
PATHS = ["", *pages(), "review", "annotate", "learn", "widgets"]
BACKGROUND = "getComputedStyle(document.querySelector('.stApp')).backgroundColor"
WIDE = ("widgets", 2)  # the comparison with Gradio: a table for developers, whose page scrolls


@pytest.mark.parametrize("path", PATHS, ids=lambda path: path or "gallery")
def test_opens_without_a_console_error_fits_and_can_be_read_by_all(shared_app, open_tab, path):
    page = open_tab(f"{shared_app.url}/{path}")
    assert page.locator('[data-testid="stException"]').count() == 0
    assert page.locator('[data-testid="stAlertContentError"]').count() == 0
    assert page.title().endswith(" · Vitrine")
    assert background(page) == "rgb(255, 255, 255)"
    assert overflow(page) <= 0, "nothing is wider than the screen"
    if path in ASKED_AT_ONCE:
        assert verdict_on_the_first_screen(page)
    assert serious(page) == []
    page.set_viewport_size({"width": 390, "height": 800})
    page.emulate_media(color_scheme="dark")
    page.wait_for_function("() => innerWidth == 390")
    ready(page)
    page.wait_for_function(f"() => {BACKGROUND} != 'rgb(255, 255, 255)'")  # dark, in a moment
    tabs = page.get_by_role("tab")
    for number in range(max(tabs.count(), 1)):
        if tabs.count():
            tabs.nth(number).click()
            ready(page)
        if (path, number) != WIDE:
            assert overflow(page) <= 0, "nothing is wider than a phone"
        assert serious(page) == []


def background(page: Page) -> str:
    return page.evaluate(BACKGROUND)


# One page stands for all: what leads there is the same.
@pytest.mark.parametrize("name", ["text_tools"])
def test_deep_link_right_after_the_start_goes_through_home(fresh_app, open_tab, name):
    page = open_tab(f"{fresh_app.url}/{name}?rainfall_humidity_3pm=33")
    title = page_title(pages()[name])
    page.get_by_role("heading", name=title, exact=True).wait_for()
    menu = page.locator('[data-testid="stSidebarNav"]').inner_text()
    assert "Gallery" in menu
    assert "sentiment words" not in menu.lower()
    assert f"/{name}?rainfall_humidity_3pm=33" in page.url

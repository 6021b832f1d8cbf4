"""Text tools and the widgets in a real browser: typing, tabs, links, on a screen and on a phone."""

import re

import pytest
from playwright.sync_api import expect

from pages.parts.widgets.components import INPUTS, OUTPUTS
from showcase.feedback import open_store
from tests.e2e.conftest import press, ready, verdict_on_the_first_screen

WIDTHS = [1280, 390]


def wider_than_the_screen(page):
    return page.evaluate("document.documentElement.scrollWidth - window.innerWidth")


@pytest.mark.parametrize("width", WIDTHS)
def test_what_is_typed_is_searched_for_palindromes(app, open_tab, width):
    page = open_tab(f"{app.url}/text_tools", width=width)
    box = page.get_by_role("textbox", name="Your text")
    box.fill("Step on no pets, Bob")
    box.blur()
    page.get_by_role("heading", name=re.compile("the longest of 12 letters")).wait_for()
    page.get_by_role("button", name="Correct").click()
    page.get_by_text(re.compile("^Saved")).wait_for()
    rows = open_store(f"csv:{app.log.parent}/feedback.csv").read()
    assert rows["demo"].tolist() == ["palindromes"]
    assert "Step on no pets, Bob" in rows["input"][0]
    assert wider_than_the_screen(page) <= 0


@pytest.mark.parametrize("width", WIDTHS)
def test_tab_by_tab(shared_app, open_tab, width):
    page = open_tab(f"{shared_app.url}/text_tools", width=width)
    for tab, heading in (
        ("Word frequencies", "occurs most often"),
        ("Readability", "a reading ease of"),
        ("Palindromes", "palindromes, the longest"),
    ):
        page.get_by_role("tab", name=tab).click()
        page.get_by_role("heading", name=re.compile(heading)).wait_for()
        ready(page)
        assert wider_than_the_screen(page) <= 0
        assert width < 1280 or verdict_on_the_first_screen(page)


def test_link_opens_the_tab_with_its_settings(shared_app, open_tab):
    query = "text_tools_tab=Word+frequencies&word_frequencies_most=25&word_frequencies_common=true"
    page = open_tab(f"{shared_app.url}/text_tools?{query}")
    page.get_by_role("heading", name=re.compile("“that” and “we” occur most often")).wait_for()
    expect(page.get_by_role("slider", name="List")).to_have_value("25", timeout=20_000)


def test_keys_judge_the_open_tab(app, open_tab):
    page = open_tab(f"{app.url}/text_tools?text_tools_tab=Readability")
    press(page, "u")
    page.get_by_text(re.compile("^Saved")).wait_for()
    rows = open_store(f"csv:{app.log.parent}/feedback.csv").read()
    assert rows["demo"].tolist() == ["readability"]


@pytest.mark.parametrize(
    ("kind", "names"),
    [
        ("input", ("Several of many", "Dates", "Photo", "Drawing", "Table", "Group")),
        ("output", ("Probabilities", "Table", "Several", "Chart", "Picture", "Sound")),
    ],
)
def test_widgets_fit_a_phone(shared_app, open_tab, kind, names):
    page = open_tab(f"{shared_app.url}/widgets?widgets_tab={kind.title()}s", 390, "dark")
    shown = {one.name: one for one in (INPUTS if kind == "input" else OUTPUTS)}
    for name in names:
        page.get_by_role("radio", name=name, exact=True).or_(
            page.get_by_role("button", name=name, exact=True)
        ).first.click()
        page.locator("code", has_text=f"interface({shown[name].function.__name__})").wait_for()
        ready(page)
        assert wider_than_the_screen(page) <= 0, name


def test_link_to_a_widget(shared_app, open_tab):
    page = open_tab(f"{shared_app.url}/widgets?widgets_tab=Outputs&widgets_output=Chart")
    page.locator("code", has_text="interface(chart)").wait_for()
    page.locator(".js-plotly-plot").wait_for()
    page.get_by_role("button", name="Sound", exact=True).or_(
        page.get_by_role("radio", name="Sound", exact=True)
    ).first.click()
    page.wait_for_url("**widgets_output=Sound*")

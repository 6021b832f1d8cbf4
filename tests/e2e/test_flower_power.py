"""Flower Power in a real browser: training by mouse and by keys, one's own flower, its warning."""

import re

import pytest
from playwright.sync_api import expect

from models.flower_power import LABELS
from tests.e2e.conftest import press, ready, verdict_on_the_first_screen

KEYS = dict(zip(LABELS, "123", strict=True))
ANSWER = re.compile("^(This looks like|This might be) .*, .*% sure")


def by_mouse(page, label):
    page.get_by_role("button", name=label.capitalize()).click()
    expect(page.get_by_role("button", name="Next flower")).to_be_visible()


def by_key(page, label):
    press(page, KEYS[label])
    expect(page.get_by_role("button", name="Next flower")).to_be_visible()


def next_by_mouse(page):
    page.get_by_role("button", name="Next flower").click()


def next_by_key(page):
    press(page, "n")


def asked(page):
    expect(page.get_by_role("heading", name="Which iris is this?")).to_be_visible()
    expect(page.get_by_role("button", name="Setosa")).to_be_enabled()
    ready(page)


def picture(page):
    return page.get_by_role("img", name=re.compile("^An iris"))


def fits(page) -> bool:
    return page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")


@pytest.mark.parametrize(
    ("width", "guess", "go_on"),
    [(390, by_mouse, next_by_mouse), (1280, by_key, next_by_key)],
    ids=["mouse", "keys"],
)
def test_training(shared_app, open_tab, width, guess, go_on):
    page = open_tab(f"{shared_app.url}/flower_power", width=width)
    for turn, label in enumerate(LABELS, 1):
        asked(page)
        assert not [one for one in LABELS if one in picture(page).get_attribute("alt")]
        guess(page, label)
        heading = page.get_by_role("heading", name=re.compile("^(Right, it is|It is)"))
        truth = re.search("(?<=it is )\\w+", heading.inner_text(), re.IGNORECASE)[0]
        expect(picture(page)).to_have_attribute("alt", re.compile(f"^An iris, {truth}:"))
        expect(page.get_by_text(re.compile(rf"\d of {turn} right so far"))).to_be_visible()
        ready(page)
        go_on(page)
    asked(page)
    assert fits(page)


def test_a_double_click_counts_once_and_skips_nothing(shared_app, open_tab):
    page = open_tab(f"{shared_app.url}/flower_power")
    page.get_by_role("button", name="Versicolor").dblclick()
    expect(page.get_by_role("button", name="Next flower")).to_be_visible()
    ready(page)
    page.get_by_role("button", name="Next flower").dblclick()
    asked(page)
    by_key(page, "setosa")
    expect(page.get_by_text(re.compile("of 2 right so far"))).to_be_visible()


def test_training_goes_on_after_another_page(shared_app, open_tab):
    page = open_tab(f"{shared_app.url}/flower_power")
    by_key(page, "virginica")
    ready(page)
    before = picture(page).get_attribute("alt")
    page.get_by_role("link", name="Rainfall").first.click()
    page.get_by_role("heading", name="Rainfall", exact=True).wait_for()
    page.get_by_role("link", name="Flower Power").first.click()
    expect(picture(page)).to_have_attribute("alt", before)
    expect(page.get_by_text(re.compile("of 1 right so far"))).to_be_visible()


@pytest.mark.parametrize(("width", "scheme"), [(1280, "light"), (390, "dark")])
def test_own_flower_by_slider(shared_app, open_tab, width, scheme):
    page = open_tab(f"{shared_app.url}/flower_power", width=width, scheme=scheme)
    page.get_by_role("tab", name="Your own flower").click()
    slider = page.get_by_role("slider", name="Petal length")
    expect(slider).to_be_visible()
    ready(page)
    slider.focus()
    slider.press("ArrowRight")
    page.wait_for_url("**flower_power_petal_length=4.2**")
    expect(page.get_by_role("heading", name=ANSWER)).to_be_visible()
    expect(picture(page)).to_have_attribute("alt", re.compile("petals 4.2 cm long"))
    ready(page)
    assert fits(page)
    assert page.get_by_text("petal width (0.1 to").count() == 0
    assert width < 1280 or verdict_on_the_first_screen(page)


def test_answer_and_verdict_are_on_the_first_screen_with_a_warning_too(shared_app, open_tab):
    beyond = "flower_power_sepal_width=1&flower_power_petal_width=5"
    page = open_tab(f"{shared_app.url}/flower_power?flower_power_sepal_length=6&{beyond}")
    expect(page.get_by_role("heading", name=ANSWER)).to_be_visible()
    assert page.get_by_text("petal width (0.1 to").count() == 1
    assert verdict_on_the_first_screen(page)


def test_the_address_tells_the_tab(shared_app, open_tab):
    page = open_tab(f"{shared_app.url}/flower_power")
    page.get_by_role("tab", name="Your own flower").click()
    page.wait_for_url("**flower_power_tab=Your*")
    again = open_tab(page.url)
    expect(again.get_by_role("heading", name=ANSWER)).to_be_visible()

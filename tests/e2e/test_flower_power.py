"""Flower Power in a real browser: training by mouse and by keys, one's own flower, its warning."""

import re

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


def test_training_by_mouse_by_keys_and_by_a_double_click_that_skips_nothing(shared_app, open_tab):
    page = open_tab(f"{shared_app.url}/flower_power")
    hands = [(by_mouse, next_by_mouse), (by_key, next_by_key), (by_key, next_by_mouse)]
    for turn, (label, (guess, go_on)) in enumerate(zip(LABELS, hands, strict=True), 1):
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
    page.get_by_role("button", name="Versicolor").dblclick()
    expect(page.get_by_role("button", name="Next flower")).to_be_visible()
    ready(page)
    page.get_by_role("button", name="Next flower").dblclick()
    asked(page)
    by_key(page, "setosa")
    expect(page.get_by_text(re.compile("of 5 right so far"))).to_be_visible()


def test_own_flower_by_slider_and_its_address(shared_app, open_tab):
    page = open_tab(f"{shared_app.url}/flower_power")
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
    assert page.get_by_text("petal width (0.1 to").count() == 0
    assert verdict_on_the_first_screen(page)
    again = open_tab(page.url)
    expect(picture(again)).to_have_attribute("alt", re.compile("petals 4.2 cm long"))


def test_answer_and_verdict_are_on_the_first_screen_with_a_warning_too(shared_app, open_tab):
    beyond = "flower_power_sepal_width=1&flower_power_petal_width=5"
    page = open_tab(f"{shared_app.url}/flower_power?flower_power_sepal_length=6&{beyond}")
    expect(page.get_by_role("heading", name=ANSWER)).to_be_visible()
    assert page.get_by_text("petal width (0.1 to").count() == 1
    assert verdict_on_the_first_screen(page)

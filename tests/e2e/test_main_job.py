"""The main job in a real browser: try, read why, judge, and find the verdict in the CSV."""

import json
import re

from playwright.sync_api import expect

from showcase.feedback import open_store
from tests.e2e.conftest import press, ready, serious


def stored(app):
    return open_store(f"csv:{app.log.parent}/feedback.csv").read()


def saved(page):
    page.get_by_text(re.compile("^Saved")).wait_for()


def test_a_text_is_answered_judged_once_by_mouse_or_key_and_shared(app, open_tab):
    page = open_tab(f"{app.url}/sentiment")
    box = page.get_by_role("textbox", name="Your text")
    box.fill("What a wonderful, wonderful day")
    page.get_by_role("heading", name=re.compile("This sounds positive")).wait_for()
    page.get_by_role("button", name="Correct").dblclick()
    saved(page)
    ready(page)
    assert len(stored(app)) == 1
    row = stored(app).iloc[0]
    assert json.loads(row["input"])["text"] == "What a wonderful, wonderful day"
    assert (row["verdict"], row["expected"]) == ("correct", "positive")
    page.get_by_text("What you judged here: 1").click()
    page.get_by_role("button", name="Take back").wait_for()
    assert serious(page) == []

    box.fill("")
    box.press_sequentially("You may not like it")
    page.locator("p", has_text="You may not like").wait_for()
    box.blur()
    press(page, "u")
    page.get_by_text("What you judged here: 2").wait_for()
    rows = stored(app)
    assert rows["verdict"].tolist() == ["correct", "unsure"]
    assert json.loads(rows["input"][1])["text"] == "You may not like it"

    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page.evaluate("navigator.share = async (what) => { window.shared = what }")
    box.fill("A lovely walk")
    page.get_by_role("heading", name=re.compile("This sounds positive")).wait_for()
    ready(page)
    page.get_by_role("button", name="Share").click()
    page.get_by_role("button", name="Copy link").click()
    page.get_by_role("status").get_by_text("Copied").wait_for()
    copied = page.evaluate("navigator.clipboard.readText()")
    assert "sentiment_text=A+lovely+walk" in copied
    assert page.evaluate("window.shared.url") == copied

    page.get_by_role("tab", name="A file of texts").click()
    page.get_by_text("Drop in a file").wait_for()
    press(page, "u")  # judges what nobody sees
    page.get_by_role("tab", name="One text").click()
    page.get_by_role("button", name="Not sure").wait_for()
    page.get_by_role("button", name="Correct").click()
    page.get_by_text("What you judged here: 3").wait_for()
    assert stored(app)["verdict"].tolist() == ["correct", "unsure", "correct"]


def test_what_was_meant_for_the_old_answer_does_not_judge_the_new_one(app, open_tab):
    page = open_tab(f"{app.url}/sentiment")
    page.get_by_text("Longer text").click()
    page.locator("textarea").fill("Horrible awful dreadful stuff")
    correct = page.get_by_role("button", name="Correct")
    # as a click does, but both in one moment however busy the machine is
    correct.evaluate("button => { document.activeElement.blur(); button.click() }")
    page.get_by_role("heading", name=re.compile("This sounds negative")).wait_for()
    page.get_by_text("The input changed before your click").wait_for()
    assert len(stored(app)) == 0
    ready(page)

    page.locator("textarea").fill("Lovely wonderful pleasant stuff")
    pressed = page.get_by_role("button", name="Correct").element_handle()
    pressed.hover()
    page.mouse.down()
    page.get_by_role("heading", name=re.compile("This sounds positive")).wait_for()
    ready(page)
    pressed.wait_for_element_state("hidden")  # the next answer has buttons of its own
    page.mouse.up()
    page.get_by_role("button", name="Not sure").click()
    saved(page)
    assert stored(app)["verdict"].tolist() == ["unsure"]


def test_what_was_judged_can_be_read_in_the_dark_after_a_reload(app, open_tab):
    page = open_tab(f"{app.url}/rainfall", scheme="dark")
    page.get_by_role("button", name="Correct").click()
    saved(page)
    page.get_by_role("button", name="Correct").hover()
    assert serious(page) == []
    page.emulate_media(color_scheme="light")  # as a system does at sunrise
    ready(page)
    assert serious(page) == []
    page.emulate_media(color_scheme="dark")
    page.wait_for_function("document.cookie.includes('vitrine_visit')")
    page.reload()
    ready(page)
    page.get_by_text("What you judged here: 1").click()
    page.get_by_role("button", name="Take back").wait_for()
    assert serious(page) == []


def test_keys_judge_while_a_slider_has_the_focus_and_not_once_they_are_off(app, open_tab):
    page = open_tab(f"{app.url}/rainfall")
    page.get_by_role("slider").first.press("ArrowRight")
    page.wait_for_url("**rainfall_temperature_3pm=22.5**")
    press(page, "y")
    saved(page)
    page.get_by_role("button", name="Keys").click()
    page.get_by_text("Letter keys").click()
    ready(page)
    page.keyboard.press("Escape")
    page.get_by_role("slider").first.focus()
    page.keyboard.press("u")
    ready(page)
    assert stored(app)["verdict"].tolist() == ["correct"]


def humidity_is(page, value: str) -> None:
    expect(page.get_by_role("slider", name="Humidity")).to_have_value(value, timeout=20_000)


def test_back_forward_and_reload_keep_the_inputs(shared_app, open_tab):
    page = open_tab(f"{shared_app.url}/rainfall?rainfall_humidity_3pm=91")
    page.get_by_role("link", name="Sentiment").first.click()
    page.get_by_role("heading", name="Sentiment", exact=True).wait_for()
    page.go_back()
    page.get_by_role("heading", name="Rainfall", exact=True).wait_for()
    humidity_is(page, "91")
    page.wait_for_url("**rainfall_humidity_3pm=91")
    page.reload()
    ready(page)
    humidity_is(page, "91")


def test_two_tabs_write_to_one_file(app, open_tab):
    first, second = open_tab(f"{app.url}/rainfall"), open_tab(f"{app.url}/sentiment")
    first.get_by_role("button", name="Correct").click()
    second.get_by_role("button", name="Not sure").click()
    saved(first)
    saved(second)
    rows = stored(app)
    assert sorted(rows["demo"]) == ["rainfall", "sentiment"]
    assert rows["session"].nunique() == 2


def test_link_cannot_put_a_link_on_the_page(shared_app, open_tab):
    bad = "%5BLog%20in%5D(http%3A%2F%2Fe.vil%2Fx)%20www.e.vil%20me%40e.vil"
    page = open_tab(f"{shared_app.url}/sentiment?sentiment_threshold={bad}")
    alert = page.locator('[data-testid="stAlert"]').first
    assert "[Log in](http:\N{WORD JOINER}//e.vil/x) www" in alert.inner_text()
    assert alert.locator("a, img").count() == 0

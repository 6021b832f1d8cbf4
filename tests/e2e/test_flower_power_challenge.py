"""Challenges in a real browser: by mouse, by keys, on a phone, two at once, reload, back, twice."""

import re

from playwright.sync_api import expect

from models.flower_power import LABELS
from models.flower_power.flowers import find, held_out
from models.flower_power.game import ROUNDS, GameRow, deck
from showcase.feedback import open_store
from showcase.feedback.record import GAME
from tests.e2e.conftest import overflow, press, ready

DEMO = "flower_power"
KEYS = dict(zip(LABELS, "123", strict=True))
COLOUR = "button => getComputedStyle(button.querySelector('p')).color"
CHALLENGE_TAB = "flower_power_tab=Challenge+the+AI"


def button(page, name):
    return page.locator(f".st-key-flower_power_challenge_{name} button")


def by_mouse(page, label):
    button(page, label).click()
    expect(button(page, "next")).to_be_visible()
    ready(page)
    colours = {button(page, one).evaluate(COLOUR) for one in LABELS}
    assert len(colours) == 1  # what was chosen is off as the others are, and can be read


def by_key(page, label):
    press(page, KEYS[label])
    expect(button(page, "next")).to_be_visible()


def next_by_mouse(page):
    button(page, "next").click()


def next_by_key(page):
    press(page, "n")


HANDS = (by_mouse, next_by_mouse), (by_key, next_by_key)


def asked(page, number):
    """Wait for a flower that is to be guessed."""
    expect(page.get_by_text(f"Flower {number} of {ROUNDS}")).to_be_visible()
    expect(page.get_by_role("heading", name="Which iris is this?")).to_be_visible()
    expect(button(page, "setosa")).to_be_enabled()
    ready(page)


def begun(page, name=""):
    """Start a challenge with a name; return its id."""
    if name:
        field = page.get_by_role("textbox", name="Your name")
        field.fill(name)
        field.press("Enter")
        ready(page)
    button(page, "start").click()
    asked(page, 1)
    return re.search("challenge=([0-9a-f]{16})", page.url)[1]


def open_tab_of(app):
    return f"{app.url}/{DEMO}?{CHALLENGE_TAB}"


def truths(challenge):
    numbers = deck(challenge, [flower.number for flower in held_out()])
    return [find(number).species for number in numbers]


def rounds(app, challenge=""):
    store = open_store(f"csv:{app.log.parent}/feedback.csv")
    return store.current_rows(GameRow, demo="flower_power", session=challenge, source=GAME)


def play(page, guesses, start=1):
    """Play rounds, up to the result if they are the last: every other one by the keys."""
    for number, label in enumerate(guesses, start):
        guess, go_on = HANDS[number % 2]
        asked(page, number)
        guess(page, label)
        go_on(page)


def test_a_whole_challenge_from_the_empty_scoreboard_to_its_link(app, open_tab):
    page = open_tab(f"{app.url}/{DEMO}?flower_power_tab=Scoreboard", width=390)
    page.locator(".st-key-flower_power_scoreboard_play button").click()
    challenge = begun(page, "**Mia** <b>x</b>")
    guesses = [*truths(challenge)[:7], "setosa", "versicolor", "virginica"]
    play(page, guesses)
    stored = rounds(app, challenge)
    assert [row.guess for row in stored] == guesses
    assert [row.expected for row in stored] == truths(challenge)
    right = sum(row.guess == row.expected for row in stored)
    expect(page.get_by_text(f"You: {right} of 10 right")).to_be_visible()
    assert overflow(page) <= 0
    page.get_by_role("button", name="Share this challenge").click()
    link = page.locator("[data-testid=stCode]").inner_text().strip()
    other = open_tab(link)
    expect(other.get_by_text(f"**Mia** <b>x</b>: {right} of 10 right")).to_be_visible()
    expect(button(other, "setosa")).to_have_count(0)
    other.goto(f"{link}&round=3")
    expect(other.get_by_text(f"**Mia** <b>x</b> said {guesses[2]}")).to_be_visible()
    button(page, "scoreboard").click()
    expect(page.get_by_text("10 rounds of 1 player")).to_be_visible()
    expect(page.get_by_text("**Mia** <b>x</b>").first).to_be_visible()
    assert overflow(page) <= 0


def test_two_people_at_once_see_each_other_on_the_scoreboard(app, open_tab):
    one, other = open_tab(open_tab_of(app)), open_tab(open_tab_of(app), width=390)
    ids = begun(one, "Mia"), begun(other, "Bo")
    for page in (one, other):
        play(page, ["setosa"])
    for page in (one, other):
        page.get_by_role("tab", name="Scoreboard").click()
        expect(page.get_by_text("2 rounds of 2 players")).to_be_visible(timeout=20_000)
    board = one.get_by_test_id("stMetricValue").first
    right = sum(row.guess == row.expected for row in rounds(app))
    expect(board).to_have_text(f"{right / 2:.0%}")
    third = open_tab(f"{open_tab_of(app)}&challenge={ids[1]}")
    play(third, ["setosa"], start=2)
    # by itself, without a click
    expect(one.get_by_text("3 rounds of 2 players")).to_be_visible(timeout=20_000)


def test_a_reload_in_mid_round_changes_nothing(app, open_tab):
    page = open_tab(open_tab_of(app))
    challenge = begun(page, "Mia")
    page.reload()
    asked(page, 1)
    play(page, ["setosa", "setosa"])
    asked(page, 3)
    before = page.get_by_role("img", name=re.compile("^An iris")).get_attribute("alt")
    page.reload()
    asked(page, 3)
    assert page.get_by_role("img", name=re.compile("^An iris")).get_attribute("alt") == before
    by_mouse(page, "setosa")
    page.reload()
    expect(page.get_by_text("You said setosa")).to_be_visible()
    next_by_mouse(page)
    asked(page, 4)
    by_mouse(page, "setosa")
    assert [row.annotator for row in rounds(app, challenge)] == ["Mia"] * 4
    button(page, "start").click()
    asked(page, 1)
    expect(page.get_by_test_id("stMetric").first).to_contain_text("Mia")


def test_a_double_click_and_a_key_pressed_twice_count_once_and_go_to_what_has_the_focus(
    app, open_tab
):
    page = open_tab(open_tab_of(app))
    challenge = begun(page)
    page.get_by_role("button", name="Change your name").click()
    field = page.get_by_role("textbox", name="Your name")
    field.press_sequentially("Agent 123")
    field.press("Enter")
    page.keyboard.press("Escape")
    asked(page, 1)
    assert rounds(app) == []
    for number in (1, 2):
        asked(page, number)
        button(page, "virginica").dblclick()
        expect(button(page, "next")).to_be_visible()
        ready(page)
        expect(page.get_by_text(f"Flower {number} of {ROUNDS}")).to_be_visible()
        button(page, "next").dblclick()
    for number in (3, 4):
        asked(page, number)
        for key in ("2", "2", "3"):
            page.keyboard.press(key)
        expect(button(page, "next")).to_be_visible()
        ready(page)
        for _ in range(2):
            page.keyboard.press("n")
    asked(page, 5)
    stored = rounds(app, challenge)
    assert [row.guess for row in stored] == ["virginica"] * 2 + ["versicolor"] * 2
    assert {row.annotator for row in stored} == {"Agent 123"}
    page.get_by_role("link", name="Rainfall").focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Rainfall")).to_be_visible()


def test_the_back_button_shows_earlier_rounds_and_changes_none(app, open_tab):
    page = open_tab(open_tab_of(app))
    challenge = begun(page)
    play(page, ["setosa", "virginica"])
    asked(page, 3)
    page.go_back()
    expect(page.get_by_text("You said virginica")).to_be_visible()
    page.go_back()
    expect(page.get_by_text("You said setosa")).to_be_visible()
    page.go_back()
    expect(button(page, "go_on")).to_have_text(re.compile("Go on with flower 3"))
    for _ in range(3):
        page.go_forward()
    asked(page, 3)
    assert [row.guess for row in rounds(app, challenge)] == ["setosa", "virginica"]


def test_two_tabs_on_one_challenge_count_each_round_once(app, open_tab):
    page = open_tab(open_tab_of(app))
    challenge = begun(page, "Mia")
    second = open_tab(page.url)
    asked(second, 1)
    by_mouse(page, "setosa")
    by_mouse(second, "virginica")
    expect(second.get_by_text("You said setosa")).to_be_visible()
    expect(second.get_by_text("It was answered before this click")).to_be_visible()
    next_by_mouse(second)
    asked(second, 2)
    by_mouse(second, "virginica")
    next_by_mouse(page)
    expect(page.get_by_text("You said virginica")).to_be_visible()
    stored = rounds(app, challenge)
    assert [(row.guess, row.annotator) for row in stored] == [
        ("setosa", "Mia"),
        ("virginica", "Mia"),
    ]

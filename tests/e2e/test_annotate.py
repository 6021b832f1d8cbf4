"""Annotating in a real browser: keys, phone, reload, two people, double clicks, the link."""

import re
import sys

import pytest
from playwright.sync_api import expect

from bench.app_server import free_port, running, running_app
from models import sentiment, sketch
from showcase.annotation import Progress, Task, open_tasks
from showcase.feedback import open_store
from tests.e2e.conftest import overflow, ready, serious
from tests.showcase.feedback.builders import judgements

PASSWORD = "correct horse"
LOOKED_MS = 350  # before that nobody has looked, and a key is the one before, held down
LINK = re.compile(r"http://localhost:\d+/review\?token=([\w-]+)")


@pytest.fixture(scope="module")
def app(tmp_path_factory):
    folder = tmp_path_factory.mktemp("annotate")
    env = {
        "VITRINE_FEEDBACK_URL": f"csv:{folder}/feedback.csv",
        "VITRINE_WARM": "0",
        "VITRINE_REVIEW_PASSWORD": PASSWORD,
    }
    with running_app(folder / "app.log", env) as server:
        yield server


def url_of(app):
    return f"csv:{app.log.parent}/feedback.csv"


def made(app, inputs=sentiment.EXAMPLES[:4], demo="sentiment", **given):
    fields = {"demo": demo, "title": "First round", "guidelines": "In doubt, U.", "people": 2}
    task = Task.of(inputs, **fields | given)
    open_tasks(url_of(app)).add(task)
    return task


def address(app, task):
    return f"{app.url}/annotate?task={task.id}"


def rows(app, task):
    return judgements(open_store(url_of(app)), task.id)


def sign_in(page, name):
    page.get_by_role("textbox", name="Your name").fill(name)
    page.get_by_role("textbox", name="Password").fill(PASSWORD)
    page.keyboard.press("Enter")
    expect(page.get_by_text(f"Signed in as {name}")).to_be_visible()
    ready(page)


def so_far(page, done, of):
    expect(page.get_by_text(f"You: {done} of {of}")).to_be_visible()
    ready(page)


def press(page, key):
    """Press a key as people do: after a look."""
    page.keyboard.press("Shift", delay=LOOKED_MS)
    page.keyboard.press(key)


def label(page, place):
    return page.locator(f"[class*='st-key-annotate_label_{place}_'] button")


def test_a_list_by_keys_with_a_reload_in_its_middle(app, open_tab):
    task = made(app)
    page = open_tab(address(app, task), width=390)
    assert serious(page) == []
    page.get_by_role("checkbox", name="Keep me signed in").check(force=True)
    sign_in(page, "Mia")
    for done, key in enumerate("13"):
        so_far(page, done, 4)
        press(page, key)
    so_far(page, 2, 4)
    assert serious(page) == []
    page.emulate_media(color_scheme="dark")
    ready(page)
    assert serious(page) == []
    shown = page.get_by_test_id("stText").first.inner_text()
    page.reload()
    expect(page.get_by_text("Signed in as Mia")).to_be_visible()
    so_far(page, 2, 4)
    assert page.get_by_test_id("stText").first.inner_text() == shown
    assert overflow(page) <= 0
    press(page, "b")
    expect(page.get_by_role("heading", name="Look again")).to_be_visible()
    ready(page)
    press(page, "2")
    expect(page.get_by_role("heading", name="Look again")).to_have_count(0)
    for done, key in enumerate("u1", 2):
        so_far(page, done, 4)
        press(page, key)
    expect(page.get_by_text("Done, thank you!")).to_be_visible()
    said = [row.expected for row in rows(app, task)]
    assert sorted(said) == sorted(["negative", "neutral", "", "negative"])
    assert {row.annotator for row in rows(app, task)} == {"Mia"}


def test_two_people_at_once_complete_a_list(app, open_tab):
    task = made(app, sentiment.EXAMPLES[:2], people=1)
    pages = [open_tab(address(app, task), width=width) for width in (1280, 390)]
    for page, name in zip(pages, ("Mia", "Bo"), strict=True):
        sign_in(page, name)
    for done, page in enumerate(pages, 1):
        expect(label(page, 1)).to_be_visible()
        ready(page)
        label(page, 1).click(delay=LOOKED_MS)
        expect(page.get_by_text("You: 1 of")).to_be_visible()
        assert len(rows(app, task)) == done
    progress = Progress.of(task, rows(app, task))
    assert progress.is_complete
    assert set(progress.counts.values()) == {1}
    expect(pages[1].get_by_text("The task is complete.")).to_be_visible()


def test_a_double_click_and_a_held_key_judge_one_input(app, open_tab):
    task = made(app, people=1)
    page = open_tab(address(app, task))
    sign_in(page, "Mia")
    so_far(page, 0, 4)
    page.keyboard.press("Shift", delay=LOOKED_MS)
    label(page, 1).dblclick()
    so_far(page, 1, 4)
    page.mouse.move(0, 0)
    page.keyboard.press("Shift", delay=LOOKED_MS)
    for pause_ms in (*[0] * 30, *[2 * LOOKED_MS] * 4):  # slower than the next input is there
        page.keyboard.down("3")
        page.wait_for_timeout(pause_ms)
    page.keyboard.up("3")
    so_far(page, 2, 4)
    page.reload()  # whatever was under way is over
    sign_in(page, "Mia")
    so_far(page, 2, 4)
    assert len(rows(app, task)) == 2


def test_drawings_are_judged_without_the_mouse(app, open_tab):
    task = made(app, sketch.EXAMPLES[:2], "sketch", people=1)
    page = open_tab(address(app, task))
    sign_in(page, "Mia")
    so_far(page, 0, 2)
    page.keyboard.type("house")  # before the field has the focus
    so_far(page, 0, 2)
    page.get_by_role("combobox", name="What is it?").focus()
    for done, thing in enumerate(("smiley face", "cat")):
        so_far(page, done, 2)
        page.keyboard.type(thing)
        press(page, "Enter")
    expect(page.get_by_text("Done, thank you!")).to_be_visible()
    assert [row.expected for row in rows(app, task)] == ["smiley face", "cat"]


def test_the_address_follows_from_task_to_task(app, open_tab):
    task, other = made(app), made(app, title="Second round")
    page = open_tab(address(app, task))
    sign_in(page, "Mia")
    page.get_by_role("button", name="All tasks").click()
    expect(page).to_have_url(f"{app.url}/annotate")
    page.locator(f".st-key-annotate_open_{other.id} button").click()
    expect(page).to_have_url(f"{app.url}/annotate?task={other.id}")
    expect(page.get_by_role("heading", name="Second round")).to_be_visible()
    page.go_back()
    expect(page.get_by_text("Make a task")).to_be_visible()


@pytest.fixture
def from_terminal(tmp_path):
    port = free_port()
    options = [f"--server.port={port}", "--server.headless=true", "--server.address=127.0.0.1"]
    command = [sys.executable, "-m", "showcase", "run", "--", *options]
    env = {
        "VITRINE_FEEDBACK_URL": f"csv:{tmp_path}/feedback.csv",
        "VITRINE_WARM": "0",
        "VITRINE_REVIEW_PASSWORD": "",
    }
    with running(command, port, tmp_path / "log", env) as server:
        yield server


def test_the_link_in_the_terminal_lets_one_tab_in(from_terminal, open_tab):
    (token,) = LINK.findall(from_terminal.log.read_text())
    page = open_tab(f"{from_terminal.url}/annotate?token={token}")
    page.get_by_role("textbox", name="Your name").fill("Mia")
    page.keyboard.press("Enter")
    expect(page.get_by_text("Signed in as Mia")).to_be_visible()
    menu = page.get_by_test_id("stSidebarNav").inner_text().lower()
    assert "gallery" in menu
    assert "annotate answers" not in menu
    assert "token" not in page.url
    other = open_tab(f"{from_terminal.url}/annotate?token={token}")
    expect(other.get_by_text("This link does not work any more")).to_be_visible()
    log = from_terminal.log.read_text()
    assert log.count(token) == 1
    assert len(LINK.findall(log)) == 2

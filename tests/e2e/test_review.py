"""The review page in a real browser: filter, open a row in its demo, download, a narrow phone."""

import csv
import io

import pytest
from playwright.sync_api import expect

from bench.app_server import running_app
from models import sentiment, sketch
from showcase.feedback import open_store
from tests.e2e.conftest import overflow, ready
from tests.showcase.feedback.builders import make

WORDS = "**Bold** <b>lovely</b> staff"
LABELLED = {"kind": "classification", "label": "cat", "probabilities": {"cat": 0.9, "dog": 0.1}}


@pytest.fixture(scope="module")
def reviewed(tmp_path_factory):
    """The app with a password, a text and a drawing in its log."""
    folder = tmp_path_factory.mktemp("review")
    store = open_store(f"csv:{folder / 'feedback.csv'}")
    given = sentiment.Input(text=WORDS, threshold=0.05)
    store.append(make(input=given.model_dump(), comment="=1+1", annotator="Annegret"))
    drawing = sketch.EXAMPLES[0].model_dump(mode="json")
    store.append(make(demo="sketch", input=drawing, prediction=LABELLED, session="2"))
    env = {
        "VITRINE_FEEDBACK_URL": f"csv:{folder}/feedback.csv",
        "VITRINE_REVIEW_PASSWORD": "a long password",
        "VITRINE_WARM": "0",
    }
    with running_app(folder / "app.log", env) as server:
        yield server


def sign_in(page):
    page.get_by_role("textbox", name="Your name").fill("Rita")
    page.get_by_role("textbox", name="Password").fill("a long password")
    page.get_by_role("button", name="Sign in", exact=True).click()
    expect(page.get_by_role("tab", name="Rows")).to_be_visible()
    ready(page)


def test_from_a_stranger_s_view_to_a_row_in_its_demo_and_back(reviewed, open_tab):
    page = open_tab(f"{reviewed.url}/review?review_tab=Rows&review_demo=Sentiment")
    assert "Annegret" not in page.content()
    assert "lovely" not in page.content()
    sign_in(page)  # the part that the link names opens then
    expect(page.get_by_text("1 verdict, the latest first")).to_be_visible()
    page.get_by_test_id("stPopoverButton").click()
    with page.expect_download() as download:
        page.get_by_test_id("stDownloadButton").get_by_role("button").click()
    content = download.value.path().read_text(encoding="utf-8-sig")
    assert [row["comment"] for row in csv.DictReader(io.StringIO(content))] == ["'=1+1"]
    page.keyboard.press("Escape")
    search = page.get_by_role("textbox", name="Text")
    search.fill("LOVELY")
    search.press("Enter")
    ready(page)
    expect(page.get_by_text(WORDS, exact=True)).to_be_visible()
    page.get_by_role("button", name="Open in Sentiment").click()
    expect(page.get_by_role("heading", level=1, name="Sentiment")).to_be_visible()
    expect(page.get_by_role("textbox").first).to_have_value(WORDS)
    ready(page)
    page.go_back()
    expect(page.get_by_text("1 verdict, the latest first")).to_be_visible()
    ready(page)
    assert "ovely" not in page.url
    expect(page.get_by_role("combobox").first).to_have_value("Sentiment")
    expect(page.get_by_role("textbox", name="Text")).to_have_value("LOVELY")


def test_on_a_phone_nothing_sticks_out_and_a_drawing_opens_on_its_paper(reviewed, open_tab):
    page = open_tab(f"{reviewed.url}/review", width=390)
    sign_in(page)
    for tab in ("Overview", "Mistakes", "People", "Rows"):
        page.get_by_role("tab", name=tab).click()
        ready(page)
        assert overflow(page) <= 0, tab
    expect(page.get_by_text("2 verdicts, the latest first")).to_be_visible()
    expect(page.get_by_role("img", name="A drawing")).to_be_visible()
    page.get_by_role("button", name="Open in Sketch").click()
    expect(page.get_by_role("heading", level=1, name="Sketch")).to_be_visible()
    expect(page.get_by_text("This looks like")).to_be_visible()

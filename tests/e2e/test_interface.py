"""A function's page in a browser: answers at once or when asked, progress, what has changed."""

import sys
from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, expect

from bench.app_server import ROOT, Server, running_app
from tests.e2e.conftest import press

SCRIPT = '''
import time
from collections.abc import Iterator

import streamlit as st

from showcase import interface
from showcase.interface import Number, Progress


def double(n: int = 2) -> int:
    """Twice a number."""
    return 2 * n


def count(last: int = 3) -> Iterator[Number | Progress]:
    """Count up."""
    for number in range(1, last + 1):
        yield Progress(number / last, f"At {number} of {last}")
        yield Number(number, "sheep")
        while number < last and not (st.session_state["folder"] / str(number)).exists():
            time.sleep(0.02)


import pathlib

st.session_state["folder"] = pathlib.Path(__file__).parent
interface(double if "double" in st.query_params else count, submit="Count")
'''


@pytest.fixture(scope="module")
def script(tmp_path_factory) -> Iterator[Server]:
    """A page's script run by itself; its counting waits for the files 1 and 2 beside its log."""
    folder = tmp_path_factory.mktemp("script")
    path = folder / "page.py"
    path.write_text(SCRIPT, encoding="utf-8")
    env = {"VITRINE_FEEDBACK_URL": f"csv:{folder}/feedback.csv", "PYTHONPATH": str(ROOT)}
    command = (sys.executable, "-m", "streamlit")
    with running_app(folder / "app.log", env, command, path) as server:
        yield server


def says(page: Page, text: str) -> None:
    expect(page.get_by_text(text, exact=True).first).to_be_visible(timeout=15_000)


def test_each_step_is_shown_until_the_last_and_a_changed_input_marks_the_answer(script, open_tab):
    page = open_tab(script.url)
    page.get_by_role("button", name="Count", exact=True).click()
    for number in (1, 2):
        says(page, f"At {number} of 3")
        says(page, f"{number} sheep")
        (script.log.parent / str(number)).touch()
    says(page, "3 sheep")
    expect(page.get_by_text("At 3 of 3")).to_have_count(0)
    press(page, "y")
    says(page, "Saved: correct. Thank you!")
    field = page.get_by_role("spinbutton")
    field.fill("2")
    field.press("Enter")
    expect(page.get_by_text("this answers the one before")).to_be_visible()
    says(page, "3 sheep")
    page.get_by_role("button", name="Count", exact=True).click()
    says(page, "2 sheep")
    expect(page.get_by_text("this answers the one before")).to_have_count(0)


def test_live_page_answers_each_change_and_its_address_reproduces_it(script, open_tab):
    page = open_tab(f"{script.url}?double=")
    says(page, "4")
    field = page.get_by_role("spinbutton")
    field.fill("21")
    field.press("Enter")
    says(page, "42")
    page.wait_for_url("**double_n=21**")
    again = open_tab(page.url)
    says(again, "42")

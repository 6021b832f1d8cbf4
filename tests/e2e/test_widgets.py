"""Widgets that only a browser can drive: upload, table, colour, drawing, days."""

import io
from collections.abc import Iterator

import pytest
from PIL import Image
from playwright.sync_api import Page, expect

from bench.app_server import ROOT, Server, running_app

PAGE = ROOT / "tests" / "showcase" / "interface" / "widgets_page.py"


@pytest.fixture(scope="module")
def form(tmp_path_factory) -> Iterator[Server]:
    folder = tmp_path_factory.mktemp("form")
    env = {"VITRINE_FEEDBACK_URL": f"csv:{folder}/feedback.csv", "PYTHONPATH": str(ROOT)}
    with running_app(folder / "log", env, script=PAGE) as server:
        yield server


def shows(page: Page, field: str, value: str) -> None:
    expect(page.locator(".st-key-held")).to_contain_text(f'"{field}":{value}', timeout=15_000)


def test_picture_table_and_drawing_stay_on_another_page(form, open_tab):
    page = open_tab(form.url)
    buffer = io.BytesIO()
    Image.new("RGB", (40, 30), "#0072b2").save(buffer, "PNG")
    chooser = page.locator(".st-key-form_picture_file input[type=file]")
    chooser.set_input_files({"name": "p.png", "mimeType": "image/png", "buffer": buffer.getvalue()})
    shows(page, "picture", '"iVBOR')
    grid = page.locator(".st-key-form_table_rows .stDataFrameGlideDataEditor").first
    grid.dblclick(position={"x": 90, "y": 52})
    editor = page.locator(".gdg-input")
    editor.fill("Rex")
    editor.press("Enter")
    shows(page, "table", '[{"name":"Rex","size":1.5}]')
    canvas = page.locator("canvas.upper-canvas")
    canvas.scroll_into_view_if_needed()
    box = canvas.bounding_box()
    page.mouse.move(box["x"] + 20, box["y"] + 30)
    page.mouse.down()
    page.mouse.move(box["x"] + 120, box["y"] + 90, steps=5)
    page.mouse.up()
    shows(page, "drawing", "[[[")
    page.get_by_role("link", name="Other page").click()
    page.get_by_role("heading", name="Other page").wait_for()
    page.get_by_role("link", name="Form").click()
    shows(page, "picture", '"iVBOR')
    shows(page, "table", '[{"name":"Rex","size":1.5}]')
    shows(page, "drawing", "[[[")
    page.get_by_role("button", name="Remove").click()
    shows(page, "picture", "null")
    page.locator(".st-key-form_drawing_canvas_clear button").click()
    shows(page, "drawing", "null")


def test_day_colour_and_not_known_are_given_and_a_click_finds_the_form_unchanged(form, open_tab):
    page = open_tab(form.url)
    expect(page.locator(".st-key-unchanged")).to_have_text("unchanged")
    page.locator(".st-key-form_maybe_unknown label").click()
    shows(page, "maybe", "null")
    page.locator(".st-key-judge button").click()
    expect(page.locator(".st-key-unchanged")).to_have_text("unchanged")
    page.locator(".st-key-form_day").get_by_role("spinbutton").first.press("2")
    page.keyboard.type("0250607")
    page.get_by_role("heading", name="Form").click()
    shows(page, "day", '"2025-06-07"')
    page.locator(".st-key-form_shade").get_by_role("button").click()
    page.locator('input[id^="rc-editable-input"]').first.fill("#112233")
    page.keyboard.press("Escape")
    shows(page, "shade", '"#112233"')
    page.wait_for_url("**form_day=2025-06-07**")
    page.reload()
    shows(page, "day", '"2025-06-07"')

"""Text tools and the widgets in a real browser: keys, and components on a phone."""

import re

from pages.parts.widgets.components import INPUTS, OUTPUTS
from showcase.feedback import open_store
from tests.e2e.conftest import overflow, press, ready


def test_keys_judge_the_open_tab(app, open_tab):
    page = open_tab(f"{app.url}/text_tools?text_tools_tab=Readability")
    press(page, "u")
    page.get_by_text(re.compile("^Saved")).wait_for()
    rows = open_store(f"csv:{app.log.parent}/feedback.csv").read()
    assert rows["demo"].tolist() == ["readability"]


def test_widgets_fit_a_phone(shared_app, open_tab):
    page = open_tab(f"{shared_app.url}/widgets", 390, "dark")
    for tab, components, names in (
        ("Inputs", INPUTS, ("Several of many", "Dates", "Photo", "Drawing", "Table", "Group")),
        ("Outputs", OUTPUTS, ("Probabilities", "Table", "Chart", "Picture", "Sound")),
    ):
        page.get_by_role("tab", name=tab).click()
        ready(page)
        for name in names:
            choose(page, name)
            shown = next(one for one in components if one.name == name).function.__name__
            page.locator("code", has_text=f"interface({shown})").wait_for()
            ready(page)
            assert overflow(page) <= 0, name
    page.wait_for_url("**widgets_output=Sound*")


def choose(page, name):
    """Choose a component: a radio button or a segment of a control."""
    page.get_by_role("radio", name=name, exact=True).or_(
        page.get_by_role("button", name=name, exact=True)
    ).first.click()

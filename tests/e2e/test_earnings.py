"""The earnings page in a real browser: links, select boxes, the back button, a phone."""

import json
import re
from urllib.parse import urlencode

from playwright.sync_api import expect

from models.earnings import EXAMPLE_NAMES, EXAMPLES
from showcase.feedback import open_store
from tests.e2e.conftest import overflow, ready, verdict_on_the_first_screen


def stored(app):
    return open_store(f"csv:{app.log.parent}/feedback.csv").read()


def address(app, **values):
    query = {f"earnings_{field}": "unknown" if v is None else v for field, v in values.items()}
    return f"{app.url}/earnings?{urlencode(query)}"


def choose(page, label, option):
    page.get_by_role("combobox", name=label).click()
    page.get_by_role("option", name=option, exact=True).click()


def judged(app, page):
    """Say that the answer is right and return the input of the row."""
    page.get_by_role("button", name="Correct").click()
    page.get_by_text(re.compile("^Saved")).wait_for()
    return json.loads(stored(app)["input"].iloc[-1])


def test_the_address_follows_choices_back_and_reload_and_opens_the_same_elsewhere(app, open_tab):
    page = open_tab(f"{app.url}/earnings")
    page.get_by_text("Not selective").click()
    page.wait_for_url("**earnings_admission_rate=unknown**")
    ready(page)
    for option, code in (("Southeast", 5), ("Far West", 8)):
        choose(page, "Region", option)
        page.wait_for_url(f"**earnings_region={code}**")
        ready(page)
    page.go_back()
    page.wait_for_url("**earnings_region=5**")
    expect(page.get_by_role("combobox", name="Region")).to_have_value("Southeast")
    page.reload()
    ready(page)
    choose(page, "Family of fields", "All families")
    ready(page)  # the list that is typed into is drawn anew
    page.get_by_role("combobox", name="Field of study").fill("chemical eng")
    page.get_by_role("option", name="Chemical Engineering", exact=True).click()
    page.wait_for_url("**earnings_field=1407**")
    ready(page)
    given = judged(app, page)
    assert (given["region"], given["admission_rate"], given["field"]) == (5, None, "1407")
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page.get_by_role("button", name="Copy link").click()
    expect(page.get_by_text("Copied")).to_be_visible()
    assert judged(app, open_tab(page.evaluate("navigator.clipboard.readText()"))) == given


def test_answer_and_verdict_are_on_the_first_screen_with_a_warning_too(shared_app, open_tab):
    given = EXAMPLES[EXAMPLE_NAMES.index("Data science, never seen")]
    page = open_tab(address(shared_app, **given.model_dump()))
    assert verdict_on_the_first_screen(page)


def test_three_choices_side_by_side_on_a_phone(shared_app, open_tab):
    page = open_tab(f"{shared_app.url}/earnings", width=390)
    for name in ("Accounting", "Nursing, 2 years", "Computer science"):
        page.get_by_role("button", name=name).click()
        ready(page)
        page.get_by_role("button", name="Keep for comparison").click()
        ready(page)
    page.get_by_text("Choice C:").wait_for()
    assert overflow(page) <= 0
    page.get_by_role("button", name="Remove").first.click()
    expect(page.get_by_text("Choice C:")).to_have_count(0)

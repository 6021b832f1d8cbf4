"""The earnings page in a real browser: links, select boxes, the back button, a phone."""

import json
import re
from urllib.parse import parse_qsl, urlencode, urlsplit

from playwright.sync_api import expect

from models.earnings import EXAMPLE_NAMES, EXAMPLES
from showcase.feedback import open_store
from tests.e2e.conftest import ready, verdict_on_the_first_screen

NURSING = EXAMPLES[EXAMPLE_NAMES.index("Nursing, 2 years")]


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


def linked(page):
    return dict(parse_qsl(urlsplit(page.url).query))


def test_a_link_reproduces_the_whole_form_unknowns_too(app, open_tab):
    page = open_tab(address(app, **NURSING.model_dump()))
    assert page.get_by_text("cannot be used").count() == 0
    expect(page.get_by_role("spinbutton", name="SAT average")).to_have_value("")
    expect(page.get_by_role("checkbox", name="Not selective")).to_be_checked()
    assert judged(app, page) == NURSING.model_dump(mode="json")


def test_an_admission_rate_in_percent_is_named(shared_app, open_tab):
    page = open_tab(address(shared_app, admission_rate=45))
    alert = page.locator('[data-testid="stAlert"]').first
    assert "Did you mean 0.45?" in alert.inner_text()
    page.get_by_role("heading", name=re.compile("A median of about")).wait_for()


def test_the_address_follows_a_choice_and_opens_the_same_elsewhere(app, open_tab):
    page = open_tab(f"{app.url}/earnings")
    choose(page, "Region", "Southeast")
    page.wait_for_url("**earnings_region=5**")
    page.get_by_text("Not selective").click()
    page.wait_for_url("**earnings_admission_rate=unknown**")
    ready(page)
    given = judged(app, page)
    assert (given["region"], given["admission_rate"]) == (5, None)
    again = open_tab(page.url)
    assert judged(app, again) == given


def test_back_returns_to_the_choice_before(app, open_tab):
    page = open_tab(f"{app.url}/earnings")
    for option, code in (("Southeast", 5), ("Far West", 8)):
        choose(page, "Region", option)
        page.wait_for_url(f"**earnings_region={code}**")
        ready(page)
    page.go_back()
    page.wait_for_url("**earnings_region=5**")
    expect(page.get_by_role("combobox", name="Region")).to_have_value("Southeast")
    ready(page)
    assert judged(app, page)["region"] == 5


def test_inputs_survive_a_change_of_page_and_a_reload(app, open_tab):
    page = open_tab(f"{app.url}/earnings")
    page.get_by_role("button", name="Nursing, 2 years").click()
    page.wait_for_url("**earnings_field=5138**")
    page.get_by_role("link", name="Rainfall").first.click()
    page.get_by_role("heading", name="Rainfall", exact=True).wait_for()
    page.get_by_role("link", name="Earnings").first.click()
    page.get_by_role("heading", name="Earnings", exact=True).wait_for()
    page.wait_for_url("**earnings_field=5138**")
    page.reload()
    ready(page)
    assert judged(app, page) == NURSING.model_dump(mode="json")


def test_copied_link_holds_what_is_not_known(shared_app, open_tab):
    page = open_tab(address(shared_app, sat_average=None, region=None))
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page.get_by_role("button", name="Copy link").click()
    expect(page.get_by_text("Copied")).to_be_visible()
    text = page.evaluate("navigator.clipboard.readText()")
    copied = dict(parse_qsl(urlsplit(text).query))
    assert (copied["earnings_sat_average"], copied["earnings_region"]) == ("unknown", "unknown")
    assert copied == linked(page)


def test_field_of_study_is_found_by_typing(app, open_tab):
    page = open_tab(f"{app.url}/earnings")
    choose(page, "Family of fields", "All families")
    ready(page)  # the list that is typed into is drawn anew
    page.get_by_role("combobox", name="Field of study").fill("chemical eng")
    page.get_by_role("option", name="Chemical Engineering", exact=True).click()
    page.wait_for_url("**earnings_field=1407**")
    ready(page)
    assert judged(app, page)["field"] == "1407"


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
    overflow = page.evaluate("document.documentElement.scrollWidth - window.innerWidth")
    assert overflow <= 0, "nothing is wider than the screen"
    page.get_by_role("button", name="Remove").first.click()
    expect(page.get_by_text("Choice C:")).to_have_count(0)

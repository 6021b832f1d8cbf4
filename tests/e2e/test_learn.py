"""The whole loop in a browser: judge, learn, look, promote, see the answer change, roll back."""

import random
import re

import pytest
from playwright.sync_api import expect

from bench.app_server import running_app
from showcase.feedback import open_store
from showcase.versions import open_versions
from tests.e2e.conftest import overflow, ready
from tests.showcase.learning.conftest import judged, strange_flower

STRANGE = "virginica"  # what everybody calls a kind of flower that the network has never seen
TRAINED_MS = 240_000  # on a machine that has other things to do; else about 15 s


@pytest.fixture
def taught(tmp_path):
    """The app with the verdicts of five people on 119 strange flowers, and with a password."""
    rng = random.Random(0)
    rows = (judged(n, STRANGE, f"Person {n % 5}", strange_flower(rng)) for n in range(119))
    open_store(f"csv:{tmp_path}/feedback.csv").extend(rows)
    env = {
        "VITRINE_FEEDBACK_URL": f"csv:{tmp_path}/feedback.csv",
        "VITRINE_FEEDBACK_SPOOL": f"{tmp_path}/spool.csv",
        "VITRINE_REVIEW_PASSWORD": "a long password",
        "VITRINE_WARM": "0",
    }
    with running_app(tmp_path / "app.log", env) as server:
        yield server


def says(label):
    return re.compile(f"^This (looks like|might be) .*{label}", re.IGNORECASE)


@pytest.mark.slow
@pytest.mark.timeout(600)
def test_from_a_verdict_to_another_answer_and_back(taught, open_tab):
    given = strange_flower(random.Random(1)).model_dump()
    link = "&".join(f"flower_power_{name}={value}" for name, value in given.items())
    flower = open_tab(f"{taught.url}/flower_power?{link}")
    expect(flower.get_by_role("heading", name=says(STRANGE))).to_have_count(0)
    before = flower.get_by_role("heading", level=3).first.inner_text()
    flower.get_by_role("button", name="Wrong").click()
    flower.get_by_role("radio", name=STRANGE).click()
    flower.get_by_role("button", name="Save the right answer").click()
    expect(flower.get_by_text("Saved")).to_be_visible()

    page = open_tab(f"{taught.url}/learn?learn_demo=Flower+Power")
    assert page.get_by_role("tab").count() == 0, "a stranger sees nothing of it"
    page.get_by_role("textbox", name="Your name").fill("Rita")
    page.get_by_role("textbox", name="Password").fill("a long password")
    page.get_by_role("button", name="Sign in", exact=True).click()
    expect(page.get_by_text("verdicts of 6 people")).to_be_visible()
    page.get_by_role("button", name="Train a candidate").click()
    expect(page.get_by_role("button", name="Stop")).to_be_visible()
    page.get_by_role("link", name="Annotate").first.click()  # it goes on without the page
    expect(page.get_by_role("heading", level=1, name="Annotate")).to_be_visible()
    page.get_by_role("link", name="Learn").first.click()
    expect(page.get_by_text("judged inputs right that it has not learnt")).to_be_visible(
        timeout=TRAINED_MS
    )
    expect(page.get_by_text("Now right").first).to_be_visible()
    ready(page)
    assert overflow(page) <= 0
    page.get_by_role("textbox", name="Why?").fill("strange flowers")
    page.get_by_role("button", name="Promote").click()
    expect(page.get_by_text("It answers now.")).to_be_visible()

    flower.reload()
    expect(flower.get_by_role("heading", name=says(STRANGE))).to_be_visible()
    page.get_by_role("tab", name="History").click()
    page.get_by_role("button", name="Roll back").click()
    expect(page.get_by_text("(the shipped one)")).to_be_visible()
    flower.reload()
    expect(flower.get_by_role("heading", name=before)).to_be_visible()

    (candidate,) = open_versions(f"csv:{taught.log.parent}/feedback.csv").every("flower_power")
    history = open_versions(f"csv:{taught.log.parent}/feedback.csv").history("flower_power")
    assert [(one.who, one.action, one.reason) for one in history] == [
        ("Rita", "promote", "strange flowers"),
        ("Rita", "roll back", ""),
    ]
    assert candidate.report["verdict"]["held_out"]["rows"] == 51
    assert all("input" not in one for one in candidate.report["examples"])

"""The app as `server.py` starts it, in a browser: links, pages, commands, documentation."""

import pytest

from bench.app_server import ROOT, running_app, running_production
from tests.e2e.conftest import ready

pytestmark = pytest.mark.slow  # a deployment: servers of its own

EXPANDER = "Use this from code"


def settings(folder) -> dict[str, str]:
    return {"VITRINE_FEEDBACK_URL": f"csv:{folder}/feedback.csv", "VITRINE_WARM": "0"}


@pytest.fixture
def production(tmp_path):
    with running_production(tmp_path / "log", settings(tmp_path)) as server:
        yield server


def goes_through_home(page) -> None:
    """The menu is the app's own, and leads to other pages."""
    menu = page.get_by_test_id("stSidebarNav")
    assert "Gallery" in menu.inner_text()
    menu.get_by_role("link", name="Text tools").click()
    page.get_by_role("heading", name="Text tools", level=1).wait_for()
    ready(page)


def test_deep_link_right_after_the_start_under_uvicorn(production, open_tab, browser):
    """Its commands name this very server and the input of the link; then the API's document."""
    page = open_tab(f"{production.url}/flower_power?flower_power_petal_length=4.8")
    assert page.get_by_role("heading", name="Flower Power", level=1).is_visible()
    page.get_by_text(EXPANDER).click()
    shown = page.get_by_test_id("stCode").first
    shown.wait_for()
    assert f"{production.url}/api/v1/demos/flower_power/predict" in shown.inner_text()
    assert '"petal_length": 4.8' in shown.inner_text()
    goes_through_home(page)
    documentation_asks_no_other_server_and_sends_a_request(production, browser)


def documentation_asks_no_other_server_and_sends_a_request(production, browser) -> None:
    page = browser.new_page(viewport={"width": 1280, "height": 800})
    asked, problems = [], []
    page.on("request", lambda request: asked.append(request.url))
    page.on("console", lambda said: problems.extend([said.text] * (said.type == "error")))
    page.goto(f"{production.url}/api/docs")
    page.locator("#operations-Flower_Power-predict_flower_power_from_url").click()
    page.get_by_role("button", name="Execute").click()
    page.locator(".live-responses-table .response-col_status", has_text="200").first.wait_for()
    assert all(url.startswith((production.url, "data:", "blob:")) for url in asked)
    assert problems == []
    page.close()


@pytest.fixture
def under_streamlit(tmp_path):
    script = ROOT / "server.py"
    with running_app(tmp_path / "log", settings(tmp_path), script=script) as server:
        yield server


def test_deep_link_right_after_the_start_under_streamlit(under_streamlit, open_tab):
    page = open_tab(f"{under_streamlit.url}/flower_power")
    assert page.get_by_role("heading", name="Flower Power", level=1).is_visible()
    goes_through_home(page)

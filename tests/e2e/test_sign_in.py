"""Signing in at a provider, in a real browser: the name, the verdict that carries it, out again."""

import re
import sys

import pytest
from playwright.sync_api import expect

from bench.app_server import ROOT, free_port, running
from showcase.feedback import open_store
from tests.e2e.conftest import ready
from tests.e2e.provider import CLIENT, running_provider

SECRETS = """
[review]
allowed = ["mia@example.org"]
[auth]
redirect_uri = "{app}/oauth2callback"
cookie_secret = "a long text that nobody guesses, for this test"
client_id = "{client}"
client_secret = "also secret"
server_metadata_url = "{provider}/.well-known/openid-configuration"
"""


@pytest.fixture
def provider():
    with running_provider() as found:
        yield found


@pytest.fixture
def app(tmp_path, provider):
    port = free_port()
    secrets = tmp_path / "secrets.toml"
    address = f"http://127.0.0.1:{port}"
    secrets.write_text(SECRETS.format(app=address, client=CLIENT, provider=provider.url))
    options = ("server.address=127.0.0.1", "server.headless=true", f"server.port={port}")
    command = [sys.executable, "-m", "streamlit", "run", str(ROOT / "Home.py")]
    command += [f"--{option}" for option in (*options, f"secrets.files={secrets}")]
    env = {
        "VITRINE_FEEDBACK_URL": f"csv:{tmp_path}/feedback.csv",
        "VITRINE_WARM": "0",
        "VITRINE_REVIEW_PASSWORD": "",
    }
    with running(command, port, tmp_path / "log", env) as server:
        yield server


def sign_in(page):
    """Sign in; the provider leads back to the gallery, as Streamlit wants it."""
    page.get_by_role("button", name="Sign in").click()
    at_the_gallery(page)
    page.get_by_role("link", name="Annotate").first.click()
    expect(page.get_by_role("heading", name="Annotate")).to_be_visible()


def at_the_gallery(page):
    expect(page.get_by_role("heading", name=re.compile("Try a model"))).to_be_visible()
    ready(page)


@pytest.mark.slow  # a provider and a server of its own
def test_a_provider_s_person_signs_in_judges_and_signs_out(app, provider, open_tab):
    page = open_tab(f"{app.url}/annotate")
    sign_in(page)
    expect(page.get_by_text("Signed in as Mia")).to_be_visible()
    page.get_by_role("link", name="Rainfall").first.click()
    page.get_by_role("button", name="Correct").click()
    expect(page.get_by_text("Saved: correct")).to_be_visible()
    rows = open_store(f"csv:{app.log.parent}/feedback.csv").read()
    assert rows["annotator"].tolist() == ["mia@example.org"]
    page.get_by_role("link", name="Annotate").first.click()
    page.get_by_role("button", name="Sign out").click()
    at_the_gallery(page)
    provider.person = {
        "sub": "2",
        "name": "Eve",
        "email": "eve@example.org",
        "email_verified": True,
    }
    page.get_by_role("link", name="Annotate").first.click()
    sign_in(page)
    expect(page.get_by_text("is not on the list")).to_be_visible()
    expect(page.get_by_text("Signed in as")).to_have_count(0)

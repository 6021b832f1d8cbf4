"""The app over a database: one scoreboard, and what visitors read while it is away."""

from uuid import uuid4

import pytest
from starlette.testclient import TestClient

from models import rainfall
from showcase import api
from showcase.feedback import open_store
from showcase.runtime.loading import store
from showcase.runtime.settings import settings
from tests.showcase.feedback.builders import small, until

NAME = "rainfall"


@pytest.fixture
def feedback_url(database, tmp_path, monkeypatch):
    """A database of this test alone, used by every page it opens."""
    monkeypatch.setenv("VITRINE_FEEDBACK_URL", database)
    monkeypatch.setenv("VITRINE_FEEDBACK_SPOOL", str(tmp_path / "spool.csv"))
    monkeypatch.setenv("VITRINE_WARM", "0")
    settings.cache_clear()
    store.clear()
    yield database
    store().close()
    settings.cache_clear()
    store.clear()


def click(at, part):
    return at.button(key=f"{NAME}_{part}").click().run()


def words(at):
    return " ".join(
        e.value for kind in ("success", "info", "error", "caption") for e in at.get(kind)
    )


def test_the_panel_says_that_a_verdict_waits_and_when_it_is_there(server, open_page, database):
    at = click(open_page(NAME), "correct")
    assert "Saved: correct" in words(at)
    assert "stored in a PostgreSQL database" in words(at)
    server.stop()
    click(at, "unsure")
    assert "Saved here for now: not sure. Thank you! The database cannot be reached" in words(at)
    click(at, "undo")
    assert "no longer counts. The database cannot be reached; this is sent there" in words(at)
    assert not at.error
    server.start()
    until(lambda: not store().waiting())
    assert "cannot be reached" not in words(at.run())
    rows = open_store(database).read()
    assert rows["verdict"].tolist() == ["correct", "unsure", "withdrawn"]
    assert rows["supersedes"].tolist() == ["", *rows["id"][:2]]


def test_the_gallery_counts_in_the_database_and_says_when_it_cannot(server, open_page, database):
    click(open_page(NAME), "correct")
    assert "**1 verdict**." in words(open_page())
    server.stop()
    assert "Verdicts unknown." in words(open_page())


def test_the_api_takes_verdicts_while_the_database_is_away(server, feedback_url, database):
    client = TestClient(api.create())
    version = client.get(f"/v1/demos/{NAME}").json()["model_version"]
    given = {"demo": NAME, "model_version": version, "verdict": "correct", "id": str(uuid4())}
    given["input"] = rainfall.EXAMPLES[0].model_dump(mode="json")
    server.stop()
    assert client.post("/v1/feedback", json=given).status_code == 201
    assert client.post("/v1/feedback", json=given).status_code == 200
    assert client.get("/v1/ready").status_code == 200
    server.start()
    until(lambda: not store().waiting())
    assert client.post("/v1/feedback", json=given).status_code == 200
    assert open_store(database).read()["id"].tolist() == [given["id"]]


def test_a_password_is_never_shown(server, open_page, monkeypatch, caplog, capfd):
    wrong = server.url(password="hunter2")
    monkeypatch.setenv("VITRINE_FEEDBACK_URL", wrong)
    settings.cache_clear()
    store.clear()
    at = click(open_page(NAME), "correct")
    assert "Saved here for now" in words(at)
    assert store().waiting() == 1
    store().close()
    said = caplog.text + "".join(capfd.readouterr()) + words(at)
    assert "name and password" in said
    assert "hunter2" not in said


@pytest.mark.parametrize("page", ["review", "annotate"])
def test_pages_open_over_a_database_and_without_it(server, open_page, database, page):
    open_store(database).extend([small(0, number).row() for number in range(30)])
    assert not open_page(page).exception
    server.stop()
    assert not open_page(page).exception

"""Live as long as the process answers; ready only while it can do its work."""

import shutil
from collections import namedtuple

import pytest

from models.registry import DEMOS
from showcase import api, ui
from showcase.runtime import loading, project


@pytest.fixture
def application():
    """The demos of a test are its own."""
    return api.create()


def unready(client) -> dict[str, str]:
    answer = client.get("/v1/ready")
    assert answer.status_code == 503
    assert client.get("/v1/live").json() == {"status": "live"}
    return {one["field"]: one["message"] for one in answer.json()["error"]["fields"]}


def test_ready_names_every_version(client):
    told = client.get("/v1/ready").json()
    assert told["storing"] == {"status": "works", "reason": "", "waiting": 0, "refused": 0}
    assert told["versions"] == {demo.name: ui.model(demo.name).version for demo in DEMOS}


HEAD = ["/v1/live", "/v1/ready", "/v1/demos", "/v1/demos/rainfall", "/openapi.json", "/docs"]


@pytest.mark.parametrize("path", HEAD)
def test_whoever_watches_may_ask_for_the_status_alone(client, path):
    asked, told = client.head(path), client.get(path)
    assert asked.content == b""
    assert (asked.status_code, asked.headers["content-length"]) == (
        200,
        told.headers["content-length"],
    )


def test_not_ready_while_a_model_cannot_load(client, monkeypatch):
    def load(name):
        if name == "sketch":
            raise FileNotFoundError(f"no {project.root()}/models/sketch/model.tflite: run it")
        return loading.load(name)

    monkeypatch.setattr("showcase.api.predict.load", load)
    said = unready(client)["sketch"]
    assert "no models/sketch/model.tflite: run it." in said
    assert str(project.root()) not in said


def storing(client) -> str:
    """Models answer without a store: the server is ready, and says why verdicts are not."""
    answer = client.get("/v1/ready")
    assert answer.status_code == 200
    assert answer.json()["storing"]["status"] == "fails"
    return answer.json()["storing"]["reason"]


def test_verdicts_that_cannot_be_stored_are_said(client, tmp_path):
    loading.store()
    (tmp_path / "feedback.csv").mkdir()
    assert "feedback.csv on this server failed" in storing(client)


def test_store_that_is_not_set_up_is_said(configured):
    client = configured(feedback_url="nonsense:x")
    loading.store.clear()
    assert "not set up to store verdicts" in storing(client)


def test_disk_that_is_nearly_full_is_said(client, monkeypatch):
    usage = namedtuple("usage", "total used free")
    monkeypatch.setattr(shutil, "disk_usage", lambda _: usage(10**9, 10**9 - 10**6, 10**6))
    assert "nearly full" in storing(client)


def test_asking_stores_nothing(client, store):
    client.get("/v1/ready")
    assert store.read().empty

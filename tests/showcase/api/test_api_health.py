"""Live as long as the process answers; ready only while it can do its work."""

import shutil
from collections import namedtuple

import pytest

from models.registry import DEMOS
from showcase import ui
from showcase.runtime import loading, project


def unready(client) -> dict[str, str]:
    answer = client.get("/v1/ready")
    assert answer.status_code == 503
    assert client.get("/v1/live").json() == {"status": "live"}
    return {one["field"]: one["message"] for one in answer.json()["error"]["fields"]}


def test_ready_names_every_version(client):
    told = client.get("/v1/ready").json()
    assert told["versions"] == {demo.name: ui.model(demo.name).version for demo in DEMOS}


@pytest.mark.parametrize("path", ["/v1/live", "/v1/ready"])
def test_whoever_watches_may_ask_for_the_status_alone(client, path):
    asked, told = client.head(path), client.get(path)
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


def test_not_ready_while_verdicts_cannot_be_stored(client, tmp_path):
    loading.store()
    (tmp_path / "feedback.csv").mkdir()
    assert "feedback.csv on this server failed" in unready(client)["feedback"]


def test_not_ready_while_the_place_is_not_set_up(configured):
    client = configured(feedback_url="nonsense:x")
    loading.store.clear()
    assert "not set up to store verdicts" in unready(client)["feedback"]


def test_not_ready_while_the_disk_is_nearly_full(client, monkeypatch):
    usage = namedtuple("usage", "total used free")
    monkeypatch.setattr(shutil, "disk_usage", lambda _: usage(10**9, 10**9 - 10**6, 10**6))
    assert "nearly full" in unready(client)["feedback"]


def test_asking_stores_nothing(client, store):
    client.get("/v1/ready")
    assert store.read().empty

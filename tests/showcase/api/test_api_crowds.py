"""Many at once: large bodies, batches and slow models keep nobody else waiting."""

import json
import threading
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager

import anyio
import pytest

from models import rainfall
from models.registry import DEMOS
from showcase import api
from showcase.api import body_limit, health
from showcase.api.errors import ApiError, ErrorAnswer
from showcase.runtime import loading
from tests.bench.apart import run


@pytest.fixture
def application():
    """The demos of a test are its own."""
    return api.create()


JSON = {"Content-Type": "application/json"}
HEADERS = [(b"content-type", b"application/json")]
DAY = {"temperature_3pm": 22, "humidity_3pm": 55, "pressure_3pm": 1015, "wind_gust_speed": 39}
PREDICT = "/v1/demos/rainfall/predict"
BATCH = f"{PREDICT}/batch"
WORKERS = 8


def large(size: int, given: dict | None = None) -> bytes:
    return json.dumps(given or {"inputs": [DAY]}).ljust(size).encode()


@contextmanager
def busy(client, monkeypatch, count: int, name: str, path: str, content: bytes):
    """Send so many requests that are answered when the block is left, at the latest after 20 s."""
    go_on, at_work, original = threading.Event(), threading.Semaphore(0), getattr(rainfall, name)

    def slow(model, given):
        at_work.release()
        assert go_on.wait(20), "what had to be answered meanwhile waited for this"
        return original(model, given)

    with monkeypatch.context() as patch, ThreadPoolExecutor(count) as pool:
        patch.setattr(rainfall, name, slow)
        sent = [pool.submit(client.post, path, content=content, headers=JSON) for _ in range(count)]
        try:
            assert all(at_work.acquire(timeout=20) for _ in range(count))
            patch.undo()
            yield
        finally:
            go_on.set()
        assert [one.result().status_code for one in sent] == [200] * count


def test_readiness_does_not_wait_behind_predictions(client, monkeypatch):
    with busy(client, monkeypatch, WORKERS, "predict", PREDICT, large(200, DAY)):
        assert client.get("/v1/ready").status_code == 200


def test_single_prediction_does_not_wait_behind_batches(client, monkeypatch):
    with busy(client, monkeypatch, 2, "predict_many", BATCH, large(200)):
        assert client.post(PREDICT, json=DAY).status_code == 200


def test_small_batch_does_not_wait_behind_a_large_one(client, monkeypatch):
    with busy(client, monkeypatch, 1, "predict_many", BATCH, large(2_000_000)):
        assert client.post(BATCH, json={"inputs": [DAY]}).status_code == 200


def test_large_bodies_are_refused_while_there_is_no_room_for_them(client, monkeypatch):
    monkeypatch.setattr(body_limit, "BUDGET", 250_000)
    content = large(200_000)
    with busy(client, monkeypatch, 1, "predict_many", BATCH, content):
        refused = client.post(BATCH, content=content, headers=JSON)
        assert refused.status_code == 503
        assert ErrorAnswer.model_validate_json(refused.content).error.code == "unavailable"
        assert int(refused.headers["retry-after"]) > 0
        assert client.post(BATCH, content=large(body_limit.SMALL), headers=JSON).status_code == 200
    for _ in range(3):  # what is answered or refused leaves its room to the next
        assert client.post(BATCH, content=content, headers=JSON).status_code == 200
        assert client.post(BATCH, content=large(10_000_001), headers=JSON).status_code == 413


@pytest.mark.parametrize(("size", "timeout"), [(200_000, "TIMEOUT_S"), (1, "SMALL_TIMEOUT_S")])
def test_body_that_stops_arriving_is_refused_and_leaves_its_room(monkeypatch, size, timeout):
    monkeypatch.setattr(body_limit, timeout, 0.0)

    async def half() -> int:
        first = iter([{"type": "http.request", "body": b" " * size, "more_body": True}])

        async def receive():
            return next(first, None) or await anyio.sleep_forever()

        scope = {"type": "http", "method": "POST", "path": BATCH, "headers": HEADERS}
        limited = body_limit.BodyLimit(api.create(), {BATCH: 10_000_000})
        with pytest.raises(ApiError, match="did not arrive within") as error:
            await limited(scope, receive, anyio.sleep_forever)
        assert error.value.status_code == 408
        return body_limit.UploadBudget.current().taken

    assert run(half()) == 0


def test_model_that_does_not_load_is_not_tried_again_by_whoever_asks(client, monkeypatch):
    tried = []

    def load(name):
        tried.append(name)
        raise FileNotFoundError("no artifact")

    monkeypatch.setattr("showcase.api.predict.load", load)
    answers = [client.get("/v1/ready").json() for _ in range(3)]
    assert answers[0] == answers[1] == answers[2]
    assert tried == [demo.name for demo in DEMOS]
    monkeypatch.setattr("showcase.api.predict.load", loading.load)
    monkeypatch.setattr(health, "KEPT_S", 0.0)
    assert client.get("/v1/ready").status_code == 200


@pytest.mark.parametrize(("inputs", "left"), [(1, 9), (100, 9), (101, 8), (1_000, 0)])
def test_batch_counts_as_more_than_one_request_where_there_is_a_limit(configured, inputs, left):
    client = configured(rate_limit="10/hour")
    assert client.post(BATCH, json={"inputs": [DAY] * inputs}).status_code == 200
    statuses = [client.get("/v1/demos").status_code for _ in range(left + 1)]
    assert statuses == [200] * left + [429]


@pytest.mark.parametrize(("size", "left"), [(100_000, 9), (450_000, 5)])
def test_large_body_counts_as_more_than_one_request_where_there_is_a_limit(configured, size, left):
    client = configured(rate_limit="10/hour")
    assert client.post(BATCH, content=large(size), headers=JSON).status_code == 200
    statuses = [client.get("/v1/demos").status_code for _ in range(left + 1)]
    assert statuses == [200] * left + [429]


def test_largest_batch_is_taken_under_any_limit(configured):
    client = configured(rate_limit="2/hour")
    assert client.post(BATCH, json={"inputs": [DAY] * 1_000}).status_code == 200
    refused = client.post(BATCH, json={"inputs": []})
    assert refused.status_code == 429
    assert int(refused.headers["retry-after"]) > 0

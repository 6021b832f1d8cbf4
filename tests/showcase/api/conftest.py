"""A client of the API on a feedback store of the test's own."""

from collections.abc import Callable, Iterator

import pytest
from fastapi import FastAPI
from starlette.testclient import TestClient

from showcase import api
from showcase.api.guard import _rate_limit
from showcase.runtime.settings import settings

DAY = {
    "temperature_3pm": 22,
    "humidity_3pm": 55,
    "pressure_3pm": 1015,
    "wind_gust_speed": 39,
}


@pytest.fixture(scope="session")
def application() -> FastAPI:
    """The application of the project's demos; the store is asked for at each request."""
    return api.create()


@pytest.fixture
def client(application: FastAPI, feedback_url: str) -> Iterator[TestClient]:
    """A client of the application, without a server."""
    with TestClient(application) as opened:
        yield opened


@pytest.fixture
def configured(
    feedback_url: str, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Callable[..., TestClient]]:
    """A function that returns a client of the application with such settings."""

    def opened(**values: str) -> TestClient:
        for name, value in values.items():
            monkeypatch.setenv(f"VITRINE_{name.upper()}", value)
        settings.cache_clear()
        _rate_limit.cache_clear()
        return TestClient(api.create())

    yield opened
    settings.cache_clear()


@pytest.fixture
def verdict(client: TestClient) -> dict:
    """A verdict that is accepted as it is."""
    version = client.get("/v1/demos/rainfall").json()["model_version"]
    return {"demo": "rainfall", "model_version": version, "input": DAY, "verdict": "correct"}

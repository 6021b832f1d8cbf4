"""The real server: app and API on one port, in however many processes, on one feedback log."""

import asyncio
import json
import sys
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from urllib.error import HTTPError
from urllib.request import Request, urlopen
from uuid import uuid4

import pytest
from mcp import Client

from bench.app_server import AGENT_API, ROOT, Server, running_app, running_production
from models.registry import DEMOS
from showcase import ui
from showcase.api.predict import get_demo_or_404
from showcase.feedback import open_store

DAY = {"temperature_3pm": 22, "humidity_3pm": 55, "pressure_3pm": 1015, "wind_gust_speed": 39}
UVICORN_WITH_AGENT_API = """
from streamlit import config
config.set_option("server.enableAgentApi", True)
from uvicorn import main
main()
"""
VERDICTS, CLIENTS = 40, 8


def ask(server: Server, path: str, body: dict | bytes | None = None) -> tuple[int, dict]:
    content = body if isinstance(body, bytes | None) else json.dumps(body).encode()
    headers = {"Content-Type": "application/json"}
    try:
        with urlopen(Request(f"{server.url}/api{path}", content, headers), timeout=60) as answer:
            return answer.status, json.load(answer)
    except HTTPError as refusal:
        return refusal.code, json.load(refusal)


def settings(tmp_path) -> dict[str, str]:
    return {
        "VITRINE_WARM": "0",
        "VITRINE_FEEDBACK_URL": f"csv:{tmp_path}/feedback.csv",
    }


@pytest.fixture(scope="module", params=["uvicorn", "streamlit"])
def server(request, tmp_path_factory):
    folder = tmp_path_factory.mktemp(request.param)
    log, env = folder / "log", settings(folder)
    with (
        running_production(log, env, (sys.executable, "-c", UVICORN_WITH_AGENT_API))
        if request.param == "uvicorn"
        else running_app(log, env, script=ROOT / "server.py", options=[AGENT_API])
    ) as started:
        yield started


def test_one_port_serves_pages_and_api_and_both_write_one_log(server):
    session = server.visit(page="rainfall")["session_id"]  # a deep link right after the start
    page = server.visit(session_id=session, trigger={"key": "rainfall_correct"})
    assert "Saved" in json.dumps(page)
    version = ask(server, "/v1/demos/rainfall")[1]["model_version"]
    verdict = {"demo": "rainfall", "model_version": version, "input": DAY, "verdict": "correct"}
    assert ask(server, "/v1/feedback", verdict)[0] == 201
    rows = open_store(f"csv:{server.log.parent}/feedback.csv").read()
    assert list(rows["source"]) == ["ui", "api"]
    assert rows["input"].nunique() == rows["prediction"].nunique() == 1
    assert "2 verdicts" in json.dumps(server.visit())
    assert asyncio.run(ask_by_mcp(server))["model_version"] == version


async def ask_by_mcp(server: Server, mode: str = "auto") -> dict:
    async with Client(f"{server.url}/api/mcp", mode=mode) as client:
        return (await client.call_tool("predict_rainfall", DAY)).structured_content


@pytest.mark.slow  # two worker processes
def test_any_of_several_workers_answers_assistants(tmp_path):
    """With a handshake, too, whose next request may come to the other worker."""
    modes = ["auto", "legacy"] * CLIENTS
    workers = ["--workers=2"]
    with running_production(tmp_path / "log", settings(tmp_path), options=workers) as server:

        async def calls() -> list[dict]:
            return await asyncio.gather(*(ask_by_mcp(server, mode) for mode in modes))

        answers = asyncio.run(calls())
    assert answers == answers[:1] * len(modes)


def test_plain_app_has_no_api(tmp_path):
    with (
        running_app(tmp_path / "log", settings(tmp_path)) as server,
        urlopen(f"{server.url}/api/v1/live") as answer,
    ):
        assert answer.headers["content-type"].startswith("text/html")


@pytest.mark.slow  # two servers under load
def test_two_processes_lose_and_double_nothing(tmp_path):
    env = settings(tmp_path) | {"VITRINE_RATE_LIMIT": "60/hour"}
    with ExitStack() as stack:
        servers = [
            stack.enter_context(running_production(tmp_path / f"{name}.log", env)) for name in "ab"
        ]
        version = ask(servers[0], "/v1/demos/rainfall")[1]["model_version"]
        same = {"demo": "rainfall", "model_version": version, "input": DAY, "verdict": "unsure"}
        ids = [str(uuid4()) for _ in range(VERDICTS)]
        sends = [(server, same | {"id": one}) for one in ids for server in servers]
        with ThreadPoolExecutor(CLIENTS) as pool:
            statuses = list(pool.map(lambda sent: ask(sent[0], "/v1/feedback", sent[1])[0], sends))
        first, second = (ask(server, "/v1/demos/rainfall")[0] for server in servers)
        while first == 200:
            first, _ = ask(servers[0], "/v1/demos/rainfall")
        again, _ = ask(servers[1], "/v1/demos/rainfall")
    assert set(statuses) <= {200, 201}
    assert (first, second, again) == (429, 200, 200)  # each counts for itself
    rows = open_store(f"csv:{tmp_path}/feedback.csv").read()
    assert sorted(rows["id"]) == sorted(ids)


def test_too_large_a_body_is_answered_by_the_real_server_too(server):
    status, answer = ask(server, "/v1/demos/rainfall/predict", b" " * 5_000_000)
    assert (status, answer["error"]["code"]) == (413, "too_large")


@pytest.mark.parametrize("demo", DEMOS, ids=lambda demo: demo.name)
def test_api_and_pages_share_one_loaded_model(demo):
    assert get_demo_or_404(demo.name) is ui.model(demo.name)

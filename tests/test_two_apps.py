"""Two app processes on one feedback file."""

import json
from concurrent.futures import ThreadPoolExecutor

import pytest

from bench.app_server import AGENT_API, Server, running_app
from showcase.feedback import open_store

VISITS = 6


def judge(server: Server, verdict: str) -> str:
    session = server.visit()["session_id"]
    server.visit(session_id=session, page="rainfall")
    return json.dumps(server.visit(session_id=session, trigger={"key": f"rainfall_{verdict}"}))


@pytest.mark.slow  # two apps under load
def test_two_apps_lose_and_double_nothing_and_count_alike(tmp_path):
    url = f"csv:{tmp_path}/feedback.csv"
    env = {"VITRINE_WARM": "0", "VITRINE_FEEDBACK_URL": url}
    with (
        running_app(tmp_path / "a.log", env, options=[AGENT_API]) as first,
        running_app(tmp_path / "b.log", env, options=[AGENT_API]) as second,
    ):
        with ThreadPoolExecutor(4) as pool:
            pages = list(pool.map(judge, [first, second] * VISITS, ["correct", "unsure"] * VISITS))
        galleries = [json.dumps(server.visit()) for server in (first, second)]
    assert all("Saved" in page for page in pages)
    rows = open_store(url).read()
    assert sorted(rows["verdict"]) == ["correct"] * VISITS + ["unsure"] * VISITS
    assert rows["session"].nunique() == 2 * VISITS
    assert all(f"{2 * VISITS} verdicts" in gallery for gallery in galleries)

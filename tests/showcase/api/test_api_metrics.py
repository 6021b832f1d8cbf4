"""What operators see of a process, in Prometheus' own reader."""

import pytest
from prometheus_client.parser import text_string_to_metric_families

from models.registry import DEMOS
from showcase import ui
from tests.showcase.api.conftest import DAY


def figures(client, **headers) -> dict[tuple[str, tuple[str, ...]], float]:
    answer = client.get("/v1/metrics", headers=headers)
    assert answer.headers["content-type"].startswith("text/plain")
    return {
        (sample.name, tuple(sample.labels.values())): sample.value
        for family in text_string_to_metric_families(answer.text)
        for sample in family.samples
    }


def test_requests_verdicts_and_versions_are_told(client, verdict):
    before = figures(client)
    for path in ("rainfall/predict", "nothing/predict", "made-up/../name"):
        client.post(f"/v1/demos/{path}", json=DAY)
    client.post("/v1/feedback", json=verdict)
    client.get("/v1/demos/made-up/jobs/made-up")
    now = figures(client)
    seconds, said = "vitrine_api_request_seconds_count", "vitrine_verdicts_taken_total"
    new = {key for key, value in now.items() if value > before.get(key, 0)}
    assert (seconds, ("POST", "/v1/demos/rainfall/predict", "200")) in new
    assert (seconds, ("POST", "other", "404")) in new
    assert (seconds, ("GET", "/v1/demos/{name}/jobs/{job_id}", "404")) in new
    assert (said, ("rainfall", "api", "correct")) in new
    assert now["vitrine_verdicts_in_force", ("rainfall",)] == 1
    assert now["vitrine_verdicts_waiting", ()] == 0
    versions = {key[1] for key in now if key[0] == "vitrine_model_info"}
    assert versions == {(demo.name, ui.model(demo.name).version) for demo in DEMOS}
    assert not any("made-up" in label for _, labels in now for label in labels)


@pytest.mark.parametrize(("key", "status"), [("", 401), ("another", 401), ("s3cret", 200)])
def test_they_are_behind_the_key(configured, key, status):
    client = configured(api_key="s3cret")
    assert client.get("/v1/metrics", headers={"X-API-Key": key}).status_code == status

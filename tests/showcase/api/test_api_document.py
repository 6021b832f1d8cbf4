"""The OpenAPI document: only answers that can come, each with an example that is true."""

import pytest

from showcase.api.errors import CODES, WRONG_KEY, ErrorAnswer

EVERY = {"500", "503"}
BODY = {"408", "413", "415", "422"}
PREDICT = "/v1/demos/earnings/predict"


def content(response: dict) -> dict:
    return response["content"]["application/json"]


@pytest.fixture
def paths(client) -> dict:
    return client.get("/openapi.json").json()["paths"]


@pytest.mark.parametrize(
    ("path", "method", "refusals"),
    [
        ("/v1/live", "get", {"500"}),
        ("/v1/demos", "get", {"500"}),
        ("/v1/demos/earnings", "get", EVERY),
        (PREDICT, "get", {*EVERY, "422"}),
        (PREDICT, "post", EVERY | BODY),
        ("/v1/feedback", "post", EVERY | BODY | {"403", "404", "409"}),
    ],
)
def test_only_refusals_that_can_come_are_listed(paths, path, method, refusals):
    listed = paths[path][method]["responses"]
    assert {status for status in listed if status >= "400"} == refusals


def test_key_and_limit_are_listed_where_they_are_set(configured):
    client = configured(api_key="s3cret", rate_limit="60/minute")
    listed = client.get("/openapi.json").json()["paths"]["/v1/demos"]["get"]["responses"]
    assert set(listed) == {"200", "401", "429", "500"}
    assert set(content(listed["401"])["examples"]) == {"no_key", "wrong_key"}


def test_examples_of_refusals_belong_to_their_status(paths):
    found = [
        (int(status), ErrorAnswer.model_validate(one["value"]).error)
        for item in paths.values()
        for operation in item.values()
        for status, response in operation["responses"].items()
        if status >= "400"
        for one in content(response)["examples"].values()
    ]
    assert len(found) > 100
    assert all(error.code in (CODES[status], WRONG_KEY) for status, error in found)


def test_examples_of_answers_are_the_models_own(client, paths):
    body = content(paths[PREDICT]["post"]["requestBody"])["examples"]["Accounting"]["value"]
    told = content(paths[PREDICT]["get"]["responses"]["200"])["example"]
    assert told == client.post(PREDICT, json=body).json()
    refused = content(paths[PREDICT]["post"]["responses"]["422"])["examples"]["invalid"]["value"]
    assert refused == client.post(PREDICT, json={}).json()


def test_examples_of_verdicts_can_be_sent_one_after_the_other(client, store, paths):
    examples = content(paths["/v1/feedback"]["post"]["requestBody"])["examples"]
    first = examples["Correct"]["value"]
    assert (next(iter(examples)), first["demo"]) == ("Correct", "rainfall")
    sent = [client.post("/v1/feedback", json=one["value"]) for one in examples.values()]
    told = content(paths["/v1/feedback"]["post"]["responses"]["201"])["example"]
    assert sent[0].json() == told
    assert {answer.status_code for answer in sent} == {201}
    assert list(store.read()["expected"])[:5] == ["dry", "rain", "", "rain", ""]


def test_model_that_does_not_load_has_no_example(client, monkeypatch):
    def missing(_name):
        raise FileNotFoundError("no model.skops")

    monkeypatch.setattr("showcase.api.answering.load", missing)
    paths = client.get("/openapi.json").json()["paths"]
    assert "example" not in content(paths[PREDICT]["get"]["responses"]["200"])
    verdicts = content(paths["/v1/feedback"]["post"]["requestBody"])["examples"]
    assert {one["value"]["verdict"] for one in verdicts.values()} == {"unsure"}


def test_bounds_of_bodies_are_told(client, paths):
    for path in ("palindromes/predict", "palindromes/predict/batch", "rainfall/predict"):
        told = paths[f"/v1/demos/{path}"]["post"]["requestBody"]["description"]
        answer = content(paths[f"/v1/demos/{path}"]["post"]["responses"]["413"])["examples"]
        most = told.removeprefix("At most ").removesuffix(" bytes.")
        assert f"at most {most} bytes" in answer["too_large"]["value"]["error"]["message"]
        sent = client.post(f"/v1/demos/{path}", json={"x": "x" * int(most.replace(",", ""))})
        assert sent.json() == answer["too_large"]["value"]


def test_document_says_that_ten_probabilities_are_sent(client):
    told = client.get("/openapi.json").json()["components"]["schemas"]["Classification"]
    assert "only the ten likeliest" in told["description"]


def test_document_says_where_the_api_begins(client):
    told = client.get("/openapi.json").json()
    (server,) = told["servers"]
    assert server["url"] == "."  # whatever path the app is below
    assert "/api/v1/demos" in server["description"]
    assert "/api/v1/demos" in told["info"]["description"]

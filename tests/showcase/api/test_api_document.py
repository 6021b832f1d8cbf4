"""The OpenAPI document: every call with its own schemas, and only answers that can come."""

import pytest

from showcase import api


@pytest.fixture
def application():
    """The demos of a test are its own."""
    return api.create()


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
        ("/v1/feedback", "post", EVERY | BODY | {"403", "404", "409", "429"}),
    ],
)
def test_only_refusals_that_can_come_are_listed(paths, path, method, refusals):
    listed = paths[path][method]["responses"]
    assert {status for status in listed if status >= "400"} == refusals


def test_key_and_limit_are_listed_where_they_are_set(configured):
    client = configured(api_key="s3cret", rate_limit="60/minute")
    listed = client.get("/openapi.json").json()["paths"]["/v1/demos"]["get"]["responses"]
    assert set(listed) == {"200", "401", "429", "500"}


def test_every_model_has_schemas_of_its_own(client):
    """Generated clients name what they send by them."""
    schemas = client.get("/openapi.json").json()["components"]["schemas"]
    titles = [schema.get("title") for schema in schemas.values()]
    assert len(set(titles)) == len(titles)
    for name in ("Rainfall", "FlowerPower", "Palindromes"):
        inputs = schemas[f"{name}Batch"]["properties"]["inputs"]
        assert inputs["items"] == {"$ref": f"#/components/schemas/{name}Input"}


def test_every_operation_has_a_name_of_its_own(paths):
    names = [operation["operationId"] for item in paths.values() for operation in item.values()]
    assert len(set(names)) == len(names)
    assert {"predict_rainfall", "predict_rainfall_from_url", "predict_rainfall_batch"} < set(names)


def test_parameters_have_bounds_examples_and_what_stands_for_null(paths):
    parameters = {one["name"]: one for one in paths[PREDICT]["get"]["parameters"]}
    price = parameters["net_price"]
    assert price["schema"]["anyOf"][0]["maximum"] == 80_000
    assert price["schema"]["anyOf"][1] == {"enum": ["unknown", ""]}
    assert (parameters["field"]["example"], parameters["field"]["required"]) == ("5203", True)


def test_examples_of_verdicts_can_be_sent_one_after_the_other(client, store, paths):
    examples = content(paths["/v1/feedback"]["post"]["requestBody"])["examples"]
    first = examples["Correct"]["value"]
    assert (next(iter(examples)), first["demo"]) == ("Correct", "rainfall")
    sent = [client.post("/v1/feedback", json=one["value"]) for one in examples.values()]
    assert {answer.status_code for answer in sent} == {201}
    assert list(store.read()["expected"])[:5] == ["dry", "rain", "", "rain", ""]


def test_model_that_does_not_load_has_no_label_to_suggest(client, monkeypatch):
    def missing(_name):
        raise FileNotFoundError("no model.skops")

    monkeypatch.setattr("showcase.api.predict.load", missing)
    paths = client.get("/openapi.json").json()["paths"]
    verdicts = content(paths["/v1/feedback"]["post"]["requestBody"])["examples"]
    assert {one["value"]["verdict"] for one in verdicts.values()} == {"unsure"}


def test_bounds_of_bodies_are_told(client, paths):
    for path in ("palindromes/predict", "palindromes/predict/batch", "rainfall/predict"):
        told = paths[f"/v1/demos/{path}"]["post"]["requestBody"]["description"]
        most = told.removeprefix("At most ").removesuffix(" bytes.")
        sent = client.post(f"/v1/demos/{path}", json={"x": "x" * int(most.replace(",", ""))})
        assert f"at most {most} bytes" in sent.json()["error"]["message"]


def test_document_says_that_ten_probabilities_are_sent(client):
    told = client.get("/openapi.json").json()["components"]["schemas"]["Classification"]
    assert "only the ten likeliest" in told["description"]


def test_document_says_where_the_api_begins(client):
    told = client.get("/openapi.json").json()
    (server,) = told["servers"]
    assert server["url"] == "."  # whatever path the app is below
    assert "/api/v1/demos" in server["description"]
    assert "/api/v1/demos" in told["info"]["description"]


def test_assistants_read_every_call_in_plain_text(client, paths):
    answer = client.get("/agents.md")
    assert answer.headers["content-type"].startswith("text/markdown")
    for path, item in paths.items():
        for method in item:
            assert f"`{method.upper()} /api{path}`" in answer.text
    assert "- `humidity_3pm` (number, at least 0.0, at most 100.0)" in answer.text
    assert "- `threshold` (number, one of 0.05, 0.0" in answer.text
    assert '"temperature_3pm": 22.0' in answer.text

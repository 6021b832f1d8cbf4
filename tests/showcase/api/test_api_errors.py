"""Every refusal has one shape, on every route, and bodies are refused before they do harm."""

import itertools
import json
import logging
import re

import pytest
from starlette.testclient import TestClient

from showcase import api
from showcase.api.errors import CODES, ErrorAnswer
from tests.showcase.api.conftest import DAY

JSON = {"Content-Type": "application/json"}
PREDICT = "/v1/demos/rainfall/predict"
ROUTES = {  # path to the methods that work there
    "/v1/demos": {"GET"},
    "/v1/demos/rainfall": {"GET"},
    PREDICT: {"GET", "POST"},
    f"{PREDICT}/batch": {"POST"},
    "/v1/demos/rainfall/explain": {"POST"},
    "/v1/demos/rainfall/sample": {"GET"},
    "/v1/feedback": {"POST"},
    "/v1/live": {"GET"},
    "/v1/ready": {"GET"},
    "/v1/metrics": {"GET"},
    "/openapi.json": {"GET"},
    "/docs": {"GET"},
}
POSTS = [path for path, methods in ROUTES.items() if "POST" in methods]


def refused(answer, status: int) -> dict:
    assert answer.status_code == status, answer.text
    assert answer.headers["content-type"] == "application/json"
    error = ErrorAnswer.model_validate_json(answer.content).error
    assert answer.json() == {"error": error.model_dump()}
    assert error.code == CODES[status]
    assert error.message
    return answer.json()["error"]


def test_these_are_all_routes(client):
    paths = client.get("/openapi.json").json()["paths"]
    others = {path for path in paths if "/demos/" in path and "/rainfall" not in path}
    assert set(ROUTES) == paths.keys() - others | {"/openapi.json", "/docs"}
    assert all(set(map(str.upper, paths[path])) == ROUTES[path] for path in paths.keys() - others)


@pytest.mark.parametrize("path", ROUTES)
def test_every_route_refuses_other_methods_in_the_one_shape(client, path):
    for method in {"GET", "POST", "PUT", "PATCH", "DELETE"} - ROUTES[path]:
        answer = client.request(method, path)
        error = refused(answer, 405)
        head = {"HEAD"} if "GET" in ROUTES[path] else set()
        assert set(answer.headers["allow"].split(", ")) == ROUTES[path] | head
        assert method in error["message"]


def test_method_that_says_no_is_not_among_those_that_work(client):
    assert client.put("/v1/demos/sketch/predict").headers["allow"] == "POST"


@pytest.mark.parametrize(
    "path",
    ["/nope", "/v1", "/v1/demos/", "/v1/demos/nope", "/v1/demos/nope/sample", "/docs/files/x"],
)
def test_what_is_not_there_is_said_in_the_one_shape(client, path):
    refused(client.get(path), 404)


def test_unknown_model_is_told_which_there_are(client):
    answer = client.post("/v1/demos/nope/predict", content="{}", headers=JSON)
    assert "there are sketch, sentiment" in refused(answer, 404)["message"]


@pytest.mark.parametrize("path", POSTS)
@pytest.mark.parametrize(
    "headers",
    [
        {"Content-Type": "text/plain"},
        {"Content-Type": "application/json; charset=latin-1"},
        {"Content-Type": "application/x-www-form-urlencoded"},
        {"Content-Type": "application/json", "Content-Encoding": "gzip"},
    ],
)
def test_other_types_of_body_are_refused(client, path, headers):
    refused(client.post(path, content=b"{}", headers=headers), 415)


@pytest.mark.parametrize(
    "about",
    ["charset=utf8", "charset=us-ascii", "a=b", 'charset = "UTF-8"; a=b'],
)
def test_parameters_of_the_content_type_do_not_matter(client, about):
    headers = {"Content-Type": f"application/json; {about}"}
    refused(client.post(PREDICT, content=b"{}", headers=headers), 422)


@pytest.mark.parametrize("path", POSTS)
def test_body_without_a_type_is_refused(client, path):
    refused(client.post(path, content=b"{}"), 415)


@pytest.mark.parametrize("path", POSTS)
@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "it is empty"),
        (b'{"a": 1,\n "b": }', "line 2 column 7"),
        (b'{"a": "\xff"}', "invalid unicode code point at line 1 column 8"),
        (b'{"a": NaN}', "send null"),
        (b'{"a": -Infinity}', "line 1 column 8"),
        (b'{"\\uD83D": 1}', "hex escape at line 1 column 9"),
        (b"[" * 200_000, "recursion limit"),
        (b'{"a":' * 100_000, "recursion limit"),
        (b'{"a": ' + b"9" * 5_000 + b"}", "number out of range"),
        (b"[]", "must be a JSON object"),
        (b"null", "must be a JSON object"),
        (b'"text"', "must be a JSON object"),
    ],
)
def test_what_is_no_json_object_is_refused_with_its_place(client, path, content, words):
    assert words in refused(client.post(path, content=content, headers=JSON), 422)["message"]


def test_byte_order_mark_before_json_is_left_out(client):
    content = b"\xef\xbb\xbf" + json.dumps(DAY).encode()
    assert client.post(PREDICT, content=content, headers=JSON).status_code == 200


def test_another_charset_is_named(client):
    about = {"Content-Type": "application/json; charset=UTF-16"}
    assert (
        "says utf-16."
        in refused(client.post(PREDICT, content=b"{}", headers=about), 415)["message"]
    )


@pytest.mark.parametrize("inside", [False, True])
def test_key_that_stands_in_a_body_twice_is_refused(client, inside):
    day = json.dumps(DAY).replace("{", '{"humidity_3pm": 99, ', 1)
    path, body = (f"{PREDICT}/batch", f'{{"inputs": [{day}]}}') if inside else (PREDICT, day)
    answer = client.post(path, content=body, headers={"Content-Type": "application/json"})
    assert answer.status_code == 422
    (field,) = answer.json()["error"]["fields"]
    assert field == {"field": "humidity_3pm", "message": "It is in the body twice: keep one."}


@pytest.mark.parametrize("path", POSTS)
def test_too_large_a_body_is_refused_whether_or_not_its_length_is_told(client, path):
    limit = 10_000_000 if path.endswith("batch") else 1_000_000
    sent = itertools.count()

    def chunks():
        while next(sent) < 1_000:
            yield b" " * 100_000

    told = client.post(path, content=b" " * (limit + 1), headers=JSON)
    assert f"at most {limit:,} bytes" in refused(told, 413)["message"]
    refused(client.post(path, content=chunks(), headers=JSON), 413)
    full = json.dumps({"x": ""}).ljust(limit)
    refused(client.post(path, content=full, headers=JSON), 422)


@pytest.mark.parametrize("sent", ["json", "params"])
@pytest.mark.parametrize("count", [21, 3_000])
def test_of_many_wrong_fields_the_first_are_named(client, sent, count):
    method = "POST" if sent == "json" else "GET"
    given = {f"x{number}": "a" for number in range(count)}
    error = refused(client.request(method, PREDICT, **{sent: given}), 422)
    assert len(error["fields"]) == 20
    assert error["fields"][-1]["message"].startswith("There is no such field; there are")
    assert re.search(r"[0-9,]+ fields cannot be used: .* and [0-9,]+ more", error["message"])


def test_long_name_is_cut_off_in_an_answer(client):
    answer = client.post(PREDICT, json={"é" * 400_000: 1})
    refused(answer, 422)
    assert len(answer.content) < 10_000


def test_wrong_fields_in_a_batch_are_bounded_too(client):
    wrong = {"inputs": [{f"x{number}": 1 for number in range(100)}] * 100}
    answer = client.post(f"{PREDICT}/batch", json=wrong)
    assert all(len(one["error"]["fields"]) == 20 for one in answer.json()["results"])


def test_number_too_large_for_a_number_is_refused(client):
    body = (
        b'{"temperature_3pm": 1e999, "humidity_3pm": 5, "pressure_3pm": 1000, "wind_gust_speed": 1}'
    )
    error = refused(client.post(PREDICT, content=body, headers=JSON), 422)
    assert error["fields"] == [
        {"field": "temperature_3pm", "message": "This must be a finite number."}
    ]


def test_unexpected_failure_is_calm_and_its_id_is_in_the_log(client, monkeypatch, caplog):
    def broken(_model, _given):
        raise RuntimeError("secret detail")

    monkeypatch.setattr("models.rainfall.predict", broken)
    monkeypatch.setattr(logging.getLogger("showcase"), "propagate", True)
    answer = client.get(PREDICT + "?temperature_3pm=2&humidity_3pm=5&pressure_3pm=1000"
                        "&wind_gust_speed=1")  # fmt: skip
    message = refused(answer, 500)["message"]
    assert "secret detail" not in message
    # a set: pytest may hear a logger both directly and by way of the root
    (found,) = {record.error_id for record in caplog.records if hasattr(record, "error_id")}
    assert found in message


def test_model_that_does_not_load_is_said(client, monkeypatch):
    def missing(_name):
        raise FileNotFoundError("no model.skops: run python -m models.rainfall.train")

    monkeypatch.setattr("showcase.api.predict.load", missing)
    error = refused(client.get("/v1/demos/rainfall"), 503)
    assert "The model rainfall does not load" in error["message"]


def test_settings_that_cannot_be_used_let_nobody_in(configured):
    client = configured(rate_limit="often")
    refused(client.get("/v1/demos"), 503)
    assert client.get("/v1/live").status_code == 200


def test_creating_twice_is_no_problem():
    assert TestClient(api.create()).get("/v1/live").json() == {"status": "live"}

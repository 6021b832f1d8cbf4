"""Keys, rate limits and foreign pages: nothing is asked for unless the operator says so."""

import json

import pytest
from starlette.requests import Request
from starlette.testclient import TestClient

from showcase.api.errors import ErrorAnswer
from showcase.api.guard import has_key
from showcase.runtime.rate_limit import RateLimit

OPEN = ("/v1/live", "/v1/ready", "/openapi.json", "/docs")
GUARDED = ("/v1/demos", "/v1/demos/rainfall", "/v1/demos/rainfall/sample")


def code(answer) -> str:
    return ErrorAnswer.model_validate_json(answer.content).error.code


@pytest.mark.parametrize("path", GUARDED)
def test_key_is_asked_for_where_one_is_set(configured, path):
    client = configured(api_key="s3cret")
    answer = client.get(path)
    assert (answer.status_code, code(answer)) == (401, "no_key")
    assert answer.headers["www-authenticate"] == "Bearer"
    for headers in ({"X-API-Key": "wrong"}, {"Authorization": "Bearer s3cre"}, {"X-API-Key": "é"}):
        answer = client.get(path, headers={k: v.encode() for k, v in headers.items()})
        assert (answer.status_code, code(answer)) == (401, "wrong_key")
        assert "not the right one" in answer.json()["error"]["message"]
    for headers in ({"X-API-Key": "s3cret"}, {"Authorization": "Bearer s3cret"}):
        assert client.get(path, headers=headers).status_code == 200


@pytest.mark.parametrize("key", ["s3cret\n", " schlüssel ", "ключ"])
def test_key_is_taken_with_blanks_around_it_and_with_any_letters(configured, key):
    client = configured(api_key=key)
    header = {"X-API-Key": key.strip().encode()}
    assert client.get("/v1/demos", headers=header).status_code == 200
    assert client.get("/v1/demos", headers={"X-API-Key": "?" * 4}).status_code == 401


@pytest.mark.parametrize(("encoding", "taken"), [("latin-1", True), ("utf-8", True), ("utf-16", 0)])
def test_key_is_taken_as_curl_and_as_python_send_it(configured, encoding, taken):
    configured(api_key="schlüssel")
    header = (b"x-api-key", "schlüssel".encode(encoding))  # the test's client would write UTF-8
    assert has_key(Request({"type": "http", "headers": [header]})) == taken


def test_key_of_blanks_lets_nobody_in(configured):
    client = configured(api_key=" ")
    assert client.get("/v1/demos").status_code == 401
    assert code(client.get("/v1/demos", headers={"X-API-Key": " "})) == "no_key"


@pytest.mark.parametrize("path", OPEN)
def test_health_and_documentation_need_no_key(configured, path):
    assert configured(api_key="s3cret", rate_limit="1/day").get(path).status_code == 200


def test_document_says_that_a_key_is_needed(configured):
    told = configured(api_key="s3cret").get("/openapi.json").json()
    assert set(told["components"]["securitySchemes"]) == {"bearer", "header"}
    assert told["paths"]["/v1/demos"]["get"]["security"] == [{"bearer": []}, {"header": []}]
    assert "security" not in told["paths"]["/v1/live"]["get"]
    assert "s3cret" not in json.dumps(told)


def test_rate_limit_counts_each_address_and_says_when_to_come_back(configured):
    client = configured(rate_limit="2/hour")
    assert [client.get("/v1/demos").status_code for _ in range(3)] == [200, 200, 429]
    answer = client.get("/v1/demos")
    assert code(answer) == "too_many_requests"
    assert 0 < int(answer.headers["retry-after"]) <= 3_600
    assert client.get("/v1/live").status_code == 200


def test_rate_limit_counts_who_has_the_key_apart(configured):
    client = configured(rate_limit="1/hour", api_key="s3cret")
    assert [client.get("/v1/demos").status_code for _ in range(2)] == [401, 429]
    headers = {"X-API-Key": "s3cret"}
    assert [client.get("/v1/demos", headers=headers).status_code for _ in range(2)] == [200, 429]


def test_addresses_of_one_ipv6_network_share_a_limit(configured):
    app = configured(rate_limit="5/minute").app
    clients = [TestClient(app, client=(f"2001:db8:0:1::{n:x}", 1)) for n in range(1, 9)]
    statuses = [client.get("/v1/demos").status_code for client in clients]
    assert statuses == [200] * 5 + [429] * 3
    other = TestClient(app, client=("2001:db8:0:2::1", 1))
    assert other.get("/v1/demos").status_code == 200


def test_rate_limit_waits_as_long_as_the_oldest_request_and_forgets_who_is_gone():
    now = 0.0
    limit = RateLimit("3/minute", clock=lambda: now)
    assert limit.hit("a", 1) == 0
    now = 10.0
    assert limit.hit("a", 2) == 0
    assert limit.hit("a", 1) == 50
    assert limit.hit("a", 2) == 60
    now = 61.0
    assert (limit.hit("a", 1), limit.hit("c", 1)) == (0, 0)
    now = 300.0
    limit.hit("d", 1)
    assert set(limit.hits) == {"d"}


def test_document_and_unknown_paths_are_under_the_rate_limit(configured):
    client = configured(rate_limit="2/hour")
    paths = ("/openapi.json", "/v1/nope", "/docs", "/v1/live")
    assert [client.get(path).status_code for path in paths] == [200, 404, 429, 200]


@pytest.mark.parametrize(
    ("origin", "status"),
    [
        ("http://testserver", 201),
        ("https://testserver", 201),
        ("https://friend.example", 201),
        ("https://evil.example", 403),
        ("http://testserver.evil.example", 403),
        ("null", 403),
        ("http://[evil", 403),
    ],
)
def test_verdicts_from_pages_of_other_sites_are_refused(configured, verdict, origin, status):
    client = configured(allowed_origins="https://friend.example, https://other.example")
    answer = client.post("/v1/feedback", json=verdict, headers={"Origin": origin})
    assert answer.status_code == status
    assert status == 201 or code(answer) == "foreign_origin"


def test_a_proxy_that_drops_the_port_is_named(configured, verdict):
    headers = {"Origin": "https://testserver:8443", "Host": "testserver"}
    answer = configured().post("/v1/feedback", json=verdict, headers=headers)
    assert "asked as testserver: a proxy must hand on" in answer.json()["error"]["message"]


def test_browser_is_told_which_pages_may_read_answers(configured):
    client = configured(allowed_origins="https://friend.example")
    asked = {"Access-Control-Request-Method": "POST", "Access-Control-Request-Headers": "x-api-key"}
    friend = client.options("/v1/feedback", headers={"Origin": "https://friend.example"} | asked)
    assert friend.headers["access-control-allow-origin"] == "https://friend.example"
    evil = client.options("/v1/feedback", headers={"Origin": "https://evil.example"} | asked)
    assert evil.status_code == 405
    assert "access-control-allow-origin" not in evil.headers

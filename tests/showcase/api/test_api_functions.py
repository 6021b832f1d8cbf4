"""A typed function over the API: inputs of many kinds, its own refusals, answers without labels."""

import base64
import datetime as dt
import json
import logging
from typing import Annotated, Any, Literal

import numpy as np
import pandas as pd
import pytest
from pydantic import BaseModel, Field, ValidationError

from showcase import api
from showcase.api.body_limit import LARGEST
from showcase.api.demos import most_bytes
from showcase.contract import Demo
from showcase.contract.function import examples, function_model
from showcase.contract.inputs import Columns, Drawing, FileCodec, Limits, LongText, TableCodec
from showcase.contract.outputs import TextStream


@pytest.fixture
def application():
    """The demos of a test are its own."""
    return api.create()


GIVEN = {
    "text": "hi",
    "share": 0.5,
    "size": "small",
    "several": ["a"],
    "day": "2026-01-31",
    "point": {"x": 1},
    "table": [{"a": 1}, {"a": 2}],
    "raw": "eA==",
    "maybe": None,
}


class Point(BaseModel):
    x: float


calls = []


def tenth(n: int = 5) -> float:
    """Divide ten."""
    calls.append(n)
    if n > 1_000:
        raise ValueError("This is too large.")
    return 10 / n


def plain(n: int = 3, at: dt.time = dt.time(9), seed: int = None) -> Any:  # noqa: RUF013
    """Say what came; NaN for nothing."""
    return {"n": n, "seed": seed, "share": np.float32(0.5)} if n else float("nan")


def weigh(content: bytes) -> int:
    """Weigh it."""
    return len(content)


@examples(dict.fromkeys(("One", "Two", "Three", "Four"), GIVEN))
def everything(
    text: str,
    share: Annotated[float, Field(ge=0, le=1)],
    size: Literal["small", "large"],
    several: list[Literal["a", "b"]],
    day: dt.date,
    point: Point,
    table: Annotated[pd.DataFrame, Columns(a=int)],
    raw: bytes,
    maybe: float | None = None,
    counts: list[int] = (1,),
) -> dict:
    """Say what came."""
    if text == "bad":
        raise ValueError("This text is bad.")
    return {"day": day.year, "rows": len(table), "raw": len(raw), "x": point.x, "maybe": maybe}


@pytest.fixture
def function_demo(registered):
    module = f"{__name__}:everything"
    demo = Demo("everything", "Everything", "", "", "Takes everything.", module)
    registered(demo)


@pytest.fixture
def tenth_demo(registered):
    demo = Demo("tenth", "Tenth", "", "", "Divides.", f"{__name__}:tenth")
    registered(demo)
    calls.clear()


@pytest.fixture
def weigh_demo(registered):
    demo = Demo("weigh", "Weigh", "", "", "Weighs.", f"{__name__}:weigh")
    registered(demo)


@pytest.fixture
def plain_demo(registered):
    demo = Demo("plain", "Plain", "", "", "Says what came.", f"{__name__}:plain")
    registered(demo)


@pytest.mark.parametrize(
    ("given", "n"),
    [({}, 3), ({"n": 2**53 + 1}, 2**53 + 1), ({"n": 5.0}, 5), ({"n": 1, "seed": None}, 1)],
)
def test_default_left_out_is_the_default_and_whole_numbers_are_exact(plain_demo, client, given, n):
    answer = client.post("/v1/demos/plain/predict", json=given).json()["prediction"]["data"]
    assert answer == {"n": n, "seed": None, "share": 0.5}
    texts = {name: "unknown" if value is None else str(value) for name, value in given.items()}
    by_url = client.get("/v1/demos/plain/predict", params=texts).json()
    assert by_url["prediction"]["data"] == answer


@pytest.mark.parametrize(
    ("given", "field", "words"),
    [
        ({"at": "09:00Z"}, "at", "without a time zone"),
        ({"n": 2.0**53 + 2}, "n", "with all its digits"),
        ({"n": 1e300}, "n", "too many digits"),
    ],
)
def test_value_that_would_become_another_is_refused(plain_demo, client, given, field, words):
    (problem,) = client.post("/v1/demos/plain/predict", json=given).json()["error"]["fields"]
    assert problem["field"] == field
    assert words in problem["message"]


def test_answer_that_is_no_number_is_a_fault_that_the_log_names(plain_demo, client, caplog):
    answer = client.post("/v1/demos/plain/predict", json={"n": 0})
    assert answer.status_code == 500
    assert "NaN" in caplog.text


def predict(client, **change):
    return client.post("/v1/demos/everything/predict", json=GIVEN | change)


def test_function_gets_python_values_and_answers_json(function_demo, client):
    told = predict(client).json()["prediction"]
    assert told["kind"] == "data"
    assert told["data"] == {"day": 2026, "rows": 2, "raw": 1, "x": 1.0, "maybe": None}


@pytest.mark.parametrize(
    ("change", "field", "words"),
    [
        ({"share": 2}, "share", "It takes 1 or less."),
        ({"size": "huge"}, "size", "It takes 'small' or 'large'."),
        ({"several": ["a", "z"]}, "several.1", "It takes 'a' or 'b'."),
        ({"day": "soon"}, "day", "This must be a date such as 2026-01-31."),
        ({"day": 0}, "day", "This must be a text."),
        ({"point": None}, "point", "This must be an object."),
        ({"point": {"x": "far"}}, "point.x", "This must be a number."),
        ({"point": {"x": "3"}}, "point.x", "This must be a number."),
        ({"table": "x"}, "table", "This must be a list."),
        ({"table": [{"a": 1}, {"a": "2"}]}, "table", "Row 2, “a”: it takes a whole number."),
        ({"table": [{"a": 9.1e15}]}, "table", "Row 1, “a”: it takes a whole number."),
        ({"counts": [1, "3"]}, "counts.1", "Send it without quotes."),
        ({"counts": [True]}, "counts.0", "This must be a whole number."),
        ({"counts": [9007199254740993.0]}, "counts.0", "with all its digits"),
        ({"raw": "***"}, "raw", "not in base64"),
    ],
)
def test_wrong_field_is_named(function_demo, client, change, field, words):
    (problem,) = predict(client, **change).json()["error"]["fields"]
    assert problem["field"] == field
    assert words in problem["message"]


@pytest.mark.parametrize("name", ["several", "table", "numbers", "strokes"])
def test_of_many_wrong_values_in_a_list_the_first_is_found(name):
    def take(
        several: list[Literal["a", "b"]],
        table: Annotated[pd.DataFrame, Columns(a=int)],
        numbers: Annotated[list[float], Field(min_length=1)] | None,
        strokes: Drawing,
    ) -> str: ...

    wrong = {name: [5] * 1_000} if name != "numbers" else {name: ["x"] * 1_000}
    with pytest.raises(ValidationError) as error:
        function_model(take).Input.model_validate(wrong)
    assert [one["loc"][:2] for one in error.value.errors() if one["loc"][0] == name] == [(name, 0)]


def test_what_a_function_refuses_is_said_in_its_words(function_demo, client):
    refused = predict(client, text="bad")
    assert (refused.status_code, refused.json()["error"]["message"]) == (422, "This text is bad.")
    batch = {"inputs": [GIVEN, GIVEN | {"text": "bad"}]}
    results = client.post("/v1/demos/everything/predict/batch", json=batch).json()["results"]
    assert list(results[0]) == ["input_hash", "prediction"]
    assert results[1]["error"]["message"] == "This text is bad."


def test_one_input_that_fails_does_not_stop_the_others_of_a_batch(
    tenth_demo, client, caplog, monkeypatch
):
    monkeypatch.setattr(logging.getLogger("showcase"), "propagate", True)
    batch = {"inputs": [{"n": n} for n in (5, 0, 2_000, 0, 2)]}
    results = client.post("/v1/demos/tenth/predict/batch", json=batch).json()["results"]
    assert [one.get("prediction", {}).get("value") for one in results] == [2, None, None, None, 5]
    codes = [one["error"]["code"] for one in results if "error" in one]
    assert codes == ["internal", "invalid", "internal"]
    (logged,) = {record.error_id for record in caplog.records if hasattr(record, "error_id")}
    assert logged in results[1]["error"]["message"]
    assert calls == [5, 0, 2_000, 0, 2]


@pytest.fixture
def write_demo(registered):
    demo = Demo("write", "Write", "", "", "Writes.", f"{__name__}:write")
    registered(demo)


def write(words: int = 3) -> TextStream:
    """Write."""
    for word in range(words):
        if word == 5:
            raise ValueError("Five are too many.")
        yield f"{word} "
    if words == 4:
        raise RuntimeError("broken")


@pytest.mark.parametrize(
    ("words", "events"),
    [(3, "piece piece piece answer"), (9, "piece " * 5 + "error"), (4, "piece " * 4 + "error")],
)
def test_stream_comes_in_pieces_to_whoever_asks(write_demo, client, words, events):
    path, accept = "/v1/demos/write/predict", {"accept": "text/event-stream"}
    answer = client.post(path, json={"words": words}, headers=accept)
    assert answer.headers["content-type"].startswith("text/event-stream")
    lines = answer.text.split()
    named = [lines[place + 1] for place, line in enumerate(lines) if line == "event:"]
    assert named == events.split()
    datas = [line.removeprefix("data: ") for line in answer.text.splitlines() if "data:" in line]
    last = json.loads(datas[-1])
    if words == 3:
        assert last == client.post(path, json={"words": words}).json()
        assert last["prediction"] == {"kind": "markdown", "markdown": "0 1 2 "}
    else:
        assert last["error"]["code"] == {9: "invalid", 4: "internal"}[words]


def test_description_and_document_have_it(function_demo, client):
    told = client.get("/v1/demos/everything").json()
    fields = {field["name"]: field for field in told["fields"]}
    assert [choice["value"] for choice in fields["several"]["choices"]] == ["a", "b"]
    assert (told["flat"], told["labels"], told["score"]) == (False, None, None)
    paths = client.get("/openapi.json").json()["paths"]
    assert list(paths["/v1/demos/everything/predict"]) == ["post"]


def test_function_whose_fields_start_with_something_has_that_as_its_example(tenth_demo, client):
    assert client.get("/v1/demos/tenth/sample").json()["input"] == {"n": 5}
    paths = client.get("/openapi.json").json()["paths"]
    assert paths["/v1/demos/tenth/predict"]["get"]["parameters"][0]["example"] == 5


def test_function_that_must_be_brought_something_has_no_example(weigh_demo, client):
    answer = client.get("/v1/demos/weigh/sample")
    assert (answer.status_code, answer.json()["error"]["code"]) == (404, "not_found")
    told = client.get("/openapi.json").json()
    assert {"/v1/demos/weigh/predict", "/v1/demos/weigh/sample"} & set(told["paths"]) == {
        "/v1/demos/weigh/predict"
    }
    examples = told["paths"]["/v1/feedback"]["post"]["requestBody"]["content"]["application/json"]
    assert "Weigh" not in examples["examples"]


def test_file_of_megabytes_is_taken_where_a_field_takes_it(weigh_demo, client):
    content = base64.b64encode(bytes(2_000_000)).decode()
    answer = client.post("/v1/demos/weigh/predict", json={"content": content})
    assert answer.json()["prediction"]["value"] == 2_000_000
    refused = client.post("/v1/demos/weigh/predict", json={"content": "A" * 7_000_000})
    assert refused.status_code == 413
    assert "at most 6,666,670 bytes" in refused.json()["error"]["message"]


def test_bodies_are_as_large_as_fields_say():
    class Long(BaseModel):
        text: LongText

    class Several(BaseModel):
        one: Long
        file: Annotated[str, FileCodec(Limits(max_bytes=600_000))]
        number: int

    class Small(BaseModel):
        text: Annotated[str, Field(max_length=5_000)]
        rows: Annotated[list[dict], TableCodec(Columns(size=float, max_rows=100))]

    assert most_bytes(Small) == LARGEST
    assert most_bytes(Long) == 6_000_000
    assert most_bytes(Several) == 6_800_004


def test_answer_without_a_label_takes_a_comment_only(function_demo, client, store):
    version = client.get("/v1/demos/everything").json()["model_version"]
    verdict = {"demo": "everything", "model_version": version, "input": GIVEN, "verdict": "wrong"}
    refused = client.post("/v1/feedback", json=verdict | {"expected": "more"})
    assert refused.json()["error"]["fields"][0]["field"] == "expected"
    stored = client.post("/v1/feedback", json=verdict | {"comment": "Too little."})
    assert stored.status_code == 201
    assert list(store.read()["comment"]) == ["Too little."]

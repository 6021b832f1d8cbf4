"""The demos as tools at /mcp, over real HTTP, by the client of the protocol's own SDK."""

import asyncio
import json
import re
import threading
import time
from contextlib import asynccontextmanager, contextmanager

import httpx2
import pytest
import uvicorn
from mcp import Client, MCPError
from mcp.client.streamable_http import streamable_http_client
from mcp_types import ElicitResult
from PIL import Image

from bench.app_server import ROOT, free_port
from models.registry import DEMOS
from showcase import api
from showcase.api import app
from showcase.api.guard import _rate_limit
from showcase.contract import Demo
from showcase.runtime.settings import settings
from tests.showcase.api.made_demos import every_demo

DAY = {"temperature_3pm": 22, "humidity_3pm": 55, "pressure_3pm": 1015, "wind_gust_speed": 39}
MODES = ("auto", "legacy")  # of 2026, and with the handshake of before


@contextmanager
def serving(application):
    """Serve an application on a port of its own, from a thread."""
    port = free_port()
    server = uvicorn.Server(uvicorn.Config(application, port=port, log_level="warning"))
    thread = threading.Thread(target=server.run)
    thread.start()
    try:
        while not server.started:
            assert thread.is_alive()
            time.sleep(0.01)
        yield f"http://127.0.0.1:{port}"
    finally:
        server.should_exit = True
        thread.join()


@pytest.fixture(scope="module")
def shared(application):
    with serving(application) as url:
        yield url


@pytest.fixture
def url(shared, feedback_url):
    """The address of the project's demos, with a store of the test's own."""
    return shared


@asynccontextmanager
async def connected(url, *, headers=None, **options):
    async with (
        httpx2.AsyncClient(headers=headers, timeout=120, verify=False) as http,
        Client(streamable_http_client(f"{url}/mcp", http_client=http), **options) as client,
    ):
        yield client


def call(url, name, arguments, **options):
    """Return what a tool answers to a client made for this one call."""

    async def work():
        async with connected(url, **options) as client:
            return await client.call_tool(name, arguments)

    return asyncio.run(work())


def refusal(url, arguments=DAY, **options):
    """Return in what words, and with which code of ours, a client is not let in."""
    with pytest.raises(BaseException) as caught:  # noqa: PT011  # within groups of exceptions
        call(url, "predict_rainfall", arguments, **options)
    error = caught.value
    while isinstance(error, BaseExceptionGroup):
        error = error.exceptions[0]
    assert isinstance(error, MCPError), error
    return error.error.message, error.error.data["code"]


def said(result):
    return "\n".join(part.text for part in result.content)


@pytest.mark.parametrize("mode", MODES)
def test_every_demo_answers_as_its_route_does(url, client, mode):
    examples = {demo.name: demo.load_module().EXAMPLES[0].model_dump(mode="json") for demo in DEMOS}

    async def work():
        async with connected(url, mode=mode) as assistant:
            await assistant.list_tools()  # so that each answer is held to its tool's schema
            return {
                name: await assistant.call_tool(f"predict_{name}", given)
                for name, given in examples.items()
            }

    for name, result in asyncio.run(work()).items():
        by_route = client.post(f"/v1/demos/{name}/predict", json=examples[name]).json()
        assert result.structured_content == by_route
        assert json.loads(said(result)) == by_route


def test_tools_have_the_schemas_of_the_document(url, client):
    async def work():
        async with connected(url) as assistant:
            return (await assistant.list_tools()).tools

    tools = {tool.name: tool for tool in asyncio.run(work())}
    assert list(tools) == [*(f"predict_{demo.name}" for demo in DEMOS), "send_verdict"]
    schemas = client.get("/openapi.json").json()["components"]["schemas"]
    for demo in ("rainfall", "flower_power", "readability"):
        name = "".join(word.capitalize() for word in demo.split("_"))
        own = tools[f"predict_{demo}"].input_schema
        assert own["properties"] == schemas[f"{name}Input"]["properties"]
    rainfall = tools["predict_rainfall"]
    assert "85 times in 100" in rainfall.description
    prediction = rainfall.output_schema["$defs"]["Classification"]["properties"]
    assert prediction["kind"]["const"] == "classification"


def test_documented_client_gets_its_answer(url, capsys):
    text = (ROOT / "docs/assistants.md").read_text(encoding="utf-8")
    code = re.search(r"```python\n(.*?)```", text, re.DOTALL)[1]
    exec(code.replace("http://localhost:8000/api", url), {})
    assert "'label': 'dry'" in capsys.readouterr().out


def test_refusals_are_read_by_the_assistant(url):
    result = call(url, "predict_rainfall", DAY | {"humidity_3pm": 130, "wind_gust_speed": "39"})
    assert result.is_error
    assert said(result) == (
        "One field cannot be used: humidity_3pm.\nhumidity_3pm: It takes 100 or less."
    )
    unknown = call(url, "predict_snow", {})
    assert unknown.is_error
    assert "no tool 'predict_snow'; there are predict_sketch, predict_sentiment" in said(unknown)


def test_function_says_what_is_wrong_with_a_text(url):
    result = call(url, "predict_readability", {"text": "…"})
    assert result.is_error
    assert "words" in said(result)


def test_large_text_is_answered_and_a_larger_one_refused(url):
    many = call(url, "predict_readability", {"text": "A word. " * 40_000})
    rows = dict(many.structured_content["prediction"]["parts"]["In figures"]["rows"])
    assert rows["Words"] == 80_000
    message, code = refusal(url, arguments={"text": "A word. " * 1_500_000})
    assert (message[:23], code) == ("The body is too large: ", "too_large")


def test_key_is_needed_where_there_is_one(configured):
    configured(api_key="s3cret-key")
    with serving(api.create()) as url:
        assert refusal(url) == (
            "A key is needed: send the header Authorization: Bearer <key>, or X-API-Key.",
            "no_key",
        )
        wrong = refusal(url, headers={"X-API-Key": "other"})
        assert wrong == ("This key is not the right one.", "wrong_key")
        right = call(url, "predict_rainfall", DAY, headers={"Authorization": "Bearer s3cret-key"})
        assert right.structured_content["prediction"]["label"] == "dry"


def test_each_request_counts_towards_the_limit(configured):
    configured(rate_limit="3/hour")
    with serving(api.create()) as url:
        assert not call(url, "predict_rainfall", DAY).is_error
        message, code = refusal(url)
    _rate_limit.cache_clear()
    assert (message[:35], code) == ("Too many requests: 3/hour are taken", "too_many_requests")


def test_pages_of_other_sites_may_not_ask(url, monkeypatch):
    evil = {"Origin": "https://evil.example"}
    message, code = refusal(url, headers=evil)
    assert message == "Pages of https://evil.example may not ask this server."
    assert code == "foreign_origin"
    monkeypatch.setenv("VITRINE_ALLOWED_ORIGINS", "https://evil.example")
    settings.cache_clear()
    assert not call(url, "predict_rainfall", DAY, headers=evil).is_error


def test_demo_is_switched_off_by_its_line(registered, feedback_url):
    module = f"{__name__}:double"
    registered(
        Demo("double", "Double", "", "", "Doubles.", module, made=double),
        Demo("hidden", "Hidden", "", "", "Doubles.", module, mcp=False, made=double),
    )
    with serving(api.create()) as url:
        assert call(url, "predict_double", {"n": 4}).structured_content["prediction"] == {
            "kind": "number",
            "value": 8,
            "unit": "",
        }
        assert "there are predict_double, send_verdict." in said(call(url, "predict_hidden", {}))
        asked = call(url, "send_verdict", about("hidden", "0" * 12, {"n": 1}))
        assert "demo: It takes double." in said(asked)


def test_functions_and_estimators_without_a_package_are_tools_too(registered, feedback_url):
    demos = every_demo()
    registered(*demos)
    with serving(api.create()) as url:
        for demo in demos:
            given = demo.load_module().EXAMPLES[0].model_dump(mode="json")
            answer = call(url, f"predict_{demo.name}", given)
            by_route = httpx2.post(f"{url}/v1/demos/{demo.name}/predict", json=given).json()
            assert answer.structured_content == by_route


def stamp(text: str = "A") -> tuple[Image.Image, str]:
    """A stamp."""
    return Image.new("RGB", (4, 4), "red"), text


def test_pictures_are_pictures_to_the_assistant(registered, feedback_url):
    registered(Demo("stamp", "Stamp", "", "", "A stamp.", "stamp:stamp", made=stamp))
    with serving(api.create()) as url:
        answer = call(url, "predict_stamp", {"text": "B"})
    told, picture = answer.content
    png = answer.structured_content["prediction"]["parts"]["Answer 1"]["png"]
    assert (picture.mime_type, picture.data) == ("image/png", png)
    assert json.loads(told.text)["prediction"]["parts"] == {
        "Answer 1": {"kind": "picture", "png": "beside this text", "alt": ""},
        "Answer 2": {"kind": "text", "text": "B"},
    }


def double(n: int) -> int:
    """Double. Twice as much."""
    return 2 * n


def about(demo, version, given):
    return {"demo": demo, "model_version": version, "input": given}


@pytest.fixture
def question(client):
    """The arguments of a verdict on a day that the model calls dry."""
    answer = client.post("/v1/demos/rainfall/predict", json=DAY).json()
    return about("rainfall", answer["model_version"], DAY)


def person(action="accept", **content):
    """Return a person who answers so, and what they were shown."""
    shown = []

    async def answer(_, params):
        shown.append(params)
        return ElicitResult(action=action, content=content or None)

    return answer, shown


def test_verdict_is_what_the_person_says(url, question, store):
    answer, shown = person(verdict="wrong", expected="rain", comment="It poured.", annotator="")
    suggested = question | {"expected": "rain"}
    result = call(url, "send_verdict", suggested, elicitation_callback=answer)
    assert not result.is_error, said(result)
    assert said(result).startswith("Stored as “wrong”, with the id ")
    rows = store.read()
    assert list(rows["verdict"]) == ["wrong"]
    assert list(rows["expected"]) == ["rain"]
    assert rows["id"][0] in said(result)
    assert "\nHumidity at 3pm: 55.0 %\n" in shown[0].message
    assert "\nIt answered “dry”, 86% sure. Is this right?" in shown[0].message
    field = shown[0].requested_schema["properties"]["expected"]
    assert (field["enum"], field["default"]) == (["rain", "dry"], "rain")


def test_nothing_is_stored_unless_the_person_says_so(url, question, store):
    answer, _ = person("decline")
    declined = call(url, "send_verdict", question, elicitation_callback=answer)
    assert "did not want to judge" in said(declined)
    for options in ({}, {"mode": "legacy", "elicitation_callback": answer}):
        result = call(url, "send_verdict", question, **options)
        assert result.is_error
        assert "They can judge on the page /rainfall." in said(result)
    answer, _ = person(verdict="correct", expected="rain")
    odd = call(url, "send_verdict", question, elicitation_callback=answer)
    assert "The model says 'dry': that does not go with 'correct'." in said(odd)
    assert store.read().empty


def test_person_reads_names_and_gives_a_number(url, client, store):
    programme = client.get("/v1/demos/earnings").json()
    given = {"credential": "Bachelor's Degree", "field": "5203", "control": "Public", "region": 3}
    arguments = about("earnings", programme["model_version"], given)
    answer, shown = person(verdict="wrong", expected=52_000)
    assert not call(url, "send_verdict", arguments, elicitation_callback=answer).is_error
    assert list(store.read()["expected"]) == ["52000"]
    assert "Great Lakes" in shown[0].message
    assert "Accounting and Related Services" in shown[0].message
    assert " USD a year (" in shown[0].message


def test_verdict_sent_twice_is_stored_once(url, question, store):
    async def work():
        answer, _ = person()
        async with connected(url, elicitation_callback=answer) as client:
            asked = await client.session.call_tool(
                "send_verdict", question, allow_input_required=True
            )
            own = {"verdict": ElicitResult(action="accept", content={"verdict": "correct"})}
            for _ in range(2):
                await client.session.call_tool(
                    "send_verdict",
                    question,
                    input_responses=own,
                    request_state=asked.request_state,
                )

    asyncio.run(work())
    assert list(store.read()["verdict"]) == ["correct"]


def test_nothing_changes_where_the_sdk_is_not_installed(client, monkeypatch, feedback_url):
    assert "`/api/mcp`" in client.get("/agents.md").text
    monkeypatch.setattr(app, "find_spec", lambda _: None)
    with serving(api.create()) as url, httpx2.Client(base_url=url) as http:
        assert http.post("/mcp", json={}).json()["error"]["code"] == "not_found"
        assert "mcp" not in http.get("/agents.md").text

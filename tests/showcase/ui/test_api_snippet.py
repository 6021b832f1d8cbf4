"""The commands beside an answer: right for awkward inputs, and they really run."""

import json
import subprocess
import sys
from ast import literal_eval

import pytest

from bench.app_server import running_production
from models.registry import DEMOS
from showcase import ui
from showcase.runtime.settings import settings
from showcase.ui import api_snippet

AWKWARD = """It's "quoted", `ticked`, $HOME, 100%! {braces} \\ back\nline ☕ 😀"""
ADDRESS = "http://localhost:8501/api/v1/demos/sentiment/predict"


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    folder = tmp_path_factory.mktemp("server")
    env = {"VITRINE_WARM": "0", "VITRINE_FEEDBACK_URL": f"csv:{folder}/f.csv"}
    with running_production(folder / "log", env) as running:
        yield running


@pytest.fixture
def served(monkeypatch):
    monkeypatch.setattr(api_snippet.SERVED, "api", True)


def run(command: str, language: str) -> str:
    arguments = ["sh", "-c", command] if language == "bash" else [sys.executable, "-c", command]
    return subprocess.run(arguments, capture_output=True, text=True, timeout=60, check=True).stdout


def commands(at) -> dict[str, str]:
    return {shown.language: shown.value for shown in at.code if "/api/v1/" in shown.value}


def opened(open_form, demo):
    at = open_form(demo, demo.load_module().EXAMPLES[-1])
    at.session_state[f"{demo.name}_code"] = True
    return at.button(key=f"{demo.name}_example_0").click().run()


@pytest.mark.parametrize("demo", DEMOS, ids=lambda demo: demo.name)
def test_commands_of_every_page_run_and_say_what_the_page_says(demo, open_form, served, server):
    shown = commands(opened(open_form, demo))
    loaded = ui.model(demo.name)
    given = loaded.module.Input.model_validate(
        loaded.module.EXAMPLES[0].model_dump(exclude_none=True)
    )
    predicted = json.loads(loaded.predict(given).model_dump_json())
    for language, command in shown.items():
        told = run(command.replace("http://localhost:8501", server.url), language)
        answer = json.loads(told)["prediction"] if language == "bash" else literal_eval(told)
        assert answer == predicted
    assert set(shown) == {"bash", "python"}


def test_awkward_text_survives_shell_and_python(server):
    content = json.dumps({"text": AWKWARD, "threshold": 0.05})
    address = ADDRESS.replace("http://localhost:8501", server.url)
    for language, command in (
        ("bash", api_snippet.curl(address, content)),
        ("python", api_snippet.python(address, content)),
    ):
        assert "positive" in run(command, language)


def test_letters_stay_as_they_are(open_page, served):
    at = open_page("sentiment", sentiment_text="It is good, 这太好了")
    at.session_state["sentiment_code"] = True
    at.run()
    for command in commands(at).values():
        assert "It is good, 这太好了" in command
    assert len(commands(at)) == 2


def test_key_stays_in_the_environment(monkeypatch):
    for command in (
        api_snippet.curl(ADDRESS, "{}", needs_key=True),
        api_snippet.python(ADDRESS, "{}", needs_key=True),
    ):
        assert "VITRINE_API_KEY" in command


def test_where_a_key_is_set_the_variable_for_it_is_named(open_form, served, monkeypatch):
    monkeypatch.setenv("VITRINE_API_KEY", "s3cret")
    settings.cache_clear()
    at = opened(open_form, next(demo for demo in DEMOS if demo.name == "rainfall"))
    settings.cache_clear()
    assert any("`VITRINE_API_KEY` first" in caption.value for caption in at.caption)
    assert all("s3cret" not in command for command in commands(at).values())


def test_long_input_is_read_from_a_file():
    content = json.dumps({"text": "x" * 30_000})
    assert "-d @input.json" in api_snippet.curl(ADDRESS, content)
    assert 'open("input.json"' in api_snippet.python(ADDRESS, content)
    assert len(api_snippet.python(ADDRESS, content)) < 1_000


def test_plain_app_says_how_to_start_the_api(open_form, monkeypatch):
    monkeypatch.setattr(api_snippet.SERVED, "api", False)
    at = opened(open_form, next(demo for demo in DEMOS if demo.name == "rainfall"))
    assert commands(at) == {}
    assert any("uvicorn server:app" in text.value for text in at.markdown)


@pytest.mark.parametrize(
    ("url", "base"),
    [
        ("http://localhost:8501/rainfall", "http://localhost:8501"),
        ("https://example.org/demo/rainfall?a=1/rainfall", "https://example.org/demo"),
        ("https://example.org/rainfall/", "https://example.org"),
        ("https://example.org/", "https://example.org"),
        (None, "http://localhost:8501"),
    ],
)
def test_address_is_the_one_that_the_browser_has(monkeypatch, url, base):
    monkeypatch.setattr(api_snippet.st, "context", type("Context", (), {"url": url}))
    assert api_snippet.base_url("rainfall") == base

"""The visitor of `make bench-load`, on the real app: what a click brings, and what is an error."""

import re

import pytest
from streamlit.proto.Delta_pb2 import Delta

from bench.app_server import ROOT, running_production
from bench.load.against_gradio import running_gradio
from bench.load.client import WrongAnswerError
from bench.load.production import OPTIONS, processor_s, settings
from bench.load.visitor import Shown, visiting
from showcase.feedback import open_store
from tests.bench import apart


@pytest.fixture
def server(tmp_path):
    env = settings(f"csv:{tmp_path}/feedback.csv") | {"VITRINE_WARM": "0"}
    with running_production(tmp_path / "log", env, options=OPTIONS) as started:
        yield started


async def clicked(url):
    async with visiting(url, "rainfall", "") as visitor:
        await visitor.open("rainfall")
        keys = ("example_2", "example_1", "correct")
        shown = [await visitor.click(f"rainfall_{key}") for key in keys]
        with pytest.raises(WrongAnswerError, match="no button rainfall_nothing"):
            await visitor.click("rainfall_nothing")
    async with visiting(url, "nowhere", "") as visitor:
        return shown, await visitor.open("nowhere")


def test_a_visitor_gets_answers_gives_a_verdict_and_meets_an_error(server, tmp_path):
    used = processor_s(server)
    (first, second, judged), nowhere = apart.run(clicked(server.url))
    assert "chance of rain" in first.sentences[0]
    assert first.sentences != second.sentences == judged.sentences
    assert not first.errors
    assert not second.thanks
    assert judged.thanks
    assert nowhere.errors == [f"There is no page {server.url}/nowhere."]
    assert list(open_store(f"csv:{tmp_path}/feedback.csv").read()["verdict"]) == ["correct"]
    assert used() > 0


def test_what_a_visitor_would_read_as_an_error_is_one():
    exception, alert, warning = Delta(), Delta(), Delta()
    exception.new_element.exception.message = "broken"
    alert.new_element.alert.body, alert.new_element.alert.format = "sorry", 1
    warning.new_element.alert.body, warning.new_element.alert.format = "careful", 2
    shown = Shown()
    for delta in (exception, alert, warning):
        shown.add(delta)
    assert [error.strip(": ") for error in shown.errors] == ["broken", "sorry"]


def test_without_gradio_it_says_what_installs_it(tmp_path):
    with (
        pytest.raises(WrongAnswerError, match="make bench-load"),
        running_gradio(tmp_path / "none", tmp_path / "log"),
    ):
        pass


def test_gradio_runs_on_the_same_versions():
    def pins(name):
        lines = (ROOT / name).read_text(encoding="utf-8").splitlines()
        pinned = (re.split(r"[ ;\\]", line, maxsplit=1)[0] for line in lines if "==" in line)
        return {pin.lower() for pin in pinned if not pin.startswith("#")}

    assert {pin for pin in pins("requirements-bench.txt") if not pin.startswith("gradio==")} <= (
        pins("requirements-serve.txt")
    )


def test_it_is_started_as_deployments_are():
    script = (ROOT / "deploy" / "start.sh").read_text(encoding="utf-8")
    given = script.split("server:app")[1].replace("\\\n", " ")
    options = " ".join(given.split()).replace(" --", "\n--").splitlines()
    place = ("--host", "--port")
    said = {option.replace(" ", "=") for option in options if not option.startswith(place)}
    assert said - {""} == set(OPTIONS)

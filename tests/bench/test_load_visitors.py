"""The visitors of `make bench-load`: what a click brings, what is an error, whose answer it is."""

import re
import time

import pytest
from streamlit.proto.Element_pb2 import Element

from bench.app_server import ROOT, running_production
from bench.load.against_gradio import running_gradio
from bench.load.client import WrongAnswerError
from bench.load.production import OPTIONS, processor_s, settings
from bench.load.visitors import Guest, Seen, sentences, thanked, visiting
from deploy.streamlit_client import Tab
from showcase.contract import registry
from showcase.feedback import open_store
from tests.bench import apart


@pytest.fixture
def server(tmp_path):
    env = settings(f"csv:{tmp_path}/feedback.csv") | {"VITRINE_WARM": "0"}
    with running_production(tmp_path / "log", env, options=OPTIONS) as started:
        yield started


async def visited(url):
    async with visiting(url, "rainfall", "") as visitor:
        tab = visitor.tab
        await visitor.open()
        for key in ("example_2", "example_1", "correct"):
            await visitor.click(f"rainfall_{key}")
            yield sentences(tab), thanked(tab), tab.errors
        with pytest.raises(WrongAnswerError, match="no button rainfall_nothing"):
            await visitor.click("rainfall_nothing")
    async with visiting(url, "nowhere", "") as visitor:
        await visitor.open()
        yield visitor.tab.errors


@pytest.mark.slow  # a production server of its own
def test_a_visitor_gets_answers_gives_a_verdict_and_meets_an_error(server, tmp_path):
    async def seen():
        return [page async for page in visited(server.url)]

    used = processor_s(server)
    first, second, judged, nowhere = apart.run(seen())
    assert "chance of rain" in first[0][0]
    assert first[0] != second[0] == judged[0]
    assert (first[1], second[1], judged[1]) == (False, False, True)
    assert first[2] == second[2] == judged[2] == []
    assert nowhere == ["There is no page /nowhere."]
    assert list(open_store(f"csv:{tmp_path}/feedback.csv").read()["verdict"]) == ["correct"]
    assert used() > 0


def tab(heading="", *, thanks=False):
    shown = Tab("", "rainfall")
    if heading:
        element = Element()
        element.heading.body = heading
        shown.show(element)
    if thanks:
        element = Element()
        element.alert.format = element.alert.SUCCESS
        shown.show(element)
    return shown


def test_what_a_visitor_would_read_as_an_error_is_one():
    exception, alert, warning = Element(), Element(), Element()
    exception.exception.type, exception.exception.message = "Boom", "broken"
    alert.alert.body, alert.alert.format = "sorry", alert.alert.ERROR
    warning.alert.body, warning.alert.format = "careful", warning.alert.WARNING
    shown = tab()
    for element in (exception, alert, warning):
        shown.show(element)
    assert shown.errors == ["/rainfall shows Boom: broken", "/rainfall says: sorry"]


class SaysTheSame:
    """A visitor to whom a page says the same at every click."""

    def __init__(self, shown):
        self.tab = shown

    async def open(self):
        pass

    async def click(self, _):
        pass


def stayed(shown):
    guest = Guest(0, registry.find("rainfall"), [["dry"]], SaysTheSame(shown), Seen())

    async def visit():
        await guest.open()
        await guest.stay(time.perf_counter() + 0.1, 0)

    apart.run(visit())
    return guest.seen


def test_right_answers_and_thanks_are_no_errors():
    seen = stayed(tab("dry", thanks=True))
    assert (seen.errors, seen.verdicts) == ([], 1)
    assert len(seen.times_ms) > 1


def test_anothers_answer_a_missing_thanks_and_an_empty_page_are_errors():
    seen = stayed(tab())
    assert seen.errors[0] == "rainfall stays empty."
    assert "rainfall says [], not ['dry']." in seen.errors
    assert "rainfall: no thanks for a verdict." in seen.errors
    assert seen.verdicts == 0


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

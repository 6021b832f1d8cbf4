"""What README and the documents show works as it stands there."""

import json
import re
import shlex
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from fastapi.testclient import TestClient
from streamlit.testing.v1 import AppTest

from showcase import api
from showcase.__main__ import parser
from showcase.contract import version

ROOT = Path(__file__).parents[1]
README = (ROOT / "README.md").read_text(encoding="utf-8")
DOCUMENTS = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *sorted((ROOT / "docs").glob("*.md"))]
COMMAND = re.compile(r"^(?:VITRINE_\w+=\S+ )?showcase (.*?)(?:\s{2,}#.*)?$", re.MULTILINE)
BLOCK = re.compile(r"```sh\n(.*?)```", re.DOTALL)
LINK = re.compile(r"\]\((?!https?:)([^)#]+)(#[^)]*)?\)")
COMMANDS = [
    (path.name, command)
    for path in DOCUMENTS
    for block in BLOCK.findall(path.read_text(encoding="utf-8"))
    for command in COMMAND.findall(block)
]


def test_readme_is_short_and_has_a_moving_picture():
    assert len(README.splitlines()) <= 140
    assert (ROOT / "docs/moving_picture.gif").stat().st_size > 50_000


def test_its_function_is_a_page(feedback_url):
    block = next(
        code for code in re.findall(r"```python\n(.*?)```", README, re.S) if "def " in code
    )
    at = AppTest.from_string(block, default_timeout=60).run()
    assert not at.exception
    assert at.title[0].value == "How much to tip"
    assert [metric.value for metric in at.metric] == ["6"]


def test_the_documented_curl_gets_an_answer(feedback_url):
    text = (ROOT / "docs/api.md").read_text(encoding="utf-8")
    url = urlsplit(re.search(r"curl '(.*)'", text)[1])
    with TestClient(api.create()) as client:
        answer = client.get(f"{url.path.removeprefix('/api')}?{url.query}")
    assert answer.status_code == 200
    assert answer.json()["demo"] == "rainfall"


def test_the_documented_verdict_is_stored(feedback_url):
    text = (ROOT / "docs/api.md").read_text(encoding="utf-8")
    body = json.loads(re.search(r"-d '(\{.*?\})'\n", text, re.S)[1])
    body["model_version"] = version("rainfall")  # the documented one is of when it was written
    with TestClient(api.create()) as client:
        assert client.post("/v1/feedback", json=body).status_code == 201


@pytest.mark.parametrize(("document", "command"), COMMANDS)
def test_documented_commands_are_understood(document, command):
    assert parser().parse_args(shlex.split(command, comments=True)).run


def test_there_are_commands_in_the_documents():
    assert len(COMMANDS) >= 8


@pytest.mark.parametrize("path", DOCUMENTS, ids=lambda path: path.name)
def test_links_lead_somewhere(path):
    for target, _ in LINK.findall(path.read_text(encoding="utf-8")):
        assert (path.parent / target).exists(), target

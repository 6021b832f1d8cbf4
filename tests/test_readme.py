"""What README shows works as it stands there."""

import re
from pathlib import Path
from urllib.parse import urlsplit

from fastapi.testclient import TestClient
from streamlit.testing.v1 import AppTest

from server import app

README = (Path(__file__).parents[1] / "README.md").read_text(encoding="utf-8")


def test_its_function_is_a_page(feedback_url):
    block = next(
        code for code in re.findall(r"```python\n(.*?)```", README, re.S) if "def " in code
    )
    at = AppTest.from_string(block, default_timeout=60).run()
    assert not at.exception
    assert at.title[0].value == "How much to tip"
    assert [metric.value for metric in at.metric] == ["6"]


def test_its_curl_gets_an_answer(feedback_url):
    url = urlsplit(re.search(r"curl '(.*)'", README)[1])
    with TestClient(app) as client:
        answer = client.get(f"{url.path}?{url.query}")
    assert answer.status_code == 200
    assert answer.json()["demo"] == "rainfall"

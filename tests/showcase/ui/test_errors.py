"""No traceback reaches a visitor; the id on the page is in the log."""

import io
import json
import logging
import re

import pytest
import streamlit as st
from streamlit.web import cli

from showcase import ui
from showcase.commands import launch
from showcase.commands.launch import DETAILS, HOME, option
from showcase.runtime import loading
from showcase.runtime.log import JsonLogHandler
from showcase.runtime.settings import settings


@pytest.fixture
def log():
    """What the app writes to its log, as it is formatted there."""
    handler = JsonLogHandler()
    handler.stream = io.StringIO()
    logger = logging.getLogger("showcase")
    logger.addHandler(handler)
    yield handler.stream
    logger.removeHandler(handler)


def broken(*_):
    raise RuntimeError("secret detail")


def errors(log) -> list[dict]:
    lines = [json.loads(line) for line in log.getvalue().splitlines()]
    return [line for line in lines if "error_id" in line]


def error_ids(text: str) -> list[str]:
    return re.findall(r"\*\*([0-9a-f]{8})\*\*", text)


def test_exception_becomes_a_calm_message_with_an_id(open_page, monkeypatch, log):
    monkeypatch.setattr(ui.model("rainfall").module, "predict", broken)
    at = open_page("rainfall")
    assert not at.exception
    message = at.error[0].value
    assert "secret" not in message
    (line,) = errors(log)
    assert line["error_id"] == error_ids(message)[0]
    assert "secret detail" in line["traceback"]


def test_a_developer_reads_the_exception_too(open_page, monkeypatch):
    monkeypatch.setattr(ui.model("rainfall").module, "predict", broken)
    monkeypatch.setattr("showcase.feedback.csv_log.store.CsvStore.append", broken)
    before = st.get_option(DETAILS)
    st.set_option(DETAILS, "full")
    try:
        at = open_page("rainfall")
        clicked = open_page("sentiment").button(key="sentiment_correct").click().run()
    finally:
        st.set_option(DETAILS, before)
    for page in (at, clicked):
        assert [error.message for error in page.exception] == ["secret detail"]
        assert len(error_ids(page.error[0].value)) == 1


@pytest.mark.parametrize(
    ("options", "shown"),
    [([], True), (["--server.address", "0.0.0.0"], False), ([f"--{DETAILS}=none"], False)],
)
def test_only_an_app_for_this_machine_alone_shows_exceptions(monkeypatch, options, shown):
    started = []
    monkeypatch.setattr(cli, "main", lambda arguments, **_: started.extend(arguments))
    monkeypatch.setattr(launch, "offer_link", lambda *_: None)
    with pytest.raises(SystemExit):
        launch.start(HOME, options)
    assert (option(started, DETAILS) == "full") is shown


def test_exception_in_a_click_is_as_calm(open_page, monkeypatch, log):
    at = open_page("rainfall")
    monkeypatch.setattr("showcase.feedback.csv_log.store.CsvStore.append", broken)
    at.button(key="rainfall_correct").click().run()
    assert not at.exception
    assert at.title[0].value == "Rainfall"
    assert [line["error_id"] for line in errors(log)] == error_ids(at.error[0].value)
    at.run()
    assert not at.error


def test_setting_that_cannot_be_used_is_named_in_the_log(open_page, monkeypatch, log):
    monkeypatch.setenv("VITRINE_LOG_LEVEL", "LOUD")
    settings.cache_clear()
    at = open_page()
    assert not at.exception
    line = errors(log)[-1]
    assert "VITRINE_LOG_LEVEL" in line["traceback"]
    assert line["error_id"] == error_ids(at.error[0].value)[0]


def test_missing_artifact_is_calm_on_the_page_and_named_in_the_log(
    open_page, monkeypatch, tmp_path, log
):
    module = ui.model("rainfall").module
    loading.forget_models()
    monkeypatch.setattr(module, "ARTIFACT", tmp_path / "none.skops")
    at = open_page("rainfall")
    loading.forget_models()
    assert not at.exception
    assert str(tmp_path) not in at.error[0].value
    assert "python -m models.rainfall.train" in log.getvalue()

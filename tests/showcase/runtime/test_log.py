"""The log: one JSON object a line."""

import io
import json
import logging
import sys

import pytest

from showcase.runtime.log import JsonLogHandler, configure_logging


def line(**extra) -> dict:
    record = logging.getLogger("showcase.test").makeRecord(
        "showcase.test", logging.INFO, __file__, 1, "saved %s", ("it",), None, extra=extra
    )
    return json.loads(JsonLogHandler().format(record))


def test_line_has_what_happened_and_extras():
    found = line(demo="rainfall")
    assert (found["level"], found["logger"], found["message"]) == (
        "INFO",
        "showcase.test",
        "saved it",
    )
    assert found["demo"] == "rainfall"
    assert found["time"].endswith("+00:00")


def test_traceback_is_in_the_line():
    try:
        raise ValueError("broken")
    except ValueError:
        record = logging.getLogger("x").makeRecord("x", logging.ERROR, __file__, 1, "no", (), True)
        record.exc_info = sys.exc_info()
    assert "ValueError: broken" in json.loads(JsonLogHandler().format(record))["traceback"]


def test_configuring_twice_adds_one_handler():
    configure_logging("INFO")
    configure_logging("WARNING")
    handlers = logging.getLogger().handlers
    assert len([one for one in handlers if isinstance(one, JsonLogHandler)]) == 1
    assert logging.getLogger("showcase").level == logging.WARNING
    configure_logging("INFO")


@pytest.mark.parametrize("name", ["streamlit.web.later", "uvicorn.error", "websockets.server"])
def test_lines_of_libraries_are_json_too(name, monkeypatch):
    logger = logging.getLogger(name)
    logger.addHandler(logging.StreamHandler())
    logger.propagate = False
    configure_logging("INFO")
    (handler,) = (one for one in logging.getLogger().handlers if isinstance(one, JsonLogHandler))
    monkeypatch.setattr(handler, "stream", io.StringIO())
    logger.error("broken\nin two lines")
    assert json.loads(handler.stream.getvalue())["message"] == "broken\nin two lines"


def test_addresses_of_visitors_are_not_logged():
    record = logging.makeLogRecord(
        {"name": "uvicorn.error", "levelno": logging.INFO, "msg": '%s - "WebSocket %s" [accepted]'}
    )
    assert not JsonLogHandler().filter(record)


def test_addresses_of_predictions_are_not_logged():
    """They hold inputs."""
    logging.getLogger("uvicorn.access").setLevel(logging.INFO)
    configure_logging("DEBUG")
    assert not logging.getLogger("uvicorn.access").isEnabledFor(logging.INFO)

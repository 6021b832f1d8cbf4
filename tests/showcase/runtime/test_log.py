"""The log: one JSON object a line."""

import json
import logging

from showcase.runtime.log import JsonFormatter, configure_logging


def line(**extra) -> dict:
    record = logging.getLogger("showcase.test").makeRecord(
        "showcase.test", logging.INFO, __file__, 1, "saved %s", ("it",), None, extra=extra
    )
    return json.loads(JsonFormatter().format(record))


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
        import sys

        record.exc_info = sys.exc_info()
    assert "ValueError: broken" in json.loads(JsonFormatter().format(record))["traceback"]


def test_configuring_twice_adds_one_handler():
    configure_logging("INFO")
    configure_logging("WARNING")
    logger = logging.getLogger("showcase")
    assert len([h for h in logger.handlers if isinstance(h.formatter, JsonFormatter)]) == 1
    assert logger.level == logging.WARNING
    configure_logging("INFO")


def test_addresses_of_predictions_are_not_logged():
    """They hold inputs."""
    logging.getLogger("uvicorn.access").setLevel(logging.INFO)
    configure_logging("DEBUG")
    assert not logging.getLogger("uvicorn.access").isEnabledFor(logging.INFO)

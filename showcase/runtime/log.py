"""Structured logging: one JSON object a line on standard error."""

import json
import logging
import secrets
import threading
from datetime import UTC, datetime
from typing import Any

LOCK = threading.Lock()
OURS = ("showcase", "models", "pages")
ACCESS = "uvicorn.access"
SCRIPT_CONTEXT = "streamlit.runtime.scriptrunner_utils.script_run_context"
PLAIN = set(vars(logging.makeLogRecord({}))) | {"message", "asctime", "taskName"}


class JsonFormatter(logging.Formatter):
    """Formats a record as one JSON object; `extra=` values become keys of their own."""

    def format(self, record: logging.LogRecord) -> str:
        """Return the line: time (UTC), level, logger, message, extras, traceback if any."""
        line: dict[str, Any] = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname,
            "logger": record.name,
            "message": record.getMessage(),
        }
        line |= {key: value for key, value in vars(record).items() if key not in PLAIN}
        if record.exc_info:
            line["traceback"] = self.formatException(record.exc_info)
        return json.dumps(line, default=str)


def configure_logging(level: str) -> None:
    """Send our loggers' records of `level` and above to standard error, once."""
    # st.cache_resource is meant to be filled from other threads too; Streamlit warns of each.
    logging.getLogger(SCRIPT_CONTEXT).setLevel(logging.ERROR)
    # The address of a prediction may hold its input. Streamlit undoes uvicorn's --no-access-log.
    logging.getLogger(ACCESS).setLevel(logging.WARNING)
    with LOCK:
        for name in OURS:
            _configure(logging.getLogger(name), level)


def log_unexpected(logger: logging.Logger, error: Exception) -> str:
    """Log what nobody expected, with its traceback; return the id that a visitor may name."""
    error_id = secrets.token_hex(4)
    logger.error("unexpected", exc_info=error, extra={"error_id": error_id})
    return error_id


def _configure(logger: logging.Logger, level: str) -> None:
    if not any(isinstance(handler.formatter, JsonFormatter) for handler in logger.handlers):
        handler = logging.StreamHandler()
        handler.setFormatter(JsonFormatter())
        logger.addHandler(handler)
        logger.propagate = False
    logger.setLevel(level)

"""Structured logging: every line on standard error is one JSON object, whoever wrote it."""

import logging
import secrets
import threading

from pythonjsonlogger.core import RESERVED_ATTRS
from pythonjsonlogger.json import JsonFormatter

OURS = ("showcase", "models", "pages")
OTHERS = ("streamlit", "uvicorn", "websockets", "asyncio", "py")  # py.warnings
ACCESS = "uvicorn.access"
SCRIPT_CONTEXT = "streamlit.runtime.scriptrunner_utils.script_run_context"
RENAMED = {"levelname": "level", "name": "logger", "exc_info": "traceback"}
UNWANTED = ("color_message", "websocket")  # what uvicorn and websockets add for themselves

_lock = threading.Lock()


class JsonLogHandler(logging.StreamHandler):  # type: ignore[type-arg]
    """Writes each record as a JSON object; `extra=` values become keys of their own."""

    def __init__(self) -> None:
        super().__init__()
        reserved = [*RESERVED_ATTRS, *UNWANTED]
        self.setFormatter(
            JsonFormatter(
                ["levelname", "name", "message"],
                rename_fields=RENAMED,
                reserved_attrs=reserved,
                timestamp="time",
            )
        )
        self.addFilter(_is_no_visit)


def configure_logging(level: str) -> None:
    """Send all loggers' records to one handler, ours from `level` on; may be called again.

    Streamlit gives each of its loggers a handler of its own, which writes lines that are no JSON.
    """
    # st.cache_resource is meant to be filled from other threads too; Streamlit warns of each.
    logging.getLogger(SCRIPT_CONTEXT).setLevel(logging.ERROR)
    # The address of a prediction may hold its input. Streamlit undoes uvicorn's --no-access-log.
    logging.getLogger(ACCESS).setLevel(logging.WARNING)
    with _lock:
        root = logging.getLogger()
        if not any(isinstance(handler, JsonLogHandler) for handler in root.handlers):
            root.addHandler(JsonLogHandler())
            logging.captureWarnings(True)
        for name, logger in list(root.manager.loggerDict.items()):
            if name.partition(".")[0] in OTHERS and isinstance(logger, logging.Logger):
                for handler in logger.handlers[:]:
                    if isinstance(handler, logging.StreamHandler):
                        logger.removeHandler(handler)
                logger.propagate = True
        for name in OURS:
            logging.getLogger(name).setLevel(level)


def log_unexpected(logger: logging.Logger, error: Exception) -> str:
    """Log what nobody expected, with its traceback; return the id that a visitor may name."""
    error_id = secrets.token_hex(4)
    logger.error("unexpected", exc_info=error, extra={"error_id": error_id})
    return error_id


def _is_no_visit(record: logging.LogRecord) -> bool:
    """Return False for uvicorn's lines on each visit: they hold the visitor's address."""
    is_visit = "WebSocket" in str(record.msg) or str(record.msg).startswith("connection ")
    return not (record.name == "uvicorn.error" and record.levelno < logging.WARNING and is_visit)

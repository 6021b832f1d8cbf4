"""What a database reports, in plain words. Its own words may hold a part of a password."""

import logging
import sqlite3

from sqlalchemy import URL
from sqlalchemy.exc import DataError, DBAPIError, SQLAlchemyError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError

from showcase.feedback.errors import FeedbackError, RefusedError, StorageError

logger = logging.getLogger(__name__)

OPERATOR = "Whoever runs this app has to"
AGAIN = "Try again in a minute."
AWAY = f"the database cannot be reached. {AGAIN}"
BUSY = f"the database is busy. {AGAIN}"
FULL = f"no space is left in the database. {OPERATOR} make room, then try again."
FORBIDDEN = f"this app has no permission to use the database. {OPERATOR} allow that."
LOGIN = f"the database does not accept this app's name and password. {OPERATOR} set them right."
MISSING = f"there is no database of that name on the server. {OPERATOR} make it, or set its name."
UNKNOWN_HOST = f"the database's server is not found under its name. {OPERATOR} set it right."
NO_DATABASE = f"the file is no SQLite database that can be opened. {OPERATOR} look at it."
UNSUITABLE = "the database does not take this text. Send another one."

BY_STATE = {
    "28000": LOGIN, "28P01": LOGIN, "3D000": MISSING, "42501": FORBIDDEN, "25006": FORBIDDEN,
    "53100": FULL, "53300": BUSY, "55P03": BUSY, "57014": BUSY, "40001": BUSY, "40P01": BUSY,
}  # fmt: skip
BY_TEXT = {  # a connection that fails has no such code
    "password authentication failed": LOGIN,
    "no password supplied": LOGIN,
    "no pg_hba.conf entry": LOGIN,
    "does not exist": MISSING,
    "too many": BUSY,
    "remaining connection slots": BUSY,
    "failed to resolve host": UNKNOWN_HOST,
    "could not translate host name": UNKNOWN_HOST,
}
BY_SQLITE = {
    sqlite3.SQLITE_BUSY: BUSY,
    sqlite3.SQLITE_LOCKED: BUSY,
    sqlite3.SQLITE_FULL: FULL,
    sqlite3.SQLITE_READONLY: FORBIDDEN,
    sqlite3.SQLITE_PERM: FORBIDDEN,
    sqlite3.SQLITE_CANTOPEN: NO_DATABASE,
    sqlite3.SQLITE_NOTADB: NO_DATABASE,
    sqlite3.SQLITE_CORRUPT: NO_DATABASE,
}
# Data that has no place in a column, a row or an index: it will not get better by waiting.
ROWS_FAULT = ("22", "54")
# Transactions that met each other: the second attempt finds what the other one did.
PASSING = ("23", "40")


def translated(error: SQLAlchemyError, outcome: str, url: URL) -> FeedbackError:
    """Return the error for a visitor; what the database said of it goes to the log."""
    state = _state(error)
    if isinstance(error, DataError) or state.startswith(ROWS_FAULT):
        return RefusedError(f"{outcome}: {UNSUITABLE}")
    said = reason(error)
    logger.warning("%s: %s", said, _in_its_own_words(error, url), extra={"sqlstate": state})
    return StorageError(f"{outcome}: {said}")


def reason(error: SQLAlchemyError) -> str:
    """Return why it failed, in a sentence or two."""
    if isinstance(error, PoolTimeoutError):
        return BUSY
    original = getattr(error, "orig", None)
    if isinstance(original, sqlite3.Error):
        code = getattr(original, "sqlite_errorcode", 0) & 0xFF
        return BY_SQLITE.get(code, f"the database failed ({code}). {OPERATOR} look at it.")
    state = _state(error)
    if state in BY_STATE:
        return BY_STATE[state]
    text = str(original)
    if not state or state.startswith(("08", "57P")):
        return next((said for words, said in BY_TEXT.items() if words in text), AWAY)
    return f"the database failed ({state}). {OPERATOR} look at it."


def passes(error: SQLAlchemyError) -> bool:
    """Tell whether a second attempt may go well at once: a lost connection, a meeting of two."""
    lost = isinstance(error, DBAPIError) and error.connection_invalidated
    return lost or _state(error).startswith(PASSING)


def _state(error: SQLAlchemyError) -> str:
    return getattr(getattr(error, "orig", None), "sqlstate", None) or ""


def _in_its_own_words(error: SQLAlchemyError, url: URL) -> str:
    """Return the first line of what the database reports, without what is secret in its address."""
    line = (str(getattr(error, "orig", None) or error).splitlines() or [""])[0]
    hidden = (url.password, *(value for key, value in url.query.items() if "passw" in key))
    for secret in filter(None, hidden):
        line = line.replace(str(secret), "***")
    return line

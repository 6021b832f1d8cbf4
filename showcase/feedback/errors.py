"""What can go wrong with feedback, in the same words by every store, fit for a visitor."""

import errno
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager

from filelock import Timeout

NOT_STORED = "The verdict was not stored"
NOT_STORABLE = "Verdicts cannot be stored"
NOT_COUNTED = "The verdicts could not be counted"
NOT_READ = "The verdicts could not be read"
NOT_COPIED = "The rows were not stored"
NOT_FORGOTTEN = "Not everything was removed"

NO_SPACE = {errno.ENOSPC, errno.EFBIG, getattr(errno, "EDQUOT", errno.ENOSPC)}
NO_PERMISSION = {errno.EACCES, errno.EPERM, errno.EROFS}


class FeedbackError(Exception):
    """A verdict was not stored, or the stored ones could not be read."""


class RefusedError(FeedbackError):
    """The verdict breaks a rule: its id is taken, or it replaces a row that it may not replace."""


class TooMuchError(FeedbackError):
    """A stranger's network has stored as much as it may for now: again in so many seconds."""

    def __init__(self, message: str, wait_s: float) -> None:
        super().__init__(message)
        self.wait_s = wait_s


class MissingError(RefusedError):
    """The verdict replaces one that is not stored here."""


class StorageError(FeedbackError):
    """The place where verdicts go does not take or give them at the moment."""


def _reason(error: OSError | sqlite3.Error, place: str) -> str:
    code = error.errno if isinstance(error, OSError) else None
    if code in NO_SPACE or getattr(error, "sqlite_errorcode", None) == sqlite3.SQLITE_FULL:
        return (
            f"no space is left for {place}. Whoever runs this app has to make room, then try again."
        )
    if isinstance(error, Timeout):
        return f"another process is busy with {place}. Try again in a minute."
    if code in NO_PERMISSION:
        return f"this app has no permission to use {place}. Whoever runs it has to allow that."
    detail = error.strerror if isinstance(error, OSError) and error.strerror else str(error)
    return (
        f"{place} failed with '{detail}'. Whoever runs this app has to look at it, then try again."
    )


@contextmanager
def storage_errors(outcome: str, place: str) -> Iterator[None]:
    """Turn what disk, lock and index report into a `StorageError` that begins with the outcome."""
    try:
        yield
    except (OSError, sqlite3.Error) as error:
        raise StorageError(f"{outcome}: {_reason(error, place)}") from error


def id_taken(record_id: str) -> RefusedError:
    """Return the refusal of a verdict whose id belongs to another one."""
    return RefusedError(
        f"{NOT_STORED}: its id {record_id} belongs to another verdict. Send it with a new id."
    )


def nothing_replaced(supersedes: str) -> MissingError:
    """Return the refusal of a verdict that replaces one that is not there."""
    return MissingError(
        f"{NOT_STORED}: the verdict {supersedes} that it replaces is not stored here. "
        "Send it as a new verdict."
    )


def other_replaced(supersedes: str) -> RefusedError:
    """Return the refusal of a verdict that replaces one about something else."""
    return RefusedError(
        f"{NOT_STORED}: the verdict {supersedes} that it replaces is about another demo, "
        "another input or another visit, or of somebody who had signed in. "
        "Send it as a new verdict."
    )

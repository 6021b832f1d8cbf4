"""Verdicts that came over the API on their way into the log, each id once."""

import logging
from threading import Lock
from uuid import UUID

from showcase.api.errors import ApiError
from showcase.feedback import Record, RefusedError, StorageError
from showcase.runtime.loading import store

logger = logging.getLogger(__name__)

LOCKS = [Lock() for _ in range(64)]  # by id, so that most verdicts do not wait for each other


def append_once(record: Record, *, may_be_there: bool) -> int:
    """Store a row and return the status: 201, or 200 where it was stored before.

    Of one id sent twice at once, one is told 201: in this process, for others are not waited for.
    """
    try:
        if not may_be_there:
            store().append(record)
            return 201
        with LOCKS[UUID(record.id).int % len(LOCKS)]:
            status = 200 if _is_there(record.id) else 201
            store().append(record)
    except RefusedError as error:
        raise ApiError(409, str(error)) from None
    except StorageError as error:
        logger.warning("verdict not stored: %s", error, extra={"demo": record.demo})
        raise ApiError(503, str(error)) from error
    return status


def _is_there(record_id: str) -> bool:
    """Tell whether the id is stored, as far as can be told: its database may be away for now."""
    try:
        return record_id in store()
    except StorageError:
        return False

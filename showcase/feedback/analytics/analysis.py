"""What people said, counted once for all visitors, and again when the log has changed."""

import threading
import time
from dataclasses import dataclass, field

from showcase.feedback.analytics.database import connect
from showcase.feedback.analytics.verdicts import Verdicts
from showcase.feedback.store import Store

SHARE = 20  # reading anew takes at most this part of the time: 1 / SHARE


@dataclass
class Analysis:
    """The one analysis of a store, read anew when the log has changed."""

    store: Store
    _verdicts: Verdicts | None = None
    _read_at: float = 0.0
    _took_s: float = 0.0
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def look(self) -> Verdicts:
        """Return what is in the store, unless it was read a moment ago.

        The longer reading takes, the longer a moment is. StorageError if it cannot be read.
        """
        with self._lock:
            mark, age_s = self.store.mark(), time.monotonic() - self._read_at
            known = self._verdicts
            if known and (known.mark == mark or age_s < SHARE * self._took_s):
                return known
            began = time.monotonic()
            self._verdicts = known = None  # its memory is wanted for the next
            self._verdicts = _read(self.store, mark)
            self._read_at = time.monotonic()
            self._took_s = self._read_at - began
            return self._verdicts


def _read(store: Store, mark: str) -> Verdicts:
    from showcase.feedback.analytics.load import load

    connection = connect()
    stored = load(connection, store)
    ((in_force,),) = connection.execute("SELECT count(*) FROM verdicts").fetchall()
    return Verdicts(connection, store, mark, stored, in_force)

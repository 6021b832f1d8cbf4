"""A connection to PostgreSQL that gives up on a server that has stopped to answer."""

from typing import Any, TypeVar

import psycopg
from psycopg.abc import PQGen
from psycopg.errors import OperationalError, _WaitTimeout

T = TypeVar("T")
# `_WaitTimeout` is psycopg's own, whose version is pinned: there is no public way.
SILENCE_S = 10.0  # longer than the server itself lets a statement take


class Impatient(psycopg.Connection[Any]):
    """Ends what takes longer than `patience_s`: a server that froze keeps its connections open."""

    patience_s = SILENCE_S

    def wait(self, gen: PQGen[T], interval: float = 0.1, timeout: float | None = None) -> T:
        """Return what the operation returns; OperationalError if that takes too long."""
        try:
            return super().wait(gen, interval, self.patience_s if timeout is None else timeout)
        except _WaitTimeout:
            if timeout is not None:
                raise
            self.pgconn.finish()
            raise OperationalError("the server does not answer") from None

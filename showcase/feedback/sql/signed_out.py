"""Sign-ins that browsers keep and that were given back, in the database that holds the verdicts."""

import time

from sqlalchemy import Column, Connection, Float, MetaData, Table, Text, delete, inspect, select

from showcase.feedback.sql.engine import Database

metadata = MetaData()
table = Table(
    "signed_out",
    metadata,
    Column("id", Text, primary_key=True),
    Column("at", Float, nullable=False),
)


class SignedOut:
    """A row for each, as long as its token would have lasted."""

    def __init__(self, url: str, lasts_s: float) -> None:
        self._database = Database(url)
        self._lasts_s = lasts_s

    def add(self, token_id: str) -> None:
        """Remember one; those that have ended meanwhile are forgotten."""

        def write(connection: Connection) -> None:
            metadata.create_all(connection)
            connection.execute(delete(table).where(table.c.at < time.time() - self._lasts_s))
            if not _is_there(connection, token_id):
                connection.execute(table.insert().values(id=token_id, at=time.time()))

        self._database.change("The sign-in that this browser keeps was not ended", write)

    def __contains__(self, token_id: str) -> bool:
        """Return True if it was given back."""

        def read(connection: Connection) -> bool:
            return inspect(connection).has_table(table.name) and _is_there(connection, token_id)

        outcome = "Whether the sign-in that this browser keeps was ended is not known"
        return self._database.ask(outcome, read)


def _is_there(connection: Connection, token_id: str) -> bool:
    found = connection.execute(select(table.c.id).where(table.c.id == token_id))
    return found.first() is not None

"""The rows of annotation tasks: what a task's progress needs of them, and the index's table."""

from collections.abc import Sequence
from operator import itemgetter
from sqlite3 import Connection
from typing import NamedTuple

from showcase.feedback.record import COLUMNS

PREFIX = "task-"
SCHEMA = """
CREATE TABLE judgements (
    place INTEGER PRIMARY KEY, chain TEXT NOT NULL UNIQUE, session TEXT NOT NULL, id TEXT,
    created_at TEXT, demo TEXT, input_hash TEXT, annotator TEXT, verdict TEXT, predicted TEXT,
    expected TEXT
);
CREATE INDEX judgements_of_session ON judgements (session);
"""


class Judgement(NamedTuple):
    """One person's verdict on one item of a task, in the words of the feedback log's columns."""

    id: str
    created_at: str
    demo: str
    input_hash: str
    annotator: str
    verdict: str
    predicted: str
    expected: str


ADD = "INSERT INTO judgements VALUES (NULL, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
FIND = """
SELECT id, created_at, demo, input_hash, annotator, verdict, predicted, expected
FROM judgements WHERE session = ? ORDER BY place
"""

_cells = itemgetter(*map(COLUMNS.index, Judgement._fields))
_session, _verdict = map(COLUMNS.index, ("session", "verdict"))


def take_in(connection: Connection, chain: str, row: Sequence[str], *, replaces: bool) -> None:
    """Let the row stand for its chain, which is of one session: the newest counts."""
    if not row[_session].startswith(PREFIX):
        return
    if replaces:
        connection.execute("DELETE FROM judgements WHERE chain = ?", (chain,))
    if row[_verdict] != "withdrawn":
        connection.execute(ADD, (chain, row[_session], *_cells(row)))


def find(connection: Connection, session: str) -> list[Judgement]:
    """Return the rows in force of a task, as they were stored."""
    return list(map(Judgement._make, connection.execute(FIND, (session,))))

"""The rows of games: what a scoreboard needs of them, and the index's table that holds them."""

from collections.abc import Sequence
from operator import itemgetter
from sqlite3 import Connection
from typing import NamedTuple

from showcase.feedback.record import COLUMNS

SOURCE = "game"
SCHEMA = """
CREATE TABLE games (
    place INTEGER PRIMARY KEY, chain TEXT NOT NULL UNIQUE, demo TEXT NOT NULL, id TEXT,
    created_at TEXT, model_version TEXT, session TEXT, annotator TEXT, predicted TEXT,
    confidence REAL, expected TEXT, guess TEXT, input TEXT
);
CREATE INDEX games_of_demo ON games (demo);
CREATE INDEX games_of_session ON games (demo, session);
"""


class GameRow(NamedTuple):
    """One round of a game, in the words of the feedback log's columns."""

    id: str
    created_at: str
    model_version: str
    session: str
    annotator: str
    predicted: str
    confidence: float | None
    expected: str
    guess: str
    input: str


ADD = "INSERT INTO games VALUES (NULL, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
FIND = """
SELECT id, created_at, model_version, session, annotator, predicted, confidence, expected, guess,
    input
FROM games WHERE demo = ?
"""
OF_SESSION = " AND session = ?"
IN_ORDER = " ORDER BY place"

_cells = itemgetter(*map(COLUMNS.index, GameRow._fields))
_SHARE = GameRow._fields.index("confidence")
_source, _demo, _verdict = map(COLUMNS.index, ("source", "demo", "verdict"))


def take_in(connection: Connection, chain: str, row: Sequence[str], *, replaces: bool) -> None:
    """Let the row stand for its chain: the newest counts, a withdrawn one counts as nothing."""
    if replaces:
        connection.execute("DELETE FROM games WHERE chain = ?", (chain,))
    if row[_source] == SOURCE and row[_verdict] != "withdrawn":
        connection.execute(ADD, (chain, row[_demo], *_columns(row)))


def find(connection: Connection, demo: str, session: str) -> list[GameRow]:
    """Return the game rows in force, as they were stored; an empty session stands for all."""
    if session:
        found = connection.execute(FIND + OF_SESSION + IN_ORDER, (demo, session))
    else:
        found = connection.execute(FIND + IN_ORDER, (demo,))
    return list(map(GameRow._make, found))


def _columns(row: Sequence[str]) -> tuple[str | float | None, ...]:
    cells: list[str | float | None] = list(_cells(row))
    cells[_SHARE] = _number(str(cells[_SHARE]))
    return tuple(cells)


def _number(text: str) -> float | None:
    """Return the number as it was written; None for none, as for what a person typed in."""
    try:
        return float(text)
    except ValueError:
        return None

"""The SQLite index beside the log: what is known about ids, chains and counts. Rebuilt at will."""

import hashlib
import sqlite3
from collections import Counter
from collections.abc import Iterable, Sequence
from operator import itemgetter
from typing import Literal, NamedTuple, Self

from showcase.feedback.csv_log import games, judgements
from showcase.feedback.csv_log.file import Mark, boot_id
from showcase.feedback.csv_log.games import GameRow
from showcase.feedback.csv_log.judgements import Judgement
from showcase.feedback.record import COLUMNS

VERSION = 3
SCHEMA = """
CREATE TABLE rows (
    id TEXT PRIMARY KEY, content BLOB NOT NULL, subject BLOB NOT NULL, chain TEXT, stands INTEGER
) WITHOUT ROWID;
CREATE TABLE counts (demo TEXT PRIMARY KEY, verdicts INTEGER NOT NULL) WITHOUT ROWID;
CREATE TABLE mark (one INTEGER PRIMARY KEY, committed INTEGER, inode TEXT, boot TEXT, ends BLOB);
"""
COUNT_UP = """
INSERT INTO counts VALUES (?, ?)
ON CONFLICT (demo) DO UPDATE SET verdicts = verdicts + excluded.verdicts
"""
CACHE_KIB = 64 * 1024
BUSY_TIMEOUT_S = 5.0
# These pass, or have nothing to do with what is in the file; all else is cured by a new index.
PASSING = {
    sqlite3.SQLITE_BUSY,
    sqlite3.SQLITE_LOCKED,
    sqlite3.SQLITE_NOMEM,
    sqlite3.SQLITE_INTERRUPT,
    sqlite3.SQLITE_FULL,
}

_keys = itemgetter(
    *map(COLUMNS.index, ("id", "demo", "input_hash", "session", "verdict", "supersedes"))
)
_CREATED_AT = COLUMNS.index("created_at")


def is_broken(error: sqlite3.Error) -> bool:
    """Tell whether the error means that the index is unusable, not merely busy."""
    code = getattr(error, "sqlite_errorcode", None)
    return code is None or code & 0xFF not in PASSING


def _digest(cells: Iterable[str], size: int) -> bytes:
    return hashlib.blake2b("\0".join(cells).encode(), digest_size=size).digest()


class Entry(NamedTuple):
    """What the index keeps of a row: digests of its content and subject, and its chain's first id.

    The content is all but the time of creation; the subject is demo, input and session.
    """

    content: bytes
    subject: bytes
    chain: str

    @classmethod
    def of(cls, row: Sequence[str]) -> Self:
        """Return the entry of a row that replaces none."""
        row_id, demo, input_hash, session, _, _ = _keys(row)
        content = _digest((*row[:_CREATED_AT], *row[_CREATED_AT + 1 :]), 16)
        return cls(content, _digest((demo, input_hash, session), 8), row_id)


class Index:
    """One connection to an index, used by one thread within a `with` block.

    Nothing waits for the disk: after a crash of the program the system still has all of it, and
    after one of the machine the mark's `boot` tells that the index must be made anew.
    """

    def __init__(self, uri: str) -> None:
        self._connection = sqlite3.connect(
            uri, uri=True, isolation_level=None, timeout=BUSY_TIMEOUT_S
        )
        self._execute = self._connection.execute
        try:
            self._execute(f"PRAGMA synchronous = {'OFF' if boot_id() else 'NORMAL'}")
            self._execute(f"PRAGMA cache_size = -{CACHE_KIB}")
        except sqlite3.Error:
            self._connection.close()
            raise

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._connection.close()  # an open transaction is rolled back

    def create(self) -> None:
        """Make the tables in an empty file."""
        tables = f"{SCHEMA} {games.SCHEMA} {judgements.SCHEMA}"
        self._connection.executescript(f"{tables} PRAGMA user_version = {VERSION};")

    def begin(self, kind: Literal["IMMEDIATE", "DEFERRED"] = "IMMEDIATE") -> None:
        """Begin what `commit` makes stay; without it the end of the `with` block undoes it."""
        self._execute(f"BEGIN {kind}")

    def commit(self, mark: Mark) -> None:
        """End the transaction: the rows up to the mark are taken in."""
        self._execute("INSERT OR REPLACE INTO mark VALUES (1, ?, ?, ?, ?)", mark)
        self._execute("COMMIT")

    def mark(self) -> Mark | None:
        """Return how far which log was taken in; None for an index of another version."""
        if self._execute("PRAGMA user_version").fetchone() != (VERSION,):
            return None
        found = self._execute("SELECT committed, inode, boot, ends FROM mark").fetchone()
        return Mark(*found) if found and isinstance(found[0], int) else None

    def entry(self, row_id: str) -> Entry | None:
        """Return what is known about the row with this id."""
        query = "SELECT content, subject, COALESCE(chain, id) FROM rows WHERE id = ?"
        found = self._execute(query, (row_id,)).fetchone()
        return Entry(*found) if found else None

    def size(self) -> int:
        """Return how many rows there are, in a time that grows with them."""
        return int(self._execute("SELECT COUNT(*) FROM rows").fetchone()[0])

    def count(self, demo: str | None) -> int:
        """Return how many verdicts are in force, of one demo or of all."""
        query = "SELECT COALESCE(SUM(verdicts), 0) FROM counts WHERE ? IS NULL OR demo = ?"
        return int(self._execute(query, (demo, demo)).fetchone()[0])

    def games(self, demo: str, session: str) -> list[GameRow]:
        """Return the game rows in force of a demo, as stored; an empty session means all."""
        return games.find(self._connection, demo, session)

    def judgements(self, session: str) -> list[Judgement]:
        """Return the rows in force of an annotation task, as stored."""
        return judgements.find(self._connection, session)

    def add(self, rows: Iterable[Sequence[str]]) -> None:
        """Take rows in, in the order of the log; of rows with one id the first counts."""
        change: Counter[str] = Counter()
        for row in rows:
            _, demo, *_ = _keys(row)
            change[demo] += self._add(row)
        self._connection.executemany(COUNT_UP, change.items())

    def _add(self, row: Sequence[str]) -> int:
        """Take one row in; return by how much the verdicts in force become more."""
        row_id, _, _, _, verdict, supersedes = _keys(row)
        own = Entry.of(row)
        stands = int(verdict != "withdrawn")
        replaced = self.entry(supersedes) if supersedes else None
        root = replaced.chain if replaced and replaced.subject == own.subject else None
        values = (row_id, own.content, own.subject, root, stands if root is None else None)
        if not self._execute("INSERT OR IGNORE INTO rows VALUES (?, ?, ?, ?, ?)", values).rowcount:
            return 0
        games.take_in(self._connection, root or row_id, row, replaces=root is not None)
        judgements.take_in(self._connection, root or row_id, row, replaces=root is not None)
        if root is None:
            return stands
        before = self._execute("SELECT stands FROM rows WHERE id = ?", (root,)).fetchone()[0]
        self._execute("UPDATE rows SET stands = ? WHERE id = ?", (stands, root))
        return stands - int(before)

"""The SQLite index beside the log: ids, chains, counts, and the rows of games and tasks.

It knows nothing that the log does not say: a stale one is taken further, a broken one rebuilt.
"""

import hashlib
import json
import logging
import sqlite3
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Literal, NamedTuple, Self, TypeVar

from showcase.feedback.csv_log.file import Log, LogPosition, Rows, boot_id, copy_rights, encode
from showcase.feedback.record import COLUMNS, GAME, TASK, Keys, Status, keys, root_of

logger = logging.getLogger(__name__)

T = TypeVar("T")
Shape = TypeVar("Shape", bound=NamedTuple)

VERSION = 6
# `root` is null in the first row of a chain. Rows of games and annotation tasks are kept whole.
SCHEMA = """
CREATE TABLE rows (
    id TEXT PRIMARY KEY, offset INTEGER NOT NULL, content BLOB NOT NULL, subject BLOB NOT NULL,
    root TEXT, status INTEGER NOT NULL
) WITHOUT ROWID;
CREATE INDEX revisions ON rows (root) WHERE root IS NOT NULL;
CREATE INDEX not_current ON rows (offset, status) WHERE status <> 0;
CREATE TABLE repeated (offset INTEGER PRIMARY KEY);
CREATE TABLE current_rows (
    offset INTEGER PRIMARY KEY, root TEXT NOT NULL UNIQUE, demo TEXT NOT NULL, source TEXT NOT NULL,
    session TEXT NOT NULL, cells TEXT NOT NULL
);
CREATE INDEX current_rows_of_demo ON current_rows (demo);
CREATE INDEX current_rows_of_session ON current_rows (session);
CREATE TABLE counts (demo TEXT PRIMARY KEY, verdicts INTEGER NOT NULL) WITHOUT ROWID;
CREATE TABLE log (
    one INTEGER PRIMARY KEY, committed INTEGER, inode TEXT, boot TEXT, ends BLOB, modified INTEGER,
    generation TEXT
);
"""
# A generation lasts as long as nobody but the stores changes the log.
COMMIT = """
INSERT OR REPLACE INTO log
SELECT 1, ?, ?, ?, ?, ?, COALESCE((SELECT generation FROM log), hex(randomblob(8)))
"""
NEWEST = """
SELECT id, status FROM rows WHERE id = ?1 AND status <> 1
UNION ALL SELECT id, status FROM rows WHERE root = ?1 AND status <> 1
"""
COUNT_UP = """
INSERT INTO counts VALUES (?, ?)
ON CONFLICT (demo) DO UPDATE SET verdicts = verdicts + excluded.verdicts
"""
NOT_CURRENT = """
SELECT offset, status FROM rows WHERE status <> 0
UNION ALL SELECT offset, 1 FROM repeated ORDER BY offset
"""
CACHE_KIB = 64 * 1024
BUSY_TIMEOUT_S = 5.0
WATCHED = 100 * 10**6  # bytes: whenever the log has so many more, a line in the app's log says so
# These pass, or have nothing to do with what is in the file; all else is cured by a new index.
PASSING = {
    sqlite3.SQLITE_BUSY,
    sqlite3.SQLITE_LOCKED,
    sqlite3.SQLITE_NOMEM,
    sqlite3.SQLITE_INTERRUPT,
    sqlite3.SQLITE_FULL,
}

_CREATED_AT = COLUMNS.index("created_at")


def is_broken(error: sqlite3.Error) -> bool:
    """Return True if the error means that the index is unusable, not merely busy."""
    code = getattr(error, "sqlite_errorcode", None)
    return code is None or code & 0xFF not in PASSING


def _digest(cells: Iterable[str], size: int) -> bytes:
    return hashlib.blake2b("\0".join(cells).encode(), digest_size=size).digest()


class Entry(NamedTuple):
    """What the index keeps of a row: digests of its content and subject, and its chain's first id.

    The content is all but the time of creation; the subject is demo, input and session,
    and whether it is signed in.
    """

    content: bytes
    subject: bytes
    root: str

    @classmethod
    def of(cls, row: Sequence[str], key: Keys) -> Self:
        """Return the entry of a row that replaces none, by the row and its keys."""
        content = _digest((*row[:_CREATED_AT], *row[_CREATED_AT + 1 :]), 16)
        subject = _digest((key.demo, key.input_hash, key.session), 8)
        return cls(content, subject + (b"\1" if key.signed_in else b"\0"), key.id)


class Snapshot(NamedTuple):
    """A state of the log: how far it goes, its generation, and the rows that are not current.

    These are offsets in order, each with a status. The generation is another one once others than
    the stores changed the log, and empty if they just did.
    """

    position: LogPosition
    generation: str
    not_current: list[tuple[int, int]]


class Index:
    """One connection to an index, used by one thread within a `with` block.

    Nothing waits for the disk: after a crash of the program the system still has all of it, and
    after one of the machine the position's `boot` tells that the index must be rebuilt.
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
        self._connection.executescript(f"{SCHEMA} PRAGMA user_version = {VERSION};")

    def begin(self, kind: Literal["IMMEDIATE", "DEFERRED"] = "IMMEDIATE") -> None:
        """Begin what `commit` makes stay; without it the end of the `with` block undoes it."""
        self._execute(f"BEGIN {kind}")

    def commit(self, log: Log, committed: int) -> None:
        """End the transaction: the rows of the log up to this offset are taken in."""
        self._execute(COMMIT, (*log.position(committed), log.modified))
        self._execute("COMMIT")

    def generation(self, log: Log) -> str:
        """Return the present generation of the log; empty where others have just changed it."""
        found = self._execute("SELECT generation FROM log WHERE modified = ?", (log.modified,))
        return next((generation for (generation,) in found), "")

    def end_generation(self) -> None:
        """Let a new generation begin with the next `commit`."""
        self._execute("UPDATE log SET generation = NULL")

    def position(self) -> LogPosition | None:
        """Return how far which log was taken in; None for an index of another version."""
        if self._execute("PRAGMA user_version").fetchone() != (VERSION,):
            return None
        found = self._execute("SELECT committed, inode, boot, ends FROM log").fetchone()
        return LogPosition(*found) if found and isinstance(found[0], int) else None

    def entry(self, row_id: str) -> Entry | None:
        """Return what is known about the row with this id."""
        query = "SELECT content, subject, COALESCE(root, id) FROM rows WHERE id = ?"
        found = self._execute(query, (row_id,)).fetchone()
        return Entry(*found) if found else None

    def offset(self, row_id: str) -> int | None:
        """Return where in the log the row with this id is; None if it is not there."""
        found = self._execute("SELECT offset FROM rows WHERE id = ?", (row_id,)).fetchone()
        return found and int(found[0])

    def size(self) -> int:
        """Return how many rows there are, in a time that grows with them."""
        return int(self._execute("SELECT COUNT(*) FROM rows").fetchone()[0])

    def count(self, demo: str | None) -> int:
        """Return how many verdicts are current, of one demo or of all."""
        query = "SELECT COALESCE(SUM(verdicts), 0) FROM counts WHERE ? IS NULL OR demo = ?"
        return int(self._execute(query, (demo, demo)).fetchone()[0])

    def current_rows(self, shape: type[Shape], demo: str, session: str, source: str) -> list[Shape]:
        """Return the current rows of games and tasks, in the order stored; see the store."""
        wanted = {"demo": demo, "session": session, "source": source}
        asked = {column: value for column, value in wanted.items() if value}
        where = " AND ".join(["true", *(f"{column} = ?" for column in asked)])
        query = f"SELECT cells FROM current_rows WHERE {where} ORDER BY offset"  # noqa: S608  # ours
        columns = [COLUMNS.index(name) for name in shape._fields]
        rows = (json.loads(cells) for (cells,) in self._execute(query, (*asked.values(),)))
        return [shape._make(row[column] for column in columns) for row in rows]

    def not_current(self) -> list[tuple[int, int]]:
        """Return the offsets and the status of all rows that are not current, by offset."""
        return self._execute(NOT_CURRENT).fetchall()

    def snapshot(self, log: Log) -> Snapshot:
        """Return what is known of the log as it is now, with which this index is in sync."""
        return Snapshot(log.position(log.size), self.generation(log), self.not_current())

    def add(self, rows: Iterable[tuple[int, Sequence[str]]]) -> None:
        """Take rows in with their offsets, in their order; of rows with one id the first counts."""
        change: Counter[str] = Counter()
        for offset, row in rows:
            key = keys(row)
            change[key.demo] += self._add(offset, row, key)
        self._connection.executemany(COUNT_UP, change.items())

    def _add(self, offset: int, row: Sequence[str], key: Keys) -> int:
        """Take one row in; return by how much the current verdicts become more."""
        own = Entry.of(row, key)
        root = root_of(key.id, own.subject, self.entry(key.supersedes) if key.supersedes else None)
        status = Status.WITHDRAWN if key.verdict == "withdrawn" else Status.CURRENT
        before = self._execute(NEWEST, (root,)).fetchone() if root != key.id else None
        values = (key.id, offset, own.content, own.subject, root if before else None, status)
        if not self._execute(
            "INSERT OR IGNORE INTO rows VALUES (?, ?, ?, ?, ?, ?)", values
        ).rowcount:
            self._execute("INSERT OR IGNORE INTO repeated VALUES (?)", (offset,))
            return 0
        change = int(status == Status.CURRENT)
        if before:
            retired = (int(Status.SUPERSEDED), before[0])
            self._execute("UPDATE rows SET status = ? WHERE id = ?", retired)
            self._execute("DELETE FROM current_rows WHERE root = ?", (root,))
            change -= before[1] == Status.CURRENT
        if status == Status.CURRENT and (key.source == GAME or key.session.startswith(TASK)):
            self._execute(
                "INSERT INTO current_rows VALUES (?, ?, ?, ?, ?, ?)",
                (offset, root, key.demo, key.source, key.session, json.dumps(list(row))),
            )
        return change


# Keeping it in sync with the log


@contextmanager
def synced(path: Path, log: Log) -> Iterator[Index]:
    """Give the index at `path`, in sync with the log. The caller holds the lock.

    One that turns out to be broken while it is used is removed, and the `with` block left without
    an error: what is not done is to be done again.
    """
    with _open_synced(path, log) or _rebuild(path, log) as index:
        try:
            yield index
        except sqlite3.Error as error:
            if not is_broken(error):
                raise
            logger.warning("%s is broken: %s", path, error)
            remove(path)


def query_if_current(path: Path, log: Log, query: Callable[[Index], T]) -> T | None:
    """Return what the query reads from the index; None if that is not in sync with the log.

    Needs no lock: it changes nothing, and a row that is being written makes it out of sync.
    """
    try:
        with Index(f"{path.as_uri()}?mode=ro") as index:
            index.begin("DEFERRED")
            position, answer = index.position(), query(index)
    except sqlite3.Error:
        return None
    in_sync = position is not None and position.committed == log.size and log.has(position)
    return answer if in_sync else None


@contextmanager
def temporary(rows: Iterable[tuple[int, Sequence[str]]]) -> Iterator[Index]:
    """Give an index of these rows that is gone afterwards; it takes memory for few of them only."""
    with Index("") as index:
        index.create()
        index.begin()
        index.add(rows)
        yield index


def write(index: Index, log: Log, rows: Sequence[Sequence[str]]) -> None:
    """Append rows to the log in one piece, and take them into its index."""
    lines = [encode(row) for row in rows]
    offsets, offset = [], (before := log.size)
    for line in lines:
        offsets.append(offset)
        offset += len(line)
    index.begin()
    index.add(zip(offsets, rows, strict=True))
    log.append(b"".join(lines))
    if before // WATCHED != offset // WATCHED:
        logger.warning("%s has %d MB now: see that the disk has room", log.path, offset // 10**6)
    try:
        index.commit(log, log.size)
    except (OSError, sqlite3.Error) as error:  # stored they are; the next writer takes them in
        logger.warning("%s: the index is behind: %s", log.path, error)


def remove(path: Path) -> None:
    """Remove the index at `path`, and what was left of one in the making."""
    for old in (path, _fresh(path)):  # a journal goes after its index, or a reader would see half
        old.unlink(missing_ok=True)
        Path(f"{old}-journal").unlink(missing_ok=True)


def _open_synced(path: Path, log: Log) -> Index | None:
    """Return the index once it has all of the log; None if it has to be rebuilt."""
    try:
        with ExitStack() as stack:
            index = stack.enter_context(Index(f"{path.as_uri()}?mode=rw"))
            position = index.position()
            if position is None or not log.has(position):
                return None
            is_behind, is_ours = position.committed < log.size, index.generation(log)
            if is_behind or not is_ours:
                index.begin()
                if not is_ours:
                    index.end_generation()
                _take_in(index, log, position.committed)
            stack.pop_all()  # it stays open
            return index
    except sqlite3.Error as error:
        if not is_broken(error):
            raise
        return None


def _rebuild(path: Path, log: Log) -> Index:
    logger.info("%s is rebuilt from %s", path, log.path)
    fresh = _fresh(path)
    remove(path)
    try:
        fresh.touch(0o600)
        with Index(f"{fresh.as_uri()}?mode=rw") as index:
            copy_rights(log.path, fresh)
            index.create()
            index.begin()
            _take_in(index, log, log.start)
        fresh.replace(path)
    finally:
        fresh.unlink(missing_ok=True)  # half an index is worth nothing, least of all on a full disk
    return Index(f"{path.as_uri()}?mode=rw")


def _fresh(path: Path) -> Path:
    return path.with_name(f"{path.name}.new")


def _take_in(index: Index, log: Log, start: int) -> None:
    """Add the rows from the offset `start` on; what is unfinished behind them is set aside."""
    with log.buffered() as file:
        rows = Rows(file, start)
        index.add((rows.offset, row) for row in rows)
    if rows.skipped:
        logger.warning("%s: %d rows are unusable and left out", log.path, rows.skipped)
    log.sync()
    log.cut(rows.end)
    index.commit(log, rows.end)

"""Many rows at once: copied in, and forgotten. Others only read while that happens."""

import json
from collections import Counter
from collections.abc import Sequence
from typing import Any, NamedTuple

from sqlalchemy import (
    Connection,
    RowMapping,
    bindparam,
    delete,
    func,
    or_,
    select,
    text,
    update,
)

from showcase.feedback.errors import RefusedError
from showcase.feedback.person import replaced_by
from showcase.feedback.sql.engine import be_patient
from showcase.feedback.sql.rows import (
    Cells,
    Entry,
    check_replaced,
    check_same,
    count_up,
    entries,
    in_table,
    keys,
    retire,
    stored,
    subject,
)
from showcase.feedback.sql.schema import verdicts

PATIENCE_S = 120
_written = [column for column in verdicts.columns if column.name != "place"]
_names = ", ".join(column.name for column in _written)
_other = {"confidence": "double precision", "in_force": "boolean"}
_types = ", ".join(f"{column.name} {_other.get(column.name, 'text')}" for column in _written)
FROM_JSON = text(
    f"INSERT INTO verdicts ({_names}) SELECT {_names} "  # noqa: S608  # our own names
    f"FROM ROWS FROM (json_to_recordset(CAST(:rows AS json)) AS ({_types})) "
    f"WITH ORDINALITY AS given ({_names}, number) ORDER BY number"
)


class Refused(NamedTuple):
    """A row that was not taken in, and why."""

    row: Cells
    reason: RefusedError


class Taken(NamedTuple):
    """What became of a chunk of rows."""

    new: int
    refused: list[Refused]


def take_in(connection: Connection, rows: Sequence[Cells], *, strict: bool) -> Taken:
    """Store those of the rows that are not stored yet, in their order."""
    _lock(connection)
    chunk = Chunk(connection, rows, strict=strict)
    return Taken(chunk.store(), chunk.refused)


class Chunk:
    """Rows on their way into the table; `refused` are those that break a rule."""

    def __init__(self, connection: Connection, rows: Sequence[Cells], *, strict: bool) -> None:
        self.refused: list[Refused] = []
        self._connection = connection
        self._strict = strict
        self._there = stored(connection, [row[0] for row in rows])
        self._entries = entries(connection, [row[-1] for row in rows if row[-1]])
        self._new: dict[str, dict[str, Any]] = {}
        self._newest: dict[str, str] = {}
        for row in rows:
            self._take(row)

    def store(self) -> int:
        """Write the new ones; return how many those are."""
        if not self._new:
            return 0
        change = Counter({row["demo"]: 0 for row in self._new.values()})
        change.update(row["demo"] for row in self._new.values() if row["in_force"])
        change.subtract(retire(self._connection, list(self._newest)))
        _insert(self._connection, list(self._new.values()))
        count_up(self._connection, change)
        return len(self._new)

    def _take(self, row: Cells) -> None:
        row_id, _, verdict, supersedes = keys(row)
        replaced = self._entries.get(supersedes)
        try:
            if row_id in self._there:
                if self._strict:
                    check_same(row, self._there[row_id])
                return
            if self._strict:
                check_replaced(row, replaced)
        except RefusedError as reason:
            self.refused.append(Refused(row, reason))
            return
        chain = replaced.chain if replaced and replaced.subject == subject(row) else None
        self._new[row_id] = in_table(row, chain, stands=verdict != "withdrawn")
        self._there[row_id] = list(row)
        self._entries[row_id] = Entry(chain or row_id, subject(row))
        if chain:
            before = self._new.get(self._newest.get(chain, chain))
            if before:
                before["in_force"] = False
            self._newest[chain] = row_id


def _lock(connection: Connection) -> None:
    """Keep all others from writing until the transaction ends; SQLite does so anyway."""
    if connection.dialect.name == "postgresql":
        be_patient(connection, PATIENCE_S)
        connection.execute(text("LOCK TABLE verdicts IN EXCLUSIVE MODE"))


def _insert(connection: Connection, rows: Sequence[dict[str, Any]]) -> None:
    """Write rows in their order: to PostgreSQL as one JSON, several times as fast."""
    if connection.dialect.name == "postgresql":
        connection.execute(FROM_JSON, {"rows": json.dumps(rows)})
    else:
        connection.execute(verdicts.insert(), rows)


def forget(connection: Connection, annotator: str, session: str) -> int:
    """Remove the rows of a person or a visit, and those that these replaced; return how many."""
    _lock(connection)
    column = verdicts.c
    given = ((column.annotator, annotator), (column.session, session))
    theirs = or_(*(func.trim(cell) == value for cell, value in given if value))
    chain = func.coalesce(column.chain, column.id)
    broken = select(chain).where(theirs)
    query = (
        select(column.id, column.supersedes, column.verdict, column.demo, column.chain,
               column.in_force, column.input_hash, column.session, theirs.label("theirs"))
        .where(chain.in_(broken))
        .order_by(column.place)
    )  # fmt: skip
    found = connection.execute(query).mappings().all()
    own = [row["id"] for row in found if row["theirs"]]
    older = replaced_by(own, {row["id"]: row["supersedes"] for row in found})
    going = {*own, *(row["id"] for row in found if row["id"] in older)}
    connection.execute(delete(verdicts).where(theirs))
    if rest := going.difference(own):
        one = delete(verdicts).where(column.id == bindparam("gone"))
        connection.execute(one, [{"gone": row} for row in sorted(rest)])
    change = Counter({row["demo"]: 0 for row in found})
    change.subtract(row["demo"] for row in found if row["in_force"] and row["id"] in going)
    left = [row for row in found if row["id"] not in going]
    change.update(_mend(connection, left))
    count_up(connection, change)
    return len(going)


def _mend(connection: Connection, left: Sequence[RowMapping]) -> Counter[str]:
    """Make chains anew of what is left of them; return what that changes in force, by demo."""
    known: dict[str, Entry] = {}
    newest: dict[str, str] = {}
    wanted: dict[str, tuple[str | None, bool]] = {}
    for row in left:
        about = tuple(row[name] for name in ("demo", "input_hash", "session"))
        replaced = known.get(row["supersedes"])
        chain = replaced.chain if replaced and replaced.subject == about else None
        known[row["id"]] = Entry(chain or row["id"], about)
        wanted[row["id"]] = (chain, row["verdict"] != "withdrawn")
        if chain:
            before = newest.get(chain, chain)
            wanted[before] = (wanted[before][0], False)
            newest[chain] = row["id"]
    change = Counter[str]()
    for row in left:
        mended, stands = wanted[row["id"]]
        change[row["demo"]] += stands - row["in_force"]
        if (mended, stands) != (row["chain"], row["in_force"]):
            values = {"chain": mended, "in_force": stands}
            connection.execute(update(verdicts).where(verdicts.c.id == row["id"]).values(values))
    return change

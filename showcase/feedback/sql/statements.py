"""Rows in the table: stored one by one, copied in or forgotten by thousands, each in its chain."""

import json
import math
import random
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import chain, islice
from typing import Any, NamedTuple

from psycopg.errors import UniqueViolation
from sqlalchemy import (
    Connection,
    RowMapping,
    bindparam,
    delete,
    false,
    or_,
    select,
    text,
    update,
)
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.exc import IntegrityError

from showcase.feedback.erasure import replaced_by
from showcase.feedback.errors import (
    RefusedError,
    id_taken,
    nothing_replaced,
    other_replaced,
)
from showcase.feedback.normalise import UNSTORABLE, person_key, storable
from showcase.feedback.record import (
    COLUMNS,
    Keys,
    keys,
    may_replace,
    root_of,
)
from showcase.feedback.sql.engine import BULK_S, allow_memory, allow_seconds
from showcase.feedback.sql.schema import (
    counts,
    root,
    row_columns,
    verdicts,
)

Cells = Sequence[str]
INSERT = {"postgresql": postgresql.insert, "sqlite": sqlite.insert}
UNFOLD = {
    "postgresql": text("SELECT json_array_elements_text(CAST(:given AS json))"),
    "sqlite": text("SELECT value FROM json_each(:given)"),
}
FEW = 10
AT_ONCE = 500  # tuples: from 700 on Python would look for garbage again and again
# Who counts a demo up waits for the one before; with 16 places to do so, hardly.
SLOTS = 16
CREATED_AT = COLUMNS.index("created_at")
CONFIDENCE = COLUMNS.index("confidence")
SUPERSEDES = COLUMNS.index("supersedes")
VERDICT = COLUMNS.index("verdict")
DEMO = COLUMNS.index("demo")
_written = [column for column in verdicts.columns if column.name != "place"]
_names = ", ".join(column.name for column in _written)
WRITTEN = tuple(column.key for column in _written)
COPY_ROWS = f"COPY verdicts ({_names}) FROM STDIN"
INSERT_ROWS = (
    f"INSERT INTO verdicts ({_names}) "  # noqa: S608  # our own names
    f"VALUES ({', '.join('?' * len(_written))})"
)


class Refused(NamedTuple):
    """A row that was not taken in, and why."""

    row: Cells
    reason: RefusedError


class NotAllNewError(Exception):
    """Of rows that were likely new one is stored already: the transaction has to be given up."""


class Taken(NamedTuple):
    """What became of a chunk of rows."""

    new: int
    refused: list[Refused]


class Entry(NamedTuple):
    """What others need of a row: its chain's first id, and what it is about."""

    root: str
    subject: tuple[str, ...]


class Revisions:
    """Which rows are current and in which chains, worked out for some of them in their order.

    `newest` holds the id of the newest of these rows in each chain, by its root.
    """

    def __init__(self, known: Mapping[str, Entry]) -> None:
        self._known = dict(known)
        self.roots: dict[str, str] = {}
        self.current: dict[str, bool] = {}
        self.newest: dict[str, str] = {}

    def entry(self, row_id: str) -> Entry | None:
        """Return what is known of a row, of these or of another; None for nothing."""
        return self._known.get(row_id)

    def add(self, key: Keys) -> None:
        """Add a row that nothing replaced yet."""
        root = root_of(key.id, _subject(key), self._known.get(key.supersedes))
        if root != key.id:
            self.current[self.newest.get(root, root)] = False
            self.newest[root] = key.id
        self._known[key.id] = Entry(root, _subject(key))
        self.roots[key.id] = root
        self.current[key.id] = key.verdict != "withdrawn"


def _subject(key: Keys) -> tuple[str, ...]:
    return key.demo, key.input_hash, key.session, key.signed_in


def append(connection: Connection, row: Cells) -> None:
    """Store one row, unless it is stored already; RefusedError if it breaks a rule."""
    key = keys(row)
    known = _entries(connection, [key.supersedes], lock=True) if key.supersedes else {}
    revisions = Revisions(known)
    revisions.add(key)
    adding = _insert_into(connection, verdicts).on_conflict_do_nothing(index_elements=["id"])
    values = dict(zip(WRITTEN, _as_values(row, revisions), strict=True))
    if connection.execute(adding.values(values).returning(verdicts.c.place)).first() is None:
        _check_same(row, stored_rows(connection, [key.id])[key.id])
        return
    _check_replaced(key, known.get(key.supersedes))
    retired = _retire(connection, [*revisions.newest], but=key.id) if revisions.newest else {}
    count_up(connection, {key.demo: revisions.current[key.id] - retired.get(key.demo, 0)})


def _check_same(row: Cells, stored: Cells) -> None:
    """Raise a RefusedError unless both say the same, at whatever time."""
    own, other = list(row), list(stored)
    own[CREATED_AT] = other[CREATED_AT]
    if own != other:
        raise id_taken(row[0])


def _check_replaced(key: Keys, replaced: Entry | None) -> None:
    """Raise a RefusedError if the row names one to replace that it may not replace."""
    if not key.supersedes:
        return
    if replaced is None:
        raise nothing_replaced(key.supersedes)
    if not may_replace(_subject(key), replaced):
        raise other_replaced(key.supersedes)


def stored_rows(connection: Connection, ids: Sequence[str]) -> dict[str, list[str]]:
    """Return the stored rows with these ids."""
    query = select(*row_columns).where(verdicts.c.id.in_(_values(connection, ids)))
    return {row[0]: texts(row, CONFIDENCE) for row in connection.execute(query)}


def _entries(connection: Connection, ids: Sequence[str], *, lock: bool = False) -> dict[str, Entry]:
    """Return what is known about the rows with these ids.

    With a lock nobody else can replace a row of the same chain until the transaction ends.
    """
    first, own = verdicts.alias("first"), verdicts.c
    query = (
        select(own.id, first.c.id, own.demo, own.input_hash, own.session, own.signed_in)
        .join(first, first.c.id == root)
        .where(own.id.in_(_values(connection, ids)))
    )
    rows = connection.execute(query.with_for_update(of=first) if lock else query)
    return {row_id: Entry(chain, tuple(subject)) for row_id, chain, *subject in rows}


def _retire(connection: Connection, roots: Sequence[str], but: str = "") -> Counter[str]:
    """Let no row of these chains be current any more; return how many were, by demo."""
    column, given = verdicts.c, _values(connection, roots)
    in_chain = column.id.in_(given) | column.chain.in_(given)
    query = (
        update(verdicts)
        .where(column.is_current, column.id != but, in_chain)
        .values(is_current=False)
        .returning(column.demo)
    )
    return Counter(connection.execute(query).scalars())


def count_up(connection: Connection, change: Mapping[str, int]) -> None:
    """Add to the numbers of current rows of the demos that changed.

    It comes last: others who change the same demo may wait for the end of the transaction.
    """
    slot = random.randrange(SLOTS)  # noqa: S311  # guards nothing
    for demo, more in sorted(change.items()):
        values = {"demo": demo, "slot": slot, "verdicts": more, "changes": 1}
        adding = _insert_into(connection, counts).values(values)
        sums = {name: counts.c[name] + adding.excluded[name] for name in ("verdicts", "changes")}
        keyed = [counts.c.demo, counts.c.slot]
        connection.execute(adding.on_conflict_do_update(index_elements=keyed, set_=sums))


def _values(connection: Connection, values: Sequence[str]) -> Any:
    """Return the values for `in_`: many of them as one JSON, which costs a tenth."""
    if len(values) <= FEW:
        return values
    return UNFOLD[connection.dialect.name].bindparams(given=json.dumps(values))


def _insert_into(connection: Connection, table: Any) -> Any:
    """Return the dialect's own insert, which can say what to do where a row is there already."""
    return INSERT[connection.dialect.name](table)


def _as_values(row: Cells, revisions: Revisions) -> tuple[Any, ...]:
    """Return the row as the table holds it, its columns as in `WRITTEN`.

    A row that the revisions do not know replaces none and is replaced by none.
    """
    first = revisions.roots.get(row[0])
    values: list[Any] = [*row, first if first != row[0] else None, _is_current(row, revisions)]
    values[CONFIDENCE] = _number(row[CONFIDENCE])
    return tuple(values)


def _is_current(row: Cells, revisions: Revisions) -> bool:
    return revisions.current.get(row[0], row[VERDICT] != "withdrawn")


def all_storable(rows: Sequence[Cells]) -> bool:
    """Return True if all texts can be stored as they are."""
    text = "".join(chain.from_iterable(rows))
    if "\0" in text:
        return False
    try:
        text.isascii() or text.encode()
    except UnicodeEncodeError:  # a lone surrogate
        return False
    return True


def cleaned(row: Cells) -> list[str]:
    """Return the row as it will come out again: a person may have typed anything into a CSV."""
    cells = list(row)
    if UNSTORABLE.search("".join(cells)):
        cells = [storable(cell) for cell in cells]
    number = _number(cells[CONFIDENCE])
    cells[CONFIDENCE] = "" if number is None else str(number)
    return cells


def texts(row: Iterable[Any], *numbers: int) -> list[str]:
    """Return cells of the table as texts; those at the positions `numbers` are no texts there."""
    cells = list(row)
    for number in numbers:
        cells[number] = "" if cells[number] is None else str(cells[number])
    return cells


def _number(text: str) -> float | None:
    try:
        number = float(text or "nan")
    except ValueError:
        return None
    return number if math.isfinite(number) else None


# Many rows at once, copied in or forgotten: others only read while that happens


def take_in(
    connection: Connection, rows: Sequence[Cells], *, strict: bool, likely_new: bool = False
) -> Taken:
    """Store those of the rows that are not stored yet, in their order.

    Rows that are `likely_new` are stored without asking first which are known: NotAllNewError if
    one is. No savepoint for that: SQLite would copy each page that changes.
    """
    _lock(connection)
    if likely_new and not strict:
        try:
            return _add(connection, rows, {}, strict=False)
        except (IntegrityError, UniqueViolation) as error:
            raise NotAllNewError from error
    ids = [row[0] for row in rows]
    stored = stored_rows(connection, ids) if strict else dict.fromkeys(_known(connection, ids), ())
    return _add(connection, rows, stored, strict=strict)


def _add(
    connection: Connection, rows: Sequence[Cells], stored: Mapping[str, Cells], *, strict: bool
) -> Taken:
    """Store those of the rows whose ids are not among the stored ones."""
    there = dict(stored)
    named = {row[SUPERSEDES] for row in rows}.difference([""])
    revisions = Revisions(_entries(connection, [*named]) if named else {})
    new: list[Cells] = []
    refused: list[Refused] = []
    for row in rows:
        try:
            if row[0] in there:
                if strict:
                    _check_same(row, there[row[0]])
                continue
            if row[SUPERSEDES] or row[0] in named:
                key = keys(row)
                if strict:
                    _check_replaced(key, revisions.entry(key.supersedes))
                revisions.add(key)
        except RefusedError as reason:
            refused.append(Refused(row, reason))
            continue
        there[row[0]] = row
        new.append(row)
    if new:
        _write(connection, new, revisions)
    return Taken(len(new), refused)


def _write(connection: Connection, rows: Sequence[Cells], revisions: Revisions) -> None:
    """Write new rows in their order; what they replace is current no more."""
    change = Counter(row[DEMO] for row in rows if _is_current(row, revisions))
    change.update(dict.fromkeys({row[DEMO] for row in rows}, 0))
    if revisions.newest:
        change.subtract(_retire(connection, [*revisions.newest]))
    _insert_all(connection, (_as_values(row, revisions) for row in rows))
    count_up(connection, change)


def _known(connection: Connection, ids: Sequence[str]) -> Iterable[str]:
    """Return those of the ids that are stored."""
    query = select(verdicts.c.id).where(verdicts.c.id.in_(_values(connection, ids)))
    return connection.execute(query).scalars()


def _lock(connection: Connection) -> None:
    """Keep all others from writing until the transaction ends; SQLite does so anyway."""
    if connection.dialect.name == "postgresql":
        allow_seconds(connection, BULK_S)
        connection.execute(text("LOCK TABLE verdicts IN EXCLUSIVE MODE"))
    else:
        allow_memory(connection)


def _insert_all(connection: Connection, rows: Iterator[tuple[Any, ...]]) -> None:
    """Write rows in their order, past SQLAlchemy's look at each value: that takes longest.

    PostgreSQL takes in the first while the others are still made.
    """
    if connection.dialect.name == "sqlite":
        while some := list(islice(rows, AT_ONCE)):
            connection.exec_driver_sql(INSERT_ROWS, some)
        return
    driver: Any = connection.connection.driver_connection
    with driver.cursor() as cursor, cursor.copy(COPY_ROWS) as copy:
        for row in rows:
            copy.write_row(row)


def forget(connection: Connection, annotator: str, session: str) -> int:
    """Remove the rows of a person or a visit, and those that these replaced; return how many."""
    _lock(connection)
    column = verdicts.c
    theirs = column.session == session if session else false()
    if annotator:
        names = connection.execute(select(column.annotator).distinct()).scalars()
        key = person_key(annotator)
        spellings = [annotator, *(name for name in names if key and person_key(name) == key)]
        theirs = or_(theirs, column.annotator.in_(spellings))
    query = (
        select(*(column[name] for name in Keys._fields), column.chain,
               column.is_current.label("is_current"), theirs.label("theirs"))
        .where(root.in_(select(root).where(theirs)))
        .order_by(column.place)
    )  # fmt: skip
    rows = connection.execute(query).mappings().all()
    own = [row["id"] for row in rows if row["theirs"]]
    older = replaced_by(own, {row["id"]: row["supersedes"] for row in rows})
    going = {*own, *(row["id"] for row in rows if row["id"] in older)}
    connection.execute(delete(verdicts).where(theirs))
    if rest := going.difference(own):
        one = delete(verdicts).where(column.id == bindparam("gone"))
        connection.execute(one, [{"gone": row} for row in sorted(rest)])
    change = Counter({row["demo"]: 0 for row in rows})
    change.subtract(row["demo"] for row in rows if row["is_current"] and row["id"] in going)
    change.update(_mend(connection, [row for row in rows if row["id"] not in going]))
    count_up(connection, change)
    return len(going)


def _mend(connection: Connection, left: Sequence[RowMapping]) -> Counter[str]:
    """Work the chains of what is left out again; return how many more are current, by demo."""
    revisions = Revisions({})
    for row in left:
        revisions.add(Keys(*(row[name] for name in Keys._fields)))
    change = Counter[str]()
    for row in left:
        row_root, is_current = revisions.roots[row["id"]], revisions.current[row["id"]]
        chain = row_root if row_root != row["id"] else None
        change[row["demo"]] += is_current - row["is_current"]
        if (chain, is_current) != (row["chain"], row["is_current"]):
            values = {"chain": chain, "is_current": is_current}
            connection.execute(update(verdicts).where(verdicts.c.id == row["id"]).values(values))
    return change

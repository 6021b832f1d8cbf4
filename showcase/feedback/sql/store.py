"""The feedback store in a database, PostgreSQL or SQLite, shared by any number of processes."""

import json
import math
import random
import shutil
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple, TypeVar

from sqlalchemy import (
    Connection,
    Row,
    RowMapping,
    Select,
    bindparam,
    delete,
    exists,
    false,
    func,
    or_,
    select,
    text,
    update,
)
from sqlalchemy.dialects import postgresql, sqlite

from showcase.feedback import taken
from showcase.feedback.erasure import replaced_by
from showcase.feedback.errors import (
    NOT_COPIED,
    NOT_FORGOTTEN,
    NOT_READ,
    NOT_STORABLE,
    NOT_STORED,
    RefusedError,
    StorageError,
    id_taken,
    nothing_replaced,
    other_replaced,
)
from showcase.feedback.normalise import UNSTORABLE, person_key, storable
from showcase.feedback.persistence import is_persistent
from showcase.feedback.record import (
    COLUMNS,
    EXTRA,
    GAME,
    TASK,
    Keys,
    Record,
    chunks,
    keys,
    may_replace,
    root_of,
    to_dataframe,
)
from showcase.feedback.sql.engine import Database, allow_seconds
from showcase.feedback.sql.schema import (
    counts,
    is_game,
    root,
    row_columns,
    session_start,
    status,
    verdicts,
    version,
)

if TYPE_CHECKING:
    import pandas as pd
    import pyarrow as pa

Shape = TypeVar("Shape", bound=NamedTuple)
LEAST_FREE = 50 * 2**20
Cells = Sequence[str]
INSERT = {"postgresql": postgresql.insert, "sqlite": sqlite.insert}
UNFOLD = {
    "postgresql": text("SELECT json_array_elements_text(CAST(:given AS json))"),
    "sqlite": text("SELECT value FROM json_each(:given)"),
}
FEW = 10
# Who counts a demo up waits for the one before; with 16 places to do so, hardly.
SLOTS = 16
CREATED_AT = COLUMNS.index("created_at")
CONFIDENCE = COLUMNS.index("confidence")
BULK_S = 120
_written = [column for column in verdicts.columns if column.name != "place"]
_names = ", ".join(column.name for column in _written)
_keys = ", ".join(column.key for column in _written)
_other = {"confidence": "double precision", "is_current": "boolean"}
_types = ", ".join(f"{column.key} {_other.get(column.key, 'text')}" for column in _written)
FROM_JSON = text(
    f"INSERT INTO verdicts ({_names}) SELECT {_keys} "  # noqa: S608  # our own names
    f"FROM ROWS FROM (json_to_recordset(CAST(:rows AS json)) AS ({_types})) "
    f"WITH ORDINALITY AS given ({_keys}, number) ORDER BY number"
)
INSERT_ROWS = (
    f"INSERT INTO verdicts ({_names}) "  # noqa: S608  # our own names
    f"VALUES ({', '.join('?' * len(_written))})"
)
EXTRA_COLUMNS = dict(zip(EXTRA, (verdicts.c.place, status), strict=True))
EXTRA_TYPES = dict(zip(EXTRA, ("int64", "int8"), strict=True))


class Refused(NamedTuple):
    """A row that was not taken in, and why."""

    row: Cells
    reason: RefusedError


class Taken(NamedTuple):
    """What became of a chunk of rows."""

    new: int
    refused: list[Refused]


class SqlStore:
    """A log of verdicts in a database; its tables are made when it is first used.

    ValueError for an address that cannot be used; its text shows nothing of it.
    """

    def __init__(self, url: str, lasting: bool | None = None) -> None:
        self._database = Database(url)
        self.place = self._database.place
        file = self._database.file
        self.lasting = (file is None or is_persistent(file)) if lasting is None else lasting
        self.is_remote = file is None

    def append(self, record: Record) -> str:
        """Store the record and return its id; see `Store.append`."""
        row = record.row()
        self._database.change(NOT_STORED, partial(_append, row=row))
        taken.count(record)
        return record.id

    def unsearched(self) -> list[Path]:
        """Return nothing: the database has one table."""
        return []

    def read(self) -> "pd.DataFrame":
        """Return the whole log, every row, the columns in order."""
        pieces = self._pieces(COLUMNS)
        return to_dataframe(_texts(row, CONFIDENCE) for rows in pieces for row in rows)

    def batches(self, columns: Sequence[str] = COLUMNS) -> Iterator["pa.RecordBatch"]:
        """Yield the log as it is now, in batches of a few megabytes; see `Store.batches`."""
        import pyarrow as pa

        for rows in self._pieces(columns):
            arrays = [
                pa.array(
                    _texts(cells, *range(len(cells))) if name == "confidence" else cells,
                    EXTRA_TYPES.get(name, "string"),
                )
                for name, cells in zip(columns, zip(*rows, strict=True), strict=True)
            ]
            yield pa.RecordBatch.from_arrays(arrays, list(columns))

    def get(self, ids: Sequence[str]) -> list[dict[str, str]]:
        """Return the rows with these ids; see `Store.get`."""
        wanted = [storable(row_id) for row_id in ids]
        found = self._database.ask(NOT_READ, partial(_stored, ids=wanted))
        return [
            dict(zip(COLUMNS, found[row_id], strict=True)) for row_id in wanted if row_id in found
        ]

    def version_token(self) -> str:
        """Return a text that changes with the log; see `Store.version_token`."""
        changes = select(func.sum(counts.c.changes)).scalar_subquery()
        made, number = self._all(select(version.c.made, changes))[0]
        return f"{made} {number or 0}"

    def count(self, demo: str | None = None) -> int:
        """Return how many verdicts are current: a chain counts once, a withdrawn one not."""
        query = select(func.coalesce(func.sum(counts.c.verdicts), 0))
        if demo is not None:
            query = query.where(counts.c.demo == storable(demo))
        return int(self._one(query))

    def current_rows(
        self, shape: type[Shape], *, demo: str = "", session: str = "", source: str = ""
    ) -> list[Shape]:
        """Return the current rows of games or of a task; see `Store.current_rows`."""
        if source != GAME and not session.startswith(TASK):
            return []
        fields = shape._fields
        query = select(*(verdicts.c[name] for name in fields)).where(verdicts.c.is_current)
        if source == GAME:
            query = query.where(is_game)
        if demo:
            query = query.where(verdicts.c.demo == storable(demo))
        if session:
            # the condition that its index serves, and the exact one
            exact = storable(session)
            query = query.where(session_start == exact[:64], verdicts.c.session == exact)
        numbers = [fields.index("confidence")] if "confidence" in fields else []
        rows = self._all(query.order_by(verdicts.c.place))
        return [shape._make(_texts(row, *numbers)) for row in rows]

    def waiting(self) -> int:
        """Return 0: a row is in its place as soon as it is stored."""
        return 0

    def refused(self) -> int:
        """Return 0: a row that is refused is refused at once."""
        return 0

    def check(self) -> None:
        """Raise a StorageError unless a verdict could be stored now, and a few thousand more."""
        self._database.change(NOT_STORABLE, _try)
        file = self._database.file
        if file and shutil.disk_usage(file.parent).free < LEAST_FREE:
            raise StorageError(
                f"{NOT_STORABLE}: the disk with {self.place} is nearly full. Whoever runs this app "
                "has to make room."
            )

    def extend(self, rows: Iterable[Sequence[str]]) -> int:
        """Store finished rows and return how many were new; see `Store.extend`."""
        return sum(taken.new for taken in self.take_in(rows, strict=False))

    def take_in(self, rows: Iterable[Sequence[str]], *, strict: bool) -> Iterator[Taken]:
        """Store finished rows, chunk by chunk as the caller asks for the next.

        Where that is not `strict`, no row is refused: one with a known id is passed over, and one
        that may not replace the row that it names becomes a verdict of its own.
        """
        for chunk in chunks(rows):
            cleaned = list(map(_clean, chunk))
            try:
                yield self._take_in(cleaned, strict=strict)
            except RefusedError:  # by the database, for one of them
                if not strict:
                    raise
                yield from map(self._take_in_one, cleaned)

    def forget(self, annotator: str = "", session: str = "") -> int:
        """Remove all rows of a person or a visit; return how many; see `Store.forget`."""
        if not (annotator or session):
            raise ValueError("nobody to forget: give a name or a session")
        whose = {"annotator": storable(annotator), "session": storable(session)}
        removed = self._database.change(NOT_FORGOTTEN, partial(_forget, **whose))
        self._database.empty_journal()
        return removed

    def __contains__(self, record_id: str) -> bool:
        """Tell whether a row with this id is stored."""
        return bool(self._one(select(exists().where(verdicts.c.id == storable(record_id)))))

    def _take_in(self, rows: Sequence[Sequence[str]], *, strict: bool) -> Taken:
        work = partial(_take_in, rows=rows, strict=strict)
        return self._database.change(NOT_COPIED, work)

    def _take_in_one(self, row: Sequence[str]) -> Taken:
        try:
            return self._take_in([row], strict=True)
        except RefusedError as reason:
            return Taken(0, [Refused(row, reason)])

    def _one(self, query: Select[Any]) -> Any:
        return self._all(query)[0][0]

    def _all(self, query: Select[Any]) -> Sequence[Row[*tuple[Any, ...]]]:
        return self._database.ask(NOT_READ, lambda connection: connection.execute(query).all())

    def _pieces(self, columns: Sequence[str]) -> Iterator[Sequence[Row[*tuple[Any, ...]]]]:
        chosen = (EXTRA_COLUMNS[name] if name in EXTRA else verdicts.c[name] for name in columns)
        return self._database.stream(select(*chosen).order_by(verdicts.c.place))


def _try(connection: Connection) -> None:
    """Write something, and take it back."""
    attempt = connection.begin_nested()
    connection.execute(counts.insert().values(demo="", slot=-1, verdicts=0, changes=0))
    attempt.rollback()


# One row


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


def _append(connection: Connection, row: Cells) -> None:
    """Store one row, unless it is stored already; RefusedError if it breaks a rule."""
    key = keys(row)
    known = _entries(connection, [key.supersedes], lock=True) if key.supersedes else {}
    revisions = Revisions(known)
    revisions.add(key)
    adding = _insert_into(connection, verdicts).on_conflict_do_nothing(index_elements=["id"])
    values = _as_values(row, revisions)
    if connection.execute(adding.values(values).returning(verdicts.c.place)).first() is None:
        _check_same(row, _stored(connection, [key.id])[key.id])
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


def _stored(connection: Connection, ids: Sequence[str]) -> dict[str, list[str]]:
    """Return the stored rows with these ids."""
    query = select(*row_columns).where(verdicts.c.id.in_(_values(connection, ids)))
    return {row[0]: _texts(row, CONFIDENCE) for row in connection.execute(query)}


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


def _as_values(row: Cells, revisions: Revisions) -> dict[str, Any]:
    """Return the row as the table holds it."""
    values: dict[str, Any] = dict(zip(COLUMNS, row, strict=True))
    values["confidence"] = _number(values["confidence"])
    chain = revisions.roots[row[0]]
    values["chain"] = chain if chain != row[0] else None
    return values | {"is_current": revisions.current[row[0]]}


def _clean(row: Cells) -> list[str]:
    """Return the row as it will come out again: a person may have typed anything into a CSV."""
    cells = list(row)
    if UNSTORABLE.search("".join(cells)):
        cells = [storable(cell) for cell in cells]
    number = _number(cells[CONFIDENCE])
    cells[CONFIDENCE] = "" if number is None else str(number)
    return cells


def _texts(row: Iterable[Any], *numbers: int) -> list[str]:
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


def _take_in(connection: Connection, rows: Sequence[Cells], *, strict: bool) -> Taken:
    """Store those of the rows that are not stored yet, in their order."""
    _lock(connection)
    there = _stored(connection, [row[0] for row in rows])
    named = list(map(keys, rows))
    revisions = Revisions(_entries(connection, [key.supersedes for key in named if key.supersedes]))
    new: list[Cells] = []
    refused: list[Refused] = []
    for row, key in zip(rows, named, strict=True):
        try:
            if key.id in there:
                if strict:
                    _check_same(row, there[key.id])
                continue
            if strict:
                _check_replaced(key, revisions.entry(key.supersedes))
        except RefusedError as reason:
            refused.append(Refused(row, reason))
            continue
        there[key.id] = list(row)
        revisions.add(key)
        new.append(row)
    if new:
        demo = COLUMNS.index("demo")
        change = Counter({row[demo]: 0 for row in new})
        change.update(row[demo] for row in new if revisions.current[row[0]])
        change.subtract(_retire(connection, [*revisions.newest]))
        _insert_all(connection, [_as_values(row, revisions) for row in new])
        count_up(connection, change)
    return Taken(len(new), refused)


def _lock(connection: Connection) -> None:
    """Keep all others from writing until the transaction ends; SQLite does so anyway."""
    if connection.dialect.name == "postgresql":
        allow_seconds(connection, BULK_S)
        connection.execute(text("LOCK TABLE verdicts IN EXCLUSIVE MODE"))


def _insert_all(connection: Connection, rows: Sequence[dict[str, Any]]) -> None:
    """Write rows in their order, past SQLAlchemy's look at each value: that takes longest."""
    if connection.dialect.name == "postgresql":
        connection.execute(FROM_JSON, {"rows": json.dumps(rows)})
    else:
        connection.exec_driver_sql(INSERT_ROWS, [tuple(row.values()) for row in rows])


def _forget(connection: Connection, annotator: str, session: str) -> int:
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

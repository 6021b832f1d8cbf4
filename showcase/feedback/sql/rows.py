"""Rows in the tables: how they go in as people judge, and as texts come out again."""

import json
import math
import random
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from operator import itemgetter
from typing import Any, NamedTuple

from sqlalchemy import Connection, func, select, text, update
from sqlalchemy.dialects import postgresql, sqlite

from showcase.feedback.messages import id_taken, nothing_replaced, other_replaced
from showcase.feedback.normalise import UNSTORABLE, storable
from showcase.feedback.record import COLUMNS
from showcase.feedback.sql.schema import counts, row_columns, verdicts

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

keys = itemgetter(*map(COLUMNS.index, ("id", "demo", "verdict", "supersedes")))
subject = itemgetter(*map(COLUMNS.index, ("demo", "input_hash", "session")))


class Entry(NamedTuple):
    """What others need of a row: its chain's first id, and its demo, input and session."""

    chain: str
    subject: tuple[str, ...]


def append(connection: Connection, row: Cells) -> None:
    """Store one row, unless it is stored already; RefusedError if it breaks a rule."""
    row_id, demo, verdict, supersedes = keys(row)
    replaced = entries(connection, [supersedes], lock=True).get(supersedes) if supersedes else None
    chain = replaced.chain if replaced and replaced.subject == subject(row) else None
    stands = verdict != "withdrawn"
    adding = insert(connection, verdicts).on_conflict_do_nothing(index_elements=["id"])
    values = in_table(row, chain, stands=stands)
    if connection.execute(adding.values(values).returning(verdicts.c.place)).first() is None:
        check_same(row, stored(connection, [row_id])[row_id])
        return
    check_replaced(row, replaced)
    retired = retire(connection, [chain], but=row_id) if chain else {}
    count_up(connection, {demo: stands - retired.get(demo, 0)})


def check_same(row: Cells, found: Cells) -> None:
    """Raise a RefusedError unless both say the same, at whatever time."""
    own, other = list(row), list(found)
    own[CREATED_AT] = other[CREATED_AT]
    if own != other:
        raise id_taken(row[0])


def check_replaced(row: Cells, replaced: Entry | None) -> None:
    """Raise a RefusedError if the row names one to replace that it may not replace."""
    if not row[-1]:
        return
    if replaced is None:
        raise nothing_replaced(row[-1])
    if replaced.subject != subject(row):
        raise other_replaced(row[-1])


def stored(connection: Connection, ids: Sequence[str]) -> dict[str, list[str]]:
    """Return the stored rows with these ids."""
    found = connection.execute(
        select(*row_columns).where(verdicts.c.id.in_(one_of(connection, ids)))
    )
    return {row[0]: texts(row, CONFIDENCE) for row in found}


def entries(connection: Connection, ids: Sequence[str], *, lock: bool = False) -> dict[str, Entry]:
    """Return what is known about the rows with these ids.

    With a lock nobody else can replace a row of the same chain until the transaction ends.
    """
    first, own = verdicts.alias("first"), verdicts.c
    query = (
        select(own.id, first.c.id, own.demo, own.input_hash, own.session)
        .join(first, first.c.id == func.coalesce(own.chain, own.id))
        .where(own.id.in_(one_of(connection, ids)))
    )
    found = connection.execute(query.with_for_update(of=first) if lock else query)
    return {row_id: Entry(chain, tuple(about)) for row_id, chain, *about in found}


def retire(connection: Connection, chains: Sequence[str], but: str = "") -> Counter[str]:
    """Let no row of these chains be in force any more; return how many there were by demo."""
    column, given = verdicts.c, one_of(connection, chains)
    query = (
        update(verdicts)
        .where(column.in_force, column.id != but, column.id.in_(given) | column.chain.in_(given))
        .values(in_force=False)
        .returning(column.demo)
    )
    return Counter(connection.execute(query).scalars())


def count_up(connection: Connection, change: Mapping[str, int]) -> None:
    """Add to the numbers of rows in force of the demos that changed.

    It comes last: others who change the same demo may wait for the end of the transaction.
    """
    slot = random.randrange(SLOTS)  # noqa: S311  # guards nothing
    for demo, more in sorted(change.items()):
        adding = insert(connection, counts).values(demo=demo, slot=slot, verdicts=more, changes=1)
        sums = {name: counts.c[name] + adding.excluded[name] for name in ("verdicts", "changes")}
        keyed = [counts.c.demo, counts.c.slot]
        connection.execute(adding.on_conflict_do_update(index_elements=keyed, set_=sums))


def one_of(connection: Connection, values: Sequence[str]) -> Any:
    """Return the values for `in_`: many of them as one JSON, which costs a tenth."""
    if len(values) <= FEW:
        return values
    return UNFOLD[connection.dialect.name].bindparams(given=json.dumps(values))


def insert(connection: Connection, table: Any) -> Any:
    """Return the dialect's own insert, which can tell what to do where a row is there already."""
    return INSERT[connection.dialect.name](table)


def in_table(row: Cells, chain: str | None, *, stands: bool) -> dict[str, Any]:
    """Return the row as the table holds it."""
    values: dict[str, Any] = dict(zip(COLUMNS, row, strict=True))
    values["confidence"] = _number(values["confidence"])
    return {**values, "chain": chain, "in_force": stands}


def clean(row: Cells) -> list[str]:
    """Return the row as it will come out again: a person may have typed anything into a CSV."""
    cells = list(row)
    if UNSTORABLE.search("".join(cells)):
        cells = [storable(cell) for cell in cells]
    share = _number(cells[CONFIDENCE])
    cells[CONFIDENCE] = "" if share is None else str(share)
    return cells


def texts(row: Iterable[Any], share: int) -> list[str]:
    """Return a row of the table as texts; the confidence, a number, is at the place `share`."""
    cells = list(row)
    if share >= 0:
        cells[share] = "" if cells[share] is None else str(cells[share])
    return cells


def _number(text: str) -> float | None:
    try:
        number = float(text or "nan")
    except ValueError:
        return None
    return number if math.isfinite(number) else None

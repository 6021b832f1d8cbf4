"""What every store does alike: a CSV, SQLite, PostgreSQL."""

import uuid
from concurrent.futures import ThreadPoolExecutor

import pandas as pd
import pytest

from showcase.feedback import COLUMNS, RefusedError, open_store
from showcase.feedback.record import Record, Status
from tests.showcase.feedback.builders import (
    CHAINS,
    DEMO,
    NASTY,
    VERDICTS,
    as_text,
    chain,
    chain_of_rounds,
    game,
    ids,
    judgements,
    make,
    nasty,
    rounds,
)

CURRENT, SUPERSEDED, WITHDRAWN = Status


@pytest.fixture
def store(any_url):
    return open_store(any_url)


def test_append_returns_the_id_and_read_the_row(store):
    record = make(comment="fine")
    assert store.append(record) == record.id
    assert as_text(store.read()) == [record.row()]


def test_read_has_text_columns_and_a_number(store):
    store.append(make(verdict="unsure", prediction={"label": "x", "probabilities": None}))
    store.append(make())
    for frame in (store.read(), open_store("csv:nowhere/x.csv").read()):
        assert tuple(frame.columns) == COLUMNS
        assert frame["confidence"].dtype == "float64"
        assert all(frame[name].dtype == "str" for name in COLUMNS if name != "confidence")
    confidence = store.read()["confidence"]
    assert pd.isna(confidence[0])
    assert confidence[1] == 0.8
    assert store.read()["comment"].tolist() == ["", ""]


def test_nasty_rows_come_back_exactly(store):
    records = [nasty(1, number) for number in range(2 * len(NASTY))]
    for record in records:
        store.append(record)
    assert as_text(store.read()) == [record.row() for record in records]
    assert store.count() == store.count("demo1") == len(records)


def test_confidence_comes_back_exactly(store):
    shares = [0.1, 1 / 3, 5e-324, 0.30000000000000004, 1.0, 0.0]
    for share in shares:
        store.append(make(confidence=share))
    assert store.read()["confidence"].tolist() == shares


def test_a_large_drawing_comes_back(store):
    record = make(input={"drawing": [[list(range(200_000))] * 2]})
    store.append(record)
    assert as_text(store.read()) == [record.row()]


def test_the_same_record_twice_leaves_one_row(store):
    record = make()
    later = record.model_copy(update={"created_at": "2030-01-01T00:00:00.000Z"})
    assert store.append(record) == store.append(later) == record.id
    assert len(store.read()) == store.count() == 1


def test_an_id_is_not_used_for_another_verdict(store):
    record = make()
    store.append(record)
    with pytest.raises(RefusedError, match=f"not stored: its id {record.id} belongs to another"):
        store.append(make(id=record.id, verdict="wrong"))
    assert len(store.read()) == 1


def test_the_store_knows_its_ids(store):
    record = make()
    store.append(record)
    assert record.id in store
    assert str(uuid.uuid4()) not in store


@pytest.mark.parametrize("other", [{"demo": "sketch"}, {"input": {"text": "x"}}, {"session": "ee"}])
def test_only_a_row_of_the_same_demo_input_and_session_is_replaced(store, other):
    first = store.append(make())
    with pytest.raises(RefusedError, match=f"{first} that it replaces is about another"):
        store.append(make(supersedes=first, **other))
    assert len(store.read()) == 1


def test_a_missing_row_is_not_replaced(store):
    with pytest.raises(RefusedError, match="is not stored here"):
        store.append(make(supersedes=uuid.uuid4()))
    assert store.count() == 0


def test_many_threads_share_one_store(store):
    records = [nasty(0, number) for number in range(100)]
    seen = []

    def append(record):
        store.append(record)
        seen.append(store.count())

    with ThreadPoolExecutor(16) as pool:
        list(pool.map(append, records + records[:20]))
    assert sorted(as_text(store.read())) == sorted(record.row() for record in records)
    assert max(seen) == store.count() == 100


def test_nothing_waits_for_a_database(store):
    store.append(make())
    assert store.waiting() == 0


def test_a_record_made_elsewhere_is_stored_as_it_is(store):
    record = Record.model_validate(make().model_dump())
    store.append(record)
    assert store.read()["id"].tolist() == [record.id]


@pytest.mark.parametrize(("verdicts", "counted"), VERDICTS)
def test_of_a_chain_the_newest_counts(store, verdicts, counted):
    store.append(make(demo="rainfall"))
    chain(store, *verdicts)
    assert (store.count(), store.count("sentiment")) == (counted + 1, counted)
    assert len(store.read()) == len(verdicts) + 1


def test_a_row_replaced_in_two_tabs_stays_one_chain(store):
    first = chain(store, "correct")
    second = store.append(make(verdict="wrong", supersedes=first))
    store.append(make(verdict="unsure", supersedes=first))
    assert store.count() == 1
    store.append(make(verdict="withdrawn", supersedes=second))
    assert store.count() == 0


def test_an_empty_store_answers(store):
    assert (len(store.read()), store.count(), store.count("sentiment")) == (0, 0, 0)
    assert rounds(store, DEMO) == []
    assert "no such id" not in store


def test_rounds_come_in_order_by_demo_and_session(store):
    stored = [game(number, session) for number in range(3) for session in ("bb", "aa")]
    for record in (*stored, make(), game(9, demo="sketch")):
        store.append(record)
    assert ids(rounds(store, DEMO)) == [record.id for record in stored]
    assert ids(rounds(store, DEMO, "aa")) == [record.id for record in stored[1::2]]
    assert ids(rounds(store, "sketch")) == [game(9, demo="sketch").id]
    assert rounds(store, DEMO, "cc") == rounds(store, "sentiment") == []


def test_nasty_names_come_back_exactly(store):
    for cell in NASTY:
        store.append(game(annotator=cell[:80], guess=cell, session=cell, id=uuid.uuid4()))
    for cell in filter(None, NASTY):
        (found,) = rounds(store, DEMO, cell)
        assert (found.annotator, found.guess, found.session) == (cell[:80].strip(), cell, cell)
        assert found.confidence == "0.75"


@pytest.mark.parametrize(("verdicts", "counts"), CHAINS)
def test_of_a_chain_of_rounds_the_newest_counts_if_it_is_one(store, verdicts, counts):
    stored = chain_of_rounds(store, *(pair.split() for pair in verdicts.split(", ")))
    assert ids(rounds(store, DEMO)) == ([] if counts is None else [stored[counts]])


INJECTED = "x'); DROP TABLE verdicts; --"


def test_text_is_never_run_as_a_command(store):
    record = make(demo=INJECTED, comment=INJECTED, session=INJECTED, annotator=INJECTED)
    store.append(record)
    store.append(game(demo=INJECTED, session=INJECTED))
    assert as_text(store.read())[0] == record.row()
    assert (store.count(INJECTED), store.count("' OR 1=1 --")) == (2, 0)
    assert len(rounds(store, INJECTED, INJECTED)) == 1
    assert INJECTED not in store
    assert store.count() == 2


def test_a_store_is_ready_or_says_why(store):
    store.check()
    assert store.count() == 0


def rows_of(records):
    return [record.row() for record in records]


def in_batches(store, columns=COLUMNS):
    """Return the rows that the batches hold, each a tuple."""
    found = []
    for batch in store.batches(columns):
        assert batch.schema.names == list(columns)
        found += zip(*(column.to_pylist() for column in batch.columns), strict=True)
    return found


def test_finished_rows_are_stored_once_and_in_order(store):
    records = [nasty(1, number) for number in range(40)]
    store.append(records[7])
    assert store.extend(rows_of(records)) == 39
    assert store.extend(rows_of(records)) == 0
    ids = [record.id for record in (records[7], *records[:7], *records[8:])]
    assert store.read()["id"].tolist() == ids
    assert store.count() == 40


def test_what_ends_a_copy_is_text_in_rows(store):
    texts = ["\\.", "one\n\\.\ntwo", "\\N", "a\\tb\\", "\\\\", "1e5"]
    records = [make(comment=text, annotator=text, session=text) for text in texts]
    store.extend(rows_of(records))
    assert in_batches(store) == rows_of(records)


def test_chains_are_counted_when_they_come_as_rows(store):
    first = make()
    store.append(first)
    second = make(supersedes=first.id, verdict="wrong")
    third = make(supersedes=second.id, verdict="withdrawn")
    fourth = make(supersedes=second.id, verdict="unsure")
    orphan = make(supersedes=uuid.uuid4())
    other = make(supersedes=first.id, demo="sketch")
    assert store.extend(rows_of([second, third, orphan, other])) == 4
    assert (store.count("sentiment"), store.count("sketch")) == (1, 1)
    assert store.extend(rows_of([fourth])) == 1
    assert store.count("sentiment") == 2
    store.append(make(supersedes=fourth.id, verdict="withdrawn"))
    assert store.count("sentiment") == 1


def test_a_row_that_a_person_typed_comes_in_as_it_is_read(store):
    row = list(make().row())
    row[COLUMNS.index("confidence")] = "much"
    store.extend([row])
    assert store.read()["confidence"].isna().all()


@pytest.mark.parametrize("row", [[], ["a"], ["", *make().row()[1:]]])
def test_what_is_no_row_is_refused(store, row):
    with pytest.raises(RefusedError, match="no row of verdicts"):
        store.extend([row])


def test_batches_are_the_rows(store):
    records = [nasty(1, number) for number in range(len(NASTY))]
    assert in_batches(store) == []
    store.extend(rows_of(records))
    assert in_batches(store) == rows_of(records)
    assert in_batches(store, ("comment", "id")) == [(r.comment, r.id) for r in records]


def test_rows_are_found_by_their_ids(store):
    records = [nasty(2, number) for number in range(25)]
    store.extend(rows_of(records))
    wanted = [records[3], records[1], *records[10:]]
    found = store.get([wanted[0].id, "no such id", *(record.id for record in wanted[1:])])
    assert [tuple(row.values()) for row in found] == rows_of(wanted)
    assert found[0].keys() == dict.fromkeys(COLUMNS).keys()
    assert store.get([]) == []


def test_positions_grow_and_the_status_tells_what_counts(store):
    first = make()
    second = make(supersedes=first.id, verdict="wrong")
    undone = make(supersedes=second.id, verdict="withdrawn")
    alone = make(verdict="withdrawn", session="x")
    for record in (first, second, undone, make(session="x"), alone):
        store.append(record)
    positions, statuses = zip(*in_batches(store, ("position", "status")), strict=True)
    assert list(positions) == sorted(set(positions))
    assert list(statuses) == [SUPERSEDED, SUPERSEDED, WITHDRAWN, CURRENT, WITHDRAWN]
    store.append(make(supersedes=undone.id))
    assert [code for (code,) in in_batches(store, ("status",))][2:] == [
        SUPERSEDED, CURRENT, WITHDRAWN, CURRENT
    ]  # fmt: skip


def test_the_version_token_changes_with_the_log_and_only_then(store):
    marks = [store.version_token()]
    first = make(annotator="Mia")
    for change in (
        lambda: store.append(first),
        lambda: store.append(make(supersedes=first.id, verdict="withdrawn")),
        lambda: store.extend([make().row()]),
        lambda: store.forget("Mia"),
    ):
        change()
        marks.append(store.version_token())
        assert store.version_token() == marks[-1]
    store.append(store_again := make())
    store.append(store_again)
    assert len(set(marks)) == len(marks)


def test_judgements_of_a_task_are_those_in_force(store):
    task = "task-0123456789ab"
    first = make(session=task, annotator="Mia")
    store.append(first)
    store.append(make(session="task-000000000000"))
    second = make(session=task, supersedes=first.id, verdict="wrong", annotator="Mia")
    other = make(session=task, input={"text": "x"}, annotator="Ben")
    gone = make(session=task, input={"text": "y"})
    for record in (second, other, gone):
        store.append(record)
    store.append(make(session=task, input={"text": "y"}, verdict="withdrawn", supersedes=gone.id))
    found = judgements(store, task)
    assert [row.id for row in found] == [second.id, other.id]
    assert (found[0].annotator, found[0].verdict) == ("Mia", "wrong")
    assert found[0].input_hash == second.input_hash
    assert judgements(store, "00ff") == []


def test_a_person_is_forgotten_by_name(store):
    keep = make(annotator="Ben")
    first = make(annotator="Mia")
    last = make(annotator="Ben", supersedes=first.id, verdict="wrong")
    for record in (keep, first, last):
        store.append(record)
    assert store.forget("Mia") == 1
    assert store.read()["id"].tolist() == [keep.id, last.id]
    assert store.count() == 2
    store.append(make(supersedes=last.id, verdict="unsure"))
    assert store.count() == 2
    assert store.forget("Nobody") == 0


def test_what_a_forgotten_person_took_back_does_not_count_again(store):
    first = make()
    middle = make(annotator="Ben", supersedes=first.id, verdict="wrong")
    last = make(annotator="Mia", supersedes=middle.id, verdict="withdrawn")
    for record in (first, middle, last):
        store.append(record)
    assert store.count() == 0
    assert store.forget("Mia") == 3
    assert (len(store.read()), store.count()) == (0, 0)


def test_a_visit_is_forgotten_with_its_chains_and_rounds(store):
    first = make(session="aa")
    store.append(first)
    store.append(make(session="aa", supersedes=first.id, verdict="wrong"))
    store.append(game(1, "aa"))
    store.append(game(1, "bb"))
    assert store.forget(session="aa") == 3
    assert store.count() == 1
    assert rounds(store, DEMO, "aa") == []
    assert ids(rounds(store, DEMO)) == [game(1, "bb").id]
    assert first.id not in store
    store.append(first)
    assert store.count() == 2


def test_nobody_is_not_forgotten(store):
    with pytest.raises(ValueError, match="give a name or a session"):
        store.forget()

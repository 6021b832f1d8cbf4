"""The rows of annotation tasks in force: chains, order, an index of an older version, damage."""

import sqlite3
import uuid

import pytest

from showcase.feedback import Judgement, hash_input, open_store
from showcase.feedback.csv_log.rows import encode
from tests.showcase.feedback.feedback_rows import make
from tests.showcase.feedback.test_feedback_games import ids, without_index
from tests.showcase.feedback.test_feedback_processes import output

TASK = "task-0123456789ab"


def judged(number=0, session=TASK, **given):
    """Return the record of a judgement; the same wherever it is made."""
    fields = {
        "id": uuid.uuid5(uuid.NAMESPACE_OID, f"{session} {number}"),
        "session": session,
        "input": {"text": str(number)},
        "verdict": "wrong",
        "expected": "negative",
        "annotator": "Mia",
    }
    return make(**{**fields, **given})


def test_a_judgement_comes_back_with_what_progress_needs(store):
    record = judged(3)
    store.append(record)
    assert store.judgements(TASK) == [
        Judgement(
            id=record.id,
            created_at=record.created_at,
            demo="sentiment",
            input_hash=hash_input({"text": "3"}),
            annotator="Mia",
            verdict="wrong",
            predicted="positive",
            expected="negative",
        )
    ]


def test_they_come_in_order_and_by_task(store, path):
    other = "task-ba9876543210"
    stored = [judged(number, task) for number in range(3) for task in (TASK, other)]
    for record in (*stored, make(), judged(9, "00ff"), judged(8, "0task-")):
        store.append(record)
    for _ in range(2):
        assert ids(store.judgements(TASK)) == [record.id for record in stored[::2]]
        assert ids(store.judgements(other)) == [record.id for record in stored[1::2]]
        assert store.judgements("00ff") == store.judgements("task-") == []
        without_index(path)


def test_an_unopened_store_has_none_and_writes_nothing(store, path):
    assert store.judgements(TASK) == []
    assert not path.parent.exists()


@pytest.mark.parametrize(
    ("verdicts", "counts"),
    [
        ("wrong correct", 1),
        ("wrong unsure", 1),
        ("wrong withdrawn", None),
        ("wrong withdrawn correct", 2),
        ("withdrawn", None),
    ],
)
def test_of_a_chain_the_newest_counts(store, path, verdicts, counts):
    newest, stored = "", []
    for number, verdict in enumerate(verdicts.split()):
        one = judged(number, verdict=verdict, supersedes=newest, input={"text": "same"})
        newest = store.append(one)
        stored.append(newest)
    wanted = [] if counts is None else [stored[counts]]
    assert ids(store.judgements(TASK)) == wanted
    without_index(path)
    assert ids(store.judgements(TASK)) == wanted


def test_a_changed_mind_moves_to_the_end(store):
    first, second = store.append(judged(0)), store.append(judged(1))
    third = store.append(judged(2, input={"text": "0"}, supersedes=first))
    assert ids(store.judgements(TASK)) == [second, third]


@pytest.mark.parametrize("version", [2, 3])
def test_an_index_without_them_is_made_anew(store, path, version):
    stored = [store.append(judged(number)) for number in range(3)]
    connection = sqlite3.connect(path.with_name("feedback.csv.index"), isolation_level=None)
    connection.execute("DROP TABLE judgements")
    connection.execute(f"PRAGMA user_version = {version}")
    connection.close()
    assert ids(store.judgements(TASK)) == stored
    stored.append(store.append(judged(3)))
    assert ids(open_store(f"csv:{path}").judgements(TASK)) == stored


def test_what_another_program_added_is_taken_in(store, path):
    stored = [store.append(judged(0))]
    with path.open("ab") as file:
        file.write(encode(judged(1).row()) + encode(judged(1).row()) + b"half a row")
    assert ids(store.judgements(TASK)) == [*stored, judged(1).id]


def test_the_same_judgement_from_two_processes_counts_once(store, path):
    printed = output(*[("judgements", f"csv:{path}", TASK, 30)] * 2)
    assert printed[0] == printed[1] == ids(store.judgements(TASK))

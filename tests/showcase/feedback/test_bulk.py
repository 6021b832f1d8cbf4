"""`extend`: many finished rows at once, each id once, whatever dies in between."""

import pytest

from showcase.feedback import RefusedError, open_store
from showcase.feedback import record as feedback_record
from tests.showcase.feedback.builders import as_text, ids, make, nasty, rounds
from tests.showcase.feedback.processes import output

ROWS = [nasty(3, number).row() for number in range(60)]


@pytest.fixture
def small_chunks(monkeypatch):
    monkeypatch.setattr(feedback_record, "CHUNK_ROWS", 7)


def test_rows_are_stored_as_they_are_in_their_order(store, small_chunks):
    assert store.extend(iter(ROWS)) == 60
    assert as_text(store.read()) == ROWS
    assert (store.count(), store.count("demo1"), store.count("demo0")) == (60, 60, 0)


def test_ids_that_are_stored_are_passed_over(store, small_chunks):
    store.append(nasty(3, 20))
    assert store.extend([*ROWS[:30], *ROWS[:30]]) == 29
    assert store.extend(ROWS) == 30
    assert sorted(as_text(store.read())) == sorted(ROWS)


def test_a_stored_row_among_many_new_ones_is_passed_over(store, monkeypatch):
    monkeypatch.setattr(feedback_record, "CHUNK_ROWS", 2)
    store.append(nasty(3, 40))
    assert store.extend(ROWS) == 59
    assert sorted(as_text(store.read())) == sorted(ROWS)
    assert (store.count(), store.count("demo1")) == (60, 60)


def test_chains_are_those_of_rows_stored_one_by_one(store, tmp_path):
    first = make(verdict="wrong")
    withdrawn = make(verdict="withdrawn", supersedes=first.id)
    again = make(supersedes=withdrawn.id, source="game", session=first.session)
    rows = [record.row() for record in (first, make(), withdrawn, again)]
    assert store.extend(rows[:3]) == 3
    assert store.count() == 1
    assert store.extend(rows) == 1
    assert (store.count(), ids(rounds(store, "sentiment"))) == (
        2,
        [again.id],
    )
    store.append(make(verdict="withdrawn", supersedes=again.id))
    assert store.count() == 1


def test_large_rows_make_small_chunks(monkeypatch):
    monkeypatch.setattr(feedback_record, "CHUNK_CHARACTERS", 5000)
    rows = [make(input={"text": "x" * 2000}).row() for _ in range(7)]
    assert [len(chunk) for chunk in feedback_record.chunks(rows)] == [3, 3, 1]


@pytest.mark.parametrize("row", [["id"] * 18, [""] * 18, ["a"] * 17, []])
def test_what_is_no_row_is_refused(store, row):
    with pytest.raises(RefusedError, match="This is no row of verdicts"):
        store.extend([row])
    assert store.count() == 0


def test_the_same_rows_from_two_processes_are_stored_once(store, path):
    counts = output(*[("extend", f"csv:{path}", 3, 600)] * 2)
    assert sum(int(count) for (count,) in counts) == 600
    assert sorted(as_text(store.read())) == sorted(nasty(3, n).row() for n in range(600))


@pytest.mark.slow  # processes die by kill -9
@pytest.mark.parametrize("death", ["die_in_write", "die_before_commit", "die_after_write"])
def test_killed_and_run_again_it_stores_each_row_once(store, path, death):
    store.extend(ROWS[:5])
    assert output(("extend_and_die", f"csv:{path}", 3, 60, death)) == [[]]
    assert open_store(f"csv:{path}").extend(ROWS) <= 55
    assert as_text(store.read()) == ROWS
    assert store.count() == 60

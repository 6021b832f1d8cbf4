"""Which rows are in force, told for a log of any length, as the store's own counters tell it."""

import random

import numpy as np
import pytest

from showcase.feedback import StorageError
from showcase.feedback.analytics.load import Snapshot
from showcase.feedback.csv_log.file import encode
from showcase.feedback.record import Status
from tests.showcase.feedback.builders import make, nasty

CURRENT, SUPERSEDED, WITHDRAWN = Status


def standing(store):
    with Snapshot(store) as snapshot:
        return snapshot.status.tolist()


def test_the_newest_of_a_chain_is_in_force(store):
    first = make()
    second = make(verdict="wrong", supersedes=first.id)
    branch = make(verdict="unsure", supersedes=first.id)
    alone = make(verdict="withdrawn")
    undone = make(verdict="withdrawn", supersedes=branch.id)
    again = make(supersedes=undone.id)
    rows = [record.row() for record in (first, second, branch, alone, undone)]
    store.extend(rows)
    assert standing(store) == [SUPERSEDED, SUPERSEDED, SUPERSEDED, WITHDRAWN, WITHDRAWN]
    store.extend([again.row()])
    assert standing(store) == [SUPERSEDED] * 3 + [WITHDRAWN, SUPERSEDED, CURRENT]
    assert store.count() == 1


def test_what_a_person_added_by_hand_counts_as_the_store_counts_it(store, path):
    first = make()
    stranger = make(supersedes=first.id, session="other")
    orphan = make(supersedes=make().id)
    too_early = make(id=make().id, supersedes=stranger.id, session="other")
    store.append(first)
    with path.open("ab") as file:
        file.writelines(encode(r.row()) for r in (stranger, orphan, first, too_early, too_early))
    assert standing(store) == [CURRENT, SUPERSEDED, CURRENT, SUPERSEDED, CURRENT, SUPERSEDED]
    assert store.count() == 3


def test_it_counts_as_the_store_does_whatever_supersedes_what(store):
    dice = random.Random(0)
    records = []
    for number in range(400):
        before = dice.choice(records[-30:]) if records and dice.random() < 0.7 else None
        more = {"supersedes": before.id, "session": before.session} if before else {}
        verdict = dice.choice(["correct", "wrong", "withdrawn"])
        records.append(make(**{"session": f"{number % 5}", "verdict": verdict, **more}))
    store.extend(record.row() for record in records)
    assert standing(store).count(CURRENT) == store.count() > 0


def test_an_empty_log_has_no_rows(store):
    with Snapshot(store) as snapshot:
        assert snapshot.status.tolist() == []
        assert list(snapshot.rows(np.zeros(0, bool))) == []


def test_rows_that_come_later_are_none_of_its_rows(store):
    store.append(nasty(0, 0))
    with Snapshot(store) as snapshot:
        store.append(nasty(0, 1))
        (batch,) = [found for found in snapshot.rows(np.ones(1, bool)) if len(found)]
    assert batch.column("id").to_pylist() == [nasty(0, 0).id]


def test_a_log_that_was_rewritten_meanwhile_is_refused(store):
    store.append(make(annotator="Ann"))
    store.append(make())
    with Snapshot(store) as snapshot:
        store.forget(annotator="Ann")
        with pytest.raises(StorageError, match=r"rewritten|shortened"):
            list(snapshot.rows(np.ones(2, bool)))

"""Who judges what next: places, an order for each person, what others hold, changed minds."""

from collections import Counter
from concurrent.futures import ThreadPoolExecutor

import pytest

from models import sentiment
from showcase.annotation import Progress, Reservations, Task, before, judgement_id, row_of
from showcase.annotation.progress import Judgement
from showcase.annotation.queue import HELD_S
from showcase.contract import Classification, Regression
from showcase.contract.outputs import Number
from showcase.feedback import open_store
from tests.showcase.feedback.builders import judgements, make

ITEMS = [sentiment.Input(text=f"text {n}", threshold=0.05) for n in range(20)]


def task(count=20, people=2):
    return Task.of(ITEMS[:count], demo="sentiment", title="First", people=people)


def said(made, place, name, label="positive", **given):
    row = Judgement(
        id=f"{name} {place}",
        created_at="2026-01-31T12:00:00.000Z",
        demo="sentiment",
        input_hash=made.items[place].input_hash,
        annotator=name,
        verdict="wrong",
        predicted="neutral",
        expected=label,
    )
    return row._replace(**given)


def order(made, name, rows=(), held=()):
    found = Progress.of(made, rows).open_to(name, Counter(held))
    return [made.items.index(item) for item in found]


def test_everybody_has_an_order_of_their_own():
    made = task()
    assert sorted(order(made, "Mia")) == list(range(20))
    assert order(made, "Mia") == order(made, "mia")
    assert order(made, "Mia") != order(made, "Bo")
    assert order(made, "Mia") != list(range(20))


def test_what_has_fewest_judgements_comes_first():
    made = task(4, people=3)
    rows = [said(made, 0, "Bo"), said(made, 0, "Cy"), said(made, 1, "Bo"), said(made, 2, "Bo")]
    found = order(made, "Mia", rows)
    assert found[0] == 3
    assert found[-1] == 0


def test_what_is_full_or_judged_or_held_is_left_out():
    made = task(4, people=2)
    rows = [said(made, 0, "Bo"), said(made, 0, "Cy"), said(made, 1, "Mia"), said(made, 2, "Bo")]
    held = [made.items[2].input_hash]
    assert order(made, "Mia", rows, held) == [3]


def test_rows_of_other_inputs_and_demos_count_as_nothing():
    made = task(2)
    rows = [said(made, 0, "Bo", input_hash="0" * 16), said(made, 0, "Bo", demo="rainfall")]
    assert Progress.of(made, rows).done == 0


def test_more_judgements_than_needed_complete_no_other_input():
    made = task(2, people=1)
    progress = Progress.of(made, [said(made, 0, name) for name in ("Bo", "Cy", "Di")])
    assert (progress.done, progress.is_complete, progress.people) == (1, False, 3)


def test_what_was_judged_before():
    made = task(3)
    own = Progress.of(made, [said(made, place, "Mia") for place in (2, 0)]).own("Mia")
    hashes = [item.input_hash for item in made.items]
    assert before(own, "") == hashes[0]
    assert before(own, hashes[1]) == hashes[0]
    assert before(own, hashes[0]) == hashes[2]
    assert before(own, hashes[2]) == ""


def test_skipped_ones_come_last_in_their_order():
    made = task(3)
    progress = Progress.of(made, [])
    first, second, third = (item.input_hash for item in progress.open_to("Mia", {}))
    skipped = [first, second]
    assert progress.next("Mia", skipped, {}, "").input_hash == third
    assert progress.next("Mia", skipped, {third: 2}, "").input_hash == first
    assert progress.next("Mia", [], {}, second).input_hash == second


class Clock:
    now = 0.0

    def __call__(self):
        return self.now


def take(reservations, made, name, rows=()):
    progress = Progress.of(made, rows)
    return reservations.take(made.id, name, lambda held, mine: progress.next(name, [], held, mine))


def test_a_held_input_stays_the_same_and_is_nobody_else_s():
    made, reservations = task(1, people=1), Reservations()
    assert take(reservations, made, "Mia") == take(reservations, made, "mia") == made.items[0]
    assert take(reservations, made, "Bo") is None
    reservations.release(made.id, "Mia")
    assert take(reservations, made, "Bo") == made.items[0]


def test_what_is_held_for_long_is_let_go():
    clock = Clock()
    made, reservations = task(1, people=1), Reservations(clock)
    take(reservations, made, "Mia")
    clock.now = HELD_S
    assert take(reservations, made, "Bo") == made.items[0]


def test_many_at_once_share_the_places_out():
    made, reservations = task(10, people=2), Reservations()
    names = [f"person {n}" for n in range(30)]
    with ThreadPoolExecutor(16) as pool:
        found = list(pool.map(lambda name: take(reservations, made, name), names))
    counts = Counter(item.input_hash for item in found if item)
    assert counts == dict.fromkeys((item.input_hash for item in made.items), 2)


def work_through(made, store, reservations, name):
    """Judge as the page does, until there is nothing for this person; return how many."""

    def look():
        return Progress.of(made, judgements(store, made.id))

    done = 0
    while (found := reservations.take_next(look(), name, [], look)) is not None:
        row = {"id": judgement_id(made.id, found.input_hash, name), "annotator": name}
        store.append(make(input=found.input, session=made.id, **row))
        reservations.release(made.id, name)
        done += 1
    return done


def test_people_in_threads_give_each_input_its_judgements_once(tmp_path):
    made, store, reservations = (
        task(12, people=3),
        open_store(f"csv:{tmp_path}/f.csv"),
        Reservations(),
    )
    names = [f"person {n}" for n in range(8)]
    with ThreadPoolExecutor(8) as pool:
        done = list(pool.map(lambda name: work_through(made, store, reservations, name), names))
    progress = Progress.of(made, judgements(store, made.id))
    assert len(store.read()) == sum(done)
    assert progress.is_complete
    assert len(progress.rows) == sum(done), "nobody judged an input twice"
    assert set(progress.counts.values()) == {3}


def test_ids_tell_person_input_task_and_change_of_mind_apart():
    ids = {
        judgement_id("t", "h", name, replaces) for name in ("Mia", "Bo") for replaces in ("", "x")
    }
    assert len(ids) == 4
    assert judgement_id("t", "h", "MIA") in ids


INTERVAL = Regression(value=5, low=1, high=9, coverage=0.8, unit="USD")


@pytest.mark.parametrize(
    ("prediction", "answer", "verdict", "expected"),
    [
        (Classification(label="a"), "a", "correct", "a"),
        (Classification(label="a"), "b", "wrong", "b"),
        (Classification(label="a"), None, "unsure", ""),
        (INTERVAL, 1.0, "correct", "1"),
        (INTERVAL, 9.0, "correct", "9"),
        (INTERVAL, 9.5, "wrong", "9.5"),
        (INTERVAL, None, "unsure", ""),
        (Number(0.1234567), 0.123457, "correct", "0.123457"),
        (Number(3), 4.0, "wrong", "4"),
    ],
)
def test_what_an_answer_becomes(prediction, answer, verdict, expected):
    assert row_of(prediction, answer) == {"verdict": verdict, "expected": expected}


def test_agreement_is_of_this_task_and_of_what_several_judged():
    made = task(3)
    rows = [
        said(made, 0, "Mia"), said(made, 0, "Bo"),
        said(made, 1, "Mia"), said(made, 1, "Bo", "negative"),
        said(made, 2, "Mia"), said(made, 2, "Bo", verdict="unsure", expected=""),
    ]  # fmt: skip
    found = Progress.of(made, rows).agreement(sentiment.LABELS)
    # of four answers three say positive: expected disagreement 2 * 3 * 1 / (4 * 3), observed 1/2
    assert (found.inputs, found.percent, found.alpha) == (2, 0.5, pytest.approx(0))
    changed = Progress.of(made, [*rows, said(made, 1, "Bo")]).agreement(sentiment.LABELS)
    assert changed.percent == 1
    assert Progress.of(made, []).agreement(sentiment.LABELS).inputs == 0


def test_numbers_agree_by_their_distance():
    made = task(2)

    def alpha(*numbers):
        names = ("Mia", "Bo", "Mia", "Bo")
        rows = [
            said(made, place // 2, name, number, predicted="5.0")
            for place, (name, number) in enumerate(zip(names, numbers, strict=True))
        ]
        return Progress.of(made, rows).agreement(()).alpha

    assert alpha("1", "1.0", "9", "9") == pytest.approx(1)
    assert alpha("1", "2", "9", "8") > alpha("1", "9", "9", "1")

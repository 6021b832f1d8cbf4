"""What may be learnt: votes by input, and what hostile or careless people send in."""

import unicodedata

import pytest

from models import flower_power
from models.flower_power import flowers
from models.flower_power.inputs import measured
from models.flower_power.training import learn
from models.registry import DEMOS
from showcase.feedback import hash_input
from showcase.learning.selection import (
    FLOOD,
    HELD_OUT,
    INVALID,
    MOST_OF_ONE,
    QUARREL,
    TIED,
    UNKNOWN,
    select,
    select_to_learn,
)
from tests.showcase.learning.conftest import judged

DEMO = next(demo for demo in DEMOS if demo.name == "flower_power")


def flower(number):
    """Return a flower of a size of its own, of which none is held out."""
    return measured([4.0 + number % 40 / 10, 2.0, 1.0 + number // 40 / 10, 2.5])


@pytest.fixture
def learnt(store):
    """A function that stores rows and returns what a candidate may learn from them."""

    def selected(rows):
        store.extend(rows)
        return select_to_learn(store, DEMO, learn, learn.held_out(None))

    return selected


def said_by(people, numbers, expected="setosa", **more):
    return [
        judged(number, expected, person, flower(number), **more)
        for person in people
        for number in numbers
    ]


def test_people_who_disagree_are_one_lesson_with_their_votes(learnt):
    rows = said_by(["A", "B", "C"], [1]) + said_by(["D", "E"], [1], "virginica")
    selection = learnt(rows + said_by(["A"], [2]) + said_by(["B"], [2], "virginica"))
    (lesson,) = selection.lessons
    assert (lesson.target, lesson.votes) == ("setosa", {"setosa": 3, "virginica": 2})
    assert (selection.verdicts, selection.people, selection.outvoted) == (5, 5, 2)
    assert selection.left_out[TIED] == 2


def test_who_contradicts_everybody_teaches_nothing(learnt):
    """Two hundred rows of one person, who is wrong wherever others looked, too."""
    honest = said_by(["A", "B"], range(6))
    hostile = said_by(["Mallory"], range(200), "virginica", comment='=HYPERLINK("http://e.vil")')
    selection = learnt(honest + hostile)
    assert selection.left_out[QUARREL] == 200
    assert {lesson.target for lesson in selection.lessons} == {"setosa"}
    assert all("mallory" not in lesson.people for lesson in selection.lessons)
    assert (len(selection.lessons), selection.outvoted) == (6, 0)


def test_two_who_are_seldom_wrong_outweigh_three_who_often_are(learnt, store):
    errors = {"C": range(18), "D": range(18, 36), "E": range(0, 40, 2)}
    together = dict.fromkeys("CDE", (40, 41))

    def says(person, number):
        one = 2 * (person == "E") or 1
        wrong = number in errors.get(person, ()) or number in together.get(person, ())
        return flower_power.LABELS[(number + (one if number < 40 else 1) * wrong) % 3]

    store.extend(judged(n, says(one, n), one, flower(n)) for one in "ABCDE" for n in range(42))
    truth = {hash_input(flower(n)): says("A", n) for n in range(42)}
    assert {one.input_hash: one.target for one in learnt([]).lessons} == truth
    majority = {one.input_hash: one.target for one in select(store, DEMO).lessons}
    assert sum(majority[hashed] != label for hashed, label in truth.items()) == 2


def test_few_shared_inputs_judge_nobody(learnt):
    selection = learnt(said_by("AB", [1]) + said_by("C", [1], "virginica") + said_by("A", [2, 3]))
    assert [lesson.target for lesson in selection.lessons] == ["setosa"] * 3


def test_who_errs_now_and_then_is_heard(learnt):
    rows = (
        said_by(["A", "B"], range(10)) + said_by(["C"], range(8)) + said_by(["C"], [8], "virginica")
    )
    selection = learnt(rows)
    assert selection.left_out[QUARREL] == 0
    assert (selection.people, selection.outvoted) == (3, 1)


def test_one_person_s_flood_is_bounded_under_any_spelling_of_the_name(learnt):
    names = [unicodedata.normalize(form, "Zo\u00eb") for form in ("NFC", "NFD")]
    flood = said_by(names[:1], range(300)) + said_by(names[1:], range(300, 540))
    selection = learnt(flood + said_by(["A"], range(540, 550)))
    assert selection.left_out[FLOOD] == 540 - MOST_OF_ONE
    assert (len(selection.lessons), selection.people) == (MOST_OF_ONE + 10, 2)


def test_rows_without_a_name_or_a_visit_count_as_one_person(learnt):
    rows = [judged(0, "setosa", "", flower(n), session="") for n in range(MOST_OF_ONE + 20)]
    assert learnt(rows).left_out[FLOOD] == 20


def test_what_cannot_be_learnt_is_counted(learnt, store):
    apart = flowers.held_out()[0].given
    held = [judged(1, "setosa", "A", apart), judged(2, "virginica", "B", apart)]
    strange = judged(3, "tulip", "A", flower(3))
    broken = judged(4, "setosa", "A", flower(4), input={"petal_length": "=1+1"})
    left_out = learnt([*held, strange, broken]).left_out
    assert (left_out[HELD_OUT], left_out[UNKNOWN], left_out[INVALID]) == (2, 1, 1)
    assert len(select(store, DEMO).lessons) == 0, "a tie, as long as nothing is held out"

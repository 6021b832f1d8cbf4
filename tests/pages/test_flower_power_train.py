"""Train yourself: what a visitor sees before and after a guess, and what is counted."""

import re
from collections import Counter
from itertools import pairwise

import pytest

from models.flower_power import LABELS
from models.flower_power.flowers import Flower, training
from pages.parts.flower_power.train import (
    HARDER_TITLE,
    PARTS,
    Guess,
    Training,
    confusion,
    giveaway,
    score,
)

TRAIN = "flower_power_train"
FLOWERS = training()


@pytest.fixture
def page(open_page):
    return open_page("flower_power")


def lesson(at) -> Training:
    return at.session_state["flower_power_training"]


def show(at, flower):
    """Let the page show this flower."""
    lesson(at).deck.append(flower)
    return at.run()


def guess(at, species):
    return at.button(key=f"{TRAIN}_{species}").click().run()


def go_on(at):
    return at.button(key=f"{TRAIN}_next").click().run()


def has(at, key) -> bool:
    return any(button.key == key for button in at.button)


def words(at) -> str:
    kinds = ("subheader", "markdown", "caption", "info", "success", "warning", "error")
    return " ".join(element.value for kind in kinds for element in getattr(at, kind))


def sent(at) -> str:
    """All that the browser gets of the page."""
    return "\n".join(str(node.proto) for node in at.main if getattr(node, "proto", None))


def chart(at):
    return next((c for c in at.get("plotly_chart") if c.proto.id.endswith(f"{TRAIN}_chart")), None)


def test_shows_the_sizes_and_asks(page):
    given = show(page, FLOWERS[0]).session_state["flower_power_training"].now.given
    assert page.subheader[0].value == "Which iris is this?"
    assert f"{given.petal_length:.1f} cm long" in words(page)
    assert [page.button(key=f"{TRAIN}_{one}").disabled for one in LABELS] == [False] * 3
    assert not has(page, f"{TRAIN}_next")


def test_nothing_sent_before_the_guess_depends_on_the_species(page):
    first = FLOWERS[40]
    pages = [sent(show(page, Flower(first.number, first.given, label))) for label in LABELS]
    assert len(pages[0]) > 5_000
    assert pages[0] == pages[1] == pages[2]
    assert sent(guess(page, "setosa")) != pages[0]


def test_a_right_guess_is_said_and_explained(page):
    flower = next(one for one in FLOWERS if one.species == "setosa")
    guess(show(page, flower), "setosa")
    assert page.subheader[0].value == "Right, it is setosa"
    assert "only setosa’s are below 3.0 cm" in page.success[0].value
    assert "1 of 1 right so far (100%)" in words(page)


def test_a_wrong_guess_names_both_species(page):
    flower = next(one for one in FLOWERS if one.species == "virginica")
    guess(show(page, flower), "versicolor")
    assert page.subheader[0].value == "It is virginica, not versicolor"
    assert "You confuse versicolor and virginica: once." in words(page)
    assert f"{flower.given.petal_length:.1f} cm long" in page.info[0].value


def test_a_flower_can_be_guessed_once_only(page):
    guess(page, "setosa")
    assert all(page.button(key=f"{TRAIN}_{one}").disabled for one in LABELS)
    lesson(page).guess(lesson(page).number, "virginica")
    assert [one.said for one in lesson(page).guesses] == ["setosa"]


def test_next_flower_is_another_one_and_a_second_click_skips_none():
    one = Training()
    number, before = one.number, one.now
    one.go_on(number)
    assert one.now == before, "not before the guess"
    one.guess(number, "setosa")
    one.go_on(number)
    now = one.now
    one.go_on(number)
    assert one.now == now != before


def test_no_flower_comes_again_before_all_were_seen():
    one, seen = Training(), []
    for _ in range(3 * len(FLOWERS)):
        seen.append(one.now.number)
        one.guess(one.number, "setosa")
        one.go_on(one.number)
    rounds = [seen[start : start + len(FLOWERS)] for start in range(0, len(seen), len(FLOWERS))]
    assert all(len(set(numbers)) == len(FLOWERS) for numbers in rounds)
    assert all(a != b for a, b in pairwise(seen))


def test_harder_shows_the_chart_after_the_guess(page):
    assert chart(page)
    page.button_group(key=f"{TRAIN}_harder").set_value(HARDER_TITLE).run()
    assert not chart(page)
    assert "after your guess" in page.info[0].value
    assert chart(guess(page, "setosa"))
    assert not chart(go_on(page))


def test_the_axes_can_be_chosen(page):
    page.selectbox(key=f"{TRAIN}_across").select("Sepal width (cm)").run()
    assert "Sepal width (cm)" in chart(page).proto.spec
    go_on(guess(page, "setosa"))
    assert "Sepal width (cm)" in chart(page).proto.spec


def test_all_of_it_outlives_a_look_at_another_page(page):
    guess(page, "versicolor")
    before = words(page)
    page.switch_page("pages/rainfall.py").run()
    assert words(page.switch_page("pages/flower_power.py").run()) == before


def test_starting_over_forgets_the_guesses(page):
    guess(page, "versicolor")
    page.button(key=f"{TRAIN}_again").click().run()
    assert page.subheader[0].value == "Which iris is this?"
    assert "so far" not in words(page)


def test_training_stores_nothing_and_says_so(page, store):
    go_on(guess(page, "versicolor"))
    assert "not stored" in words(page)
    assert store.count() == 0


def guesses(*pairs: tuple[str, str]) -> list[Guess]:
    return [Guess(Flower(1, FLOWERS[0].given, species), said) for species, said in pairs]


def test_the_score_is_that_of_the_last_twenty():
    told = guesses(*[("setosa", "virginica")] * 5, *[("setosa", "setosa")] * 20)
    assert score(told[:8]) == "**3 of 8 right so far (38%)**"
    assert score(told) == "**20 of the last 20 right (100%)**"


def test_the_commonest_confusion_is_named():
    told = guesses(
        *[("versicolor", "virginica")] * 3,
        *[("versicolor", "versicolor")] * 4,
        *[("virginica", "versicolor")] * 2,
    )
    assert confusion(told) == "You confuse versicolor and virginica: 5 times."
    assert confusion(told[3:7]) == "No two species confused so far."


def field(part: str, way: str) -> str:
    return next(name for name, spoken in PARTS.items() if spoken == (part, way))


def species_where(name: str, condition) -> set[str]:
    return {one.species for one in FLOWERS if condition(getattr(one.given, name))}


ONLY = re.compile("(\\w+) (.*) cm (long|wide): .* only (.*)’s are (above|below) (.*) cm.")
BETWEEN = re.compile(
    "(\\w+) (.*) cm (long|wide): .* any (.*)’s .up to (.*) cm. .* any (.*)’s .from (.*) cm."
)


def test_what_gives_a_flower_away_is_true():
    for flower in FLOWERS:
        assert_true(flower)


def assert_true(flower):
    said = giveaway(flower)
    if found := ONLY.match(said):
        part, value, way, species, side, edge = found.groups()
        sign = 1 if side == "above" else -1
        beyond = species_where(field(part, way), lambda x: sign * x > sign * float(edge))
        assert beyond == {species} == {flower.species}
        assert sign * float(value) > sign * float(edge)
    elif found := BETWEEN.match(said):
        part, value, way, small, low, large, high = found.groups()
        between = species_where(field(part, way), lambda x: float(low) < x < float(high))
        assert between == {flower.species} == set(LABELS) - {small, large}
        assert float(low) < float(value) < float(high)
    else:
        assert re.match("(No single|An exception).* 7 training flowers", said)


def test_an_exception_is_called_one():
    flower = next(one for one in FLOWERS if one.number == 120)
    assert giveaway(flower) == (
        "An exception: the 7 training flowers with the most similar petals are all versicolor."
    )


def test_most_flowers_are_given_away_by_one_measurement():
    kinds = Counter(giveaway(flower).split(" ")[0] for flower in FLOWERS)
    assert kinds["Petals"] > 80
    assert kinds["No"] + kinds["An"] == len(FLOWERS) - kinds["Petals"]

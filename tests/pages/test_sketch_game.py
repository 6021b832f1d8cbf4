"""Draw this!: rounds begin, end in time, count once, and become rows with the truth in them."""

from urllib.parse import parse_qsl, urlsplit

import pytest

from models.sketch import EXAMPLES, Input
from showcase.runtime import loading
from tests.conftest import copied_link
from tests.pages.canvas import draw

CAT, HOUSE = EXAMPLES[0].drawing, EXAMPLES[1].drawing
CANVAS = "sketch_game_drawing"


@pytest.fixture
def game(open_page):
    """The page with the game's tab open."""
    at = open_page("sketch")
    at.session_state["sketch_tab"] = "Draw this!"
    return at.run()


def start(at, asked="cat"):
    """Begin a round that asks for a thing."""
    at.button(key="sketch_game_start").click().run()
    at.session_state["sketch_game"].now.asked = asked
    return at.run()


def run_out(at):
    """Let the time of the round be over."""
    at.session_state["sketch_game"].now.began -= 21
    return at.run()


def words(at) -> str:
    shown = [*at.success, *at.info, *at.markdown, *at.caption, *at.error, *at.subheader]
    return " ".join(each.value for each in shown)


def test_says_what_will_happen_before_it_starts(game, store):
    assert "20 seconds" in words(game)
    assert "is stored in" in words(game)
    assert store.read().empty


def test_a_round_asks_for_a_well_known_thing(game):
    start(game, asked="owl")
    assert game.subheader[0].value == "Draw an owl"
    assert "seconds left" in game.get("progress")[0].proto.text


def test_guesses_aloud_and_remembers_what_it_said(game):
    start(game, asked="frog")
    draw(game, HOUSE, CANVAS)
    assert "Is it a house?" in words(game)
    draw(game, CAT, CANVAS)
    assert "Is it a cat?" in words(game)
    assert "Before: a house." in words(game)


def test_a_round_is_won_when_the_model_says_the_word(game, store):
    draw(start(game), CAT, CANVAS)
    assert "It saw a cat after" in words(game)
    assert "1 of 1 recognised; fastest: a cat" in words(game)
    row = store.read().iloc[0]
    assert (row["source"], row["verdict"]) == ("game", "correct")
    assert (row["expected"], row["predicted"], row["guess"]) == ("cat", "cat", "")
    assert Input.model_validate_json(row["input"]).drawing


def test_a_round_is_lost_when_the_time_is_up(game, store):
    draw(start(game, asked="frog"), CAT, CANVAS)
    run_out(game)
    assert "You were asked for a frog; it looked like a cat" in words(game)
    assert "0 of 1 recognised." in words(game)
    row = store.read().iloc[0]
    assert (row["verdict"], row["expected"], row["predicted"]) == ("wrong", "frog", "cat")


def test_nothing_drawn_is_nothing_stored(game, store):
    run_out(start(game))
    assert "nothing to store" in words(game)
    assert store.read().empty


def test_a_round_that_nobody_finished_is_not_stored(game, store):
    draw(start(game, asked="frog"), CAT, CANVAS)
    game.session_state["sketch_game"].now.began -= 60  # the visitor was elsewhere
    game.run()
    assert "nothing to store" in words(game)
    assert store.read().empty


def test_a_round_can_be_skipped(game, store):
    draw(start(game, asked="frog"), CAT, CANVAS)
    game.button(key="sketch_game_skip").click().run()
    assert "You were asked for a frog" in words(game)
    assert store.read().empty


def test_a_round_counts_once_however_often_the_page_runs(game, store):
    draw(start(game), CAT, CANVAS)
    for _ in range(3):
        game.run()
    assert len(store.read()) == 1


def test_a_stroke_after_the_end_changes_nothing(game, store):
    run_out(draw(start(game, asked="frog"), CAT, CANVAS))
    draw(game, HOUSE, CANVAS)
    assert store.read()["predicted"].tolist() == ["cat"]


def test_the_next_round_begins_on_an_empty_sheet(game, store):
    draw(start(game), CAT, CANVAS)
    start(game, asked="house")
    assert "Is it" not in words(game)
    draw(game, HOUSE, CANVAS)
    assert store.read()["expected"].tolist() == ["cat", "house"]
    assert "2 of 2 recognised" in words(game)


def test_a_drawing_can_be_taken_back(game, store):
    draw(start(game), CAT, CANVAS)
    game.button(key="sketch_game_take_back").click().run()
    assert store.read()["verdict"].tolist() == ["correct", "withdrawn"]
    assert store.count("sketch") == 0
    assert "no longer counts" in words(game)


def test_a_round_outlives_a_look_at_another_page(game):
    start(game, asked="owl")
    game.switch_page("pages/rainfall.py").run()
    game.switch_page("pages/sketch.py").run()
    assert game.subheader[0].value == "Draw an owl"


def test_a_round_that_cannot_be_stored_says_so(game, store, monkeypatch):
    from showcase.feedback import StorageError

    def full(_):
        raise StorageError("The disk is full.")

    monkeypatch.setattr(loading.store(), "append", full)
    draw(start(game), CAT, CANVAS)
    assert "The disk is full" in words(game).replace("\\", "")


def test_a_name_that_is_too_long_is_said(game, store):
    game.session_state["annotator"] = "x" * 81
    draw(start(game), CAT, CANVAS)
    assert "80" in game.error[0].value
    assert store.read().empty


def test_a_friend_gets_the_same_things_in_the_same_order(game, open_page):
    assert not copied_link(game)
    game.button(key="sketch_game_start").click().run()
    mine = [run_out(game).session_state["sketch_game"].now.asked]
    game.button(key="sketch_game_start").click().run()
    mine.append(run_out(game).session_state["sketch_game"].now.asked)
    query = dict(parse_qsl(urlsplit(copied_link(game)).query))
    assert query["same"].endswith("-2")
    at = open_page("sketch", **query)
    assert "the same 2 things" in words(at)
    theirs = []
    for number in range(3):
        at.button(key="sketch_game_start").click().run()
        theirs.append(run_out(at).session_state["sketch_game"].now.asked)
        assert "same" not in at.query_params
        left = " 1 to go." if number == 0 else ""
        ended = min(number + 1, 2)
        assert f"Your friend’s 2 things: 0 of {ended} recognised.{left}" in words(at)
    assert theirs[:2] == mine
    assert len(set(theirs)) == 3


@pytest.mark.parametrize("same", ["", "x", "0123456789abcdef", "0123456789abcdef-0", "0-1", "-1"])
def test_a_link_that_is_none_asks_to_nothing(open_page, same):
    at = open_page("sketch", sketch_tab="Draw this!", same=same)
    assert "A friend" not in str(at.main)
    at.button(key="sketch_game_start").click().run()
    assert at.session_state["sketch_game"].friends == 0

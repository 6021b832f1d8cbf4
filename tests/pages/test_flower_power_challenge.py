"""Challenge the AI: rounds count once, nothing shows before it is stored, links work as said."""

import re

import pytest

from models.flower_power import load, predict
from models.flower_power.flowers import find, held_out
from models.flower_power.game import (
    ROUNDS,
    GameRow,
    deck,
    is_sound,
    new_challenge,
    round_id,
    rounds_of,
)
from models.flower_power.inputs import Input
from models.flower_power.picture import flower_svg
from showcase import ui
from showcase.feedback import Record, RefusedError, StorageError
from showcase.runtime import loading
from tests.pages.challenges import answer, begin, next_flower, picture, play, said, words

CHALLENGE = "flower_power_challenge"
LABELS = ("setosa", "versicolor", "virginica")


@pytest.fixture
def open_challenge(open_page):
    """A function that opens the page as a link does, or its tab."""

    def opened(challenge=None, **query):
        if challenge is not None:
            query["challenge"] = challenge
        at = open_page("flower_power", **query)
        if not query:
            at.session_state["flower_power_tab"] = "Challenge the AI"
            at.run()
        return at

    return opened


def flowers(challenge):
    return [find(n) for n in deck(challenge, [flower.number for flower in held_out()])]


def test_says_what_will_happen_and_where_rounds_are_stored(open_challenge, store):
    at = open_challenge()
    assert "Neither of you has trained on them" in words(at)
    assert "are stored in" in words(at)
    assert "lost when the server restarts" in words(at)
    assert store.read().empty


def test_start_puts_the_challenge_into_the_address(open_challenge):
    at = begin(open_challenge())
    assert re.fullmatch("[0-9a-f]{16}", at.query_params["challenge"])
    assert at.query_params["round"] == "1"
    assert at.subheader[0].value == "Which iris is this?"


def test_a_friend_gets_the_same_flowers_which_the_scoreboard_leaves_out(open_challenge, store):
    mine = begin(open_challenge(), "Mia").query_params["challenge"]
    query = {"flower_power_tab": "Challenge the AI", "same": mine}
    at = open_challenge(**query)
    assert "the same flowers" in words(at)
    at = begin(at, "Bo")
    theirs = at.query_params["challenge"]
    assert theirs != mine
    assert "same" not in at.query_params
    assert flowers(theirs) == flowers(mine)
    assert picture(at) == flower_svg(flowers(mine)[0].given)
    play(at, ["setosa"] * ROUNDS)
    rows = store.current_rows(GameRow, demo="flower_power", source="game")
    assert len(rows) == ROUNDS
    assert all(is_sound(row, LABELS) for row in rows)
    assert rounds_of(rows, LABELS) == []


def test_the_flower_and_its_species_are_hidden_until_the_guess(open_challenge):
    at = begin(open_challenge())
    flower = flowers(at.query_params["challenge"])[0]
    assert picture(at) == flower_svg(flower.given)
    answer(at, "setosa")
    assert picture(at) == flower_svg(flower.given, flower.species)


def test_a_round_says_guess_ai_and_truth_and_becomes_a_row(open_challenge, store):
    at = answer(begin(open_challenge(), "Mia"), "versicolor")
    challenge = at.query_params["challenge"]
    flower = flowers(challenge)[0]
    prediction = predict(load(), flower.given)
    assert said(at).startswith("You said versicolor")
    assert f"AI says {prediction.label}" in said(at) or "so does the AI" in said(at)
    assert said(at).endswith(f"It is **{flower.species}**.")
    row = store.read().iloc[0]
    assert (row["id"], row["session"]) == (round_id("flower_power", challenge, 1), challenge)
    assert (row["source"], row["annotator"]) == ("game", "Mia")
    assert (row["guess"], row["expected"]) == ("versicolor", flower.species)
    assert row["verdict"] == ("correct" if prediction.label == flower.species else "wrong")
    assert Input.model_validate_json(row["input"]) == flower.given


def test_a_wrong_guess_never_becomes_a_label(open_challenge, store):
    at = begin(open_challenge())
    truths = [flower.species for flower in flowers(at.query_params["challenge"])]
    for truth in truths[:3]:
        next_flower(answer(at, next(label for label in LABELS if label != truth)))
    assert store.read()["expected"].tolist() == truths[:3]


def test_ten_rounds_end_in_a_result(open_challenge, store):
    at = begin(open_challenge(), "Mia")
    truths = [flower.species for flower in flowers(at.query_params["challenge"])]
    play(at, truths)
    assert "round" not in at.query_params
    assert "You: 10 of 10 right" in words(at)
    assert next(each.proto.title for each in (*at.success, *at.info)) in {"You win", "A draw"}
    assert store.count("flower_power") == ROUNDS
    assert store.read()["id"].nunique() == ROUNDS


def test_the_result_names_what_was_missed(open_challenge):
    at = begin(open_challenge())
    truths = [flower.species for flower in flowers(at.query_params["challenge"])]
    wrong = next(label for label in LABELS if label != truths[3])
    play(at, [*truths[:3], wrong, *truths[4:]])
    assert f"4. **{truths[3]}**" in words(at)
    assert f"{wrong}" in words(at)
    assert "You: 9 of 10 right" in words(at)


def test_an_answered_round_stays_as_it_is(open_challenge, store):
    at = answer(begin(open_challenge()), "setosa")
    assert all(at.button(key=f"{CHALLENGE}_{label}").disabled for label in LABELS)
    at.run()
    assert store.read()["guess"].tolist() == ["setosa"]
    assert said(at).startswith("You said setosa")


def test_a_second_click_on_next_skips_nothing(open_challenge):
    at = answer(begin(open_challenge()), "setosa")
    button = at.button(key=f"{CHALLENGE}_next").click()
    at.run()
    button.click().run()
    assert at.query_params["round"] == "2"


def test_a_reload_shows_the_same_round(open_challenge, store):
    at = next_flower(answer(begin(open_challenge(), "Mia"), "setosa"))
    again = open_challenge(**dict(at.query_params))
    assert said(again) == said(at) == ""
    assert "Flower 2 of 10" in again.get("progress")[0].proto.text
    next_flower(answer(again, "setosa"))
    assert store.read()["annotator"].tolist() == ["Mia", "Mia"]


def test_a_reload_shows_the_same_answer(open_challenge):
    at = answer(begin(open_challenge()), "setosa")
    again = open_challenge(**dict(at.query_params))
    assert said(again) == said(at) != ""


def test_an_earlier_round_can_be_seen_again(open_challenge, store):
    at = next_flower(answer(begin(open_challenge()), "setosa"))
    at.query_params["round"] = "1"
    at.run()
    assert said(at).startswith("You said setosa")
    next_flower(at)
    assert "Flower 2 of 10" in at.get("progress")[0].proto.text
    assert len(store.read()) == 1


@pytest.mark.parametrize("asked", ["9", "0", "-1", "x", "²", "9" * 5000, ""])
def test_no_address_leads_past_the_next_round(open_challenge, asked):
    at = open_challenge(new_challenge(), round=asked)
    assert "Flower 1 of 10" in at.get("progress")[0].proto.text


def test_two_tabs_on_one_challenge_count_each_round_once(open_challenge, store):
    one = begin(open_challenge())
    other = open_challenge(one.query_params["challenge"])
    answer(one, "setosa")
    answer(other, "virginica")
    assert store.read()["guess"].tolist() == ["setosa"]
    assert said(other).startswith("You said setosa")


def test_another_tab_that_is_faster_wins(open_challenge, store, monkeypatch):
    at = begin(open_challenge())
    append = loading.store().append

    def too_late(record):
        append(record.model_copy(update={"guess": "setosa", "annotator": "Faster"}))
        return append(record)

    monkeypatch.setattr(loading.store(), "append", too_late)
    answer(at, "virginica")
    assert said(at).startswith("You said setosa")
    assert "answered before this click" in words(at)
    assert len(store.read()) == 1


@pytest.mark.parametrize("error", [StorageError, RefusedError])
def test_nothing_shows_before_it_is_stored(open_challenge, store, monkeypatch, error):
    at = begin(open_challenge())

    def full(_):
        raise error("The disk is full.")

    with monkeypatch.context() as patch:
        patch.setattr(loading.store(), "append", full)
        answer(at, "setosa")
    assert said(at) == ""
    assert "does not count yet" in at.error[0].proto.title
    assert "Flower 1 of 10" in at.get("progress")[0].proto.text
    answer(at, "setosa")
    assert not at.error
    assert said(at).startswith("You said setosa")


def test_a_store_that_cannot_be_read_says_so(open_challenge, monkeypatch):
    at = begin(open_challenge())

    def gone(*_, **__):
        raise StorageError("No permission.")

    with monkeypatch.context() as patch:
        patch.setattr(loading.store(), "current_rows", gone)
        at.run()
        assert "cannot be played at present" in at.error[0].proto.title
    at.button(key=f"{CHALLENGE}_again").click().run()
    assert at.subheader[0].value == "Which iris is this?"


@pytest.mark.parametrize("link", ["nonsense", "0" * 15, "A" * 16, "", "**x** $y$", "../" * 50])
def test_an_unusable_link_is_named(open_challenge, store, link):
    at = open_challenge(link)
    assert at.session_state["flower_power_tab"] == "Challenge the AI"
    assert at.warning[0].proto.title == "This link’s challenge cannot be used"
    assert ui.escape_markdown(f"“{link[:20]}") in at.warning[0].value
    at.session_state["flower_power_tab"] = "Challenge the AI"
    begin(at.run())
    assert at.subheader[0].value == "Which iris is this?"


def test_several_challenges_in_a_link_are_named(open_challenge):
    at = open_challenge([new_challenge(), new_challenge()])
    assert "2 at once" in at.warning[0].value


def test_a_name_of_more_than_forty_characters_starts_nothing(open_challenge):
    at = open_challenge()
    begin(at, "x" * 43)
    assert "has 43 characters: at most 40 are kept, leave out 3" in at.error[0].value
    assert "challenge" not in at.query_params
    begin(at, "x" * 40)
    assert "challenge" in at.query_params


def test_a_name_is_fixed_by_the_first_round_and_plain_text(open_challenge, store):
    at = answer(begin(open_challenge(), " **Mia**\u202e\x07 $x$ "), "setosa")
    at.session_state["flower_power_player"] = "Bo"
    answer(next_flower(at), "setosa")
    assert store.read()["annotator"].tolist() == ["**Mia** $x$"] * 2
    assert at.metric[0].label == ui.escape_markdown("**Mia** $x$")


def test_a_player_without_a_name_is_a_guest(open_challenge, store):
    at = answer(begin(open_challenge()), "setosa")
    assert at.metric[0].label == f"Guest {at.query_params['challenge'][:4]}"
    assert store.read()["annotator"].tolist() == [""]


def test_a_finished_challenge_shows_its_result_to_others(open_challenge, store):
    at = play(begin(open_challenge(), "Mia"), ["setosa"] * ROUNDS)
    other = open_challenge(at.query_params["challenge"])
    assert "Mia: " in words(other)
    assert "You:" not in words(other)
    assert not [each for each in other.button if each.key == f"{CHALLENGE}_setosa"]
    begin(other)
    assert other.query_params["challenge"] != at.query_params["challenge"]
    assert len(store.read()) == ROUNDS


def test_a_challenge_left_can_be_gone_on_with(open_challenge):
    at = answer(begin(open_challenge()), "setosa")
    challenge = at.query_params["challenge"]
    at.query_params.clear()
    at.run()
    at.button(key=f"{CHALLENGE}_go_on").click().run()
    assert at.query_params["challenge"] == challenge
    assert "Flower 2 of 10" in at.get("progress")[0].proto.text


def test_a_withdrawn_round_is_passed_over(open_challenge, store):
    answer(begin(open_challenge()), "setosa")
    row = loading.store().read().iloc[0]

    store.append(
        Record(
            demo=row["demo"],
            model_version=row["model_version"],
            source="game",
            input=Input.model_validate_json(row["input"]).model_dump(),
            prediction={"label": row["predicted"]},
            verdict="withdrawn",
            session=row["session"],
            supersedes=row["id"],
        )
    )
    again = open_challenge(row["session"])
    assert "Flower 2 of 10" in again.get("progress")[0].proto.text
    play(again, ["setosa"] * (ROUNDS - 1))
    assert "of 9 right" in words(again)


def test_every_deck_is_ten_distinct_flowers_that_nobody_trained_on():
    apart = {flower.number for flower in held_out()}
    for _ in range(50):
        drawn = flowers(new_challenge())
        assert len({flower.given for flower in drawn}) == ROUNDS
        assert {flower.number for flower in drawn} <= apart


@pytest.mark.parametrize("name", ["The AI", "guest 0123", "W" * 41])
def test_a_name_that_cannot_be_leads_back_to_where_it_is_said(open_challenge, store, name):
    at = open_challenge("c" * 16)
    at.text_input(key="flower_power_player").set_value(name).run()
    at.button(key=f"{CHALLENGE}_start").click().run()
    assert "challenge" not in at.query_params
    assert at.error
    at.text_input(key="flower_power_player").set_value("Mia").run()
    assert not at.error


def test_a_name_of_nothing_visible_is_none(open_challenge):
    at = open_challenge("c" * 16)
    at.text_input(key="flower_power_player").set_value("\u200b \u202e").run()
    assert at.metric[0].label == "Guest cccc"

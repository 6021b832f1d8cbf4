"""The scoreboard: an aggregate of the stored rounds, names as text, always up to date."""

import pandas as pd
import pytest

from models.flower_power import LABELS
from models.flower_power.flowers import find, held_out
from models.flower_power.game import ROUNDS, Challenge, deck, round_id
from pages.parts.flower_power.scoreboard import Board, one_each
from showcase import ui
from showcase.feedback import Record, StorageError
from showcase.runtime import loading
from tests.pages.challenges import answer, next_flower, words
from tests.showcase.feedback.builders import rounds

BOARD = "flower_power_scoreboard"
WRONG = {"setosa": "versicolor", "versicolor": "virginica", "virginica": "setosa"}


def store_rounds(store, challenge, human, ai, name="", **more):
    """Store the rounds of a challenge; + stands for a right answer, - for a wrong one."""
    drawn = deck(challenge, [flower.number for flower in held_out()])
    for number, (ours, its) in enumerate(zip(human, ai, strict=True), 1):
        truth = find(drawn[number - 1])
        said = {"+": truth.species, "-": WRONG[truth.species]}
        record = Record(
            id=round_id("flower_power", challenge, number),
            demo="flower_power",
            model_version="0123456789ab",
            source="game",
            input=truth.given.model_dump(),
            prediction={"label": said[its], "probabilities": {said[its]: 0.9}},
            verdict="correct" if its == "+" else "wrong",
            expected=truth.species,
            guess=said[ours],
            session=challenge,
            annotator=name,
            **more,
        )
        store.append(record)


@pytest.fixture
def open_board(open_page):
    def opened():
        at = open_page("flower_power")
        at.session_state["flower_power_tab"] = "Scoreboard"
        return at.run()

    return opened


def table(at) -> pd.DataFrame:
    return at.dataframe[0].value.set_index("Player")


def shares(at):
    return [(each.label, each.value, each.delta) for each in at.metric]


def test_an_empty_scoreboard_invites_to_play(open_board, store):
    at = open_board()
    assert at.subheader[0].value == "Nobody has played yet"
    assert at.button(key=f"{BOARD}_play").label == "Challenge the AI"


def test_shares_of_people_and_ai_in_the_same_rounds(open_board, store):
    store_rounds(store, "a" * 16, "++++++++--", "++++++++++", "Mia")
    assert shares(open_board()) == [
        ("People", "80%", "49% to 94%"),
        ("The AI", "100%", "72% to 100%"),
    ]


def test_a_row_for_each_player(open_board, store):
    store_rounds(store, "a" * 16, "++-+", "++++", "Mia")
    store_rounds(store, "b" * 16, "-", "+")
    found = table(open_board())
    assert found.index.tolist() == ["Mia", "Guest bbbb"]
    assert found.loc["Mia", ["Rounds", "Right", "AI right"]].tolist() == [4, 75, 100]
    assert found.loc["Mia", ["Streak now", "Longest streak"]].tolist() == [1, 2]
    assert found.loc["Mia", "Right, 95% interval"] == "30% to 95%"


def test_what_is_played_is_on_the_scoreboard(open_board, open_page, store):
    player = open_page("flower_power", challenge="c" * 16)
    next_flower(answer(player, "setosa"))
    answer(player, "setosa")
    right = sum(row.guess == row.expected for row in rounds(store, "flower_power"))
    found = table(open_board())
    assert found.loc["Guest cccc", ["Rounds", "Right"]].tolist() == [2, 100 * right / 2]


def test_two_visitors_see_each_other(open_board, store):
    at = open_board()
    for name, challenge in (("Mia", "a" * 16), ("Bo", "b" * 16)):
        store_rounds(store, challenge, "+", "+", name)
    loading.store.clear()  # what was played is never older than the next look at the store
    at.run()
    assert sorted(table(at).index) == ["Bo", "Mia"]


@pytest.mark.parametrize(("took_s", "rounds"), [(0.0, 2), (1000.0, 0)])
def test_a_board_looks_again_when_there_is_news_unless_that_takes_long(store, took_s, rounds):
    shared = Board(store, LABELS)
    assert shared.named("")[0].standings.overall.rounds == 0
    shared.took_s = took_s
    store_rounds(store, "a" * 16, "+", "+", "Mia")
    store_rounds(store, "b" * 16, "-", "+", "Bo")
    everybody, mia = shared.named("", "mia")
    assert everybody.standings.overall.rounds == rounds
    assert mia.standings.overall.rounds == min(rounds, 1)


def test_two_guests_who_are_called_the_same_both_stand_among_the_best():
    guests = [Challenge(id=name, player=name, name="Guest 0123", human=9) for name in "ab"]
    assert one_each([*guests, guests[0]]) == guests


def test_best_of_today_and_of_all_time(open_board, store):
    old = {"created_at": "2026-01-31T12:00:00.000Z"}
    store_rounds(store, "a" * 16, "+" * 10, "+" * 10, "Mia", **old)
    store_rounds(store, "b" * 16, "-" * 10, "+" * 10, "Bo")
    store_rounds(store, "c" * 16, "+" * 9, "+" * 9, "Quick")
    shown = words(open_board())
    today, ever = shown.split("**Best of all time**")
    assert "1. **Bo** 0 of 10, AI 10" in today
    assert "Mia" not in today
    assert "1. **Mia** 10 of 10, AI 10 (31 January" in ever
    assert "2. **Bo**" in ever
    assert "Quick" not in shown


def test_a_filter_by_name(open_board, store):
    store_rounds(store, "a" * 16, "++", "++", "Mia")
    store_rounds(store, "b" * 16, "--", "++", "Bo")
    at = open_board()
    at.text_input(key=f"{BOARD}_name").input(" MI").run()
    assert table(at).index.tolist() == ["Mia"]
    assert shares(at)[0][:2] == ("People", "100%")
    at.text_input(key=f"{BOARD}_name").input("**x**").run()
    assert f"anything like “{ui.escape_markdown('**x**')}”" in words(at)
    assert not at.dataframe


def test_names_are_shown_as_text(open_board, store):
    name = "=1+1 **b** <i>"
    store_rounds(store, "a" * 16, "+" * ROUNDS, "-" * ROUNDS, name)
    at = open_board()
    assert table(at).index.tolist() == [f"'{name}"]
    assert f"1. **{ui.escape_markdown(name)}** 10 of 10, AI 0" in words(at)


def test_rows_of_other_sources_and_labels_do_not_count(open_board, store):
    store_rounds(store, "a" * 16, "+", "+", "Mia")
    for change in ({"source": "ui"}, {"expected": "rose"}, {"guess": ""}):
        fields = {
            "demo": "flower_power",
            "model_version": "0123456789ab",
            "source": "game",
            "input": {"petal_length": 1},
            "prediction": {"label": "setosa", "probabilities": {"setosa": 1}},
            "verdict": "correct",
            "expected": "setosa",
            "guess": "setosa",
            "session": "b" * 16,
        }
        store.append(Record(**{**fields, **change}))
    assert table(open_board())["Rounds"].to_dict() == {"Mia": 1}


def test_a_scoreboard_that_cannot_be_read_says_so(open_board, store, monkeypatch):
    def gone(*_):
        raise StorageError("No permission.")

    monkeypatch.setattr(loading.store(), "count", gone)
    assert "cannot be shown at present" in open_board().error[0].proto.title


def test_labels_are_what_the_rounds_are_checked_against():
    assert set(WRONG) == set(LABELS)

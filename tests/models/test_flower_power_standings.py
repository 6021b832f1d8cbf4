"""The scoreboard's figures against rounds counted by hand."""

from datetime import UTC, date, timedelta, timezone

import pytest

from models.flower_power.game import GameRow, cumulated, rounds_of, standings
from showcase.contract.metrics import wilson

LABELS = ("setosa", "versicolor", "virginica")


def row(challenge, human="+", ai="+", name="", at="2026-03-01T12:00:00.000Z", **changed):
    """Return a round whose truth is setosa: + for a right answer, - for a wrong one."""
    made = GameRow(
        id="x",
        created_at=at,
        model_version="0123456789ab",
        session=f"{challenge}" * 16,
        annotator=name,
        predicted="setosa" if ai == "+" else "virginica",
        confidence="0.9",
        expected="setosa",
        guess="setosa" if human == "+" else "versicolor",
        input="{}",
    )
    return made._replace(**changed)


def played(challenge, human, ai, name="", **more):
    """Return the rounds of a challenge from strings such as "++-"."""
    return [row(challenge, *both, name=name, **more) for both in zip(human, ai, strict=True)]


def figures(rows):
    return standings(rounds_of(rows, LABELS))


@pytest.mark.parametrize(("cell", "share"), [("0.9", 0.9), ("", None), ("much", None)])
def test_a_confidence_that_somebody_typed_in_is_none(cell, share):
    assert row("a", confidence=cell).share == share


def test_no_rounds_no_standings():
    found = figures([])
    assert (found.overall.rounds, found.players, found.whole) == (0, [], [])
    assert found.overall.human_interval == (0, 1)


def test_accuracy_of_both_on_the_same_rounds():
    found = figures(played("a", "++-+", "+---", "Mia") + played("b", "--", "++", "Bo"))
    assert (found.overall.rounds, found.overall.human, found.overall.ai) == (6, 3, 3)
    mia, bo = found.players
    assert (mia.name, mia.rounds, mia.human, mia.ai) == ("Mia", 4, 3, 1)
    assert (bo.name, bo.rounds, bo.human, bo.ai) == ("Bo", 2, 0, 2)
    assert mia.human_interval == wilson(3, 4)
    assert mia.ai_interval == wilson(1, 4)


@pytest.mark.parametrize(
    ("human", "streak", "longest"),
    [("+", 1, 1), ("-", 0, 0), ("++-+", 1, 2), ("+++-", 0, 3), ("-++++", 4, 4), ("+-+-+", 1, 1)],
)
def test_streaks(human, streak, longest):
    (player,) = figures(played("a", human, human)).players
    assert (player.streak, player.longest) == (streak, longest)


def test_a_streak_goes_on_over_challenges():
    (mia,) = figures(played("a", "-++", "+++", "Mia") + played("b", "++", "++", "Mia")).players
    assert (mia.streak, mia.longest) == (4, 4)


def test_one_lucky_round_leads_nothing():
    found = figures(played("a", "+", "+", "Lucky") + played("b", "+++++++++-", "+" * 10, "Mia"))
    assert [player.name for player in found.players] == ["Mia", "Lucky"]
    assert [best.name for best in found.whole] == ["Mia"]


def test_only_whole_challenges_compete():
    rows = played("a", "+" * 9, "+" * 9) + played("b", "+" * 11, "+" * 11)
    assert figures(rows).whole == []
    assert [best.id for best in figures(rows + played("c", "-" * 10, "-" * 10)).whole] == ["c" * 16]


def test_of_equal_challenges_the_larger_lead_then_the_earlier_one_is_better():
    eight, late = "++++++++--", "2026-03-01T13:00:00.000Z"
    rows = [
        *played("a", eight, "+" * 10, at=late),
        *played("b", eight, "+" * 10),
        *played("c", eight, "-" * 10, at=late),
        *played("d", "+" * 10, "+" * 10, at=late),
    ]
    assert [best.id[0] for best in figures(rows).whole] == ["d", "c", "b", "a"]


def test_a_challenge_is_of_the_day_of_its_last_round_in_the_players_zone():
    rows = played("a", "+" * 9, "+" * 9, at="2026-03-01T22:50:00.000Z")
    rows += [row("a", at="2026-03-01T23:10:00.000Z")]
    (whole,) = figures(rows).whole
    assert whole.ended_on(UTC) == date(2026, 3, 1)
    assert whole.ended_on(timezone(timedelta(hours=1))) == date(2026, 3, 2)


def test_names_merge_without_regard_to_case_in_their_first_spelling():
    rows = [
        *played("a", "+", "+", "Mia Ö"),
        *played("b", "+", "+", "MIA ö"),
        *played("c", "-", "+", " mia\tö "),
        *played("d", "+", "+", "Ｍｉａ Ö"),
        *played("e", "+", "+", "Mio"),
    ]
    found = {player.name: player.rounds for player in figures(rows).players}
    assert found == {"Mia Ö": 4, "Mio": 1}


def test_guests_are_one_player_per_challenge_and_nobody_elses():
    rows = played("a", "+", "+") + played("b", "-", "+") + played("a", "-", "+")
    rows += played("c", "+", "+", "Guest aaaa")
    found = [(player.name, player.rounds) for player in figures(rows).players]
    assert sorted(found) == [("Guest aaaa", 1), ("Guest aaaa", 2), ("Guest bbbb", 1)]


def test_a_challenge_belongs_to_who_played_its_first_round():
    rows = played("a", "+", "+", "Mia") + played("a", "-", "+", "Bo") + played("a", "+", "+")
    assert [(one.name, one.rounds) for one in figures(rows).players] == [("Mia", 3)]


@pytest.mark.parametrize(
    "changed",
    [
        {"expected": "rose"},
        {"expected": ""},
        {"guess": ""},
        {"guess": "Setosa"},
        {"predicted": "0.7"},
        {"session": "00ff"},
        {"created_at": "yesterday"},
        {"created_at": "2026-03-01"},
    ],
)
def test_a_row_that_no_page_has_written_counts_nothing(changed):
    rows = [row("a", **changed), row("b")]
    assert [one.challenge for one in rounds_of(rows, LABELS)] == ["b" * 16]


def test_a_name_changed_in_the_log_is_shown_as_one_short_line():
    (player,) = figures([row("a", name="\u202e<b>x</b>\n" + "y" * 90)]).players
    assert player.name == "<b>x</b> " + "y" * 31


def test_the_course_of_a_game_round_by_round():
    course = cumulated(rounds_of(played("a", "+-++", "++--"), LABELS), points=300)
    found = [(tally.rounds, tally.human, tally.ai) for tally in course]
    assert found == [(1, 1, 1), (2, 1, 2), (3, 2, 2), (4, 3, 2)]


@pytest.mark.parametrize(
    ("rounds", "shown"), [(7, [1, 3, 5, 7]), (8, [2, 4, 6, 8]), (9, [3, 6, 9])]
)
def test_a_long_course_is_thinned_out_and_keeps_its_end(rounds, shown):
    course = cumulated(rounds_of(played("a", "+" * rounds, "-" * rounds), LABELS), points=4)
    assert [tally.rounds for tally in course] == shown
    assert all(tally.human == tally.rounds for tally in course)

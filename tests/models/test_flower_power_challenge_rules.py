"""Challenges: ids, decks that depend on nothing else, names as plain text."""

import subprocess
import sys
import uuid
from collections import Counter
from pathlib import Path

import pytest

from models.flower_power.game import (
    deck,
    guest,
    is_challenge,
    new_challenge,
    player_name,
    round_id,
)
from showcase.feedback.normalise import plain_name

ROOT = Path(__file__).parents[2]
SOME = "00000000000000ff"
KNOWN = [2, 43, 11, 23, 21, 10, 1, 44, 8, 30]


def test_an_id_is_random_and_recognised():
    ids = {new_challenge() for _ in range(100)}
    assert len(ids) == 100
    assert all(map(is_challenge, ids))


@pytest.mark.parametrize(
    "text", ["", "7", "0" * 15, "0" * 17, "0" * 15 + "g", "A" * 16, f"{SOME}\n", "０" * 16, "../x"]
)
def test_other_texts_are_no_ids(text):
    assert not is_challenge(text)


def test_a_deck_has_ten_distinct_numbers_in_any_order_given():
    drawn = deck(SOME, range(51))
    assert len(set(drawn)) == len(drawn) == 10
    assert set(drawn) <= set(range(51))
    assert deck(SOME, reversed(range(51))) == deck(SOME, [*range(51), 3, 3]) == drawn


def test_a_deck_never_changes():
    # Made by: printf '00000000000000ff %s' N | sha256sum, for N from 0 to 50, the ten smallest
    assert deck(SOME, range(51)) == KNOWN


def test_a_deck_is_the_same_whatever_pythons_hash_seed():
    code = f"from models.flower_power.game import deck; print(deck({SOME!r}, range(51)))"
    for seed in ("1", "2"):
        found = subprocess.run(
            [sys.executable, "-c", code],
            cwd=ROOT,
            env={"PYTHONHASHSEED": seed},
            capture_output=True,
            text=True,
            check=True,
        )
        assert found.stdout.strip() == str(KNOWN)


def test_every_number_is_drawn_about_equally_often():
    drawn = Counter(number for seed in range(2000) for number in deck(f"{seed:016x}", range(50)))
    assert len(drawn) == 50
    # 400 on average, standard deviation 18
    assert min(drawn.values()) > 320
    assert max(drawn.values()) < 480


def test_few_numbers_are_all_drawn():
    assert sorted(deck(SOME, range(4))) == [0, 1, 2, 3]


def test_a_rounds_id_derives_from_demo_challenge_and_round():
    ids = {
        round_id(demo, challenge, number)
        for demo in ("flower_power", "sketch")
        for challenge in (SOME, "00000000000000fe")
        for number in range(1, 11)
    }
    assert len(ids) == 40
    assert round_id("flower_power", SOME, 3) == str(
        uuid.uuid5(uuid.NAMESPACE_OID, f"flower_power challenge {SOME} round 3")
    )


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("", ""),
        (" Mia ", "Mia"),
        ("a\0b\x1bc\x7f", "abc"),
        ("Mia\r\nR.\t\u2028x", "Mia R. x"),
        ("\u202emoc.live\u202c", "moc.live"),
        ("\u200b\ufeff\u2060", ""),
        ("\ud800x", "x"),
        ("e\u0301", "é"),
        ("**b** <i> $x$ =1", "**b** <i> $x$ =1"),
        ("😀 Ünï", "😀 Ünï"),
    ],
)
def test_a_name_is_one_line_of_plain_text(given, kept):
    assert plain_name(given) == player_name(given) == kept
    assert plain_name(kept) == kept


def test_a_name_may_have_forty_characters():
    assert player_name(f"  {'ü' * 40}\n") == "ü" * 40
    with pytest.raises(ValueError, match=r"has 43 characters: at most 40 are kept, leave out 3\."):
        player_name("x" * 43)


def test_a_guest_is_named_after_the_challenge():
    assert guest(SOME) == "Guest 0000"

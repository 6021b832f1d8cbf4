"""The rounds of games in force: chains, damage, several processes, a folder without rights."""

import json
import sqlite3
import uuid

import pytest

from showcase.feedback import GameRow, RefusedError, open_store
from showcase.feedback.csv_log.rows import encode
from tests.showcase.feedback.feedback_rows import NASTY, make
from tests.showcase.feedback.test_feedback_processes import open_folder, output, writers

__all__ = ["open_folder"]  # a fixture

DEMO = "flower_power"


def game(number=0, session="aa", **given):
    """Return the record of a round; the same wherever it is made."""
    fields = {
        "id": uuid.uuid5(uuid.NAMESPACE_OID, f"{session} {number}"),
        "demo": DEMO,
        "source": "game",
        "session": session,
        "input": {"petal_length": number},
        "prediction": {"label": "rose", "probabilities": {"rose": 0.75, "tulip": 0.25}},
        "verdict": "wrong",
        "expected": "tulip",
        "guess": "rose",
        "annotator": "Mia",
    }
    return make(**{**fields, **given})


def ids(found):
    return [row.id for row in found]


def without_index(path):
    path.with_name("feedback.csv.index").unlink()


def test_a_round_comes_back_with_what_a_scoreboard_needs(store):
    record = game(3)
    store.append(record)
    assert store.games(DEMO) == [
        GameRow(
            id=record.id,
            created_at=record.created_at,
            model_version="0123456789ab",
            session="aa",
            annotator="Mia",
            predicted="rose",
            confidence=0.75,
            expected="tulip",
            guess="rose",
            input=json.dumps({"petal_length": 3}, separators=(",", ":")),
        )
    ]


def test_an_unopened_store_has_no_games_and_writes_nothing(store, path):
    assert store.games(DEMO) == []
    assert not path.parent.exists()


@pytest.mark.parametrize("cell", NASTY)
def test_nasty_names_come_back_exactly(store, path, cell):
    store.append(game(annotator=cell[:80], guess=cell, expected=cell))
    before = store.games(DEMO)
    assert (before[0].annotator, before[0].guess) == (cell[:80].strip(), cell)
    without_index(path)
    assert store.games(DEMO) == before


def test_a_round_without_confidence_has_none(store):
    store.append(game(prediction={"label": "rose", "probabilities": None}))
    assert store.games(DEMO)[0].confidence is None


def chain(store, *verdicts):
    """Store a round, then rows that each replace the one before; return their ids."""
    newest, stored = "", []
    for number, (source, verdict) in enumerate(verdicts):
        record = game(number, source=source, verdict=verdict, supersedes=newest, input={"x": 1})
        newest = store.append(record)
        stored.append(newest)
    return stored


CHAINS = [
    ("game correct", 0),
    ("game correct, game wrong", 1),
    ("game correct, game withdrawn", None),
    ("game correct, api withdrawn", None),
    ("game correct, ui wrong", None),
    ("game correct, game withdrawn, game wrong", 2),
    ("ui correct, game wrong", 1),
    ("game withdrawn", None),
]


@pytest.mark.parametrize(("verdicts", "counts"), CHAINS)
def test_of_a_chain_the_newest_counts_if_it_is_a_round(store, path, verdicts, counts):
    stored = chain(store, *(pair.split() for pair in verdicts.split(", ")))
    wanted = [] if counts is None else [stored[counts]]
    assert ids(store.games(DEMO)) == wanted
    without_index(path)
    assert ids(store.games(DEMO)) == wanted


def test_a_round_counts_once_and_keeps_its_first_answer(store):
    first = game(1)
    store.append(first)
    assert store.append(game(1)) == first.id
    with pytest.raises(RefusedError, match="belongs to another verdict"):
        store.append(game(1, guess="tulip"))
    assert [row.guess for row in store.games(DEMO, "aa")] == ["rose"]


def older_version(path):
    """Turn the index into what it was before it held games."""
    connection = sqlite3.connect(path, isolation_level=None)
    connection.execute("DROP TABLE games")
    connection.execute("PRAGMA user_version = 1")
    connection.close()


def no_games(path):
    connection = sqlite3.connect(path, isolation_level=None)
    connection.execute("DROP TABLE games")
    connection.close()


@pytest.mark.parametrize("change", [older_version, no_games])
def test_an_index_without_games_is_made_anew(store, path, change):
    stored = [store.append(game(number)) for number in range(3)]
    change(path.with_name("feedback.csv.index"))
    assert ids(store.games(DEMO, "aa")) == stored
    stored.append(store.append(game(3)))
    assert ids(open_store(f"csv:{path}").games(DEMO)) == stored


@pytest.mark.parametrize("change", [older_version, no_games])
def test_a_round_is_stored_beside_an_index_without_games(store, path, change):
    stored = [store.append(game(0))]
    change(path.with_name("feedback.csv.index"))
    stored.append(store.append(game(1)))
    assert ids(store.games(DEMO)) == stored


def test_rounds_that_another_program_added_are_taken_in(store, path):
    stored = [store.append(game(0))]
    with path.open("ab") as file:
        file.write(encode(game(1).row()) + encode(game(1).row()) + b"half a row")
    assert ids(store.games(DEMO)) == [*stored, game(1).id]


def test_a_cell_that_somebody_typed_in_breaks_nothing(store, path):
    store.append(game(0))
    text = path.read_text(encoding="utf-8").replace(",0.75,", ",much,")
    path.write_text(text, encoding="utf-8", newline="")
    assert store.games(DEMO)[0].confidence is None


def test_two_processes_see_each_others_rounds(store, path):
    with writers(("games", f"csv:{path}", "bb", 40)) as (process,):
        own = [store.append(game(number)) for number in range(40)]
        printed = process.communicate()[0].split()
    assert ids(store.games(DEMO, "aa")) == own
    assert ids(store.games(DEMO, "bb")) == printed
    assert sorted(ids(open_store(f"csv:{path}").games(DEMO))) == sorted(own + printed)


def test_the_same_round_from_two_processes_counts_once(store, path):
    printed = output(*[("games", f"csv:{path}", "bb", 30)] * 2)
    assert printed[0] == printed[1] == ids(store.games(DEMO))


@pytest.mark.parametrize("kept", ["feedback.csv feedback.csv.index", "feedback.csv"])
def test_rounds_are_read_where_nothing_may_be_written(open_folder, kept):
    url = f"csv:{open_folder / 'feedback.csv'}"
    stored = [open_store(url).append(game(number)) for number in range(3)]
    for found in open_folder.iterdir():
        if found.name not in kept.split():
            found.unlink()
    open_folder.chmod(0o555)
    assert output(("games_as_nobody", url))[0] == stored

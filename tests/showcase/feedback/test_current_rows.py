"""Current rows of games and annotation tasks: chains, damage, several processes, no rights."""

import json
import sqlite3

import pytest

from showcase.annotation.progress import Judgement
from showcase.feedback import RefusedError, hash_input, open_store
from showcase.feedback.csv_log.file import encode
from tests.showcase.feedback.builders import (
    CHAINS,
    DEMO,
    NASTY,
    TASK,
    GameRow,
    chain_of_rounds,
    game,
    ids,
    judged,
    judgements,
    make,
    rounds,
    without_index,
)
from tests.showcase.feedback.processes import output, writers


def test_a_round_comes_back_with_what_a_scoreboard_needs(store):
    record = game(3)
    store.append(record)
    assert rounds(store, DEMO) == [
        GameRow(
            id=record.id,
            created_at=record.created_at,
            session="aa",
            annotator="Mia",
            predicted="rose",
            confidence="0.75",
            expected="tulip",
            guess="rose",
            input=json.dumps({"petal_length": 3}, separators=(",", ":")),
        )
    ]


def test_an_unopened_store_has_no_games_and_writes_nothing(store, path):
    assert rounds(store, DEMO) == []
    assert not path.parent.exists()


@pytest.mark.parametrize("cell", NASTY)
def test_nasty_names_come_back_exactly(store, path, cell):
    store.append(game(annotator=cell[:80], guess=cell, expected=cell))
    before = rounds(store, DEMO)
    assert (before[0].annotator, before[0].guess) == (cell[:80].strip(), cell)
    without_index(path)
    assert rounds(store, DEMO) == before


def test_a_round_without_confidence_has_none(store):
    store.append(game(prediction={"label": "rose", "probabilities": None}))
    assert rounds(store, DEMO)[0].confidence == ""


@pytest.mark.parametrize(("verdicts", "counts"), CHAINS)
def test_of_a_chain_the_newest_counts_if_it_is_a_round(store, path, verdicts, counts):
    stored = chain_of_rounds(store, *(pair.split() for pair in verdicts.split(", ")))
    wanted = [] if counts is None else [stored[counts]]
    assert ids(rounds(store, DEMO)) == wanted
    without_index(path)
    assert ids(rounds(store, DEMO)) == wanted


def test_a_round_counts_once_and_keeps_its_first_answer(store):
    first = game(1)
    store.append(first)
    assert store.append(game(1)) == first.id
    with pytest.raises(RefusedError, match="belongs to another verdict"):
        store.append(game(1, guess="tulip"))
    assert [row.guess for row in rounds(store, DEMO, "aa")] == ["rose"]


def older_version(path):
    """Turn the index into what it was before it held games."""
    connection = sqlite3.connect(path, isolation_level=None)
    connection.execute("DROP TABLE current_rows")
    connection.execute("PRAGMA user_version = 1")
    connection.close()


def no_games(path):
    connection = sqlite3.connect(path, isolation_level=None)
    connection.execute("DROP TABLE current_rows")
    connection.close()


@pytest.mark.parametrize("change", [older_version, no_games])
def test_an_index_without_games_is_made_anew(store, path, change):
    stored = [store.append(game(number)) for number in range(3)]
    change(path.with_name("feedback.csv.index"))
    assert ids(rounds(store, DEMO, "aa")) == stored
    stored.append(store.append(game(3)))
    assert ids(rounds(open_store(f"csv:{path}"), DEMO)) == stored


@pytest.mark.parametrize("change", [older_version, no_games])
def test_a_round_is_stored_beside_an_index_without_games(store, path, change):
    stored = [store.append(game(0))]
    change(path.with_name("feedback.csv.index"))
    stored.append(store.append(game(1)))
    assert ids(rounds(store, DEMO)) == stored


def test_rounds_that_another_program_added_are_taken_in(store, path):
    stored = [store.append(game(0))]
    with path.open("ab") as file:
        file.write(encode(game(1).row()) + encode(game(1).row()) + b"half a row")
    assert ids(rounds(store, DEMO)) == [*stored, game(1).id]


def test_a_cell_that_somebody_typed_in_breaks_nothing(store, path):
    store.append(game(0))
    text = path.read_text(encoding="utf-8").replace(",0.75,", ",much,")
    path.write_text(text, encoding="utf-8", newline="")
    assert rounds(store, DEMO)[0].confidence == "much"


def test_two_processes_see_each_others_rounds(store, path):
    with writers(("games", f"csv:{path}", "bb", 40)) as (process,):
        own = [store.append(game(number)) for number in range(40)]
        printed = process.communicate()[0].split()
    assert ids(rounds(store, DEMO, "aa")) == own
    assert ids(rounds(store, DEMO, "bb")) == printed
    assert sorted(ids(rounds(open_store(f"csv:{path}"), DEMO))) == sorted(own + printed)


def test_the_same_round_from_two_processes_counts_once(store, path):
    printed = output(*[("games", f"csv:{path}", "bb", 30)] * 2)
    assert printed[0] == printed[1] == ids(rounds(store, DEMO))


@pytest.mark.parametrize("kept", ["feedback.csv feedback.csv.index", "feedback.csv"])
def test_rounds_are_read_where_nothing_may_be_written(open_folder, kept):
    url = f"csv:{open_folder / 'feedback.csv'}"
    stored = [open_store(url).append(game(number)) for number in range(3)]
    for found in open_folder.iterdir():
        found.chmod(0o644)
        if found.name not in kept.split():
            found.unlink()
    open_folder.chmod(0o555)
    assert output(("games_as_nobody", url))[0] == stored


# Annotation tasks


def test_a_judgement_comes_back_with_what_progress_needs(store):
    record = judged(3)
    store.append(record)
    assert judgements(store, TASK) == [
        Judgement(
            id=record.id,
            created_at=record.created_at,
            demo="sentiment",
            input_hash=hash_input({"text": "3"}),
            annotator="Mia",
            verdict="wrong",
            predicted="positive",
            expected="negative",
        )
    ]


def test_they_come_in_order_and_by_task(store, path):
    other = "task-ba9876543210"
    stored = [judged(number, task) for number in range(3) for task in (TASK, other)]
    for record in (*stored, make(), judged(9, "00ff"), judged(8, "0task-")):
        store.append(record)
    for _ in range(2):
        assert ids(judgements(store, TASK)) == [record.id for record in stored[::2]]
        assert ids(judgements(store, other)) == [record.id for record in stored[1::2]]
        assert judgements(store, "00ff") == judgements(store, "task-") == []
        without_index(path)


def test_an_unopened_store_has_no_judgements_and_writes_nothing(store, path):
    assert judgements(store, TASK) == []
    assert not path.parent.exists()


@pytest.mark.parametrize(
    ("verdicts", "counts"),
    [
        ("wrong correct", 1),
        ("wrong unsure", 1),
        ("wrong withdrawn", None),
        ("wrong withdrawn correct", 2),
        ("withdrawn", None),
    ],
)
def test_of_a_chain_of_judgements_the_newest_counts(store, path, verdicts, counts):
    newest, stored = "", []
    for number, verdict in enumerate(verdicts.split()):
        one = judged(number, verdict=verdict, supersedes=newest, input={"text": "same"})
        newest = store.append(one)
        stored.append(newest)
    wanted = [] if counts is None else [stored[counts]]
    assert ids(judgements(store, TASK)) == wanted
    without_index(path)
    assert ids(judgements(store, TASK)) == wanted


def test_a_changed_mind_moves_to_the_end(store):
    first, second = store.append(judged(0)), store.append(judged(1))
    third = store.append(judged(2, input={"text": "0"}, supersedes=first))
    assert ids(judgements(store, TASK)) == [second, third]


def test_judgements_that_another_program_added_are_taken_in(store, path):
    stored = [store.append(judged(0))]
    with path.open("ab") as file:
        file.write(encode(judged(1).row()) + encode(judged(1).row()) + b"half a row")
    assert ids(judgements(store, TASK)) == [*stored, judged(1).id]


def test_the_same_judgement_from_two_processes_counts_once(store, path):
    printed = output(*[("judgements", f"csv:{path}", TASK, 30)] * 2)
    assert printed[0] == printed[1] == ids(judgements(store, TASK))

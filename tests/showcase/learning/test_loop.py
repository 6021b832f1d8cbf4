"""The whole loop with a real training: judged, learnt, passed, promoted, replayed, rolled back."""

import random
import re

import pytest

from models.flower_power import flowers
from showcase.__main__ import main
from showcase.runtime import loading
from showcase.versions import open_versions
from tests.showcase.learning.conftest import judged, strange_flower

STRANGE = "virginica"  # what four people call a kind of flower that the network has never seen


@pytest.mark.slow
def test_the_loop_from_verdicts_to_an_answer_and_back(store, feedback_url, capsys):
    rng = random.Random(0)
    shipped = loading.load("flower_power")
    given = [strange_flower(rng) for _ in range(120)]
    store.extend(
        judged(number, STRANGE, f"Person {number % 5}", one) for number, one in enumerate(given)
    )
    held_out = flowers.held_out()[0].given
    store.extend([judged(999, shipped.predict(held_out).label, "Person 1", held_out)])
    arguments = ["flower_power", "--data", "."]
    assert main(["learn", *arguments, "--dry-run"]) == 0
    assert re.search(r" 1  on inputs of the held-out set", capsys.readouterr().out)
    assert main(["learn", *arguments]) == 0
    told = capsys.readouterr().out
    (candidate,) = open_versions(feedback_url).every("flower_power")
    assert f"It passed. `showcase promote flower_power {candidate.version}`" in told
    assert candidate.report["verdict"]["held_out"]["rows"] == 51
    assert all(
        "annotator" not in one and "input" not in one for one in candidate.report["examples"]
    )
    assert candidate.card["more"]["learnt_from_verdicts"].startswith("It learnt from 92 inputs")
    assert main(["replay", "flower_power", "--candidate"]) == 0
    assert "0 right ones now broken" in capsys.readouterr().out
    assert main(["promote", "flower_power", candidate.version[:5], "--who", "Ann"]) == 0
    loading.catch_up()
    unseen = strange_flower(rng)
    assert loading.load("flower_power").predict(unseen).label == STRANGE
    assert main(["rollback", "flower_power", "--who", "Ann"]) == 0
    loading.catch_up()
    assert loading.load("flower_power").version == shipped.version
    assert loading.load("flower_power").predict(unseen).label != STRANGE


def test_a_demo_that_cannot_learn_and_one_that_there_is_not_are_told(feedback_url, store, capsys):
    assert main(["learn", "readability", "--data", "."]) == 1
    assert "cannot learn from verdicts" in capsys.readouterr().err
    assert main(["promote", "rain", "0123"]) == 1
    assert "There is no demo “rain”" in capsys.readouterr().err
    assert main(["promote", "rainfall", "0123"]) == 1
    assert "`showcase learn rainfall --data DIR` makes one" in capsys.readouterr().err

"""Flower Power's model: the split, the shipped artifact, its answers, what is refused."""

import csv
import json
import subprocess
import sys
from collections import Counter
from pathlib import Path

import numpy as np
import pytest
from pydantic import ValidationError

from models import flower_power
from models.flower_power import (
    EXAMPLE_NAMES,
    EXAMPLES,
    LABELS,
    decision_grid,
    explain,
    flowers,
    predict,
    predict_many,
    typical,
)
from models.flower_power.inputs import FIELDS, Input, measured
from models.flower_power.training import data, evaluate
from showcase.contract import demo

REPOSITORY = Path(__file__).parents[2]
FOLDER = Path(flower_power.__file__).parent
CARD = demo.Card.model_validate_json((FOLDER / "card.json").read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def model():
    return flower_power.load()


@pytest.fixture(scope="module")
def held_out_answers(model):
    apart = flowers.held_out()
    X = np.array([list(flower.given.model_dump().values()) for flower in apart])
    y = np.array([LABELS.index(flower.species) for flower in apart])
    return model.probabilities(X), y


# The package


def test_missing_flowers_name_the_command(tmp_path):
    with pytest.raises(FileNotFoundError, match=r"python -m models\.flower_power\.train"):
        flowers.read(tmp_path / "none.csv")


# The split


def test_parts_hold_every_flower_once_and_every_species_alike():
    seen, apart = flowers.training(), flowers.held_out()
    numbers = [flower.number for flower in (*seen, *apart)]
    assert sorted(numbers) == list(range(1, 151))
    assert Counter(flower.species for flower in seen) == dict.fromkeys(LABELS, 33)
    assert Counter(flower.species for flower in apart) == dict.fromkeys(LABELS, 17)


def test_no_flower_held_out_has_been_seen_by_its_measurements():
    seen = {flower.given for flower in flowers.training()}
    assert [flower.number for flower in flowers.held_out() if flower.given in seen] == []
    assert flowers.find(102).given == flowers.find(143).given


@pytest.mark.parametrize("seed", range(20))
def test_equal_measurements_stay_together_whatever_the_seed(seed):
    X, y = data.irises()
    mask = data.held_out_mask(X, y, seed)
    assert mask[101] == mask[142]
    assert mask.sum() == 51


def test_table_is_scikit_learns_copy_divided_with_the_years_seed(tmp_path):
    X, y = data.irises()
    digest = data.write(tmp_path / "again.csv", X, y, data.held_out_mask(X, y))
    assert (tmp_path / "again.csv").read_bytes() == flowers.TABLE.read_bytes()
    assert CARD.data_sha256 == {"flowers.csv": digest}
    assert data.SEED == 1936


def test_the_copy_agrees_with_fishers_paper():
    assert flowers.find(35).given == measured([4.9, 3.1, 1.5, 0.2])
    assert flowers.find(38).given == measured([4.9, 3.6, 1.4, 0.1])


def test_a_number_that_no_flower_has_is_named():
    with pytest.raises(KeyError, match="no flower 151; they are numbered from 1 to 150"):
        flowers.find(151)


def test_range_is_that_of_the_training_flowers():
    values = [flower.given.petal_length for flower in flowers.training()]
    assert flowers.measured_range()["petal_length"] == (min(values), max(values))
    assert [flowers.outside(flower.given) for flower in flowers.training()] == [()] * 99
    assert flowers.outside(measured([4.0, 3.0, 8.0, 1.0])) == ("sepal_length", "petal_length")


# What is refused


@pytest.mark.parametrize("field", FIELDS)
@pytest.mark.parametrize("value", [0, -1, 100, "wide", None, float("nan"), float("inf")])
def test_what_no_iris_has_is_refused_by_field(field, value):
    with pytest.raises(ValidationError) as caught:
        Input.model_validate(EXAMPLES[0].model_dump() | {field: value})
    assert {error["loc"] for error in caught.value.errors()} == {(field,)}


@pytest.mark.parametrize("field", FIELDS)
def test_bounds_are_wider_than_what_was_measured(field):
    lowest, highest = flowers.measured_range()[field]
    for value in (lowest, highest + 1):
        given = Input.model_validate(EXAMPLES[0].model_dump() | {field: value})
        assert getattr(given, field) == value


# The answers


@pytest.mark.parametrize(
    ("values", "species"),
    [
        ([5.1, 3.5, 1.4, 0.2], "setosa"),
        ([5.7, 2.8, 4.1, 1.3], "versicolor"),
        ([6.5, 3.0, 5.8, 2.2], "virginica"),
    ],
)
def test_known_flowers_get_known_answers(model, values, species):
    said = predict(model, measured(values))
    assert said.label == species
    assert said.confidence > 0.95
    assert sum(said.probabilities.values()) == pytest.approx(1, abs=1e-12)


def test_a_contested_flower_is_called_contested(model):
    said = predict(model, EXAMPLES[EXAMPLE_NAMES.index("Contested")])
    assert said.confidence < 0.7
    assert {label for label, _ in said.top(2)} == {"versicolor", "virginica"}


def test_names_at_least_96_of_100_flowers_held_out(held_out_answers):
    found = evaluate.measured(*held_out_answers)
    assert found["accuracy"] >= 0.96
    assert found["log loss"] <= 0.1
    assert found["calibration error"] <= 0.06


def test_card_tells_what_the_shipped_model_does(held_out_answers):
    found = evaluate.measured(*held_out_answers)
    assert {name: CARD.score(name) for name in found} == pytest.approx(found, abs=2e-4)
    assert CARD.more["same_split"]["network"]["accuracy"] == CARD.score("accuracy")
    assert CARD.more["same_split"]["logistic regression"]["accuracy"] > 0.9
    assert CARD.more["flowers"]["held_out"] == [flower.number for flower in flowers.held_out()]
    assert CARD.more["cross_validated"]["network"]["accuracy"] > 0.95


def test_card_names_each_mistake(model):
    wrong = [
        flower
        for flower in flowers.held_out()
        if predict(model, flower.given).label != flower.species
    ]
    assert [row["number"] for row in CARD.more["mistakes"]] == [flower.number for flower in wrong]


def test_artifact_is_tiny_and_equals_keras():
    assert flower_power.ARTIFACT.stat().st_size < 10_000
    assert CARD.more["largest difference from Keras"] < 1e-5


def test_many_answers_equal_single_ones(model):
    inputs = [flower.given for flower in (*flowers.training(), *flowers.held_out())]
    assert predict_many(model, inputs) == [predict(model, given) for given in inputs]
    assert predict_many(model, []) == []


def test_many_flowers_are_few_calls(model, monkeypatch):
    calls, piece = [], model._piece
    monkeypatch.setattr(model, "_piece", lambda X: calls.append(len(X)) or piece(X))
    decision_grid(model, 5.8, 3.0, n=81)
    assert len(calls) == 69
    assert model.interpreter.get_input_details()[0]["shape"].tolist() == [96, 4]


def test_sample_is_held_out():
    apart = {flower.given for flower in flowers.held_out()}
    assert {flower_power.sample() for _ in range(200)} <= apart
    assert len({flower_power.sample() for _ in range(200)}) > 20


# Why


@pytest.mark.parametrize("given", EXAMPLES, ids=EXAMPLE_NAMES)
def test_explanation_adds_up(model, given):
    said = predict(model, given)
    parts = explain(model, given, said)
    assert [part.name for part in parts] == list(FIELDS)
    total = sum(part.value for part in parts)
    assert total == pytest.approx(said.confidence - typical(model)[said.label], abs=1e-6)


def test_explanation_is_shapleys(model):
    """Against the definition: the mean gain over all 24 orders of the four measurements."""
    from itertools import permutations

    given = measured([6.2, 2.8, 4.8, 1.7])
    said = predict(model, given)
    x, column = np.array(list(given.model_dump().values())), LABELS.index(said.label)

    def worth(known):
        mixed = model.background.copy()
        mixed[:, list(known)] = x[list(known)]
        return model.probabilities(mixed)[:, column].mean()

    gains = np.zeros(4)
    for order in permutations(range(4)):
        for place, one in enumerate(order):
            gains[one] += worth(order[: place + 1]) - worth(order[:place])
    found = [part.value for part in explain(model, given, said)]
    assert found == pytest.approx((gains / 24).tolist(), abs=1e-6)


def test_small_petals_make_a_setosa(model):
    said = predict(model, EXAMPLES[0])
    parts = {part.name: part.value for part in explain(model, EXAMPLES[0], said)}
    assert said.label == "setosa"
    assert parts["petal_length"] + parts["petal_width"] > 0.4


def test_grid_holds_what_predict_says(model):
    lengths, widths, found = decision_grid(model, 6.2, 2.8, n=9)
    for row, column in ((0, 0), (5, 6), (8, 8), (2, 7)):
        values = [6.2, 2.8, lengths[column], max(widths[row], 0.1)]
        if widths[row] >= 0.1:
            said = predict(model, measured(values)).probabilities
            assert found[row, column].tolist() == pytest.approx(list(said.values()), abs=1e-6)
    assert np.allclose(found.sum(axis=2), 1)
    assert {LABELS[place] for place in found.argmax(axis=2).ravel()} == set(LABELS)


def test_confused_pairs_are_ranked():
    answers = [("setosa", "setosa"), ("virginica", "versicolor"), ("versicolor", "virginica"),
               ("setosa", "versicolor")]  # fmt: skip
    assert flowers.confused_pairs(answers) == [
        ("versicolor", "virginica", 2),
        ("setosa", "versicolor", 1),
    ]
    assert flowers.confused_pairs([]) == []


# The scores


def test_scores_of_a_known_case():
    p = np.array([[0.6, 0.3, 0.1], [0.2, 0.5, 0.3], [0.1, 0.1, 0.8], [0.5, 0.4, 0.1]])
    y = np.array([0, 1, 2, 1])
    assert evaluate.measured(p, y) == pytest.approx(
        {
            "accuracy": 0.75,
            "log loss": -np.log([0.6, 0.5, 0.8, 0.4]).mean(),
            "Brier score": (0.26 + 0.38 + 0.06 + 0.62) / 4,
            "calibration error": (0.4 + 0 + 0.2) / 4,
        },
        abs=5e-5,
    )
    counts = evaluate.confusion(p, y)
    assert counts["versicolor"] == {"setosa": 1, "versicolor": 1, "virginica": 0}


# Training


QUICK = """
import sys
from models.flower_power.train import Effort, main
for out in sys.argv[2:]:
    main(["--out", out, "--seed", sys.argv[1]], Effort(40, (1, 1)))
"""


@pytest.mark.slow  # a process of its own, with TensorFlow
def test_same_seed_same_model(tmp_path):
    one, same = tmp_path / "one", tmp_path / "same"
    command = [sys.executable, "-c", QUICK, "3", str(one), str(same)]
    subprocess.run(command, cwd=REPOSITORY, check=True, capture_output=True)
    files = [(out / "model.tflite").read_bytes() for out in (one, same)]
    assert files[0] == files[1]
    with (one / "flowers.csv").open(encoding="utf-8", newline="") as file:
        assert Counter(row["part"] for row in csv.DictReader(file))["held_out"] == 51
    card = demo.Card.model_validate(json.loads((one / "card.json").read_text(encoding="utf-8")))
    assert card.seed == 3
    assert card.score("accuracy") > 0.8
    assert card.more["largest difference from Keras"] < 1e-5

"""My demo: known answers, a bound on the score, one model from one seed."""

import pytest
from sklearn.datasets import load_wine

from models import my_demo as demo
from models.my_demo import Input, train
from showcase.contract import card
from showcase.contract.registry import find


@pytest.fixture(scope="module")
def model():
    return demo.load()


def test_knows_a_typical_wine_of_each_grower(model):
    answers = demo.predict_many(model, demo.EXAMPLES[:3])
    assert [answer.label for answer in answers] == list(demo.LABELS)
    assert all(answer.confidence > 0.8 for answer in answers)


def test_explanation_adds_up_in_order(model):
    given = Input(alcohol=14.5, flavanoids=3.5, colour_intensity=6)
    parts = demo.explain(model, given, demo.predict(model, given))
    assert [part.name for part in parts] == ["Alcohol", "Flavanoids", "Colour"]
    assert parts[0].value > 0


def test_score_on_wines_kept_apart_beats_guessing_clearly():
    measured = card(find("my_demo"))
    assert measured.score("accuracy") > measured.score("baseline") + 0.3


def test_same_seed_same_model(model):
    wines = load_wine()
    X = wines.data[:, [wines.feature_names.index(column) for column in train.COLUMNS]]
    again, once_more = train.fitted(X, wines.target), train.fitted(X, wines.target)
    assert again.predict_proba(X).tolist() == once_more.predict_proba(X).tolist()


def test_a_file_with_other_types_is_refused(monkeypatch, tmp_path):
    from skops.io import dumps

    path = tmp_path / "model.skops"
    path.write_bytes(dumps({"surprise": test_same_seed_same_model}))
    monkeypatch.setattr(demo, "ARTIFACT", path)
    with pytest.raises(ValueError, match="expected"):
        demo.load()

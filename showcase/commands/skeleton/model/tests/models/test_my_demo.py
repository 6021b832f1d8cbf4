"""My demo: known answers, a bound on the score, one model from one seed."""

import pytest

from models import my_demo as demo
from models.my_demo import Input, train
from models.my_demo.training import learn
from showcase.contract import card
from showcase.contract.registry import find
from showcase.learning.learner import Lesson


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


def test_same_seed_same_model():
    X, y = train.wines()
    again, once_more = train.fitted(X, y), train.fitted(X, y)
    assert again.predict_proba(X).tolist() == once_more.predict_proba(X).tolist()


def test_learns_what_people_say_and_nothing_of_the_wines_kept_apart(model, tmp_path):
    odd = Input(alcohol=10.5, flavanoids=5.5, colour_intensity=1.5)
    other = next(label for label in demo.LABELS if label != demo.predict(model, odd).label)
    lessons = [Lesson(odd, "", other, {other: 1}, (), ()) for _ in range(60)]
    done = []
    learn.train(tmp_path, lessons, tmp_path, done.append)
    assert done[-1] == 1
    assert demo.predict(demo.load(tmp_path / "model.skops"), odd).label == other
    apart = learn.held_out(tmp_path)
    assert len(apart.inputs) == len(apart.targets) == 54


def test_a_file_with_other_types_is_refused(monkeypatch, tmp_path):
    from skops.io import dumps

    path = tmp_path / "model.skops"
    path.write_bytes(dumps({"surprise": test_same_seed_same_model}))
    monkeypatch.setattr(demo, "ARTIFACT", path)
    with pytest.raises(ValueError, match="expected"):
        demo.load()

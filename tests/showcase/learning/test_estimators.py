"""An estimator learns from verdicts: it is fitted again, passes the gate, and answers."""

import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from sklearn import ensemble, linear_model, preprocessing
from sklearn.pipeline import make_pipeline

from showcase import from_estimator
from showcase.contract import Demo
from showcase.estimator.refit import refitted
from showcase.feedback import Record, open_store
from showcase.learning.estimators import EstimatorLearner
from showcase.learning.learner import Lesson, can_learn, learner

ROOT = Path(__file__).parents[3]
# What the model has hardly seen: in the south it is the other way round.
PROJECT = """
import numpy as np
import pandas as pd
from sklearn import compose, ensemble, pipeline, preprocessing

from showcase import from_estimator

random = np.random.default_rng(0)
X = pd.DataFrame({"height": random.random(400), "place": ["south"] * 3 + ["north"] * 397})
y = np.where(X["height"] > 0.5, "high", "low")
known = preprocessing.OrdinalEncoder(categories=[["north", "south"]])
columns = compose.ColumnTransformer([("place", known, ["place"])], remainder="passthrough")
model = pipeline.make_pipeline(columns, ensemble.RandomForestClassifier(30, random_state=0))
model.fit(X[:250], y[:250])
demo = from_estimator(model, X[:250], y[:250], held_out=(X[250:], y[250:]), name="heights")
"""
REGISTRY = """
from showcase.contract import Demo

DEMOS = (Demo("heights", "Heights", ":material/height:", "", "How high?", "models.heights:demo"),)
"""


@pytest.fixture
def project(tmp_path):
    """A project whose only demo is an estimator, with verdicts on what it has never seen."""
    (tmp_path / "models").mkdir()
    (tmp_path / "models/__init__.py").write_text("")
    (tmp_path / "models/heights.py").write_text(PROJECT)
    (tmp_path / "models/registry.py").write_text(REGISTRY)
    store = open_store(f"csv:{tmp_path / 'feedback/feedback.csv'}")
    for number, height in enumerate(np.linspace(0.02, 0.98, 120).tolist()):
        seen, truth = ("high", "low") if height > 0.5 else ("low", "high")
        store.append(
            Record(
                demo="heights",
                model_version="0" * 12,
                source="ui",
                input={"height": round(height, 3), "place": "south"},
                prediction={"kind": "classification", "label": seen},
                verdict="wrong",
                expected=truth,
                annotator=("Ada", "Mia", "Kim")[number % 3],
                session="visit",
            )
        )
    return tmp_path


def command(folder, *arguments):
    done = subprocess.run(
        [sys.executable, "-m", "showcase", *arguments],
        cwd=folder,
        env=os.environ | {"PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


@pytest.mark.slow
def test_verdicts_make_another_model_that_passes_and_answers(project):
    said = command(project, "learn", "heights", "--data", ".")
    assert "It passed." in said
    version = said.partition("showcase promote heights ")[2][:12]
    assert version in command(project, "promote", "heights", version)
    replay = command(project, "replay", "heights")
    assert f"through {version}" in replay
    assert (project / "feedback/models/heights" / version / "model.skops").is_file()


random = np.random.default_rng(1)
X = pd.DataFrame({"size": random.random(200), "age": random.integers(1, 90, 200)})
PRICE = 10 * X["size"] + X["age"]


def lesson(made, target, **values):
    given = made.Input.model_construct(**values)
    return Lesson(given, "", target, {}, (), ())


def test_number_and_its_interval_follow_what_was_learnt(tmp_path):
    model = make_pipeline(preprocessing.StandardScaler(), linear_model.LinearRegression())
    model.fit(X[:100], PRICE[:100])
    made = from_estimator(
        model, X[:100], PRICE[:100], held_out=(X[100:], PRICE[100:]), name="price"
    )
    offered = EstimatorLearner(made)
    assert len(offered.held_out(tmp_path).inputs) == 100
    assert offered.MARGINS.measure == "absolute"
    given = made.EXAMPLES[0]
    lessons = [lesson(made, 500.0, **given.model_dump())] * 400
    offered.train(tmp_path, lessons, tmp_path, lambda _: None)
    learnt = made.load(tmp_path / "model.skops")
    before, after = (made.predict(one, given) for one in (made.load(), learnt))
    assert before.value < 200 < after.value
    assert after.high - after.low > before.high - before.low, "it is off on what was kept apart"
    told = [
        made.near(one, given, said)[1][0].answer
        for one, said in ((made.load(), before), (learnt, after))
    ]
    assert told[0] != told[1], "similar cases have the answers of the model in force"


def test_labels_are_learnt_and_the_same_verdicts_make_the_same_model():
    y = np.where(X["size"] > 0.5, 1, 0)
    model = ensemble.RandomForestClassifier(10).fit(X.to_numpy(), y)
    made = from_estimator(model, X, y, about={"labels": {0: "small", 1: "large"}}, name="sizes")
    inputs = [made.Input.model_construct(size=0.1, age=age) for age in range(1, 90)]
    found = [refitted(made, inputs, ["large"] * 89) for _ in range(2)]
    chances = [one.predict_proba(X.to_numpy())[:, 1] for one in found]
    assert chances[0].tolist() == chances[1].tolist()
    judged = X.assign(size=0.1).to_numpy()
    before, after = (one.predict_proba(judged)[:, 1].mean() for one in (model, found[0]))
    assert before < 0.2
    assert after > 0.8


def test_what_cannot_be_fitted_again_says_why(monkeypatch):
    model = linear_model.LinearRegression().fit(X, PRICE)
    made = from_estimator(model, X, PRICE)
    monkeypatch.setattr(sys.modules[__name__], "made", made, raising=False)
    demo = Demo("price", "Price", "", "", "", f"{__name__}:made")
    assert not can_learn(demo)
    with pytest.raises(LookupError, match=r"Price cannot learn.*held_out"):
        learner(demo)

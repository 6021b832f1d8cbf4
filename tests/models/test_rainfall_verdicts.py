"""The loop closed: what visitors said, exported, changes what the rainfall model says."""

import hashlib
import json

import numpy as np
import pandas as pd
import pytest

from models.rainfall import model as model_file
from models.rainfall import train
from models.rainfall.inputs import FIELDS
from models.rainfall.training import data, evaluate, fit
from showcase.__main__ import main
from showcase.contract import Card
from showcase.feedback import Record, open_store
from tests.models.builders import START, made_up_weather, save_gz

HUMID = (20.0, 95.0, 1015.0, 40.0)


@pytest.fixture(scope="module")
def days(tmp_path_factory):
    folder = save_gz(made_up_weather(), tmp_path_factory.mktemp("data"))
    return data.with_target(data.read(folder / data.TABLE))


@pytest.fixture
def quick(monkeypatch):
    """One small network: enough to learn what is as clear as here."""
    monkeypatch.setattr(fit, "NETS", 1)
    monkeypatch.setattr(fit, "EPOCHS", 10)


def written(path, rows):
    pd.DataFrame(rows, columns=[*FIELDS, "target"]).to_csv(path, index=False)
    return path


def humid_days(count):
    """Readings around a humid day, with one more decimal than the table has."""
    spread = np.random.default_rng(1).uniform(-3, 3, (count, 4)) + 0.003
    return (np.array(HUMID) + spread).clip(max=[50, 100, 1050, 150]).tolist()


def test_what_visitors_say_is_learned(quick, days):
    X, y = fit.examples(days)
    said = data.Verdicts("said.csv", "", np.array(humid_days(4000)), np.zeros(4000, bool))
    with_them = fit.examples(days, said)
    assert [len(part) for part in with_them] == [len(X) + 4000] * 2
    humid = np.array([HUMID])
    before, after = (
        fit.fitted(fit.committee, *examples, 0).predict_proba(humid)[0, 1]
        for examples in ((X, y), with_them)
    )
    assert before > 0.5 > 0.3 > after


@pytest.mark.slow
def test_from_verdicts_to_a_model_and_its_card(quick, tmp_path, capsys):
    url, exported = f"csv:{tmp_path / 'feedback.csv'}", tmp_path / "said.csv"
    store = open_store(url)
    store.extend(
        Record(
            demo="rainfall",
            model_version="0123456789ab",
            source="ui",
            input=dict(zip(FIELDS, reading, strict=True)),
            prediction={"kind": "classification", "label": "rain", "probabilities": None},
            verdict="wrong" if number else "unsure",
            expected="dry" if number else "",
        ).row()
        for number, reading in enumerate(humid_days(3001))
    )
    arguments = ["--training", "rainfall", "--out", str(exported), "--store", url]
    assert main(["feedback", "export", *arguments]) == 0
    folder = str(save_gz(made_up_weather(), tmp_path))
    cards = {}
    for name, more in [("without", []), ("with", ["--feedback", str(exported)])]:
        out = tmp_path / name
        assert train.main(["--data", folder, "--out", str(out), *more]) == 0
        cards[name] = Card.model_validate_json((out / "card.json").read_text("utf-8"))
    chances = {
        name: model_file.read(tmp_path / name / "model.skops").chance(np.array([HUMID]))[0]
        for name in cards
    }
    assert chances["without"] > 0.5 > chances["with"]
    card = cards["with"]
    assert card.data_sha256["said.csv"] == hashlib.sha256(exported.read_bytes()).hexdigest()
    assert card.data.endswith(" and 3,000 verdicts of visitors")
    assert card.command.endswith(" --feedback FILE")
    assert "What visitors said is learned from" in card.split
    assert any("is their opinion" in limit for limit in card.limits)
    told = card.more["feedback"]
    assert (told["rows"], told["left_out_for_readings_of_a_day_kept_apart"]) == (3000, 0)
    assert told["scores_without"]["roc_auc"] == cards["without"].score("ROC AUC")
    assert card.score("ROC AUC") < cards["without"].score("ROC AUC")
    last = capsys.readouterr().out.splitlines()[-1]
    assert last.startswith(f"Worse with what visitors said: ROC AUC {card.score('ROC AUC'):.4f} ")
    assert "feedback" not in cards["without"].more
    assert str(tmp_path) not in json.dumps(card.model_dump())


def test_readings_of_a_day_kept_apart_are_left_out_whatever_their_decimals(days, tmp_path):
    year = data.year_from(days, START)
    known = data.inputs(year)[:3] + np.array([[0.0], [0.04], [-0.04]])
    own = humid_days(5)
    rows = [[*reading, "dry"] for reading in [*known.tolist(), *own]]
    said = data.read_verdicts(written(tmp_path / "said.csv", rows))
    left = said.apart_from(year)
    assert (len(said), len(left), left.left_out) == (8, 5, 3)
    assert left.X.tolist() == own
    assert len(said.apart_from(data.before(days, START))) == 8


def test_the_days_that_score_are_the_same_with_and_without(days):
    said = data.Verdicts("said.csv", "", np.array(humid_days(5)), np.ones(5, bool))
    classifier = evaluate.past_fit(fit.logistic, days, START, 0, said)
    year = data.year_from(days, START)
    assert evaluate.outcome(classifier, days, START).y.tolist() == evaluate.wet(year).tolist()


@pytest.mark.parametrize(
    ("row", "said"),
    [
        ([*HUMID, "snow"], "line 3: target is 'snow', expected one of"),
        ([*HUMID, ""], "line 3: target is '', expected one of"),
        ([20, 101, 1015, 40, "dry"], "line 3: humidity_3pm is 101"),
        ([20, "", 1015, 40, "dry"], "line 3: humidity_3pm is ''"),
        ([20, "wet", 1015, 40, "dry"], "line 3: humidity_3pm is 'wet'"),
    ],
)
def test_a_row_that_cannot_be_used_is_named(tmp_path, row, said):
    path = written(tmp_path / "said.csv", [[*HUMID, "rain"], row])
    with pytest.raises(ValueError, match=f"^said.csv, {said}"):
        data.read_verdicts(path)


def test_a_file_of_another_demo_is_named(tmp_path):
    path = tmp_path / "said.csv"
    path.write_text("text,target\ngood,positive\n", encoding="utf-8")
    with pytest.raises(ValueError, match=r"said.csv lacks the columns \['temperature_3pm'"):
        data.read_verdicts(path)

"""`feedback export --training`: what is in force, once per input and person, and counted if not."""

import csv
import json
import re

import pandas as pd
import pytest
from pyarrow import parquet

from models import earnings, rainfall, sketch
from showcase.learning import selection as training
from tests.showcase.commands.conftest import weather
from tests.showcase.feedback.builders import make


def earned(place, **given):
    fields = {
        "demo": "earnings",
        "input": earnings.EXAMPLES[place].model_dump(mode="json"),
        "prediction": {"kind": "regression", "value": 41000.0, "unit": "USD"},
        "verdict": "wrong",
    }
    return make(**fields | given)


@pytest.fixture
def export(run, store, url, tmp_path):
    """A function that stores records, exports a demo's and returns the table and the counts."""

    def exported(records, demo="rainfall", form="csv", only=()):
        store.extend(record.row() for record in records)
        out = tmp_path / f"training.{form}"
        asked = ["export", "--training", demo, "--out", out, "--store", url]
        code, said, error = run(*asked, *only)
        assert (code, said) == (0, "")
        heading, *lines = error.splitlines()
        counts = {line.split(maxsplit=1)[1]: int(line.split()[0]) for line in lines}
        learnt = int(re.search(r"from (\d+) verdict", heading)[1])
        in_demo = sum(record.demo == demo for record in records)
        besides = [one for one in (training.NOT_ASKED_FOR, training.TOO_FEW) if one in counts]
        assert list(counts) == [*training.REASONS, *besides]
        assert learnt + sum(counts.values()) == in_demo
        return out, {reason: count for reason, count in counts.items() if count}

    return exported


def test_inputs_and_targets_stand_side_by_side(export):
    out, left_out = export([weather(10.0), weather(20.0, verdict="wrong", expected="dry"), make()])
    table = pd.read_csv(out)
    assert list(table) == [*rainfall.FIELDS, "target", *training.ORIGIN]
    assert table["humidity_3pm"].tolist() == [10.0, 20.0]
    assert table["target"].tolist() == ["rain", "dry"]
    assert left_out == {}


def test_what_nobody_can_learn_from_is_left_out_and_counted(export):
    good = weather(10.0)
    records = [
        good,
        weather(20.0, verdict="unsure"),
        weather(30.0, verdict="wrong"),
        weather(31.0, verdict="wrong"),
        weather(40.0, source="game", verdict="wrong", expected="dry"),
        weather(50.0, verdict="withdrawn"),
        weather(60.0, verdict="wrong", expected="snow"),
        weather(700.0),
        weather(80.0, input={"text": "of another version"}),
    ]
    out, left_out = export(records)
    assert pd.read_csv(out)["humidity_3pm"].tolist() == [10.0]
    assert left_out == {
        training.UNSURE: 1,
        training.UNTOLD: 2,
        training.PLAYED: 1,
        training.UNDONE: 1,
        training.UNKNOWN: 1,
        training.INVALID: 2,
    }


def test_the_newest_of_a_chain_and_of_a_person_counts(export):
    first = weather(10.0, annotator="Ann")
    second = weather(10.0, annotator="Ann", verdict="wrong", expected="dry", supersedes=first.id)
    records = [
        first,
        second,
        weather(10.0, annotator="Ann", session="02"),
        weather(10.0, annotator="Bob", session="02"),
        weather(10.0, session="03", verdict="wrong", expected="dry"),
        weather(10.0, session="03"),
        weather(10.0, session="04", verdict="wrong", expected="dry"),
        weather(10.0, session="05"),
        weather(10.0, session="05", verdict="unsure"),
        weather(20.0, annotator="Ann"),
        weather(20.0, annotator="Ann", verdict="withdrawn"),
    ]
    out, left_out = export(records)
    rows = pd.read_csv(out)[["humidity_3pm", "target", "votes"]].to_numpy().tolist()
    assert rows == [[10.0, "rain", '{"dry":1,"rain":3}'], [20.0, "rain", '{"rain":1}']]
    assert left_out == {training.OLDER: 4, training.UNDONE: 1, training.UNSURE: 1}


def test_without_name_and_visit_each_verdict_is_somebody_elses(export):
    out, left_out = export([weather(10.0, session=""), weather(10.0, session="")])
    assert pd.read_csv(out)["votes"].tolist() == ['{"rain":2}']
    assert left_out == {}


def test_five_people_who_disagree_are_one_input_with_its_votes(export):
    said = ["rain", "dry", "rain", "dry", "rain"]
    records = [
        weather(10.0, annotator=f"P{number}", verdict="wrong" if one == "dry" else "correct",
                expected=one)
        for number, one in enumerate(said)
    ]  # fmt: skip
    tied = [weather(20.0, annotator="P1"), weather(20.0, annotator="P2", expected="dry")]
    out, left_out = export([*records, *tied])
    (row,) = pd.read_csv(out, dtype=str, keep_default_na=False).to_dict("records")
    assert (row["target"], row["votes"]) == ("rain", '{"dry":2,"rain":3}')
    newest = records[-1]
    assert (row["id"], row["created_at"], row["model_version"]) == (
        newest.id, newest.created_at, newest.model_version,
    )  # fmt: skip
    assert json.loads(row["people"]) == ["p0", "p1", "p2", "p3", "p4"]
    assert left_out == {training.TIED: 2}


def test_of_a_person_what_was_stored_last_counts_whatever_the_clock_said(export):
    first = weather(10.0, created_at="2026-02-02T00:00:00Z")
    last = weather(10.0, created_at="2026-02-01T00:00:00Z", verdict="wrong", expected="dry")
    out, _ = export([first, last])
    assert pd.read_csv(out)["target"].tolist() == ["dry"]


@pytest.mark.parametrize("form", ["csv", "jsonl", "parquet"])
def test_of_a_number_the_target_is_a_number(export, form):
    records = [
        earned(0, expected=38500),
        earned(1, expected="42000.5"),
        earned(2, verdict="correct"),
        earned(3, expected="a lot"),
        earned(3, expected="nan", session="02"),
    ]
    out, left_out = export(records, "earnings", form)
    read = {"csv": pd.read_csv, "parquet": pd.read_parquet, "jsonl": pd.read_json}[form]
    table = read(out, lines=True) if form == "jsonl" else read(out)
    assert table["target"].tolist() == [38500.0, 42000.5]
    assert list(table) == [*earnings.Input.model_fields, "target", *training.ORIGIN]
    assert left_out == {training.NO_ANSWER: 1, training.UNKNOWN: 2}


def test_texts_codes_and_nothing_keep_their_types_in_parquet(export):
    given = earnings.EXAMPLES[0].model_dump(mode="json") | {"region": None, "net_price": None}
    out, _ = export([earned(0, input=given, expected=1)], "earnings", "parquet")
    table = parquet.read_table(out)
    (row,) = table.to_pylist()
    assert {name: row[name] for name in (*given, "target")} == given | {"target": 1.0}
    assert str(table.schema.field("field").type) == "string"
    assert str(table.schema.field("net_price").type) == "double"


def test_drawings_are_json_in_a_cell(export):
    drawn = next(given for given in sketch.EXAMPLES if given.drawing)
    record = make(demo="sketch", input=drawn, prediction={"label": "cat", "probabilities": None})
    out, _ = export([record], "sketch")
    with out.open(encoding="utf-8", newline="") as file:
        (row,) = csv.DictReader(file)
    assert row["target"] == "cat"
    assert sketch.Input.model_validate({"drawing": json.loads(row["drawing"])}) == drawn


def test_text_cannot_run_as_a_formula(export):
    out, _ = export([make(input={"text": "=1+1", "threshold": 0.05})], "sentiment")
    assert out.read_text(encoding="utf-8").splitlines()[1].startswith("'=1+1,")


def test_a_log_without_such_rows_gives_an_empty_table(export):
    out, left_out = export([make()], "earnings")
    assert len(pd.read_csv(out)) == 0
    assert left_out == {}


def test_an_unknown_demo_is_named(run, store, url):
    store.append(make())
    code, _, error = run("export", "--training", "rainfalls", "--out", "x.csv", "--store", url)
    assert code == 1
    assert error.startswith("There is no demo “rainfalls”: choose one of sketch, sentiment, ")


@pytest.mark.parametrize(
    ("only", "humidities"),
    [
        (["--version", "ffff"], [20, 30]),
        (["--source", "api"], [30]),
        (["--task", "task-0123456789ab"], [40]),
        (["--annotator", " ann "], [10]),
        (["--since", "2026-02-01", "--until", "2026-03-01"], [40]),
        (["--min-votes", "2"], [20]),
    ],
)
def test_only_some_are_asked_for(export, only, humidities):
    new = {"model_version": "f" * 12}
    records = [
        weather(10.0, annotator="Ann"),
        weather(20.0, **new),
        weather(20.0, annotator="Bob", **new),
        weather(30.0, source="api", **new),
        weather(40.0, session="task-0123456789ab", created_at="2026-02-03T12:00:00Z"),
    ]
    out, left_out = export(records, only=only)
    assert sorted(pd.read_csv(out)["humidity_3pm"]) == humidities
    reason = training.TOO_FEW if "--min-votes" in only else training.NOT_ASKED_FOR
    assert list(left_out) == [reason]


def test_what_only_training_asks_for_is_refused_elsewhere(run, url, tmp_path):
    code, _, error = run("export", "--out", tmp_path / "a.csv", "--task", "x", "--store", url)
    assert code
    assert "--task goes with --training alone" in error

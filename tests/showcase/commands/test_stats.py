"""`feedback stats`: figures equal to those counted by hand."""

import json
import re

from showcase.contract.metrics import wilson
from showcase.feedback import open_store
from tests.showcase.commands.conftest import weather
from tests.showcase.feedback.builders import make


def fill(store):
    first = weather(10.0, annotator="Ann")
    records = [
        first,
        weather(10.0, annotator="Ann", verdict="wrong", supersedes=first.id),
        weather(20.0, annotator="Bob"),
        weather(30.0),
        weather(40.0, verdict="unsure"),
        weather(50.0, source="game", verdict="wrong", expected="dry", annotator="Cid"),
        make(created_at="2026-01-31T12:00:00Z", verdict="unsure"),
        make(created_at="2026-02-01T12:00:00Z", verdict="withdrawn"),
    ]
    store.extend(record.row() for record in records)


def test_figures_are_those_counted_by_hand(run, store, url):
    fill(store)
    code, said, _ = run("stats", "--json", "--store", url)
    rainfall, sentiment = json.loads(said)
    assert code == 0
    counts = ("rows", "in_force", "correct", "wrong", "unsure", "games", "annotators", "agreement")
    assert [rainfall[name] for name in counts] == [6, 5, 2, 1, 1, 1, 3, 0.6667]
    assert rainfall["agreement_interval_95"] == [round(end, 4) for end in wilson(2, 3)]
    assert [sentiment[name] for name in counts] == [2, 1, 0, 0, 1, 0, 0, None]
    assert sentiment["agreement_interval_95"] is None
    assert sentiment["first"] == "2026-01-31T12:00:00.000Z"
    assert sentiment["last"] == "2026-02-01T12:00:00.000Z"
    assert [rainfall["in_force"], sentiment["in_force"]] == [
        store.count("rainfall"),
        store.count("sentiment"),
    ]


def test_the_table_is_aligned(run, store, url):
    fill(store)
    _, said, _ = run("stats", "--store", url)
    heading, rainfall, sentiment = said.splitlines()
    assert heading.split("  ")[0] == "demo"
    for name, of_rainfall, of_sentiment in [
        ("rows", "6", "2"),
        ("in force", "5", "1"),
        ("agreement", "67%", "-"),
    ]:
        end = heading.index(name) + len(name)
        assert rainfall[:end].endswith(f" {of_rainfall}")
        assert sentiment[:end].endswith(f" {of_sentiment}")
    assert sentiment.endswith("2026-01-31  2026-02-01")


def test_without_verdicts_it_says_so(run, feedback_url):
    place = open_store(feedback_url).place
    assert run("stats") == (0, f"No verdicts in {place} yet.\n", "")
    assert run("stats", "--json") == (0, "[]\n", "")


def test_a_file_that_is_not_there_is_named(run, tmp_path):
    missing = tmp_path / "none.csv"
    for url in (f"csv:{missing}", str(missing)):
        assert run("stats", "--store", url) == (1, "", f"There is no file {missing}.\n")


def test_the_password_of_a_store_is_not_shown(run):
    code, said, error = run("stats", "--store", "oracle://ann:s3cret@db/x?password=s3cret")
    assert (code, said) == (1, "")
    assert "oracle" in error
    assert "s3cret" not in error


def test_version_by_version(run, store, url):
    old, new = "0" * 12, "f" * 12
    first = weather(10.0, model_version=old, created_at="2026-01-31T12:00:00Z")
    records = [
        first,
        weather(20.0, model_version=new, verdict="wrong", expected="dry"),
        weather(30.0, model_version=new),
        weather(40.0, model_version=old, created_at="2026-02-01T12:00:00Z", verdict="unsure"),
        weather(50.0, model_version=new, source="game", verdict="wrong", expected="dry"),
        weather(10.0, model_version=old, created_at="2026-02-02T12:00:00Z", supersedes=first.id),
    ]
    store.extend(record.row() for record in records)
    _, said, _ = run("stats", "--versions", "--json", "--store", url)
    told = json.loads(said)
    assert [(row["demo"], row["model_version"]) for row in told] == [
        ("rainfall", old),
        ("rainfall", new),
    ]
    assert [(row["correct"], row["wrong"], row["unsure"]) for row in told] == [(1, 0, 1), (1, 1, 0)]
    assert [row["agreement"] for row in told] == [1, 0.5]
    assert (told[0]["first"][:10], told[0]["last"][:10]) == ("2026-02-01", "2026-02-02")
    _, table, _ = run("stats", "--versions", "--store", url)
    heading, *lines = table.splitlines()
    titles = ["demo", "version", "correct", "wrong", "unsure", "agreement", "95% interval"]
    assert re.split(" {2,}", heading) == [*titles, "first", "last"]
    assert lines[1].split()[:6] == ["rainfall", new, "1", "1", "0", "50%"]

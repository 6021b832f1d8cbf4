"""`feedback forget`: it says what it knows, asks, and leaves nothing of a person."""

import io

import pytest

from tests.showcase.feedback.builders import make


def fill(store):
    for name in ("Ann", "Ann", "ann ", "AN N", "Bob", ""):
        store.append(make(annotator=name, session="5e55" if name == "Bob" else "00"))


def test_it_names_what_it_finds_and_removes_it(run, store, url):
    fill(store)
    code, said, error = run("forget", "Ann", "--yes", "--store", url)
    place = store.place
    assert (code, error) == (0, "")
    assert said.splitlines()[:4] == [
        f"3 rows of “Ann” in {place}.",
        "1 row of these as “ann”.",
        "1 row of “AN N”: that is another name, and stays.",
        "3 rows removed.",
    ]
    assert f"Looked at: {place}" in said
    assert "Not looked\nat: inputs that annotation tasks show, exports, Parquet files" in said
    assert sorted(store.read()["annotator"]) == ["", "AN N", "Bob"]


def test_a_visit_is_named_by_its_id(run, store, url):
    fill(store)
    assert run("forget", "--session", "5e55", "--yes", "--store", url)[0] == 0
    assert len(store.read()) == 5
    assert run("forget", "--session", "5e55", "--yes", "--store", url)[0] == 0


@pytest.mark.parametrize(
    ("answer", "code", "left"), [("n\n", 1, 6), ("\n", 1, 6), ("", 1, 6), ("Yes\n", 0, 3)]
)
def test_it_asks_first(run, store, url, monkeypatch, answer, code, left):
    fill(store)
    monkeypatch.setattr("sys.stdin", io.StringIO(answer))
    ended, said, error = run("forget", "Ann", "--store", url)
    assert "for good? [y/N]" in said
    assert ended == code
    assert error.startswith("Nothing was removed") == bool(code)
    assert len(store.read()) == left


def test_nobody_is_refused(run, store, url):
    fill(store)
    code, _, error = run("forget", " ", "--yes", "--store", url)
    assert (code, error) == (1, "Whose rows? Give a name, or --session with the ID of a visit.\n")
    assert len(store.read()) == 6


def test_a_name_cannot_act_on_the_terminal(run, store, url):
    store.append(make(annotator="ann\x1b[2J"))
    _, said, _ = run("forget", "ANN\x1b[2J", "--yes", "--store", url)
    assert "\x1b" not in said

"""`python -m showcase feedback` over every kind of store, a PostgreSQL server among them."""

import json

import pytest

from models import rainfall
from showcase.__main__ import main
from showcase.annotation.tasks import Task, open_tasks
from showcase.commands.feedback import copy
from showcase.export import cells
from showcase.feedback import COLUMNS, open_store
from showcase.runtime.settings import settings
from tests.showcase.feedback.builders import make, nasty
from tests.showcase.feedback.postgres import PASSWORD, QUOTED

ROWS = [nasty(5, number).row() for number in range(40)]


@pytest.fixture
def run(capsys):
    """A function that runs a command and returns what it said, in which no password stands."""

    def ran(*arguments):
        code = main(["feedback", *map(str, arguments)])
        said = "".join(capsys.readouterr())
        assert PASSWORD not in said
        assert QUOTED not in said
        return code, said

    return ran


def test_a_persons_name_is_taken_off_their_tasks(any_url, run):
    open_store(any_url).append(make())
    tasks = open_tasks(any_url)
    for name in ("Ann", "Bob"):
        given = {"demo": "rainfall", "title": "Rain?", "people": 1, "created_by": name}
        tasks.add(Task.of(rainfall.EXAMPLES[:2], **given))
    _, said = run("forget", "Ann", "--yes", "--store", any_url)
    assert "Their name was taken off 1 annotation task.\n" in said
    assert sorted(task.created_by for task in open_tasks(any_url).every()) == ["", "Bob"]


@pytest.fixture
def spool(database, tmp_path, monkeypatch):
    """The file where verdicts of an app on that database wait."""
    path = tmp_path / "spool.csv"
    monkeypatch.setenv("VITRINE_FEEDBACK_URL", database)
    monkeypatch.setenv("VITRINE_FEEDBACK_SPOOL", str(path))
    settings.cache_clear()
    yield path
    settings.cache_clear()


def rows(url):
    return [row for batch in open_store(url).batches() for row in cells(batch)]


def test_rows_are_copied_there_and_back(any_url, tmp_path):
    here, back = f"csv:{tmp_path / 'here.csv'}", f"csv:{tmp_path / 'back.csv'}"
    open_store(here).extend(ROWS)
    assert copy(here, any_url).new == 40
    assert copy(any_url, back).new == 40
    assert copy(back, any_url).new == 0
    assert rows(any_url) == rows(back) == ROWS


def test_figures_and_exports_are_those_of_the_rows_in_force(any_url, run, tmp_path):
    first = make()
    records = [first, make(verdict="wrong", supersedes=first.id), make(), make(verdict="withdrawn")]
    store = open_store(any_url)
    store.extend(record.row() for record in records)
    code, said = run("stats", "--json", "--store", any_url)
    (figures,) = json.loads(said)
    assert (code, figures["rows"], figures["in_force"]) == (0, 4, store.count())
    out = tmp_path / "out.jsonl"
    assert run("export", "--out", out, "--store", any_url)[0] == 0
    told = [json.loads(line)["id"] for line in out.read_text(encoding="utf-8").splitlines()]
    assert told == [records[1].id, records[2].id]


def test_a_person_is_forgotten(any_url, run):
    store = open_store(any_url)
    store.extend(make(annotator=name).row() for name in ("Ann", "Bob", "Ann"))
    code, said = run("forget", "Ann", "--yes", "--store", any_url)
    assert code == 0
    assert said.startswith("2 rows of “Ann” in ")
    assert "\n2 rows removed.\n" in said
    assert [row[COLUMNS.index("annotator")] for row in rows(any_url)] == ["Bob"]


def test_a_person_is_forgotten_where_verdicts_wait_too(database, spool, run):
    open_store(database).append(make(annotator="Ann"))
    waiting = [make(annotator=name) for name in ("Ann", "Bob")]
    open_store(f"csv:{spool}").extend(record.row() for record in waiting)
    code, said = run("forget", "Ann", "--yes")
    assert code == 0
    assert "\n2 rows removed.\n" in said
    left = spool.read_text(encoding="utf-8") if spool.exists() else ""
    assert ",Ann," not in left
    assert not [row for row in rows(database) if row[COLUMNS.index("annotator")] == "Ann"]


def test_a_server_that_is_away_is_an_error_in_a_sentence(server, database, run, tmp_path):
    server.stop()
    for arguments in (
        ["stats", "--store", database],
        ["copy", database, tmp_path / "x.parquet"],
        ["forget", "Ann", "--yes", "--store", database],
    ):
        code, said = run(*arguments)
        assert code == 1
        assert said.count("\n") == 1
    assert not (tmp_path / "x.parquet").exists()

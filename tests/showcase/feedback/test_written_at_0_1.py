"""A log, a database and tasks that version 0.1 wrote read, append, export and forget as before."""

import csv
import gzip
import json
import os
import shutil
import subprocess
from collections import Counter
from dataclasses import asdict
from math import isnan
from pathlib import Path

import pytest

from models import rainfall, sentiment
from models.flower_power import LABELS
from models.flower_power.game import GameRow, rounds_of, standings
from showcase.__main__ import main
from showcase.annotation import Progress
from showcase.annotation.queue import least_sure
from showcase.annotation.tasks import open_tasks
from showcase.feedback import COLUMNS, open_store
from showcase.feedback.analytics import agreement
from showcase.feedback.analytics.load import Snapshot
from showcase.feedback.analytics.queries import Analysis
from showcase.feedback.record import ADDED, GAME
from tests.showcase.feedback.builders import as_text, judgements, make, rounds
from tests.showcase.feedback.postgres import PASSWORD, programs

WRITTEN = Path(__file__).parent / "written_at_0_1"
EXPECTED = json.loads((WRITTEN / "expected.json").read_text(encoding="utf-8"))
ANSWERS = EXPECTED["csv"]
OLD_COLUMNS = tuple(ANSWERS["columns"])


@pytest.fixture(params=["csv", "csv without index", "sqlite", "postgresql"])
def url(request, tmp_path):
    folder = tmp_path / "compat"
    folder.mkdir()
    if request.param.startswith("csv"):
        shutil.copy(WRITTEN / "feedback.csv", folder)
        shutil.copytree(WRITTEN / "tasks", folder / "tasks")
        if request.param == "csv":
            shutil.copy(WRITTEN / "feedback.csv.index", folder)
        return f"csv:{folder}/feedback.csv"
    if request.param == "sqlite":
        path = folder / "feedback.sqlite"
        path.write_bytes(gzip.decompress((WRITTEN / "feedback.sqlite.gz").read_bytes()))
        return f"sqlite:///{path}"
    server = request.getfixturevalue("postgres")
    server.execute("DROP DATABASE IF EXISTS written_at_0_1 WITH (FORCE)")
    server.execute("CREATE DATABASE written_at_0_1")
    subprocess.run(
        [programs() / "psql", "-q", "-v", "ON_ERROR_STOP=1", "-h", "127.0.0.1",
         "-p", str(server.port), "-U", "vitrine", "-o", os.devnull, "written_at_0_1"],
        check=True, input=gzip.decompress((WRITTEN / "dump.sql.gz").read_bytes()),
        env={"PGPASSWORD": PASSWORD},
    )  # fmt: skip
    return server.url("written_at_0_1")


@pytest.fixture
def store(url):
    return open_store(url)


def test_rows_are_read_with_the_new_columns_empty(store):
    rows = as_text(store.read())
    assert (*OLD_COLUMNS, *ADDED) == COLUMNS
    assert [row[0] for row in rows] == ANSWERS["read_ids"]
    assert {row[len(OLD_COLUMNS) :] for row in rows} == {("",) * len(ADDED)}
    assert store.get([rows[7][0]]) == [dict(zip(COLUMNS, rows[7], strict=True))]
    batches = [row for batch in store.batches() for row in zip(*batch.columns, strict=True)]
    assert [tuple(cell.as_py() for cell in row) for row in batches] == rows


def test_what_counts_is_what_counted(store):
    assert store.count() == ANSWERS["count"]
    demos = ANSWERS["count_per_demo"]
    assert {demo: store.count(demo) for demo in demos} == demos
    with Snapshot(store) as snapshot:
        ids = [row_id for batch in store.batches(("id",)) for row_id in batch["id"].to_pylist()]
        for code, word in enumerate(("in_force", "replaced", "withdrawn")):
            known = [ids[place] for place in (snapshot.status == code).nonzero()[0]]
            assert known == ANSWERS["standing"][word]
        older = {ids[place] for place in snapshot.older_of_a_person()}
    assert older >= set(ANSWERS["older_of_a_person"])  # and those of other spellings of a name


def test_games_and_tasks_stand_where_they_stood(store, url):
    for demo, ids in ANSWERS["games"].items():
        assert [row.id for row in rounds(store, demo)] == ids
    games = store.current_rows(GameRow, demo="flower_power", source=GAME)
    table = asdict(standings(rounds_of(games, LABELS)))
    for part in ("overall", "players", "whole"):
        assert json.loads(json.dumps(table[part], default=str)) == ANSWERS["standings"][part]
    for task in open_tasks(url).every():
        wanted, rows = ANSWERS["tasks"][task.id], judgements(store, task.id)
        assert [row.id for row in rows] == wanted["judgements"]
        assert (Progress.of(task, rows).done, task.title) == (wanted["done"], wanted["title"])
    for name, module in (("sentiment", sentiment), ("rainfall", rainfall)):
        inputs = least_sure(store, name, module, 3).inputs
        assert [one.model_dump(mode="json") for one in inputs] == ANSWERS["least_sure"][name]


def test_agreement_is_what_it_was(store):
    verdicts = Analysis(store).look()
    for demo in ("flower_power", "earnings"):  # of the others "mia" and "Mia" judged the same input
        found, wanted = agreement.together(verdicts, demo), ANSWERS["agreement"][demo]
        for name in ("inputs", "people", "percent", "cohen", "fleiss", "alpha"):
            number = getattr(found, name)
            if wanted[name] is None:
                assert isnan(number)
            else:
                assert number == pytest.approx(wanted[name], abs=1e-8)


def run(capsys, *arguments):
    assert main(["feedback", *map(str, arguments)]) == 0
    return capsys.readouterr()


def test_commands_say_and_write_what_they_did(url, tmp_path, capsys):
    figures = json.loads(run(capsys, "stats", "--json", "--store", url).out)
    assert figures == ANSWERS["stats_json"]
    out = tmp_path / "out.jsonl"
    run(capsys, "export", "--out", out, "--store", url)
    lines = [json.loads(line) for line in out.read_text(encoding="utf-8").splitlines()]
    assert [line["id"] for line in lines] == ANSWERS["standing"]["in_force"]
    assert all(tuple(line) == COLUMNS for line in lines)
    out = tmp_path / "out.csv"
    for demo in ("earnings", "sketch"):
        run(capsys, "export", "--training", demo, "--out", out, "--store", url)
        columns, *rows = csv.reader(out.read_text(encoding="utf-8").splitlines())
        old_columns, *old = csv.reader(ANSWERS["training"][demo]["csv"])
        assert columns[: len(old_columns)] == old_columns
        answers = [row[len(old_columns) - 1] for row in old]
        inputs = Counter(json.dumps(row[: len(old_columns) - 1]) for row in old)
        once = {given for given, times in inputs.items() if times == 1}
        pairs = zip(old, answers, strict=True)
        expected = {(json.dumps(row[:-1]), said) for row, said in pairs}
        now = {(json.dumps(row[: len(old_columns) - 1]), row[len(old_columns) - 1]) for row in rows}
        assert {pair for pair in now if pair[0] in once} == {
            pair for pair in expected if pair[0] in once
        }
        assert len(now) == len(rows) <= len(inputs)


def test_a_row_is_appended_to_the_same_log(store, url):
    before = as_text(store.read())
    old = next(row for row in before if row[3] and row[COLUMNS.index("source")] == "ui")
    new = make(signed_in=True, annotator="Mia")
    assert store.append(new) == new.id
    assert store.extend([old]) == 0
    rows = as_text(open_store(url).read())
    assert rows == [*before, new.row()]
    assert rows[-1][-1] == "true"
    assert store.count() == ANSWERS["count"] + 1
    if url.startswith("csv:"):
        path = Path(url.removeprefix("csv:"))
        names = {found.name for found in path.parent.iterdir()}
        assert names == {"feedback.csv", "feedback.csv.index", "feedback.csv.lock", "tasks"}
        widths = {line.count(b",") for line in path.read_bytes().splitlines()[:1]}
        assert widths == {len(COLUMNS) - 1}


def test_somebody_is_forgotten(store, url, capsys):
    wanted = ANSWERS["after_forgetting"]
    said = run(capsys, "forget", wanted["name"], "--yes", "--store", url).out
    assert said.splitlines()[1] == wanted["stdout"][1]
    ids = set(store.read()["id"])
    assert [row_id for row_id in ANSWERS["read_ids"] if row_id not in ids] == wanted["removed"]
    assert store.count() == wanted["count"]
    demos = wanted["count_per_demo"]
    assert {demo: store.count(demo) for demo in demos} == demos

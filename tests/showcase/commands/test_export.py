"""`feedback export`: the rows in force as CSV, JSON lines and Parquet."""

import csv
import io
import json
import subprocess
import sys
from pathlib import Path

import pytest
from pyarrow import parquet

from showcase.export import CONFIDENCE
from showcase.feedback import COLUMNS, open_store
from tests.showcase.commands.conftest import weather
from tests.showcase.feedback.builders import as_text, make, nasty

ROOT = Path(__file__).parents[3]


@pytest.fixture
def records(store):
    """Three in force, of two demos and two days, and one that was replaced."""
    first = make(created_at="2026-01-30T12:00:00Z")
    second = make(created_at="2026-01-31T12:00:00Z", verdict="wrong", supersedes=first.id)
    other = weather(10.0, created_at="2026-01-31T23:59:59.999Z")
    last = make(created_at="2026-02-01T00:00:00Z")
    found = [first, second, other, last]
    store.extend(record.row() for record in found)
    return found


def ids(path):
    return [json.loads(line)["id"] for line in path.read_text(encoding="utf-8").splitlines()]


@pytest.mark.parametrize(
    ("options", "places"),
    [
        ([], [1, 2, 3]),
        (["--all"], [0, 1, 2, 3]),
        (["--demo", "rainfall"], [2]),
        (["--since", "2026-02-01"], [3]),
        (["--until", "2026-02-01"], [1, 2]),
        (["--since", "2026-01-31T12:00:00Z", "--until", "2026-01-31T12:00:01Z"], [1]),
        (["--demo", "sketch"], []),
    ],
)
def test_the_chosen_rows_are_written(run, records, url, tmp_path, options, places):
    out = tmp_path / "deep" / "out.jsonl"
    code, said, error = run("export", "--out", out, "--store", url, *options)
    rows = "1 row" if len(places) == 1 else f"{len(places)} rows"
    assert (code, said, error) == (0, "", f"{rows} in {out}\n")
    assert ids(out) == [records[place].id for place in places]
    assert [found.name for found in out.parent.iterdir()] == ["out.jsonl"]


def test_csv_is_a_log_again_and_runs_in_no_spreadsheet(run, store, url, tmp_path):
    records = [nasty(0, number) for number in range(30)]
    store.extend(record.row() for record in records)
    out = tmp_path / "out.csv"
    assert run("export", "--out", out, "--store", url)[0] == 0
    assert as_text(open_store(f"csv:{out}").read()) == [record.row() for record in records]
    rows = list(csv.reader(io.StringIO(out.read_text(encoding="utf-8-sig"), newline="")))
    assert rows[0] == list(COLUMNS)
    assert not [cell for row in rows for cell in row if cell[:1] in ("=", "@", "\t", "\r", "\n")]


def test_json_lines_hold_json(run, records, url, tmp_path):
    out = tmp_path / "out.jsonl"
    run("export", "--out", out, "--store", url)
    told = json.loads(out.read_text(encoding="utf-8").splitlines()[1])
    assert list(told) == list(COLUMNS)
    assert told["input"] == records[2].input
    assert told["prediction"]["label"] == "rain"
    assert told["confidence"] == 0.7


def test_parquet_holds_the_texts(run, store, url, tmp_path):
    records = [nasty(0, number) for number in range(30)]
    store.extend(record.row() for record in records)
    out = tmp_path / "out"
    assert run("export", "--out", out, "--format", "parquet", "--store", url)[0] == 0
    columns = parquet.read_table(out).to_pydict()
    assert columns["confidence"] == [record.confidence for record in records]
    columns["confidence"] = [record.row()[CONFIDENCE] for record in records]
    assert list(zip(*columns.values(), strict=True)) == [record.row() for record in records]


def test_parquet_is_a_log_again(run, store, url, tmp_path):
    records = [nasty(0, number) for number in range(30)]
    records += [make(confidence=share) for share in (0.0, 1e-7, 1.0, None)]
    store.extend(record.row() for record in records)
    assert run("export", "--out", tmp_path / "out.parquet", "--store", url)[0] == 0
    assert run("copy", tmp_path / "out.parquet", f"csv:{tmp_path}/again.csv")[0] == 0
    again = open_store(f"csv:{tmp_path}/again.csv").read()
    assert as_text(again) == [record.row() for record in records]


def test_a_confidence_that_somebody_made_a_word_is_none(run, store, url, tmp_path):
    row = list(make().row())
    row[CONFIDENCE] = "high"
    store.extend([row])
    assert run("export", "--out", tmp_path / "out.parquet", "--store", url)[0] == 0
    assert parquet.read_table(tmp_path / "out.parquet")["confidence"].to_pylist() == [None]
    assert run("export", "--out", tmp_path / "out.jsonl", "--store", url)[0] == 0
    assert json.loads((tmp_path / "out.jsonl").read_text(encoding="utf-8"))["confidence"] is None


def test_a_demo_that_is_nowhere_is_refused_with_those_that_are(run, records, url, tmp_path):
    out = tmp_path / "out.csv"
    code, _, error = run("export", "--out", out, "--demo", "rainfal", "--store", url)
    assert (code, error) == (1, "The log has no rows of “rainfal”: it has rainfall, sentiment.\n")
    assert not out.exists()


def test_the_log_is_not_overwritten(run, records, url, tmp_path):
    log = tmp_path / "log" / "feedback.csv"
    before = log.read_bytes()
    code, _, error = run("export", "--out", log, "--store", url)
    assert (code, error) == (1, f"{log} is the log itself: write to another file.\n")
    assert log.read_bytes() == before


def test_an_unknown_format_is_refused_in_words(run, records, url, tmp_path):
    code, _, error = run("export", "--out", tmp_path / "out.xlsx", "--store", url)
    assert code == 1
    assert "call it .csv, .jsonl or .parquet, or say --format" in error


def test_a_day_that_is_none_is_refused(run, url, capsys):
    with pytest.raises(SystemExit) as left:
        run("export", "--out", "x.csv", "--since", "yesterday")
    assert left.value.code == 2
    assert "'yesterday' is no day such as 2026-01-31" in capsys.readouterr().err


def test_a_reader_that_goes_away_is_no_error(records, url):
    command = f"{sys.executable} -m showcase feedback stats --json --store {url} | true"
    ended = subprocess.run(command, shell=True, cwd=ROOT, capture_output=True, check=False)
    assert ended.stderr == b""


TIP = """
from showcase import interface

def tip(bill: float = 40) -> float:
    '''How much to tip.'''
    return bill / 10

interface(tip)
"""


def test_verdicts_on_a_page_of_a_script_are_data_to_train_on(run, store, url, tmp_path):
    script, out = tmp_path / "my_tip.py", tmp_path / "out.csv"
    script.write_text(TIP)
    said = {"input": {"bill": 40}, "prediction": {"kind": "number", "value": 4.0, "unit": ""}}
    store.append(make(demo="tip", predicted="4.0", verdict="wrong", expected="5", **said))
    code, _, error = run("export", "--training", script, "--out", out, "--store", url)
    assert (code, error.splitlines()[0]) == (
        0,
        f"1 row in {out}, from 1 verdict of 1 person; left out:",
    )
    head, row = out.read_text(encoding="utf-8-sig").splitlines()
    assert head.startswith("bill,target,")
    assert row.startswith("40.0,5.0,")

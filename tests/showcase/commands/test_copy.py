"""`feedback copy`: every cell as it was, each id once, whatever died on the way."""

import itertools
import json
import subprocess
import sys
from pathlib import Path
from tempfile import TemporaryDirectory
from uuid import uuid4

import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pyarrow import parquet

from showcase.commands.feedback import Copied, copy
from showcase.commands.store_urls import log
from showcase.export import cells
from showcase.feedback import COLUMNS, open_store
from tests.showcase.commands.conftest import ROOT
from tests.showcase.feedback.builders import make, nasty

# What the texts of a record consist of: all but NUL and lone surrogates, the troublesome more often
TEXTS = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0")) | st.text(
    "'=+-@\t\r\n\",;.5eE aé😀"
)
ROWS = [nasty(4, number).row() for number in range(60)]
PLACES = ("csv:{}/a.csv", "sqlite:///{}/a.db", "{}/a.parquet")


@pytest.fixture
def places(tmp_path):
    return [place.format(tmp_path) for place in PLACES]


def rows(url):
    return [row for batch in log(url, exists=True).batches() for row in cells(batch)]


def pairs():
    return [pair for pair in itertools.product(range(3), repeat=2) if pair[0] != pair[1]]


@pytest.mark.parametrize(("source", "target"), pairs())
def test_rows_are_the_same_everywhere_and_none_goes_twice(places, source, target):
    log(places[source], exists=False).extend(ROWS)
    log(places[target], exists=False).extend(ROWS[10:30])
    assert copy(places[source], places[target]) == Copied(60, 40)
    assert rows(places[target]) == [*ROWS[10:30], *ROWS[:10], *ROWS[30:]]
    assert copy(places[source], places[target]) == Copied(60, 0)
    assert len(rows(places[target])) == 60


def written_rows(texts, shares):
    """Rows of any texts, but for the id and the share, which SQL keeps as a number."""
    place = COLUMNS.index("confidence")
    for cells_of_a_row, share in zip(texts, shares, strict=False):
        row = [str(uuid4()), *cells_of_a_row]
        row[place] = share
        yield tuple(row)


SHARES = st.just("") | st.floats(0, 1).map(str)
CELLS = st.lists(TEXTS, min_size=len(COLUMNS) - 1, max_size=len(COLUMNS) - 1)


@settings(max_examples=10, deadline=None)
@given(st.builds(written_rows, st.lists(CELLS, min_size=8), st.lists(SHARES, min_size=8)))
def test_every_cell_survives_all_three(written):
    written = list(written)
    with TemporaryDirectory() as folder:
        urls = [place.format(folder) for place in (*PLACES, "csv:{}/b.csv")]
        open_store(urls[0]).extend(written)
        for source, target in itertools.pairwise(urls):
            copy(source, target)
        assert [rows(url) for url in urls] == [written] * 4
        first, last = (Path(url.removeprefix("csv:")) for url in (urls[0], urls[-1]))
        assert first.read_bytes() == last.read_bytes()


@pytest.mark.parametrize(("source", "target"), [(0, 1), (0, 2), (2, 0), (1, 0)])
def test_killed_with_9_and_run_again_it_is_complete(places, tmp_path, source, target):
    log(places[source], exists=False).extend(ROWS)
    command = [sys.executable, "-m", "tests.showcase.commands.copier"]
    died = subprocess.run([*command, places[source], places[target], "45"], cwd=ROOT, check=False)
    assert died.returncode == -9
    copied = copy(places[source], places[target])
    assert copied.rows == 60
    assert rows(places[target]) == ROWS
    if target == 0:
        assert copied.new == 20
        assert open_store(places[0]).count() == 60
    left = {found.suffix for found in tmp_path.iterdir()}
    assert left <= {".csv", ".db", ".parquet", ".index", ".lock"}


def test_it_says_how_many_were_new(run, places):
    open_store(places[0]).extend(ROWS)
    code, said, _ = run("copy", places[0], places[2])
    told = f"60 rows read from {places[0]}: 60 new in {places[2]}, 0 were there already.\n"
    assert (code, said) == (0, told)


def test_the_apps_own_store_has_a_short_name(run, feedback_url, places):
    open_store(feedback_url).extend(ROWS)
    assert run("copy", "app", places[2])[:2] == (
        0,
        f"60 rows read from app: 60 new in {places[2]}, 0 were there already.\n",
    )


def test_a_parquet_file_of_something_else_is_refused(run, places):
    path = Path(places[2])
    parquet.write_table(pa.table({"id": ["1"], "demo": ["a"]}), path)
    code, _, error = run("copy", places[2], places[0])
    assert code == 1
    assert f"{path} is no log of verdicts: it lacks the columns created_at, model_version" in error
    path.write_bytes(b"PAR1 and so on")
    code, _, error = run("copy", places[2], places[0])
    assert code == 1
    assert error.startswith(f"{path} cannot be read as Parquet: ")
    assert error.count("\n") == 1


def test_a_parquet_file_of_other_types_is_taken_as_text(places):
    record = make()
    cells = dict(zip(COLUMNS, record.row(), strict=True))
    columns = {name: [cell or None] for name, cell in cells.items()} | {"confidence": [0.8]}
    parquet.write_table(pa.table(columns).append_column("more", [[1]]), places[2])
    copy(places[2], places[0])
    assert rows(places[0]) == [record.row()]


def test_a_place_is_not_copied_onto_itself(run, places, tmp_path, monkeypatch):
    open_store(places[0]).extend(ROWS[:1])
    monkeypatch.chdir(tmp_path)
    code, _, error = run("copy", places[0], "a.csv")
    assert code == 1
    assert error.endswith("are the same place.\n")


def test_a_source_that_is_not_there_is_named(run, places, tmp_path):
    for place in places:
        assert run("copy", place, "csv:other.csv")[0] == 1
    assert list(tmp_path.iterdir()) == []


def test_a_parquet_file_is_counted_and_exported_like_a_store(run, places, tmp_path):
    log(places[2], exists=False).extend(ROWS)
    open_store(places[0]).extend(ROWS)
    told = [run("stats", "--json", "--store", place)[1] for place in (places[0], places[2])]
    assert told[0] == told[1]
    assert json.loads(told[0])[0]["rows"] == 60
    assert run("export", "--store", places[2], "--out", tmp_path / "b.csv")[0] == 0
    assert rows(str(tmp_path / "b.csv")) == ROWS
    assert run("export", "--store", places[2], "--out", places[2])[0] == 1

"""The CSV store: append, read, count, chains, refusals."""

import subprocess
import sys
import threading
import uuid
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pandas as pd
import psutil
import pytest

from showcase.feedback import COLUMNS, FeedbackError, RefusedError, StorageError, open_store
from showcase.feedback.csv_store import CsvStore
from showcase.feedback.record import Record
from tests.showcase.feedback.feedback_rows import NASTY, as_text, make, nasty

ROOT = Path(__file__).parents[3]


def test_append_returns_the_id_and_read_the_row(store):
    record = make(comment="fine")
    assert store.append(record) == record.id
    assert as_text(store.read()) == [record.row()]


def test_an_unopened_store_is_empty_and_writes_nothing(store, path):
    assert (len(store.read()), store.count(), store.count("sentiment")) == (0, 0, 0)
    assert str(uuid.uuid4()) not in store
    assert not path.parent.exists()


def test_read_has_text_columns_and_a_number(store):
    store.append(make(verdict="unsure", prediction={"label": "x", "probabilities": None}))
    store.append(make())
    for frame in (store.read(), open_store("csv:nowhere/x.csv").read()):
        assert tuple(frame.columns) == COLUMNS
        assert frame["confidence"].dtype == "float64"
        assert all(frame[name].dtype == "str" for name in COLUMNS if name != "confidence")
    confidence = store.read()["confidence"]
    assert pd.isna(confidence[0])
    assert confidence[1] == 0.8
    assert store.read()["comment"].tolist() == ["", ""]


def test_nasty_rows_come_back_exactly(store):
    records = [nasty(1, number) for number in range(2 * len(NASTY))]
    for record in records:
        store.append(record)
    assert as_text(store.read()) == [record.row() for record in records]
    assert store.count() == store.count("demo1") == len(records)


@pytest.mark.parametrize("share", [0.1, 1 / 3, 5e-324, 0.30000000000000004, 1.0, 0.0])
def test_confidence_comes_back_exactly(store, share):
    store.append(make(confidence=share))
    assert store.read()["confidence"].tolist() == [share]


def test_a_large_drawing_comes_back(store):
    record = make(input={"drawing": [[list(range(200_000))] * 2]})
    store.append(record)
    assert as_text(store.read()) == [record.row()]


def test_the_same_record_twice_leaves_one_row(store):
    record = make()
    later = record.model_copy(update={"created_at": "2030-01-01T00:00:00.000Z"})
    assert store.append(record) == store.append(later) == record.id
    assert len(store.read()) == store.count() == 1


def test_an_id_is_not_used_for_another_verdict(store):
    record = make()
    store.append(record)
    with pytest.raises(RefusedError, match=f"not stored: its id {record.id} belongs to another"):
        store.append(make(id=record.id, verdict="wrong"))
    assert len(store.read()) == 1


def test_the_store_knows_its_ids(store):
    record = make()
    store.append(record)
    assert record.id in store
    assert str(uuid.uuid4()) not in store


def chain(store, *verdicts):
    """Append verdicts, each of which replaces the one before."""
    newest = ""
    for verdict in verdicts:
        newest = store.append(make(verdict=verdict, supersedes=newest))
    return newest


@pytest.mark.parametrize(
    ("verdicts", "counted"),
    [(["correct"], 1), (["correct", "wrong"], 1), (["correct", "withdrawn"], 0), (["withdrawn"], 0),
     (["correct", "withdrawn", "wrong"], 1), (["correct", "withdrawn", "wrong", "withdrawn"], 0)],
)  # fmt: skip
def test_of_a_chain_the_newest_counts(store, path, verdicts, counted):
    store.append(make(demo="rainfall"))
    chain(store, *verdicts)
    assert (store.count(), store.count("sentiment")) == (counted + 1, counted)
    assert len(store.read()) == len(verdicts) + 1
    path.with_name("feedback.csv.index").unlink()
    assert store.count("sentiment") == counted


def test_a_row_replaced_in_two_tabs_stays_one_chain(store, path):
    first = chain(store, "correct")
    second = store.append(make(verdict="wrong", supersedes=first))
    store.append(make(verdict="unsure", supersedes=first))
    assert store.count() == 1
    store.append(make(verdict="withdrawn", supersedes=second))
    assert store.count() == 0
    path.with_name("feedback.csv.index").unlink()
    assert store.count() == 0


@pytest.mark.parametrize("other", [{"demo": "sketch"}, {"input": {"text": "x"}}, {"session": "ee"}])
def test_only_a_row_of_the_same_demo_input_and_session_is_replaced(store, other):
    first = store.append(make())
    with pytest.raises(RefusedError, match=f"{first} that it replaces is about another"):
        store.append(make(supersedes=first, **other))
    assert len(store.read()) == 1


def test_a_missing_row_is_not_replaced(store):
    with pytest.raises(RefusedError, match="is not stored here"):
        store.append(make(supersedes=uuid.uuid4()))
    assert store.count() == 0


def test_many_threads_share_one_store(store):
    records = [nasty(0, number) for number in range(100)]
    seen = []

    def append(record):
        store.append(record)
        seen.append(store.count())

    with ThreadPoolExecutor(16) as pool:
        list(pool.map(append, records + records[:20]))
    assert sorted(as_text(store.read())) == sorted(record.row() for record in records)
    assert max(seen) == store.count() == 100


def test_no_descriptor_stays_open(store):
    store.append(make())
    before = psutil.Process().num_fds()
    for _ in range(20):
        store.append(make())
        store.count()
        store.read()
    assert psutil.Process().num_fds() == before


def test_nothing_waits_for_a_database(store):
    store.append(make())
    assert store.waiting() == 0


def test_a_held_lock_ends_in_an_error(store, path):
    store.append(make())
    held, done = threading.Event(), threading.Event()

    def hold():
        with store._writing("held"):
            held.set()
            done.wait(60)

    holder = threading.Thread(target=hold)
    holder.start()
    held.wait(60)
    try:
        with pytest.raises(StorageError, match="was not stored: another process is busy"):
            CsvStore(path, lock_timeout_s=0.05).append(make())
    finally:
        done.set()
        holder.join()
    assert store.count() == 1


def test_errors_have_one_base():
    assert issubclass(RefusedError, FeedbackError)
    assert issubclass(StorageError, FeedbackError)


def test_the_place_is_named_for_a_visitor(tmp_path):
    assert open_store("csv:feedback/feedback.csv").place == "feedback/feedback.csv on this server"
    assert open_store(f"csv:{tmp_path}/a/b.csv").place == "a/b.csv on this server"
    assert open_store("csv:b.csv").place == "b.csv on this server"


def test_a_relative_path_stays_where_it_was_opened(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    store = open_store("csv:feedback.csv")
    monkeypatch.chdir("/")
    store.append(make())
    assert (tmp_path / "feedback.csv").exists()


@pytest.mark.parametrize("url", ["mysql://x/y", "feedback.csv", "postgresql+psycopg://h/d", ""])
def test_other_urls_are_named_with_what_works(url):
    with pytest.raises(ValueError, match=r"give csv:<path>.*SQL URLs .* are planned"):
        open_store(url)


@pytest.mark.parametrize("url", ["csv:", "csv:feedback/", "csv://feedback/feedback.csv"])
def test_a_csv_url_needs_a_file(url):
    with pytest.raises(ValueError, match="give csv:<path of a file>"):
        open_store(url)


def test_lasting_can_be_stated():
    assert open_store("csv:feedback.csv", lasting=True).lasting
    assert not open_store("csv:feedback.csv", lasting=False).lasting


def test_the_package_imports_without_pandas_and_streamlit():
    code = """
import sys, showcase.feedback
showcase.feedback.open_store("csv:feedback.csv").count()
sys.exit(bool({"pandas", "numpy", "streamlit"} & set(sys.modules)))
"""
    found = subprocess.run([sys.executable, "-c", code], check=False, cwd=ROOT)
    assert found.returncode == 0


def test_a_record_made_elsewhere_is_stored_as_it_is(store):
    record = Record.model_validate(make().model_dump())
    store.append(record)
    assert store.read()["id"].tolist() == [record.id]

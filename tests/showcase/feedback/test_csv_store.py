"""The CSV store: append, read, count, chains, refusals."""

import subprocess
import sys
import threading
import uuid
from pathlib import Path

import psutil
import pytest

from showcase.feedback import FeedbackError, RefusedError, StorageError, open_store
from showcase.feedback.csv_log.store import CsvStore
from tests.showcase.feedback.builders import VERDICTS, chain, make

ROOT = Path(__file__).parents[3]


def test_an_unopened_store_is_empty_and_writes_nothing(store, path):
    assert (len(store.read()), store.count(), store.count("sentiment")) == (0, 0, 0)
    assert str(uuid.uuid4()) not in store
    assert not path.parent.exists()


@pytest.mark.parametrize(("verdicts", "counted"), VERDICTS)
def test_a_new_index_counts_of_a_chain_the_newest(store, path, verdicts, counted):
    store.append(make(demo="rainfall"))
    chain(store, *verdicts)
    path.with_name("feedback.csv.index").unlink()
    assert store.count("sentiment") == counted


def test_a_new_index_knows_a_row_replaced_in_two_tabs(store, path):
    first = chain(store, "correct")
    second = store.append(make(verdict="wrong", supersedes=first))
    store.append(make(verdict="unsure", supersedes=first))
    store.append(make(verdict="withdrawn", supersedes=second))
    path.with_name("feedback.csv.index").unlink()
    assert store.count() == 0


def test_no_descriptor_stays_open(store):
    store.append(make())
    before = psutil.Process().num_fds()
    for _ in range(20):
        store.append(make())
        store.count()
        store.read()
    assert psutil.Process().num_fds() == before


def test_a_held_lock_ends_in_an_error(store, path):
    store.append(make())
    held, done = threading.Event(), threading.Event()

    def hold():
        with store._locked("held"):
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


@pytest.mark.parametrize("url", ["feedback.csv", "parquet:x", ""])
def test_other_urls_are_named_with_what_works(url):
    with pytest.raises(ValueError, match=r"give csv:<path>.* or sqlite:///<path>"):
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
sys.exit(bool({"pandas", "numpy", "streamlit", "sqlalchemy", "psycopg"} & set(sys.modules)))
"""
    found = subprocess.run([sys.executable, "-c", code], check=False, cwd=ROOT)
    assert found.returncode == 0

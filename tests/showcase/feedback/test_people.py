"""Who said it: proven names and others, spellings of one name; and who may read it on the disk."""

import logging
import os
import signal
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from models import sentiment
from showcase.feedback import RefusedError
from showcase.feedback.analytics import agreement
from showcase.feedback.analytics.load import Snapshot, remove_spills
from showcase.feedback.analytics.queries import Analysis
from showcase.feedback.csv_log import file as log
from showcase.feedback.csv_log import index
from showcase.runtime.rows import why_not_stored
from tests.showcase.feedback.builders import as_text, make

RAIN = {"label": "rain", "probabilities": {"rain": 0.9, "dry": 0.1}}
SPELLINGS = ("Zoë", "Zoë\u2800", "Zoe\u0308", "ZOË", "Zo\u200b\u034fë\ufe0f", " zoë ")


def said(store, answer, **more):
    verdict = "correct" if answer == "rain" else "wrong"
    row = {"demo": "rainfall", "prediction": RAIN, "verdict": verdict, "expected": answer}
    return store.append(make(**row | more))


def test_an_unproven_name_replaces_nothing_that_a_proven_one_said(any_store):
    mine = said(any_store, "dry", annotator="Mia", signed_in=True)
    for verdict in ("wrong", "withdrawn"):
        with pytest.raises(RefusedError, match="of somebody who had signed in"):
            said(any_store, "rain", annotator="Mia", supersedes=mine, verdict=verdict)
    assert any_store.extend([make(demo="rainfall", annotator="Mia", supersedes=mine).row()]) == 1
    assert any_store.count() == 2


def test_somebody_who_signs_in_may_replace_what_they_said_before(any_store):
    before = said(any_store, "dry", annotator="Mia")
    said(any_store, "rain", annotator="Mia", supersedes=before, signed_in=True)
    assert any_store.count() == 1


def test_for_training_and_agreement_they_are_two_people(any_store):
    said(any_store, "dry", annotator="Mia", session="1", signed_in=True)
    said(any_store, "rain", annotator="Mia", session="2")
    with Snapshot(any_store) as snapshot:
        assert snapshot.older_of_a_person().tolist() == []
    verdicts = Analysis(any_store).look()
    found = agreement.together(verdicts, "rainfall")
    assert (found.people, found.percent) == (2, 0)
    names = [one.name for one in agreement.annotators(verdicts, 10)]
    assert sorted(names) == ["Mia", "Mia (not signed in)"]


def test_spellings_of_a_name_are_one_person(any_store):
    for number, name in enumerate(SPELLINGS):
        said(any_store, "rain", annotator=name, session=str(number))
    said(any_store, "dry", annotator="Zoé")
    verdicts = Analysis(any_store).look()
    assert agreement.together(verdicts, "rainfall").people == 2
    assert [one.rows for one in agreement.annotators(verdicts, 10)] == [len(SPELLINGS), 1]
    with Snapshot(any_store) as snapshot:
        assert len(snapshot.older_of_a_person()) == len(SPELLINGS) - 1
    assert any_store.forget(annotator="zoë") == len(SPELLINGS)
    assert [row["annotator"] for row in any_store.read().to_dict("records")] == ["Zoé"]


def test_what_cannot_be_seen_is_nobodys_name(any_store):
    said(any_store, "rain", annotator="")
    said(any_store, "rain", annotator="\u200b")
    assert any_store.forget(annotator="\u200b") == 1


def test_a_clock_that_is_set_back_changes_no_order(any_store):
    for hour, answer in ((12, "dry"), (11, "rain")):
        at = f"2026-01-01T{hour}:00:00Z"
        said(any_store, answer, annotator="Mia", session=str(hour), created_at=at)
    with Snapshot(any_store) as snapshot:
        assert snapshot.older_of_a_person().tolist() == [0]
    (one,) = agreement.annotators(Analysis(any_store).look(), 10)
    assert one.pace_s is None


@pytest.mark.skipif(os.name == "nt", reason="no such rights under Windows")
def test_nobody_else_may_read_what_is_new(store, path):
    store.append(make(annotator="Mia"))
    with path.open("ab") as file:
        file.write(b"half a row")
    store.count()
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700
    for name in ("feedback.csv", "feedback.csv.index", "feedback.csv.torn"):
        assert stat.S_IMODE(path.with_name(name).stat().st_mode) == 0o600


def older(path, *records):
    """Write a log as version 0.1 did."""
    path.parent.mkdir(exist_ok=True)
    lines = [log.HEADER, *(log.encode(record.row()) for record in records)]
    path.write_bytes(b"".join(line.rpartition(b",")[0] + b"\r\n" for line in lines))


def test_a_log_of_17_columns_is_read_as_it_is_and_widened_at_the_first_write(store, path):
    records = [make(comment='two\nlines, "quoted"'), make(supersedes=make().id), make()]
    older(path, *records)
    junk, half = b'1,2,3\r\n"open\r\n', b"half,a row"
    content = path.read_bytes() + junk + half
    path.write_bytes(content)
    rows = [record.row() for record in records]
    assert as_text(store.read()) == rows
    assert path.read_bytes() == content
    new = make(signed_in=True)
    store.append(new)
    assert as_text(store.read()) == [*rows, new.row()]
    assert path.read_bytes().startswith(log.HEADER)
    assert path.with_name("feedback.csv.torn").read_bytes() == junk + half
    assert not list(path.parent.glob("feedback-*"))


def test_a_log_that_cannot_be_widened_stays_as_it_is(store, path, monkeypatch):
    older(path, make())
    before = path.read_bytes()

    def fail(_):
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr(log.os, "fsync", fail)
        with pytest.raises(Exception, match="not stored: no space is left"):
            store.append(make())
    assert path.read_bytes() == before
    store.append(make())
    assert len(store.read()) == 2


def test_the_size_of_the_log_is_watched(store, monkeypatch, caplog):
    monkeypatch.setattr(index, "WATCHED", 1_000_000)
    with caplog.at_level(logging.WARNING):
        for _ in range(3):
            store.append(make(input={"text": "x" * 600_000}))
    assert caplog.text.count("MB now: see that the disk has room") == 1


def test_texts_of_strangers_are_bounded_and_drawings_are_not():
    long = sentiment.Input.model_construct(text="é" * 50_001, threshold=0.05)
    assert "its text takes more than 100 kB" in why_not_stored(long, signed_in=False)
    assert why_not_stored(long, signed_in=True) == ""
    drawing = sentiment.Input.model_construct(text="", threshold=[[list(range(30_000))]])
    assert why_not_stored(drawing, signed_in=False) == ""


def spills(folder):
    return [found.name for found in Path(folder).glob("vitrine-review-*")]


SPILL = """
import os, stat, sys
from showcase.feedback.analytics.load import connect
database = connect("50MB")
made = "SELECT 'Ann Onym ' || repeat(md5(i::VARCHAR), 8) AS name FROM range(400_000) AS r(i)"
database.execute(f"CREATE TABLE verdicts AS {made}")
(folder,) = os.scandir(os.environ["TMPDIR"])
told = [stat.S_IMODE(folder.stat().st_mode), sum(one.stat().st_size for one in os.scandir(folder))]
print(*told, flush=True)
os.kill(os.getpid(), int(sys.argv[1]))
"""


@pytest.mark.skipif(os.name != "posix", reason="processes are asked for as POSIX has it")
@pytest.mark.parametrize("ending", [signal.SIGKILL, 0])
def test_what_a_review_sets_aside_is_private_and_does_not_stay(tmp_path, monkeypatch, ending):
    root = Path(__file__).parents[3]
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    asked = [sys.executable, "-c", SPILL, str(int(ending))]
    ended = subprocess.run(asked, check=False, cwd=root, stdout=subprocess.PIPE, text=True)
    mode, size = map(int, ended.stdout.split())
    assert ended.returncode == -ending
    assert mode == 0o700
    assert size > 1_000_000, "nothing was set aside"
    assert len(spills(tmp_path)) == bool(ending), "who ends by itself leaves nothing"
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    remove_spills()
    assert spills(tmp_path) == []

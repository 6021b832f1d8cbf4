"""A database that goes away and comes back: verdicts wait, and are sent exactly once."""

import contextlib
import csv
import logging
import os
import uuid
from pathlib import Path

import pytest

from showcase.feedback import RefusedError, StorageError, open_store, outbox
from showcase.feedback.outbox import OutboxStore
from showcase.feedback.sql import engine
from tests.showcase.feedback.builders import judgements, make, rounds, small, until
from tests.showcase.feedback.processes import output, writers


@pytest.fixture
def path(tmp_path):
    return tmp_path / "waits" / "spool.csv"


@pytest.fixture
def plain(database):
    """The database itself."""
    return open_store(database)


@pytest.fixture
def store(database, path):
    store = open_store(database, spool=path)
    yield store
    store.close()


def comments(store):
    return store.read()["comment"].tolist()


@pytest.mark.slow  # it waits for a database that is away
def test_verdicts_wait_and_are_sent_in_order_by_themselves(server, store, plain, path):
    store.append(small(0, 0))
    server.stop()
    for number in range(1, 6):
        store.append(small(0, number))
    assert store.waiting() == 5
    server.start()
    until(lambda: not store.waiting())
    assert comments(plain) == [f"0 {number}" for number in range(6)]
    until(lambda: not path.exists())
    store.append(small(0, 6))
    assert (plain.count(), store.count()) == (7, 7)


def test_a_verdict_that_is_being_sent_is_somewhere_at_every_moment(server, store, monkeypatch):
    found = []
    emptied = outbox.Spool.emptied

    @contextlib.contextmanager
    def watched(waits, sent):
        with emptied(waits, sent) as rest:
            yield rest
        assert not waits.path.exists()
        found.append((record.id in store, store.count()))

    monkeypatch.setattr(outbox.Spool, "emptied", watched)
    server.stop()
    record = small(0, 0)
    store.append(record)
    server.start()
    until(lambda: found)
    assert found == [(True, 1)]


def test_what_an_earlier_process_left_is_sent_at_the_first_question(server, store, database, path):
    server.stop()
    store.append(small(0, 0))
    store.append(small(0, 0))
    assert store.waiting() == 1
    server.start()
    later = open_store(database, spool=path)
    later.count()
    until(lambda: not later.waiting())
    assert later.count() == 1


def test_while_the_database_is_away_questions_are_refused_at_once(server, store):
    record = make()
    store.append(record)
    server.stop()
    questions = (store.count, store.read, store.version_token, lambda: rounds(store, "x"),
                 lambda: judgements(store, "task-1"), lambda: list(store.batches()),
                 lambda: store.get(["1"]), lambda: record.id in store)  # fmt: skip
    for question in questions:
        with pytest.raises(StorageError, match=r"could not be .*: the database cannot be reached"):
            question()
    waits = make()
    store.append(waits)
    assert waits.id in store
    store.check()


def test_nobody_waits_for_a_server_that_does_not_answer(store, monkeypatch):
    asked = []

    def silence(record):
        asked.append(record)
        raise StorageError("The verdict was not stored: it takes three seconds to say this.")

    monkeypatch.setattr(store._database, "append", silence)
    monkeypatch.setattr(store._database, "check", lambda: silence(None))
    for number in range(20):
        store.append(small(0, number))
    assert [record for record in asked if record] == [small(0, 0)]


@pytest.mark.slow  # it waits for a database that is away
def test_a_server_that_froze_makes_nobody_wait_for_ever(server, store, plain, monkeypatch):
    store.append(small(0, 0))  # there is a connection that looks sound
    monkeypatch.setattr(engine.TimedConnection, "patience_s", 0.2)
    monkeypatch.setitem(engine.POSTGRESQL, "connect_timeout", 2)
    with server.frozen():
        store.append(small(0, 1))
        store.append(small(0, 2))
        assert store.waiting() == 2
    monkeypatch.undo()
    until(lambda: not store.waiting())
    assert comments(plain) == ["0 0", "0 1", "0 2"]


def test_changes_of_mind_while_the_database_is_away(server, store, plain):
    first = store.append(make())
    server.stop()
    second = store.append(make(verdict="wrong", supersedes=first))
    store.append(make(verdict="withdrawn", supersedes=second))
    with pytest.raises(RefusedError, match="about another demo"):
        store.append(make(demo="sketch", supersedes=second))
    server.start()
    until(lambda: not store.waiting())
    assert (len(plain.read()), plain.count()) == (3, 0)


def test_what_the_database_refuses_holds_up_no_other(server, store, plain, path, caplog):
    taken = store.append(make())
    server.stop()
    orphan = make(supersedes=uuid.uuid4())
    other = make(id=taken, verdict="wrong")
    too_long = make(demo="".join(str(uuid.uuid4()) for _ in range(500)))  # no index takes it
    good = [make(), make()]
    with caplog.at_level(logging.ERROR):
        for record in (good[0], orphan, other, too_long, good[1]):
            store.append(record)
        server.start()
        until(lambda: not store.waiting())
    assert plain.read()["id"].tolist() == [taken, good[0].id, good[1].id]
    refused = path.with_name("spool-refused.csv")
    with refused.open(newline="", encoding="utf-8") as file:
        assert [row["id"] for row in csv.DictReader(file)] == [orphan.id, other.id, too_long.id]
    assert "is not stored here" in caplog.text
    assert "set aside into waits/spool-refused.csv" in caplog.text


def test_an_id_that_waits_is_not_used_for_another_verdict(server, store):
    server.stop()
    record = make()
    store.append(record)
    with pytest.raises(RefusedError, match="belongs to another"):
        store.append(make(id=record.id, verdict="wrong"))


@pytest.mark.slow  # processes of their own, and kill -9
def test_kill_9_of_the_app_loses_and_doubles_nothing(server, database, path, plain):
    server.stop()
    with writers(("spooled", database, path, 1, 10_000)) as (process,):
        thanked = [process.stdout.readline().strip() for _ in range(50)]
        process.kill()
        thanked += process.stdout.read().split()  # also what was read ahead for a line
    server.start()
    store = open_store(database, spool=path)
    store.send()
    found = plain.read()["id"].tolist()
    wanted = [small(1, number).id for number in range(len(found))]
    # The row in progress may have been written without a chance to say so.
    assert found == wanted
    assert wanted[: len(thanked)] == thanked
    assert len(found) <= len(thanked) + 1


@pytest.mark.slow  # processes of their own, and kill -9
def test_kill_9_while_it_sends_doubles_nothing(server, store, plain, path, monkeypatch):
    server.stop()
    for number in range(10):
        store.append(small(0, number))
    content = path.read_bytes()
    server.start()
    until(lambda: not store.waiting())
    path.write_bytes(content)  # as if it was killed before it removed the file
    store.append(small(0, 10))
    until(lambda: not store.waiting())
    assert comments(plain) == [f"0 {number}" for number in range(11)]


@pytest.mark.slow  # processes of their own, and kill -9
def test_two_processes_share_one_spool(server, database, path, plain):
    server.stop()
    printed = output(*(("spooled", database, path, writer, 40) for writer in range(2)))
    assert open_store(database, spool=path).waiting() == 80
    server.start()
    open_store(database, spool=path).send()
    assert sorted(plain.read()["id"]) == sorted(printed[0] + printed[1])


def test_somebody_is_forgotten_in_the_spool_too(server, store, plain, path):
    store.append(make(annotator="Mia"))
    server.stop()
    store.append(make(annotator="Mia"))
    store.append(make(annotator="Ben"))
    store._spool.set_aside(make(annotator="Mia").row(), RefusedError("no"))
    server.start()
    assert store.forget("Mia") >= 2
    until(lambda: not store.waiting())
    assert plain.read()["annotator"].tolist() == ["Ben"]
    assert "Mia" not in path.with_name("spool-refused.csv").read_text()


@pytest.fixture
def read_only(monkeypatch, tmp_path):
    """The folder for temporary files, where the spool is if its own may only be read."""
    temporary = tmp_path / "temporary"
    temporary.mkdir()
    monkeypatch.setattr(outbox.os, "access", lambda folder, _: temporary in Path(folder).parents)
    monkeypatch.setattr(outbox.tempfile, "gettempdir", lambda: str(temporary))
    monkeypatch.setattr(outbox.tempfile, "tempdir", str(temporary))
    return temporary


@pytest.mark.skipif(os.name == "nt", reason="no such rights under Windows")
def test_a_folder_that_may_only_be_read_is_left_for_a_private_one(path, read_only):
    found = outbox.Spool(path).path
    assert found == read_only / f"vitrine-spool-{os.getuid()}" / "spool.csv"
    assert found.parent.stat().st_mode & 0o077 == 0
    found.parent.rmdir()
    found.parent.symlink_to(path.parent.parent)  # as somebody else may have put there
    elsewhere = outbox.Spool(path).path.parent
    assert elsewhere.parent == read_only
    assert elsewhere != found.parent


@pytest.mark.skipif(os.name == "nt", reason="no such rights under Windows")
def test_who_may_write_forgets_in_the_private_one_too(path, read_only, monkeypatch):
    outbox.Spool(path).append(make(annotator="Mia"))
    monkeypatch.setattr(outbox.os, "access", lambda *_: True)
    assert outbox.Spool(path).forget("Mia") == 1


def test_only_a_server_has_a_spool(tmp_path, database, path):
    assert isinstance(open_store(database, spool=path), OutboxStore)
    for url in (f"sqlite:///{tmp_path}/f.db", f"csv:{tmp_path}/f.csv", database):
        spooled = open_store(url, spool=None if url == database else path)
        assert not isinstance(spooled, OutboxStore)

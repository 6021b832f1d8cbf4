"""Versions of models: whole or not there, whatever happens to who writes them."""

import signal
import subprocess
import sys
import time
from contextlib import contextmanager
from pathlib import Path

import pytest

from showcase.versions import Change, StoredVersion, digits, in_force, open_versions
from showcase.versions.store import DamagedError

WRITER = """
import sys
from showcase.versions import Change, StoredVersion, digits, open_versions
versions = open_versions(sys.argv[1])
for number in range(100_000):
    content = str(number).encode() * 20_000
    sha = digits(content)
    versions.add(
        StoredVersion(demo="a", version=sha[:12], artifact="m.bin", sha256=sha, report={"n": 1}),
        content,
    )
    versions.change(Change(who="w", demo="a", version=sha[:12], replaces=""))
    print(number, flush=True)
"""


def stored(content=b"weights", demo="a", **more):
    sha = digits(content)
    return StoredVersion(demo=demo, version=sha[:12], artifact="m.bin", sha256=sha, **more)


def change(version, demo="a", **more):
    return Change(who="Ann", demo=demo, version=version, replaces="0" * 12, **more)


def test_what_is_added_is_found_with_card_and_report(versions):
    one = stored(card={"x": 1}, report={"passed": True})
    versions.add(one, b"weights")
    versions.add(one, b"weights")
    assert versions.every("a") == [one]
    assert versions.find("a", one.version) == one
    assert versions.artifact(one).read_bytes() == b"weights"
    assert versions.find("a", "0" * 12) is None
    assert versions.find("a", "../../etc") is None
    assert versions.every("b") == []


def test_the_last_line_of_the_history_is_in_force(versions, versions_url):
    assert (versions.token(), versions.history(), in_force(versions, "a")) == ("", [], "")
    changes = [change("1" * 12), change("2" * 12, demo="b"), change("3" * 12, reason="better")]
    tokens = {versions.token()}
    for one in changes:
        versions.change(one)
        tokens.add(versions.token())
    assert len(tokens) == 4
    other = open_versions(versions_url)
    assert other.history() == changes
    assert other.history("b") == changes[1:2]
    assert in_force(other, "a") == "3" * 12


def test_another_artifact_than_the_one_that_was_stored_is_refused(tmp_path):
    versions = open_versions(f"csv:{tmp_path}/feedback.csv")
    with pytest.raises(DamagedError, match="it is not used"):
        versions.add(stored(), b"other weights")
    versions.add(stored(), b"weights")
    versions.artifact(stored()).write_bytes(b"weightz")
    with pytest.raises(DamagedError, match="SHA-256"):
        versions.artifact(stored())


def test_half_a_line_of_a_killed_writer_spoils_no_other(tmp_path):
    versions = open_versions(f"csv:{tmp_path}/feedback.csv")
    versions.change(change("1" * 12))
    with (tmp_path / "models" / "history.jsonl").open("ab") as file:
        file.write(b'{"at":"2026-01-01T00:00:00.000Z","who":"Bo')
    assert in_force(versions, "a") == "1" * 12
    versions.change(change("2" * 12))
    assert [one.version for one in versions.history()] == ["1" * 12, "2" * 12]


@contextmanager
def writing(url):
    """A process that keeps versions and promotes them, and says which are on disk."""
    with subprocess.Popen(
        [sys.executable, "-c", WRITER, url],
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        cwd=Path(__file__).parents[3],
    ) as writer:
        writer.stdout.readline()
        yield writer
        writer.kill()


def is_whole(url, acknowledged):
    versions = open_versions(url)
    kept, history = versions.every("a"), versions.history("a")
    for one in kept:
        assert digits(versions.artifact(one).read_bytes()) == one.sha256
    assert {one.version for one in history} <= {one.version for one in kept}
    assert len(history) >= acknowledged
    assert in_force(versions, "a") == history[-1].version


@pytest.mark.slow
def test_kill_at_any_moment_leaves_a_whole_state(versions_url):
    for seconds in (0.0, 0.03, 0.08):
        with writing(versions_url) as writer:
            time.sleep(seconds)
            writer.send_signal(signal.SIGKILL)
            acknowledged = 1 + len(writer.stdout.read().split())
        is_whole(versions_url, acknowledged)


@pytest.mark.slow
def test_kill_of_the_database_leaves_a_whole_state(postgres, database):
    try:
        with writing(database) as writer:
            postgres.kill()
            acknowledged = 1 + len(writer.stdout.read().split())  # it ends: nothing is kept
    finally:
        postgres.start()
    is_whole(database, acknowledged)

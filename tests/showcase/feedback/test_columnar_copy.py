"""The copy of a log's short columns: the very rows of the log, or it is not used."""

import os
import shutil
import stat

import pytest
from filelock import FileLock

from showcase.feedback import open_store
from showcase.feedback.csv_log import columnar_copy
from showcase.feedback.csv_log.file import encode
from tests.showcase.feedback.builders import make, nasty

COLUMNS = (*columnar_copy.KEPT, "status")


@pytest.fixture(autouse=True)
def always(monkeypatch):
    """Copies are for large logs; here each row is worth one."""
    monkeypatch.setattr(columnar_copy, "LEAST", 1)
    monkeypatch.setattr(columnar_copy, "BATCH_ROWS", 7)


@pytest.fixture
def log(store, path):
    """A log with chains, a row that is there twice, and more than the ends that mark a file."""
    records = [nasty(number // 20, number) for number in range(60)]
    plain = [make(session=f"{number}") for number in range(12)]
    again = plain[3].model_dump(exclude={"id"}) | {"supersedes": plain[3].id}
    rows = [record.row() for record in (*records[:20], *plain, *records[20:], make(**again))]
    store.extend(rows)
    with path.open("ab") as file:
        file.write(encode(rows[7]))
    store.append(make(session="last"))
    return store


@pytest.fixture
def copy(path):
    return path.with_name("feedback.csv.columns")


def figures(store):
    return [row for batch in store.batches(COLUMNS) for row in batch.to_pylist()]


def without_copy(path):
    """Return what the log itself says."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(columnar_copy, "has", lambda _: False)
        return figures(open_store(f"csv:{path}"))


def parts_read(store, monkeypatch):
    """Return from where the log itself is read for the figures, and how far."""
    found, read = [], columnar_copy.read

    def watched(file, start, end, *columns, **width):
        found.append((start, end))
        return read(file, start, end, *columns, **width)

    monkeypatch.setattr(columnar_copy, "read", watched)
    figures(store)
    return found


def test_the_second_look_reads_the_copy(log, path, copy, monkeypatch):
    rows = figures(log)
    assert rows == without_copy(path)
    assert copy.exists()
    size = path.stat().st_size
    assert parts_read(log, monkeypatch) == [(size, size)]
    assert figures(log) == rows


def test_only_what_came_since_is_read_from_the_log(log, path, copy, monkeypatch):
    figures(log)
    before, made = path.stat().st_size, copy.stat().st_ino
    first = log.append(make(session="new"))
    log.append(make(session="new", verdict="withdrawn", supersedes=first))
    monkeypatch.setattr(columnar_copy, "LEAST", 2**20)
    assert parts_read(log, monkeypatch) == [(before, path.stat().st_size)]
    assert figures(log) == without_copy(path)
    assert copy.stat().st_ino == made
    monkeypatch.setattr(columnar_copy, "LEAST", 1)
    assert figures(log) == without_copy(path)  # it is written anew
    assert parts_read(log, monkeypatch) == [(path.stat().st_size,) * 2]


def change_in_place(path):
    """Change one letter in the middle of the file, as an editor may."""
    content = path.read_bytes()
    middle = content.index(b"sentiment", len(content) // 2)
    with path.open("r+b") as file:
        file.seek(middle)
        file.write(b"S")
    assert len(content) > 2 * 2 * 4096


def cut_in_place(path):
    """Take the last rows off."""
    os.truncate(path, path.read_bytes().rindex(b"\n", 0, path.stat().st_size // 2) + 1)


def replace(path):
    """Put another file in its place."""
    content = path.read_bytes().replace(b"sentiment", b"Sentiment")
    path.rename(path.with_name("old.csv"))
    path.write_bytes(content)


@pytest.mark.parametrize("appended", [0, 1])
@pytest.mark.parametrize("change", [change_in_place, cut_in_place, replace])
def test_a_log_that_others_changed_is_read_itself(log, path, change, appended):
    figures(log)
    change(path)
    for number in range(appended):
        log.append(nasty(8, number))
    assert figures(log) == without_copy(path)
    assert figures(log) == without_copy(path)


def filled(whole, start, size):
    return whole[:start] + b"\xff" * size + whole[start + size :]


@pytest.mark.parametrize("broken", ["nothing", "another file", "no end", "half", "wrong inside"])
def test_a_broken_copy_is_no_difference(log, path, copy, broken):
    figures(log)
    whole = copy.read_bytes()
    third = len(whole) // 3
    copy.write_bytes({
        "nothing": b"", "another file": b"id,created_at", "no end": whole[:-40],
        "half": whole[: len(whole) // 2], "wrong inside": filled(whole, third, third),
    }[broken])  # fmt: skip
    assert figures(log) == without_copy(path)
    assert figures(log) == without_copy(path)


def test_a_look_that_was_killed_leaves_nothing_that_stays(log, path, copy):
    copy.with_name("feedback.csv.columns.new").write_bytes(b"half")
    assert figures(log) == without_copy(path)
    assert not copy.with_name("feedback.csv.columns.new").exists()
    assert copy.exists()


def test_who_stops_looking_leaves_no_copy(log, path):
    before = set(path.parent.iterdir())
    looking = log.batches(COLUMNS)
    next(looking)
    assert set(path.parent.iterdir()) > before
    looking.close()
    assert set(path.parent.iterdir()) == before


def test_what_is_forgotten_while_somebody_looks_is_in_no_copy(log, path):
    log.append(make(annotator="Ann Onym"))
    figures(log)
    log.append(make(session="later"))
    looking = log.batches(COLUMNS)
    next(looking)
    assert log.forget(annotator="Ann Onym") == 1
    list(looking)
    assert not [file for file in path.parent.iterdir() if b"Ann Onym" in file.read_bytes()]
    assert not path.with_name("feedback.csv.columns").exists()
    assert figures(log) == without_copy(path)


def test_nobody_else_may_read_it(log, path, copy):
    figures(log)
    assert stat.S_IMODE(copy.stat().st_mode) == stat.S_IMODE(path.stat().st_mode)


def test_a_busy_or_full_folder_gets_none(log, path, copy, monkeypatch):
    rows = without_copy(path)
    monkeypatch.setattr(columnar_copy, "LOCK_TIMEOUT_S", 0)
    with FileLock(f"{path}.lock"):
        assert figures(open_store(f"csv:{path}")) == rows
    assert not copy.exists()
    usage = shutil.disk_usage(path.parent)
    monkeypatch.setattr(shutil, "disk_usage", lambda _: usage._replace(free=1000))
    assert figures(log) == rows
    assert not copy.exists()

"""The CSV file and its index removed, replaced, damaged or cut while the app runs."""

import logging
import os
import shutil
import sqlite3

import pytest

from showcase.feedback import StorageError, open_store
from showcase.feedback.csv_log import file as log
from showcase.feedback.csv_log import index
from showcase.feedback.csv_log.file import HEADER, encode
from tests.showcase.feedback.builders import as_text, make, nasty


@pytest.fixture
def records(store):
    found = [nasty(2, number) for number in range(12)]
    for record in found:
        store.append(record)
    return found


@pytest.fixture
def index_path(path):
    return path.with_name("feedback.csv.index")


@pytest.fixture
def torn_path(path):
    return path.with_name("feedback.csv.torn")


def check(store, records):
    """The store holds these rows and no others, and takes another one."""
    rows = [record.row() for record in records]
    assert (as_text(store.read()), store.count()) == (rows, len(rows))
    another = make(comment="=1\n")
    store.append(another)
    assert as_text(store.read()) == [*rows, another.row()]
    assert store.count() == len(rows) + 1
    for record in records[:3]:
        store.append(record)
    assert store.count() == len(rows) + 1


def damage(path):
    path.write_bytes(b"SQLite format 3\0" + b"junk" * 3000)


def damage_pages(path):
    data = path.read_bytes()
    path.write_bytes(data[:4096] + b"\xff" * (len(data) - 4096))


def foreign_tables(path):
    path.unlink()
    connection = sqlite3.connect(path)
    connection.execute("CREATE TABLE rows (a)")
    connection.close()


def another_version(path):
    connection = sqlite3.connect(path)
    connection.execute("PRAGMA user_version = 999")
    connection.close()


def no_counts(path):
    connection = sqlite3.connect(path, isolation_level=None)
    connection.execute("DROP TABLE counts")
    connection.close()


def no_number(path):
    connection = sqlite3.connect(path, isolation_level=None)
    connection.execute("UPDATE log SET committed = 'far'")
    connection.close()


def no_text(path):
    connection = sqlite3.connect(path, isolation_level=None)
    connection.execute("UPDATE log SET inode = CAST(x'ff' AS TEXT)")
    connection.close()


def leftovers(path):
    path.with_name(f"{path.name}-journal").write_bytes(b"old" * 1000)
    path.with_name(f"{path.name}.new").write_bytes(b"old" * 1000)
    path.unlink()


def empty(path):
    os.truncate(path, 0)


def cut_off(path):
    os.truncate(path, 5000)


CHANGES = [os.remove, damage, damage_pages, foreign_tables, another_version, no_counts, no_number]


@pytest.mark.parametrize("change", [*CHANGES, no_text, leftovers, empty, cut_off])
def test_a_lost_or_damaged_index_is_made_anew(store, records, index_path, change):
    change(index_path)
    check(store, records)


def test_an_index_in_use_by_another_is_no_damage(store, records, index_path, monkeypatch):
    monkeypatch.setattr(index, "BUSY_TIMEOUT_S", 0.01)
    inode = index_path.stat().st_ino
    connection = sqlite3.connect(index_path, isolation_level=None)
    connection.execute("BEGIN EXCLUSIVE")
    with pytest.raises(StorageError, match=r"not stored.*locked"):
        store.append(make())
    assert store.count() == len(records)
    connection.close()
    check(store, records)
    assert index_path.stat().st_ino == inode


def test_a_restarted_machine_makes_the_index_anew(store, records, index_path, monkeypatch):
    inode = index_path.stat().st_ino
    held = index_path.open("rb")
    monkeypatch.setattr(log, "boot_id", lambda: "another")
    check(store, records)
    assert index_path.stat().st_ino != inode
    held.close()


def test_without_a_boot_id_the_index_waits_for_the_disk(store, tmp_path, monkeypatch):
    monkeypatch.setattr(index, "boot_id", lambda: "")
    monkeypatch.setattr(log, "boot_id", lambda: "")
    check(store, [])
    with index.Index("file::memory:") as found:
        assert found._execute("PRAGMA synchronous").fetchone() == (1,)


def test_a_removed_file_is_begun_again(store, records, path):
    path.unlink()
    check(store, [])


def test_a_removed_folder_is_made_again(store, records, path):
    shutil.rmtree(path.parent)
    check(store, [])


def test_an_emptied_file_is_begun_again(store, records, path):
    os.truncate(path, 0)
    check(store, [])


def test_a_shortened_file_counts_what_is_left(store, records, path):
    kept = len(HEADER) + sum(len(encode(record.row())) for record in records[:7])
    os.truncate(path, kept)
    check(store, records[:7])


def replaced_by(path, content, keep_inode):
    if keep_inode:
        path.write_bytes(content)
    else:
        fresh = path.with_name("fresh")
        fresh.write_bytes(content)
        fresh.replace(path)


@pytest.mark.parametrize("keep_inode", [True, False])
@pytest.mark.parametrize("count", [0, 1, 11, 12, 24])
def test_a_replaced_file_is_taken_as_it_is(store, records, path, keep_inode, count):
    others = [nasty(5, number) for number in range(count)]
    replaced_by(path, HEADER + b"".join(encode(r.row()) for r in others), keep_inode)
    check(store, others)


def test_an_older_copy_put_back_is_taken_as_it_is(store, records, path):
    copy = path.read_bytes()
    extra = make()
    store.append(extra)
    replaced_by(path, copy, keep_inode=True)
    store.append(extra)
    check(store, [*records, extra])


def test_a_copy_edited_in_the_middle_is_another_file(store, records, path):
    other = nasty(8, 6)
    content = path.read_bytes().replace(records[6].id.encode(), other.id.encode())
    replaced_by(path, content, keep_inode=False)
    assert other.id in store
    assert records[6].id not in store


def test_rows_that_another_program_added_are_taken_in(store, records, path):
    others = [nasty(6, number) for number in range(5)]
    with path.open("ab") as file:
        file.writelines(encode(record.row()) for record in others)
    check(store, [*records, *others])


@pytest.mark.parametrize("share", [0.001, 0.3, 0.7, 0.999])
@pytest.mark.parametrize("indexed", [True, False])
def test_half_a_row_is_set_aside(store, records, path, torn_path, share, indexed, caplog):
    row = encode(nasty(3, 2).row())
    half = row[: max(1, int(len(row) * share))]
    with path.open("ab") as file:
        file.write(half)
    if not indexed:
        path.with_name("feedback.csv.index").unlink()
    with caplog.at_level(logging.WARNING):
        check(store, records)
    assert torn_path.read_bytes() == half
    assert "unfinished row set aside" in caplog.text


def test_whole_rows_before_half_a_row_are_taken_in(store, records, path, torn_path):
    other = nasty(3, 4)
    with path.open("ab") as file:
        file.write(encode(other.row()) + b"half")
    check(store, [*records, other])
    assert torn_path.read_bytes() == b"half"


def test_several_torn_rows_stay_apart(store, path, torn_path):
    for half in (b"one", b"two"):
        store.append(make())
        with path.open("ab") as file:
            file.write(half)
    assert store.count() == 2
    assert torn_path.read_bytes() == b"one\r\ntwo"


def test_reading_leaves_half_a_row_alone(store, records, path, torn_path):
    with path.open("ab") as file:
        file.write(b'half,"a row')
    assert len(store.read()) == len(records)
    assert not torn_path.exists()


@pytest.mark.parametrize("length", [1, 20, len(HEADER) - 2, len(HEADER) - 1])
def test_half_a_header_is_set_aside(store, path, torn_path, length):
    path.parent.mkdir()
    path.write_bytes(HEADER[:length])
    check(store, [])
    assert torn_path.read_bytes() == HEADER[:length]
    assert not list(path.parent.glob("feedback-*.csv"))


FOREIGN = [b"name,stars\r\nMia,5\r\n", b"no table at all", HEADER.replace(b"demo", b"page"), b"\n"]


@pytest.mark.parametrize("content", FOREIGN)
def test_a_file_with_other_columns_is_renamed(store, path, content, caplog):
    path.parent.mkdir()
    path.write_bytes(content)
    assert store.read().empty
    with caplog.at_level(logging.WARNING):
        check(store, [])
    (renamed,) = path.parent.glob("feedback-*Z.csv")
    assert renamed.read_bytes() == content
    assert f"renamed to {renamed.name}" in caplog.text


def test_other_columns_that_appear_while_the_app_runs_are_renamed(store, records, path):
    path.write_bytes(FOREIGN[0])
    check(store, [])
    (renamed,) = path.parent.glob("feedback-*.csv")
    assert renamed.read_bytes() == FOREIGN[0]


def test_a_file_that_a_spreadsheet_saved_is_no_other_file(store, records, path):
    content = path.read_bytes()
    path.write_bytes(b"\xef\xbb\xbf" + content.replace(HEADER, HEADER.replace(b"\r\n", b"\n")))
    check(store, records)


def test_unusable_rows_are_left_out_and_said(store, path, caplog):
    store.append(make())
    with path.open("ab") as file:
        file.write(b"1,2,3\r\n")
        file.write(encode(make().row()))
    with caplog.at_level(logging.WARNING):
        assert store.count() == 2
    assert "1 rows are unusable" in caplog.text


def test_a_repeated_row_counts_once(store, records, path):
    with path.open("ab") as file:
        file.write(encode(records[0].row()))
    assert store.count() == len(records)
    assert len(store.read()) == len(records) + 1


def test_a_row_that_replaces_a_lost_one_counts(store, path):
    lost = store.append(make())
    heir = make(supersedes=lost, verdict="wrong")
    path.write_bytes(HEADER + encode(heir.row()))
    assert store.count() == 1


def test_a_file_replaced_during_a_write_gets_the_row(store, path, monkeypatch):
    store.append(make())
    sync = log.Log.sync
    calls = []

    def replace_once(self):
        sync(self)
        if not calls:
            calls.append(path.replace(path.with_name("away.csv")))

    monkeypatch.setattr(log.Log, "sync", replace_once)
    record = make()
    store.append(record)
    assert store.read()["id"].tolist() == [record.id]
    assert store.count() == 1


def test_a_file_that_is_replaced_again_and_again_is_an_error(store, path, monkeypatch):
    monkeypatch.setattr(log.Log, "in_place", lambda _: False)
    with pytest.raises(StorageError, match=r"not stored.*replaced again and again"):
        store.append(make())


def test_an_index_that_fails_after_the_write_catches_up(store, records, monkeypatch, caplog):
    def fail(*_):
        raise sqlite3.OperationalError("disk I/O error")

    record = make()
    with monkeypatch.context() as patch, caplog.at_level(logging.WARNING):
        patch.setattr(index.Index, "commit", fail)
        assert store.append(record) == record.id
    assert "the index is behind" in caplog.text
    store.append(record)
    check(store, [*records, record])


def test_a_failed_flush_leaves_no_row(store, records, path, monkeypatch):
    before = path.read_bytes()

    def fail(_):
        raise OSError(5, "Input/output error")

    with monkeypatch.context() as patch:
        patch.setattr(log.os, "fsync", fail)
        with pytest.raises(StorageError, match=r"not stored: .* failed with 'Input/output error'"):
            store.append(make())
    assert path.read_bytes() == before
    check(store, records)


def test_a_short_write_leaves_no_row(store, records, path, monkeypatch):
    before = path.read_bytes()

    class Full(log.FileIO):
        def write(self, data):
            return super().write(data[: len(data) // 2])

    with monkeypatch.context() as patch:
        patch.setattr(log, "FileIO", Full)
        with pytest.raises(StorageError, match=r"not stored: no space is left"):
            store.append(make())
    assert path.read_bytes() == before
    check(store, records)


def test_a_folder_in_the_place_of_a_file_is_an_error(store, path, index_path):
    path.mkdir(parents=True)
    with pytest.raises(StorageError, match="not stored"):
        store.append(make())
    path.rmdir()
    store.append(make())
    index_path.unlink()
    index_path.mkdir()
    with pytest.raises(StorageError, match="not stored"):
        store.append(make())
    assert store.count() == 1


def test_a_symbolic_link_leads_to_one_store(store, records, tmp_path, path):
    link = tmp_path / "link.csv"
    link.symlink_to(path)
    linked = open_store(f"csv:{link}")
    check(linked, records)
    assert not (tmp_path / "link.csv.lock").exists()
    assert store.count() == len(records) + 1


def test_the_lock_file_stays(store, path):
    store.append(make())
    lock = path.with_name("feedback.csv.lock")
    inode = lock.stat().st_ino
    store.append(make())
    assert lock.stat().st_ino == inode


def test_an_index_that_cannot_be_made_leaves_no_part_of_it(store, records, index_path, monkeypatch):
    def full(*_):
        error = sqlite3.OperationalError("database or disk is full")
        error.sqlite_errorcode = sqlite3.SQLITE_FULL
        raise error

    index_path.unlink()
    with monkeypatch.context() as patch:
        patch.setattr(index.Index, "commit", full)
        with pytest.raises(StorageError, match=r"not stored: no space is left"):
            store.append(make())
        assert store.count() == len(records)
        assert not index_path.with_name(f"{index_path.name}.new").exists()
    check(store, records)


def test_only_the_known_files_stand_beside_the_log(store, records, path):
    names = {found.name for found in path.parent.iterdir()}
    assert names == {"feedback.csv", "feedback.csv.index", "feedback.csv.lock"}

"""Several processes on one log: at once, killed, without space, without rights."""

import random
import shutil
import subprocess
import time

import pytest

from showcase.feedback import open_store
from showcase.feedback.csv_log.file import HEADER
from tests.showcase.feedback.builders import as_text, make, nasty
from tests.showcase.feedback.processes import big, output, writers


@pytest.mark.slow  # 4,000 rows from 8 processes
def test_8_processes_write_500_rows_each(quick_path):
    path, store = quick_path, open_store(f"csv:{quick_path}")
    printed = output(*(("rows", f"csv:{path}", writer, 500) for writer in range(8)))
    rows = [nasty(writer, number).row() for writer in range(8) for number in range(500)]
    wanted = {row[0]: row for row in rows}
    found = as_text(store.read())
    assert len(found) == 4000
    assert {row[0]: row for row in found} == wanted
    assert {line for lines in printed for line in lines} == set(wanted)
    assert (store.count(), store.count("demo0"), store.count("demo1")) == (4000, 2000, 2000)
    assert path.read_bytes().count(HEADER) == 1


def test_the_same_ids_from_two_processes_leave_one_row_each(store, path):
    printed = output(*[("rows", f"csv:{path}", 0, 100)] * 2)
    assert printed[0] == printed[1] == [nasty(0, number).id for number in range(100)]
    assert sorted(as_text(store.read())) == sorted(nasty(0, number).row() for number in range(100))
    assert store.count() == 100


def test_two_apps_share_one_file(store, path):
    url = f"csv:{path}"
    first = store.append(make())
    with writers(("rows", url, 1, 50)) as (process,):
        for number in range(50):
            store.append(nasty(2, number))
        assert len(process.communicate()[0].splitlines()) == 50
    store.append(make(verdict="withdrawn", supersedes=first))
    for app in (store, open_store(url)):
        assert (len(app.read()), app.count(), app.count("sentiment")) == (102, 100, 0)


@pytest.mark.slow  # processes die by kill -9
def test_no_thanked_row_is_lost_by_kill_9(store, path):
    moments = random.Random(0)
    thanked = []
    for writer in range(4):
        with writers(("big_rows", f"csv:{path}", writer)) as (process,):
            process.stdout.readline()
            time.sleep(moments.uniform(0, 0.15))
            process.kill()
            count = 1 + len(process.stdout.read().splitlines())
        thanked += [big(writer, number) for number in range(count)]
        thanked.append(nasty(9, writer))
        store.append(thanked[-1])
    found = {row[0]: row[2:] for row in as_text(store.read())}
    # The row in progress may have been written in full without a chance to say so.
    assert len(thanked) <= len(found) == store.count() <= len(thanked) + 4
    assert all(found[record.id] == record.row()[2:] for record in thanked)


@pytest.mark.slow  # processes die by kill -9
def test_kill_9_in_a_write_leaves_half_a_row_that_is_set_aside(store, path):
    url = f"csv:{path}"
    for number in range(3):
        store.append(nasty(1, number))
        before = path.read_bytes()
        assert output(("die_in_write", url, number)) == [[]]
        half = path.read_bytes().removeprefix(before)
        assert half
        assert len(store.read()) == 2 * number + 1
        store.append(nasty(0, number))
        assert half in path.with_name("feedback.csv.torn").read_bytes()
    wanted = [nasty(writer, number).row() for number in range(3) for writer in (1, 0)]
    assert as_text(store.read()) == wanted
    assert store.count() == 6


@pytest.mark.slow  # processes die by kill -9
@pytest.mark.parametrize("death", ["die_before_commit", "die_after_commit"])
def test_a_row_written_in_full_before_kill_9_is_kept(store, path, death):
    store.append(nasty(1, 0))
    assert output((death, f"csv:{path}", 7)) == [[]]
    assert store.count() == 2
    store.append(nasty(0, 7))
    assert as_text(store.read()) == [nasty(1, 0).row(), nasty(0, 7).row()]
    assert not path.with_name("feedback.csv.torn").exists()


@pytest.mark.slow  # processes die by kill -9
def test_kill_9_of_the_first_writer_leaves_a_usable_log(store, path):
    assert output(("die_in_write", f"csv:{path}", 0)) == [[]]
    store.append(nasty(0, 1))
    assert as_text(store.read()) == [nasty(0, 1).row()]


def test_a_disk_that_fills_up_in_a_row_keeps_whole_rows(store, path):
    store.append(big(0, 0))
    refused, counts, taken = output(("no_space", f"csv:{path}", path))[0]
    assert refused.startswith("StorageError The verdict was not stored: no space is left for ")
    assert counts == "1 1"
    assert taken == big(0, 1).id
    assert [row[0] for row in as_text(store.read())] == [big(0, 0).id, taken]
    assert store.count() == 2
    assert not path.with_name("feedback.csv.torn").exists()


@pytest.fixture
def small_disk(tmp_path):
    folder = tmp_path / "disk"
    folder.mkdir()
    command = ["mount", "-t", "tmpfs", "-o", "size=256k,mode=777", "tmpfs", str(folder)]
    if not shutil.which("mount") or subprocess.run(command, check=False).returncode:
        pytest.skip("this user may not mount a file system")
    yield folder
    subprocess.run(["umount", str(folder)], check=True)


def test_a_full_disk_keeps_whole_rows(small_disk):
    url = f"csv:{small_disk / 'feedback.csv'}"
    *thanked, refused, counts = output(("fill_up", url))[0]
    assert refused.startswith("StorageError The verdict was not stored: no space is left for ")
    assert counts == f"{len(thanked)} {len(thanked)}"
    assert thanked
    store = open_store(url)
    assert store.read()["id"].tolist() == thanked
    content = (small_disk / "feedback.csv").read_bytes()
    assert content.endswith(b"\r\n")
    assert content.count(b"\r\n") == len(thanked) + 1


@pytest.mark.parametrize("kept", ["feedback.csv feedback.csv.index", "feedback.csv", ""])
def test_a_folder_that_may_only_be_read_gives_an_error(open_folder, kept):
    url = f"csv:{open_folder / 'feedback.csv'}"
    open_store(url).append(make())
    for found in open_folder.iterdir():
        found.chmod(0o644)
        if found.name not in kept.split():
            found.unlink()
    before = {found: found.read_bytes() for found in open_folder.iterdir()}
    open_folder.chmod(0o555)
    refused, counts = output(("as_nobody", url))[0]
    assert refused.startswith("StorageError The verdict was not stored: this app has no permission")
    assert counts == ("1 1" if kept else "0 0")
    assert {found: found.read_bytes() for found in open_folder.iterdir()} == before

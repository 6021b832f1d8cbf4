"""`forget`: a person's rows removed wherever they lie, while others write, whatever dies."""

import io
import os
import stat

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from showcase.feedback import open_store
from showcase.feedback.csv_log.file import HEADER, Rows, encode, split
from showcase.feedback.erasure import ErasureRequest, fragments
from showcase.feedback.record import COLUMNS
from tests.showcase.feedback.builders import NASTY, as_text, game, make, nasty, rounds
from tests.showcase.feedback.processes import output, writers

NAMES = sorted({text[:80].strip() for text in NASTY} - {""})


def by(name, **given):
    return make(annotator=name, **given)


def names(path):
    return {found.name for found in path.parent.iterdir()}


def left_anywhere(path, text):
    return sorted(
        found.name for found in path.parent.iterdir() if text.encode() in found.read_bytes()
    )


@pytest.mark.parametrize("name", NAMES)
def test_rows_with_exactly_that_name_go(store, name):
    records = [by(other) for other in [*NAMES, "", *NAMES]]
    store.extend(record.row() for record in records)
    assert store.forget(annotator=name) == 2
    wanted = [record.row() for record in records if record.annotator != name]
    assert as_text(store.read()) == wanted
    assert store.count() == len(wanted)
    assert store.forget(annotator=name) == 0


def test_a_session_goes_with_its_chains_and_its_games(store):
    first = store.append(make(session="aa"))
    store.append(make(session="aa", verdict="wrong", supersedes=first))
    store.append(game(0, "aa"))
    kept = [make(session="aaa"), game(1, "bb")]
    for record in kept:
        store.append(record)
    assert store.forget(session="aa") == 3
    assert as_text(store.read()) == [record.row() for record in kept]
    assert store.count() == 2
    assert rounds(store, "flower_power", "aa") == []
    assert len(rounds(store, "flower_power")) == 1


def test_a_row_may_name_one_that_is_gone(store):
    first = store.append(by("Ann"))
    store.append(make(verdict="wrong", supersedes=first))
    assert store.forget(annotator="Ann") == 1
    assert (store.count(), len(store.read())) == (1, 1)
    store.append(make())
    assert store.count() == 2


def test_nobody_is_refused(store):
    with pytest.raises(ValueError, match="give a name or a session"):
        store.forget()


def test_where_nothing_is_nothing_is_made(store, path):
    assert store.forget(annotator="Ann") == 0
    assert not path.parent.exists()


def test_the_name_of_a_column_is_a_name_like_others(store):
    store.append(make())
    store.append(by("annotator"))
    assert store.forget(annotator="annotator") == 1
    assert (store.count(), len(store.read())) == (1, 1)


def test_no_file_mentions_them_any_more(store, path):
    for number in range(3):
        store.append(by("Ann Onym", session=f"{number}"))
        store.append(by("Bob"))
    store.append(game(1, "f00d").model_copy(update={"annotator": "Ann Onym"}))
    path.with_name("feedback.csv.index.new").write_text("Ann Onym")
    path.with_name("feedback.csv.forgetting").write_text("Ann Onym")
    path.with_name("feedback.csv.columns").write_text("Ann Onym")
    path.with_name("feedback.csv.columns.new").write_text("Ann Onym")
    assert store.forget(annotator="Ann Onym") == 4
    assert left_anywhere(path, "Ann Onym") == []
    assert names(path) == {"feedback.csv", "feedback.csv.index", "feedback.csv.lock"}
    assert store.count() == 3


def test_an_index_without_its_log_goes_too(store, path):
    store.append(game(1, "f00d"))
    path.unlink()
    assert store.forget(session="f00d") == 0
    assert left_anywhere(path, "f00d") == []


def test_files_with_other_columns_are_named_and_left_alone(store, path):
    path.parent.mkdir()
    foreign = b"id,session,Annotator\r\n1,x,Ann\r\n"
    path.write_bytes(foreign)
    assert store.unsearched() == [path]
    store.append(by("Ann"))
    (renamed,) = (path.with_name(name) for name in names(path) if "Z" in name)
    path.with_name("feedback-notes.csv").write_bytes(b"annotator\r\nAnn\r\n")
    assert store.forget(annotator="Ann") == 1
    assert store.unsearched() == [renamed]
    assert renamed.read_bytes() == foreign
    assert left_anywhere(path, "Ann") == sorted([renamed.name, "feedback-notes.csv"])


def test_a_log_that_a_spreadsheet_saved_with_semicolons_is_named(store, path):
    path.parent.mkdir()
    content = (HEADER + encode(by("José").row())).replace(b",", b";")
    path.write_bytes(content)
    assert store.forget(annotator="José") == 0
    assert store.unsearched() == [path]
    assert path.read_bytes() == content


HALVES = {
    "told, another's": (encode(by("Bob").row())[:-3], True),
    "told, theirs": (encode(by("Ann").row())[:-3], False),
    "cut in the input": (encode(by("Bob", input={"text": "x" * 50}).row())[:130], False),
    "cut in the name": (encode(by("Anneliese").row()).partition(b"Annel")[0], False),
    "a quoted cell that never ends": (encode(by("Bob", comment='"\n').row())[:-20], False),
}


@pytest.mark.parametrize("half", HALVES)
def test_of_half_rows_only_those_that_are_told_to_be_anothers_stay(store, path, half):
    data, stays = HALVES[half]
    store.append(make())
    with path.open("ab") as file:
        file.write(data)
    store.append(make())
    torn = path.with_name("feedback.csv.torn")
    torn.write_bytes(data + b"\r\n" + HALVES["told, another's"][0])
    store.forget(annotator="Ann")
    both = HALVES["told, another's"][0]
    assert torn.read_bytes() == (data + b"\r\n" if stays else b"") + both
    assert len(store.read()) == 2


def test_a_torn_file_of_theirs_alone_goes_as_a_whole(store, path):
    store.append(make())
    torn = path.with_name("feedback.csv.torn")
    torn.write_bytes(HALVES["cut in the input"][0])
    assert store.forget(annotator="Ann") == 0
    assert not torn.exists()


def test_half_a_row_at_the_end_of_the_log_goes_too(store, path):
    store.append(make())
    before = path.read_bytes()
    path.write_bytes(before + HALVES["told, theirs"][0])
    assert store.forget(annotator="Ann") == 1
    assert path.read_bytes() == before


def test_unusable_rows_stay_unless_a_cell_is_the_name(store, path):
    store.append(make())
    others = b'1,2,3\r\n\r\nid,x,"y\r\nz"\r\n'
    path.write_bytes(path.read_bytes() + others + b"1,2,Ann\r\n" + encode(by("Bob").row()))
    assert store.forget(annotator="Ann") == 1
    assert others in path.read_bytes()
    assert len(store.read()) == 2


def test_a_quote_too_many_hides_nobody(store, path):
    store.append(make())
    rows = [encode(by(name).row()) for name in ("Bob", "Ann", "Bob", "Ann")]
    broken = encode(make(comment="x").row()).replace(b",x,", b',"x,')
    path.write_bytes(path.read_bytes() + broken + b"".join(rows))
    assert store.forget(annotator="Ann") == 2
    assert path.read_bytes().endswith(broken + rows[0] + rows[2])
    assert left_anywhere(path, ",Ann,") == []


def test_pieces_and_fragments_are_all_of_a_file(path):
    path.parent.mkdir()
    whole = HEADER + b"".join(encode(nasty(1, n).row()) for n in range(30)) + b'\r\n1,"2'
    path.write_bytes(whole)
    with path.open("rb") as file:
        found = list(split(file))
    assert b"".join(raw for raw, _ in found) == whole
    assert sum(len(cells) == len(COLUMNS) for _, cells in found) == 31
    assert b"".join(fragments(whole)) == whole


def read(content):
    return list(Rows(io.BytesIO(content), len(HEADER)))


GARBAGE = st.text("\",\r\nA'n ", max_size=12).map(lambda text: f"{text}\r\n".encode())
WHOLE = st.builds(
    lambda name, comment: encode(by(name, comment=comment).row()),
    st.sampled_from(["Ann", "Bob", ""]),
    st.sampled_from(["", 'a "b"', "two\r\nlines", "=Ann", "Ann"]),
)
BROKEN = WHOLE.map(lambda line: line.replace(b",correct,", b',"correct,'))


@settings(max_examples=150, deadline=None)
@given(st.lists(WHOLE | GARBAGE | BROKEN, max_size=8))
def test_whatever_else_is_in_a_log_others_keep_their_rows(lines):
    before = HEADER + b"".join(lines)
    person = ErasureRequest("Ann", "")
    after = b"".join(person.left_of(*piece) for piece in split(io.BytesIO(before)))
    others = [row for row in read(before) if row[COLUMNS.index("annotator")] != "Ann"]
    left = read(after)
    assert [row for row in left if row in others] == others
    assert not [row for row in left if row[COLUMNS.index("annotator")] == "Ann"]
    assert (after == before) == (not person.removed)


@pytest.mark.skipif(os.name == "nt", reason="no such rights under Windows")
def test_whoever_could_write_still_can(store, path):
    store.append(by("Ann"))
    path.chmod(0o664)
    if os.getuid() == 0:
        os.chown(path, 4321, 4322)
    before = path.stat()
    assert store.forget(annotator="Ann") == 1
    after = path.stat()
    assert stat.S_IMODE(after.st_mode) == 0o664
    assert (after.st_uid, after.st_gid) == (before.st_uid, before.st_gid)
    assert after.st_ino != before.st_ino


# Several processes


def test_while_others_write_none_of_their_rows_is_lost(quick_path):
    url, store = f"csv:{quick_path}", open_store(f"csv:{quick_path}")
    ours = [by("Ann", session=str(number)).row() for number in range(200)]
    store.extend(ours)
    with writers(*(("rows", url, writer, 100) for writer in range(3))) as started:
        thanked = []
        for _ in range(10):
            thanked += [process.stdout.readline().strip() for process in started]
            assert store.forget(annotator="Ann") == 200
            store.extend(ours)
        thanked += [line for process in started for line in process.stdout.read().split()]
    assert store.forget(annotator="Ann") == 200
    rows = [nasty(writer, number).row() for writer in range(3) for number in range(100)]
    assert sorted(thanked) == sorted(row[0] for row in rows)
    assert sorted(as_text(store.read())) == sorted(rows)
    assert store.count() == 300


MOMENTS = ["in_write", "before_replace", "after_index", "after_replace", "in_index"]


@pytest.mark.parametrize("moment", MOMENTS)
def test_kill_9_leaves_all_rows_or_none_and_a_second_run_finishes(store, path, moment):
    records = [by("Ann" if number % 3 else "Bob", session=str(number)) for number in range(30)]
    store.extend(record.row() for record in records)
    bobs = [record.row() for record in records if record.annotator == "Bob"]
    assert output(("forget_and_die", f"csv:{path}", "Ann", moment)) == [[]]
    found = as_text(store.read())
    assert found in ([record.row() for record in records], bobs)
    assert store.count() == len(found)
    again = open_store(f"csv:{path}")
    extra = by("Bob")
    again.append(extra)
    assert again.forget(annotator="Ann") == len(found) - len(bobs)
    assert as_text(again.read()) == [*bobs, extra.row()]
    assert again.count() == 11
    assert left_anywhere(path, ",Ann,") == []
    assert names(path) == {"feedback.csv", "feedback.csv.index", "feedback.csv.lock"}

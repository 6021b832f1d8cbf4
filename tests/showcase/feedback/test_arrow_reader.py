"""The log as Arrow batches: the very rows that the exact reader finds, whatever is in the file."""

import io

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from showcase.feedback.csv_log import arrow_reader
from showcase.feedback.csv_log.file import HEADER, Rows, encode
from showcase.feedback.record import COLUMNS
from tests.showcase.feedback.builders import NASTY, make, nasty

CELLS = st.text(st.characters(exclude_categories=["Cs"])) | st.text("'=+-@\t\r\n\",;aé", max_size=9)
ROWS = st.lists(CELLS, min_size=len(COLUMNS), max_size=len(COLUMNS)).map(encode)
JUNK = st.text('""\'\r\n,a\ufeff', max_size=30).map(str.encode) | st.binary(max_size=9)
LOGS = st.lists(ROWS | JUNK, max_size=6).map(b"".join)
EVERY = (*COLUMNS, arrow_reader.POSITION)


def read(data, end=None, columns=COLUMNS, start=0):
    found = arrow_reader.read(io.BytesIO(data), start, len(data) if end is None else end, columns)
    return [list(row.values()) for batch in found for row in batch.to_pylist()]


def exactly(data, end=None):
    rows = Rows(io.BytesIO(data), 0)
    return [row for row in rows if end is None or rows.end <= end]


@pytest.fixture(params=[1, 40, 300, 4 * 2**20])
def block(request, monkeypatch):
    monkeypatch.setattr(arrow_reader, "BLOCK", request.param)


@pytest.mark.parametrize("size", [1, 40, 300, 4 * 2**20])
@settings(deadline=None, max_examples=60)
@given(data=LOGS)
def test_batches_are_the_rows_of_any_file(size, data):
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(arrow_reader, "BLOCK", size)
        assert read(data) == exactly(data)


@settings(deadline=None, max_examples=60)
@given(st.lists(ROWS, min_size=1, max_size=4).map(b"".join), st.data())
def test_one_changed_byte_is_no_difference(data, draw):
    place = draw.draw(st.integers(0, len(data) - 1))
    changed = data[:place] + draw.draw(st.sampled_from([b'"', b"\r", b"\n", b",", b"a", b"\xff"]))
    assert read(changed + data[place + 1 :]) == exactly(changed + data[place + 1 :])


@settings(deadline=None)
@given(st.lists(ROWS, max_size=4).map(b"".join), st.data())
def test_a_snapshot_ends_with_its_last_whole_row(data, draw):
    end = draw.draw(st.integers(0, len(data)))
    assert read(data, end) == exactly(data, end)


@settings(deadline=None)
@given(LOGS)
def test_a_place_leads_to_its_row(data):
    for *row, place in read(data, columns=EVERY):
        assert next(iter(Rows(io.BytesIO(data), place))) == row


def test_sound_rows_need_no_exact_reader(monkeypatch):
    data = b"".join(encode(nasty(1, number).row()) for number in range(len(NASTY)))
    expected = exactly(data)
    monkeypatch.setattr(arrow_reader, "Rows", None)
    assert read(data) == expected


@pytest.mark.usefixtures("block")
def test_only_the_asked_columns_come_in_the_asked_order():
    data = encode(make(comment="=1+1").row())
    assert read(data, columns=["comment", "demo"]) == [["=1+1", "sentiment"]]


@pytest.mark.usefixtures("block")
def test_a_store_gives_what_was_appended(store):
    records = [nasty(2, number) for number in range(40)]
    for record in records:
        store.append(record)
    found = [tuple(row.values()) for batch in store.batches() for row in batch.to_pylist()]
    assert found == [record.row() for record in records]


def test_the_version_token_changes_with_the_log(store, path):
    marks = [store.version_token()]
    store.append(make())
    marks.append(store.version_token())
    assert store.version_token() == marks[-1]
    store.append(make())
    marks.append(store.version_token())
    path.write_bytes(path.read_bytes())
    assert len({*marks, store.version_token()}) == 3


@pytest.mark.parametrize("content", [None, b"", HEADER, b"other,columns\r\n1,2\r\n", HEADER[:-4]])
def test_a_store_without_rows_gives_none(store, path, content):
    if content is not None:
        path.parent.mkdir()
        path.write_bytes(content)
    assert list(store.batches()) == []
    assert list(store.batches(["status"])) == []
    assert store.get(["0"]) == []


def test_a_file_with_a_byte_order_mark_is_read(store, path):
    row = make().row()
    path.parent.mkdir()
    path.write_bytes("\ufeff".encode() + HEADER + encode(row))
    assert [batch["id"].to_pylist() for batch in store.batches()] == [[row[0]]]

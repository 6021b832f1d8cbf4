"""Rows as bytes: what any spreadsheet reads, and an exact way back."""

import csv
import doctest
import importlib
import io
import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from showcase.feedback.csv_injection import escape_formula, unescape_formula
from showcase.feedback.csv_log.file import HEADER, Rows, encode, header_length
from showcase.feedback.record import COLUMNS
from tests.showcase.feedback.builders import NASTY

# What the texts of a record consist of, the troublesome ones more often.
CELLS = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0")) | st.text(
    "'=+-@\t\r\n\",;.5eE aé"
)
WIDTH = len(COLUMNS)
IDS = st.uuids().map(str)


def row(*cells):
    return ["id", *cells, *[""] * (len(COLUMNS) - 1 - len(cells))]


def read_back(data, start=0):
    return Rows(io.BytesIO(data), start)


@pytest.mark.parametrize(
    "module", ["csv_injection", "csv_log.file", "normalise", "record", "store"]
)
def test_the_examples_in_the_docstrings_hold(module):
    result = doctest.testmod(importlib.import_module(f"showcase.feedback.{module}"))
    assert result.attempted > 0
    assert result.failed == 0


@settings(deadline=None)
@given(CELLS)
def test_guard_and_back_is_exact(text):
    assert unescape_formula(escape_formula(text)) == text


@settings(deadline=None)
@given(CELLS)
def test_no_guarded_text_is_a_formula(text):
    written = escape_formula(text)
    assert not re.match(r"[=@\t\r\n]", written)
    if written[:1] in ("+", "-"):
        float(written)


@settings(deadline=None)
@given(st.floats(allow_nan=False, allow_infinity=False) | st.integers())
def test_numbers_are_never_altered(number):
    for text in (str(number), f"+{number}", f"-{number}"):
        is_number = not text.startswith(("--", "+-"))
        assert escape_formula(text) == text if is_number else escape_formula(text) == f"'{text}"


@pytest.mark.parametrize(
    ("text", "written"),
    [("=cmd", "'=cmd"), ("'=cmd", "''=cmd"), ("''=cmd", "'''=cmd"), ("-5", "-5"),
     ("'-5", "''-5"), ("-5 a", "'-5 a"), ("-5\n", "'-5\n"), ("+.5", "+.5"), ("-5.", "-5."),
     ("-1e-9", "-1e-9"), ("-1e", "'-1e"), ("-", "'-"), ("-٥", "'-٥"), ("@x", "'@x"),
     ("\tx", "'\tx"), ("\rx", "'\rx"), ("\nx", "'\nx"), ("-inf", "'-inf"), ("it's", "it's"),
     ("'quoted'", "'quoted'"), ("", "")],
)  # fmt: skip
def test_formulas_get_one_apostrophe(text, written):
    assert escape_formula(text) == written


@settings(deadline=None)
@given(
    st.lists(st.tuples(IDS, st.lists(CELLS, min_size=WIDTH - 1, max_size=WIDTH - 1)), max_size=4)
)
def test_rows_come_back_exactly(given_rows):
    rows = [[row_id, *cells] for row_id, cells in given_rows]
    data = b"".join(map(encode, rows))
    found = read_back(HEADER + data, len(HEADER))
    assert list(found) == rows
    assert (found.end, found.skipped) == (len(HEADER) + len(data), 0)


@settings(deadline=None)
@given(st.lists(CELLS, min_size=WIDTH, max_size=WIDTH))
def test_any_csv_reader_sees_the_same_cells(cells):
    (found,) = csv.reader(io.StringIO(encode(cells).decode(), newline=""), strict=True)
    assert found == [escape_formula(cell) for cell in cells]


@settings(deadline=None)
@given(st.data())
def test_half_a_row_is_never_taken_for_a_row(data):
    whole = encode(
        [data.draw(IDS), *data.draw(st.lists(CELLS, min_size=WIDTH - 1, max_size=WIDTH - 1))]
    )
    cut = data.draw(st.integers(0, len(whole) - 1))
    found = read_back(HEADER + whole + whole[:cut], len(HEADER))
    assert len(list(found)) == 1
    assert found.end == len(HEADER + whole)


def test_half_a_last_cell_is_not_taken_for_a_cell():
    whole = encode(["0", *[""] * (WIDTH - 2), "two\nlines"])
    found = read_back(whole[: whole.index(b"\n") + 1])
    assert list(found) == []
    assert found.end == 0


def test_lines_end_as_rfc_4180_says():
    assert HEADER.startswith(b"id,created_at,demo,")
    assert HEADER.endswith(b",session,supersedes,signed_in\r\n")
    assert encode(["a", "b\nc", "d\re"]) == b'a,"b\nc","d\re"\r\n'


@pytest.mark.parametrize("text", NASTY)
def test_a_nasty_cell_comes_back(text):
    assert list(read_back(encode(row(text)).replace(b"id,", b"7,", 1))) == [["7", *row(text)[1:]]]


def test_a_cell_of_megabytes_comes_back():
    limit = csv.field_size_limit(131072)
    try:
        big = row("[1,2]," * 500_000)
        big[0] = "7"
        assert list(read_back(encode(big))) == [big]
    finally:
        csv.field_size_limit(limit)


@pytest.mark.parametrize(
    "junk",
    [b"short,row\r\n", b"\r\n", b'"open quote,\r\nand more\r\n', b'a"b",c\r\n', HEADER,
     b"\xff\xfe\r\n", b"," * (WIDTH - 1) + b"\r\n", b"\0" * 100 + b"\r\n"],
)  # fmt: skip
def test_an_unusable_row_costs_nothing_but_itself(junk):
    first, second, third = (encode([f"{n}", *row()[1:]]) for n in range(3))
    found = read_back(first + junk + second + third)
    ids = [cells[0] for cells in found]
    # An open quote swallows the row up to the next quote, and there is none in these.
    assert ids == (["0"] if junk.startswith(b'"') else ["0", "1", "2"])


def test_a_stray_quote_ends_at_the_next_quoted_cell():
    first = encode(["0", *row("a")[1:]])
    rest = b"".join(encode([f"{n}", *row('quoted "cell"')[1:]]) for n in range(1, 4))
    found = [cells[0] for cells in read_back(first + b'"stray\r\n' + rest)]
    assert found == ["0", "2", "3"]


@pytest.mark.parametrize(
    ("start", "length"),
    [
        (HEADER + b"x", len(HEADER)),
        (b"\xef\xbb\xbf" + HEADER, len(HEADER) + 3),
        (HEADER.replace(b"\r\n", b"\n"), len(HEADER) - 1),
        (b",".join(b'"%s"' % name.encode() for name in COLUMNS) + b"\r\n", len(HEADER) + 2 * WIDTH),
        (HEADER[:-2], 0),
        (HEADER.replace(b"demo", b"page"), 0),
        (b"", 0),
    ],
)
def test_a_header_is_recognised(start, length):
    assert header_length(start) == length

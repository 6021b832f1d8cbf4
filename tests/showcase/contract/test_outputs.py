"""What functions return, as outputs: each kind, its JSON, and what a row keeps of it."""

import dataclasses
import datetime as dt
import enum
import json
import random
from decimal import Decimal
from typing import Annotated, Literal, NamedTuple

import numpy as np
import pandas as pd
import plotly.graph_objects as go
import pytest
from PIL import Image
from pydantic import BaseModel, Field, ValidationError

from showcase.contract import canonical_json
from showcase.contract.outputs import (
    ADAPTER,
    AnnotatedImage,
    Chart,
    Classification,
    Data,
    Download,
    Gallery,
    HighlightedText,
    Labels,
    Markdown,
    Number,
    Picture,
    Regression,
    Several,
    Sound,
    Span,
    Table,
    Text,
    as_output,
    labels_of,
    stored,
)
from showcase.contract.outputs.short_form import short_form

FRAME = pd.DataFrame({"city": ["Oslo", "Bergen"], "rain": [1.5, None]})
FIGURE = go.Figure(go.Bar(x=["a", "b"], y=np.array([1, 2])))
EVERY_KIND = [
    Classification(label="a", probabilities={"a": 0.7, "b": 0.3}),
    Regression(value=1, low=0, high=2, coverage=0.8, unit="km"),
    Text("<b>plain</b>"),
    Markdown("**bold**"),
    Number(12345678, "words"),
    Number(0.1),
    Table(FRAME),
    Chart(FIGURE, alt="Two bars"),
    Picture(Image.new("RGB", (2, 3), "red"), alt="Red"),
    AnnotatedImage(Image.new("RGB", (9, 9)), [((1, 2, 3.5, 4), "cat", 0.9)], alt="Cat"),
    Gallery([Image.new("RGB", (2, 3)), (Image.new("L", (1, 1)), "Grey")]),
    HighlightedText("Ada lived.", [(0, 3, "WHO")]),
    Sound(b"RIFF"),
    Data({"a": [1, None]}),
    Download("a.txt", "text/plain", "é".encode()),
    Several({"One": Text("1"), "Two": Several({"Deep": Number(2)})}),
]


class Colour(enum.Enum):
    RED = "red"
    BLUE = "blue"


class Pair(NamedTuple):
    first_word: str
    length: Annotated[int, Field(title="How long", json_schema_extra={"unit": "letters"})]


@dataclasses.dataclass
class Report:
    table: pd.DataFrame
    is_good: bool


class Found(BaseModel):
    words: list[str]


class Drawn(BaseModel, arbitrary_types_allowed=True):
    figure: go.Figure
    note: str


@pytest.mark.parametrize("output", EVERY_KIND, ids=lambda output: output.kind)
def test_every_kind_survives_json(output):
    again = ADAPTER.validate_json(canonical_json(output))
    assert type(again) is type(output)
    assert canonical_json(again) == canonical_json(output)


@pytest.mark.parametrize(
    ("value", "annotation", "expected"),
    [
        ("text", str, Text("text")),
        ("a", Annotated[str, Markdown], Markdown("a")),
        (3, int, Number(3)),
        (2.5, Annotated[float, Field(json_schema_extra={"unit": "km"})], Number(2.5, "km")),
        (True, bool, Classification(label="yes")),
        ("b", Literal["a", "b"], Classification(label="b")),
        (Colour.BLUE, Colour, Classification(label="blue")),
        (None, None, Text("No answer.")),
        (dt.date(2026, 1, 31), dt.date, Text("2026-01-31")),
        ({"a": 1}, dict, Data({"a": 1})),
        ([1, 2], list, Data([1, 2])),
        (np.float64(1.5), float, Number(1.5)),
        (np.array([1, 2]), None, Data([1, 2])),
        (Found(words=["a"]), Found, Data({"words": ["a"]})),
        (Text("as it is"), None, Text("as it is")),
        ({"a": np.float32(0.5), "b": np.int64(2**60 + 1)}, dict, Data({"a": 0.5, "b": 2**60 + 1})),
        (np.bool_(True), None, Classification(label="yes")),
        (np.datetime64("2024-01-02"), None, Text("2024-01-02")),
        (np.array(["2024-01-02"], dtype="M8[ns]"), None, Data(["2024-01-02T00:00:00"])),
        (np.datetime64("NaT"), None, Text("No answer.")),
        (pd.NaT, None, Text("No answer.")),
        (pd.NA, None, Text("No answer.")),
        (pd.Interval(0, 1), None, Text("(0, 1]")),
        ({"a": pd.NA, "b": pd.NaT}, dict, Data({"a": None, "b": None})),
        (2**400, int, Number(2**400)),
        (Decimal(2**60 + 1), None, Number(2**60 + 1)),
    ],
    ids=str,
)
def test_natural_values_become_outputs(value, annotation, expected):
    assert as_output(value, annotation) == expected


def test_data_frame_keeps_its_columns_and_an_index_that_says_something():
    assert as_output(FRAME).rows == [["Oslo", 1.5], ["Bergen", None]]
    named = as_output(FRAME.set_index("city"))
    assert (named.columns, named.rows[0]) == (["city", "rain"], ["Oslo", 1.5])
    assert as_output(FRAME["rain"]).columns == ["rain"]
    assert as_output(FRAME.head(0)).columns == ["city", "rain"]


WORDS = pd.DataFrame({"word": ["a", "b", "a"]})


@pytest.mark.parametrize(
    ("value", "columns", "row"),
    [
        (WORDS.groupby("word")["word"].count(), ["word", "word_2"], ["a", 2]),
        (WORDS.set_index("word", drop=False), ["word", "word_2"], ["a", "a"]),
        (WORDS.groupby("word").size(), ["word", "0"], ["a", 2]),
        (pd.cut(pd.Series([1, 9]), [0, 5, 10]), ["0"], ["(0, 5]"]),
        (pd.cut(pd.Series([1]), [0, 5]).value_counts(), ["bin", "count"], ["(0, 5]", 1]),
        (pd.Index([3], name="n"), ["n"], [3]),
        (
            pd.DataFrame(
                {
                    "month": pd.period_range("2024-01", periods=1, freq="M"),
                    "wait": pd.to_timedelta(["1h"]),
                    "raw": [b"ok"],
                    "bytes": [b"\xff"],
                    "gap": pd.array([None], dtype="Int64"),
                    "none": [np.nan],
                    "big": [2**60 + 1],
                    "at": pd.to_datetime(["2024-07-01T00:00Z"]).tz_convert("Europe/Oslo"),
                    "exact": pd.to_datetime(["2024-07-01 09:30:00.25"]),
                    "day": pd.to_datetime(["2024-07-01"]),
                }
            ),
            ["month", "wait", "raw", "bytes", "gap", "none", "big", "at", "exact", "day"],
            ["2024-01", "0 days 01:00:00", "ok", "/w==", None, None, 2**60 + 1,
             "2024-07-01 02:00:00+02:00", "2024-07-01 09:30:00.250000", "2024-07-01"],
        ),
    ],
    ids=["same name", "index and column", "unnamed", "bins", "index of bins", "index", "cells"],
)  # fmt: skip
def test_frames_and_series_of_every_kind_are_tables(value, columns, row):
    table = as_output(value)
    assert (table.columns, table.rows[0]) == (columns, row)


def test_picture_is_png_whatever_its_mode():
    picture = as_output(Image.new("CMYK", (4, 5)))
    assert picture.png.startswith(b"\x89PNG")


@pytest.mark.parametrize(
    ("value", "annotation", "names", "kinds"),
    [
        (Pair("ab", 2), Pair, ["First word", "How long"], ["text", "number"]),
        (("a", 1), tuple[str, int], ["Answer 1", "Answer 2"], ["text", "number"]),
        ((1, 2, 3), tuple[int, ...], ["Answer 1", "Answer 2", "Answer 3"], ["number"] * 3),
        (Report(FRAME, False), Report, ["Table", "Is good"], ["table", "classification"]),
        ({"A chart": FIGURE, "b": 1}, dict, ["A chart", "b"], ["chart", "number"]),
        (Drawn(figure=FIGURE, note="n"), Drawn, ["Figure", "Note"], ["chart", "text"]),
    ],
    ids=["named tuple", "tuple", "tuple of any length", "dataclass", "dict", "pydantic"],
)
def test_several_at_once_go_under_their_names(value, annotation, names, kinds):
    several = as_output(value, annotation)
    assert list(several.parts) == names
    assert [part.kind for part in several.parts.values()] == kinds


RED = Image.new("RGB", (4, 3), "red")
ARRAY = np.zeros((4, 3, 3), dtype="uint8")


@pytest.mark.parametrize(
    ("value", "annotation", "captions"),
    [
        ([RED, RED], list[Image.Image], ["", ""]),
        ([(RED, "Red"), (ARRAY, "Black")], None, ["Red", "Black"]),
        ([], list[Image.Image], []),
    ],
)
def test_list_of_pictures_is_a_gallery(value, annotation, captions):
    found = as_output(value, annotation)
    assert isinstance(found, Gallery)
    assert [one.alt for one in found.pictures] == captions


def test_spans_and_boxes_are_taken_as_libraries_have_them():
    entity = {"entity_group": "LOC", "start": 4, "end": 6, "score": np.float32(0.5), "word": "UK"}
    text = HighlightedText("the UK", [entity])
    assert text.spans == [Span(start=4, end=6, label="LOC", score=0.5)]
    assert HighlightedText.of([("the ", None), ("UK", "LOC")]).spans[0].start == 4
    thing = {"score": 0.25, "label": "cat", "box": {"xmin": 1, "ymin": 2, "xmax": 3, "ymax": 4}}
    (box,) = AnnotatedImage(RED, [thing]).boxes
    assert box == AnnotatedImage(ARRAY, [((1, 2, 3, 4), "cat", 0.25)]).boxes[0]


@pytest.mark.parametrize(
    ("make", "words"),
    [
        (lambda: HighlightedText("Ada", [(1, 4, "WHO")]), "the text has 3 characters"),
        (lambda: HighlightedText("Ada", [(2, 2, "WHO")]), "is 2 to 2"),
        (lambda: AnnotatedImage(RED, [((3, 0, 1, 1), "cat")]), "ends before it begins"),
    ],
)
def test_mark_that_cannot_be_is_named(make, words):
    with pytest.raises(ValidationError, match=words):
        make()


def test_path_is_the_file_that_it_names(tmp_path):
    (tmp_path / "a.csv").write_text("1")
    RED.save(tmp_path / "a.png")
    assert as_output(tmp_path / "a.csv") == Download("a.csv", "text/csv", b"1")
    assert isinstance(as_output(tmp_path / "a.png"), Picture)


@pytest.mark.parametrize(
    ("output", "words"),
    [
        (Text("far  away"), "far away"),
        (HighlightedText("Ada lived.", [(0, 3, "WHO")]), "Ada (WHO)"),
        (AnnotatedImage(RED, [((0, 0, 1, 1), "cat")]), "1 box: cat"),
        (Gallery([(RED, "Red"), RED]), "2 pictures: Red"),
        (Data([1]), ""),
    ],
)
def test_short_form_of_an_answer_and_of_its_row(output, words):
    assert short_form(output) == short_form(stored(output)) == words


def test_unit_of_a_part():
    assert as_output(Pair("ab", 2)).parts["How long"] == Number(2, "letters")


def test_type_without_an_output_is_named():
    with pytest.raises(TypeError, match="no output shows a object"):
        as_output(object())


def test_number_that_is_none_is_refused():
    with pytest.raises(ValidationError):
        as_output(float("nan"))


def test_labels_come_from_the_annotation():
    assert labels_of(Annotated[Classification, Labels("a", "b")]) == ("a", "b")
    assert labels_of(Colour) == ("red", "blue")
    assert labels_of(None) is None


def test_row_keeps_small_payloads_and_digests_of_large_ones():
    small, large = Text("x" * 19_000), Picture(b"x" * 30_000, alt="Noise")
    kept = stored(Several({"small": small, "large": large}))["parts"]
    assert kept["small"] == small.model_dump(mode="json")
    assert kept["large"]["alt"] == "Noise"
    assert set(kept["large"]["png"]) == {"sha256", "bytes"}
    assert kept["large"]["png"]["bytes"] == 40_002
    assert len(json.dumps(kept["large"])) < 300
    noise = Image.frombytes("RGB", (100, 100), random.Random(0).randbytes(30_000))
    (picture,) = stored(Gallery([(noise, "Noise")]))["pictures"]
    assert (picture["alt"], set(picture["png"])) == ("Noise", {"sha256", "bytes"})

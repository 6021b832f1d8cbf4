"""Each kind of output on a page, and the sentences and files made of them."""

import io

import pytest
from PIL import Image, ImageColor
from streamlit.testing.v1 import AppTest

from showcase.contract import Classification, Regression
from showcase.contract.outputs import Box, Span, Table
from showcase.contract.outputs.kinds import as_png
from showcase.contract.palette import BLUE
from showcase.interface.marked import as_markdown, with_boxes
from showcase.interface.outputs import classified, csv_of, estimated, opening


def everything():
    import plotly.graph_objects as go
    import streamlit as st
    from PIL import Image

    from showcase.contract import Regression
    from showcase.contract.outputs import (
        AnnotatedImage,
        Chart,
        Data,
        Download,
        Gallery,
        HighlightedText,
        Markdown,
        Number,
        Picture,
        Several,
        Sound,
        Table,
        Text,
    )
    from showcase.interface.outputs import show, show_more

    figure = go.Figure(go.Bar(x=["a"], y=[1])).update_layout(title="How *many*")
    kinds = [
        Regression(value=5, low=4, high=7, coverage=0.8, unit="km"),
        Text("<b>a</b> **b** $1 and $2"),
        Text("first line\n  second line"),
        Markdown("**bold**"),
        Number(1234567, "words"),
        Table(columns=["a", "a"], rows=[[1, None], ["x", [2]]]),
        Chart(figure),
        Picture(Image.new("RGB", (2, 2)), "Nothing"),
        Sound(b"RIFF0000WAVE"),
        Data("text"),
        Data({"a": 1}),
        Download("a_b.txt", "text/plain", b"1"),
        HighlightedText("*Ada*\nlived in New York.", [(1, 4, "A_B", 0.9), (15, 23, "PLACE")]),
        HighlightedText("Nobody."),
        AnnotatedImage(Image.new("RGB", (40, 30)), [((1, 2, 30, 20), "猫", 0.5)], alt="A cat"),
        Gallery([Image.new("RGB", (2, 2)), (Image.new("RGB", (2, 2)), "*Small*")]),
        Gallery([]),
        Several({"One": Number(1), "Two": Number(2), "Long": Data([1]), "Rest": Text("r")}),
    ]
    for place, kind in enumerate(kinds):
        show(kind, f"k{place}")
        show_more(kind, f"k{place}", {})
    st.caption("end")


@pytest.fixture(scope="module")
def at():
    found = AppTest.from_function(everything, default_timeout=30).run()
    assert not found.exception
    assert found.caption[-1].value == "end"
    return found


def test_text_is_shown_as_it_is(at):
    assert at.text[0].value == "first line\n  second line"
    headlines = [element.value.replace("\\", "") for element in at.subheader]
    assert "<b>a</b> **b** $1 and $2" in headlines


def test_markdown_is_shown_as_markdown(at):
    assert "**bold**" in [element.value for element in at.markdown]


def test_numbers_stand_under_their_names(at):
    assert [metric.value for metric in at.metric] == ["1,234,567 words", "1", "2"]
    assert [metric.label for metric in at.metric][1:] == ["One", "Two"]


def test_table_with_two_columns_of_a_name(at):
    assert list(at.dataframe[0].value.columns) == ["a", "a (2)"]


def test_title_of_a_chart_is_text_above_it(at):
    assert "**How \\*many\\***" in [element.value for element in at.markdown]


def test_json_is_shown_even_of_a_text(at):
    assert [element.value for element in at.json] == ['"text"', '{"a": 1}', "[1]"]


def test_parts_after_the_first_large_one_stand_below(at):
    values = [element.value for element in at.markdown]
    assert values.index("**Long**") < values.index("**Rest**")


def test_spans_are_marked_and_counted(at):
    (marked,) = [element.value for element in at.markdown if "background[" in element.value]
    first, second = marked.split("  \n")
    assert first.startswith(r"\*:blue-background[Ada :small[:blue[**A\_B** 90%]]]\*")
    assert ":orange-background[New York :small[:orange[**PLACE**]]]" in second
    texts = [element.value for element in at.markdown]
    assert r":small[:blue-badge[A\_B] 1 · :orange-badge[PLACE] 1]" in texts
    assert ":small[Nothing is marked in it.]" in texts


def test_boxes_are_listed_below_their_picture(at):
    assert "1 box: 猫 50%" in [element.value for element in at.caption]


def test_pictures_stand_over_their_captions(at):
    captions = [image.proto.imgs[0].caption for image in at.get("image")]
    assert captions[-2:] == ["", r"\*Small\*"]
    assert "No pictures." in [element.value for element in at.caption]


def test_overlapping_spans_each_get_their_label():
    spans = [Span(start=0, end=9, label="all"), Span(start=2, end=4, label="part")]
    marked = as_markdown("ab cd efg", spans, {"all": "blue", "part": "red"})
    assert marked.count("-background[") == 3
    assert marked.endswith(":small[:blue[**all**]]]")


def test_boxes_are_drawn_in_place_and_outside_of_the_picture_is_no_error():
    picture = as_png(Image.new("RGB", (200, 100), "white"))
    boxes = [Box(xmin=20, ymin=60, xmax=120, ymax=90, label="cat")]
    boxes += [Box(xmin=-5, ymin=-5, xmax=900, ymax=900, label="all")]
    drawn = Image.open(io.BytesIO(with_boxes(picture, boxes)))
    assert drawn.size == (200, 100)
    assert drawn.getpixel((20, 75)) == ImageColor.getrgb(BLUE)
    assert drawn.getpixel((60, 75)) == (255, 255, 255)


def test_csv_cannot_run_as_a_formula():
    content = csv_of(Table(columns=["=a"], rows=[["=1+1"], [True], [0.5], [[1]]]))
    assert content.decode("utf-8-sig") == "'=a\r\n'=1+1\r\ntrue\r\n0.5\r\n[1]\r\n"


@pytest.mark.parametrize(
    ("probabilities", "said"),
    [
        ({"rain": 0.999, "dry": 0.001}, "Rain, >99% sure"),
        ({"rain": 0.6, "dry": 0.4}, "Rain, 60% sure; the next guess is dry, 40%"),
        (None, "Rain"),
    ],
)
def test_label_says_how_sure_it_is(probabilities, said):
    assert classified(Classification(label="rain", probabilities=probabilities)) == said


def test_estimate_says_its_interval():
    found = estimated(Regression(value=-2.5, low=-3.25, high=1, coverage=0.9, unit="°C"))
    assert found == "About −2.5 °C; 90% sure it is between −3.25 and 1"


def test_long_text_opens_with_its_first_sentence():
    assert opening("Short. Text.") == "Short. Text."
    assert opening("First one. " + "More. " * 60) == "First one."
    assert opening("no full stop " * 30) == "no full stop " * 30

"""The Sentiment page as a visitor sees it."""

import pytest

from pages.parts.sentiment.words import words_html
from showcase.contract import Contribution

TEXT = "sentiment_text"
FAINT = "A nice day on a dull road"


def seen(at) -> str:
    kinds = ("subheader", "markdown", "caption", "info", "warning", "error", "success")
    return " ".join(element.value for kind in kinds for element in getattr(at, kind))


def typed(at, text: str):
    return at.text_input(key=TEXT).set_value(text).run()


def test_answers_in_one_sentence_without_a_percentage(open_page):
    at = typed(open_page("sentiment"), "I love this wonderful place")
    assert "This sounds positive: +0.84" in at.subheader[0].value
    assert "%" not in " ".join(element.value for element in [*at.subheader, *at.markdown])


@pytest.mark.parametrize("blank", ["", "   ", "\u200b"])
def test_blank_text_gets_no_prediction(open_page, blank):
    at = typed(open_page("sentiment"), blank)
    assert not at.subheader
    assert "Type some words" in at.info[0].value
    assert not any(button.key == "sentiment_correct" for button in at.button)


def test_threshold_of_the_article_is_a_choice(open_page):
    at = typed(open_page("sentiment"), FAINT)
    assert "neutral" in at.subheader[0].value
    at.button_group(key="sentiment_threshold").set_value(0).run()
    assert "positive" in at.subheader[0].value


def test_longer_text_keeps_what_was_typed(open_page):
    at = typed(open_page("sentiment"), "A lovely start")
    at.toggle(key=f"{TEXT}_long").set_value(True).run()
    assert at.text_area(key=TEXT).value == "A lovely start"
    at.text_area(key=TEXT).set_value("A lovely start\nand a horrible end").run()
    at.toggle(key=f"{TEXT}_long").set_value(False).run()
    assert "horrible" in at.text_input(key=TEXT).value


def test_text_survives_a_change_of_page(open_page):
    at = typed(open_page("sentiment"), "I was here before")
    at.switch_page("pages/rainfall.py").run()
    at.switch_page("pages/sentiment.py").run()
    assert at.text_input(key=TEXT).value == "I was here before"


def test_link_brings_its_text(open_page):
    at = open_page("sentiment", sentiment_text="A link brought this awful text")
    assert at.text_input(key=TEXT).value == "A link brought this awful text"
    assert "negative" in at.subheader[0].value


def test_unusable_value_in_a_link_is_named(open_page):
    at = open_page("sentiment", sentiment_threshold="7", sentiment_text=" ")
    assert "7" in " ".join(warning.value for warning in at.warning)
    assert len(at.warning) == 2


def test_markdown_and_html_in_a_text_stay_text(open_page):
    at = typed(open_page("sentiment"), "<script>alert(1)</script> great *well* :red[bad]")
    assert not at.exception
    assert "<script>" not in " ".join(element.value for element in at.html)
    assert "&lt;script&gt;" in " ".join(element.value for element in at.html)


def test_words_are_escaped_and_coloured_where_they_stand():
    parts = [Contribution(name="<b>", value=-1.5, start=2, end=5)]
    html = words_html("a <b> & c", parts)
    assert "a <span" in html
    assert "&lt;b&gt;" in html
    assert "</span> &amp; c" in html
    assert "−1.5" in html


def uploaded(at, name: str, content: bytes):
    at.session_state["sentiment_tab"] = "A file of texts"
    at.run()
    return at.file_uploader(key="sentiment_file").upload(name, content).run()


def test_file_of_lines_is_judged(open_page):
    at = uploaded(open_page("sentiment"), "l.txt", b"I love it\n\nI hate it\nThe table is brown\n")
    assert "Of 3 lines: 1 positive, 1 neutral, 1 negative" in seen(at)
    assert "1 blank" in seen(at)
    assert at.dataframe[0].value["score"].tolist()[1] < 0


def test_column_of_a_table_can_be_chosen(open_page):
    at = uploaded(open_page("sentiment"), "t.csv", b"text,other\ngreat,awful\nnice,bad\n")
    assert "2 positive" in seen(at)
    at.selectbox(key="sentiment_file_column").set_value("other").run()
    assert "2 negative" in seen(at)


def test_judged_file_is_dropped_with_the_upload(open_page):
    at = uploaded(open_page("sentiment"), "l.txt", b"I love it\n")
    assert at.session_state["sentiment_file_scored"]
    at.session_state["sentiment_tab"] = "One text"
    at.run()
    assert "sentiment_file_scored" not in at.session_state


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("a.txt", b"\x89PNG\r\n\x1a\n\0\0", "not a text file"),
        ("a.csv", b'a,b\n"x', "broken"),
        ("a.txt", b"\n \n", "nothing to score"),
    ],
)
def test_unreadable_file_is_explained(open_page, name, content, said):
    at = uploaded(open_page("sentiment"), name, content)
    assert said in at.error[0].value
    assert not at.exception

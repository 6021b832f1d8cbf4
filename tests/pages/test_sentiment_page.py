"""The Sentiment page as a visitor sees it, and the files that it judges."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models import sentiment
from models.sentiment.inputs import is_blank
from pages.parts.sentiment.file import Line, ScoredLine, read_lines, score_lines
from pages.parts.sentiment.words import words_html
from showcase.contract import Contribution
from showcase.contract.text_file import MAX_BYTES

TEXT = "sentiment_text"
PNG = b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR\x00\x00\x00\x01"
FAINT = "A nice day on a dull road"


@pytest.fixture(scope="module")
def model():
    return sentiment.load()


def seen(at) -> str:
    kinds = ("subheader", "markdown", "caption", "info", "warning", "error", "success")
    return " ".join(element.value for kind in kinds for element in getattr(at, kind))


def typed(at, text: str):
    return at.text_input(key=TEXT).set_value(text).run()


def test_answers_in_one_sentence_without_a_percentage(open_page):
    at = typed(open_page("sentiment"), "I love this wonderful place")
    assert "This sounds positive: +0.84" in at.subheader[0].value
    assert "%" not in " ".join(element.value for element in [*at.subheader, *at.markdown])


@pytest.mark.parametrize("text", ["Das Essen war schrecklich.", "\U0001f621\U0001f621"])
def test_what_it_cannot_read_gets_no_verdict(open_page, text):
    at = typed(open_page("sentiment"), text)
    assert at.subheader[0].value == "It cannot tell: it knows hardly a word of this"
    assert "English only" in at.info[0].value
    assert not any(button.key == "sentiment_correct" for button in at.button)


def test_says_english_beside_the_box(open_page):
    assert open_page("sentiment").text_input(key=TEXT).label == "Your text, in English"


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
    use = f"{TEXT}_use"
    assert not [button for button in at.button if button.key == use]  # it answers each letter
    at.toggle(key=f"{TEXT}_long").set_value(True).run()
    assert at.text_area(key=TEXT).value == "A lovely start"
    at.text_area(key=TEXT).set_value("An awful start\nand a horrible end")
    at.button(key=use).click().run()
    assert "negative" in at.subheader[0].value
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


# Files


def test_text_file_gives_a_text_a_line():
    found = read_lines(b"good\r\n\r\n  \nbad \rso so\n", "a.txt")
    assert found.lines == (Line(1, "good"), Line(4, "bad "), Line(5, "so so"))
    assert (found.blank, found.too_long, found.column) == (2, (), None)


@pytest.mark.parametrize(
    ("content", "text"),
    [
        ("\ufeffcafé 😀".encode(), "café 😀"),
        ("café 😀".encode(), "café 😀"),
        ("café “so” …".encode("cp1252"), "café “so” …"),
    ],
)
def test_encodings(content, text):
    assert read_lines(content, "a.txt").lines == (Line(1, text),)


def test_lines_over_5000_characters_are_named_not_cut():
    found = read_lines(b"ok\n" + b"a" * 5001 + b"\n" + b"b" * 5000, "a.txt")
    assert [line.number for line in found.lines] == [1, 3]
    assert found.too_long == (2,)


@pytest.mark.parametrize(
    ("content", "column"),
    [
        (b"id,Review,title\n1,fine,a much longer heading\n", "Review"),
        (b"id;comment\n1;fine\n", "comment"),
        (b"id\ttext\n1\tfine\n", "text"),
        (b"id,what they said,mark\n1,fine,2\n2,very fine indeed,1\n", "what they said"),
        (b'"id","body"\r\n"1","fine"\r\n', "body"),
        (b"comment,text\nlonger than that,fine\n", "text"),
    ],
)
def test_column_of_a_csv(content, column):
    found = read_lines(content, "a.CSV")
    assert found.column == column
    assert found.lines[0] == Line(2, "fine")


def test_given_column_wins():
    content = b"text,Note\none,two\n"
    assert read_lines(content, "a.csv", column="note").lines == (Line(2, "two"),)
    assert read_lines(content, "a.csv").columns == ("text", "Note")
    with pytest.raises(ValueError, match="no column 'x'; it has text, Note"):
        read_lines(content, "a.csv", column="x")


def test_csv_cells_keep_commas_quotes_and_line_breaks():
    found = read_lines(b'id,text\n1,"so, ""good""\nindeed"\n2\n3,bad\n', "a.csv")
    assert found.lines == (Line(2, 'so, "good"\nindeed'), Line(5, "bad"))
    assert found.blank == 1


@pytest.mark.parametrize(
    ("content", "name", "words"),
    [
        (b"", "a.txt", "The file is empty"),
        (b"\n \n", "a.txt", "no line has any text"),
        (b"\xef\xbb\xbf", "a.txt", "no line has any text"),
        (b"text\n", "a.csv", "no line has any text"),
        (b"a" * 5001, "a.txt", "over 5,000 characters long"),
        (b"x" * (MAX_BYTES + 1), "a.txt", "10 MB are allowed"),
        (b"a\n" * 10_001, "a.txt", "10,001 lines; 10,000 are allowed"),
        (PNG, "a.txt", "not a text file"),
        (PNG, "a.csv", "not a text file"),
        (b"good\x00bad", "a.txt", "not a text file"),
        (b"%PDF-1.4 \x02\x03 \x81", "a.txt", "not a text file"),
        (b"caf\xe9 \x02", "a.txt", "not a text file"),
        (b'id,text\n1,"so good\n', "a.csv", "broken near line 2"),
        (b'id,text\n1,"so" good\n', "a.csv", "a quotation mark is missing"),
        (b"id,text\n1,so, good\n", "a.csv", "Line 2 of the CSV file has 3 cells"),
        (b"\n \n,\n", "a.csv", "only blank lines"),
        (b"text,Text\na,b\n", "a.csv", "there 2 times"),
    ],
)
def test_unreadable_files_say_why(content, name, words):
    with pytest.raises(ValueError, match=words) as error:
        read_lines(content, name)
    assert type(error.value) is ValueError


def test_10000_lines_are_allowed():
    assert len(read_lines(b"a\n" * 10_000, "a.txt").lines) == 10_000


@given(st.binary(max_size=200), st.sampled_from(["a.txt", "a.csv"]))
def test_any_bytes_are_read_or_refused(content, name):
    try:
        found = read_lines(content, name)
    except ValueError as error:
        assert str(error).endswith(".")  # noqa: PT017  # only some bytes are refused
    else:
        assert not any(is_blank(line.text) for line in found.lines)


def test_lines_are_scored_with_progress(model):
    heard = []
    asked = [Line(n, "good" if n % 2 else "bad") for n in range(3, 1003)]
    rows = score_lines(model, asked, 0.05, heard.append)
    assert [row.number for row in rows] == list(range(3, 1003))
    assert rows[0] == (3, "good", "positive", 0.4404, 0.0, 0.0, 1.0)
    assert heard == sorted(heard)
    assert heard[-1] == 1.0
    assert len(heard) == 100


def test_scored_lines_take_the_threshold_and_leave_formulas_to_the_caller(model):
    rows = score_lines(model, [Line(1, "=1+1 good")], 0)
    assert (rows[0].text, rows[0].label) == ("=1+1 good", "positive")
    assert score_lines(model, [], 0) == []
    assert ScoredLine._fields[2:] == ("label", "compound", *sentiment.LABELS)


def test_utf16_with_its_mark_is_read():
    found = read_lines("good\nbad\n".encode("utf-16"), "a.txt")
    assert [line.text for line in found.lines] == ["good", "bad"]


def test_excel_s_separator_is_obeyed():
    found = read_lines(b"sep=;\r\ntext;n\r\nI love it;1\r\nI hate it;2\r\n", "a.csv")
    assert (found.column, found.lines) == ("text", (Line(3, "I love it"), Line(4, "I hate it")))


def test_a_cell_far_too_long_is_left_out_and_named():
    found = read_lines(b'text,id\n"' + b"good " * 30_000 + b'",1\nfine,2\n', "a.csv")
    assert (found.too_long, found.lines) == ((2,), (Line(3, "fine"),))


@pytest.mark.parametrize(
    ("content", "text", "note"),
    [
        ("text\nжаль\n".encode("cp1251"), "æàëü", "The file is not in UTF-8; it was read as"),
        ("text\ncafé wasn’t\n".encode() + b"cut \xff\n", "café wasn’t", "1 place is not UTF-8"),
    ],
)
def test_a_guessed_encoding_is_said_on_the_page(open_page, content, text, note):
    at = uploaded(open_page("sentiment"), "t.csv", content)
    assert note in at.warning[0].value
    assert at.dataframe[0].value["text"].tolist()[0] == text


def test_bytes_of_another_encoding_are_refused():
    with pytest.raises(ValueError, match="not a text file"):
        read_lines("这很好，谢谢".encode("gbk") + b"\x81", "a.txt")


def test_a_refused_file_says_why_and_the_answer_before_it_goes(open_page):
    at = uploaded(open_page("sentiment"), "l.txt", b"I love it\n")
    assert at.subheader
    at = at.file_uploader(key="sentiment_file").upload("r.pdf", b"%PDF-1.4 \x02\x03 \x81").run()
    assert "not a text file" in at.error[0].value
    assert not at.subheader
    at = at.file_uploader(key="sentiment_file").upload("big.txt", b"x" * (MAX_BYTES + 1)).run()
    assert "10 MB are allowed" in at.error[0].value

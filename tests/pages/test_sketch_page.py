"""The Sketch page: draw, guess, judge; undo, clear, examples, links, leaving and coming back."""

import json
from types import SimpleNamespace

import pytest

from models import sketch
from models.sketch import EXAMPLES, Input, load, predict
from pages.parts.sketch import draw as draw_part
from showcase import ui
from showcase.contract import canonical_json
from showcase.ui import charts
from showcase.ui.canvas import Sheet
from tests.pages.canvas import SMILEY, draw, put

DOT = {"objects": [{"path": [["M", 99.994, 49.2], ["L", 100.006, 49.2]]}]}


@pytest.fixture
def page(open_page):
    return open_page("sketch")


def heading(at) -> str:
    return at.subheader[0].value if at.subheader else ""


def info(at) -> str:
    return " ".join(each.value for each in at.info)


def click(at, key):
    return at.button(key=f"sketch_{key}").click().run()


def test_an_empty_canvas_gets_no_guess(page):
    assert heading(page) == ""
    assert "every stroke" in info(page)
    assert not [button for button in page.button if button.key == "sketch_correct"]


def test_a_drawing_gets_a_sentence_with_its_uncertainty(page):
    draw(page, SMILEY)
    assert "smiley face" in heading(page)
    assert "% sure; next guess: " in heading(page)


def test_the_sentence_is_sent_before_everything_else(page, monkeypatch):
    sent = []

    def noted(name, function):
        return lambda *args, **more: sent.append(name) or function(*args, **more)

    for owner, name in ((ui, "headline"), (Sheet, "draw"), (charts, "show"), (ui, "feedback")):
        monkeypatch.setattr(owner, name, noted(name, getattr(owner, name)))
    monkeypatch.setattr(draw_part, "time", SimpleNamespace(sleep=noted("pause", lambda _: None)))
    draw(page, SMILEY)
    assert sent == ["headline", "pause", "draw", "show", "feedback"]
    assert heading(page)
    sent.clear()
    click(page, "correct")  # the sentence shows already
    assert sent == ["headline", "draw", "show", "feedback"]


def test_the_paper_stays_where_the_model_fails(page, monkeypatch):
    def fail(*_):
        raise ValueError("no such network")

    monkeypatch.setattr(sketch, "predict", fail)
    draw(page, SMILEY)
    assert "on our side" in page.error[0].proto.title
    assert not page.button(key="sketch_drawing_clear").disabled


def test_a_dot_is_named(page):
    put(page, DOT)
    assert "more than a dot" in info(page)
    assert heading(page) == ""


def test_a_scribble_over_everything_is_answered(page):
    xs, ys = zip(*[(10 + i * 37 % 260, 10 + i * 91 % 260) for i in range(2_000)], strict=True)
    draw(page, [[xs, ys]])
    assert heading(page)
    assert not page.error


def test_ten_thousand_points_are_answered(page):
    xs, ys = zip(*[(10 + i % 260, 10 + i // 40) for i in range(10_000)], strict=True)
    draw(page, [[xs, ys]])
    assert heading(page)


def test_too_many_points_are_named(page):
    xs, ys = zip(*[(i % 260, i % 7 * 30) for i in range(25_000)], strict=True)
    draw(page, [[xs, ys]])
    assert "20,000" in info(page)


def test_a_verdict_holds_strokes_that_predict_the_same_again(page, store):
    draw(page, SMILEY)
    click(page, "correct")
    row = store.read().iloc[0]
    again = Input.model_validate_json(row["input"])
    assert len(again.drawing) == len(SMILEY)
    assert canonical_json(predict(load(), again)) == row["prediction"]
    assert (row["verdict"], row["expected"], row["source"]) == ("correct", row["predicted"], "ui")


def test_wrong_offers_every_other_label(page, store):
    draw(page, SMILEY)
    click(page, "wrong")
    chosen = next(box for box in page.selectbox if box.key.startswith("sketch_expected"))
    chosen.set_value("potato")
    click(page, "save")
    assert store.read()["expected"].tolist() == ["", "potato"]


def test_undo_takes_back_one_stroke_and_clear_all(page):
    draw(page, SMILEY)
    before = heading(page)
    click(page, "drawing_undo")
    assert heading(page) != before
    click(page, "drawing_clear")
    assert heading(page) == ""
    assert page.button(key="sketch_drawing_undo").disabled


def test_a_stroke_after_undo_counts(page):
    click(draw(page, SMILEY), "drawing_clear")
    draw(page, EXAMPLES[0].drawing)
    assert "cat" in heading(page)


def test_an_example_can_be_clicked_again_after_drawing_on_it(page, store):
    click(page, "example_1")
    drawn_on = [*EXAMPLES[1].drawing, [[0, 255], [0, 255]]]
    draw(page, drawn_on)
    click(page, "example_1")
    click(page, "unsure")
    assert store.read()["input"].tolist() == [canonical_json(EXAMPLES[1])]


def test_the_drawing_survives_a_change_of_page(page):
    draw(page, SMILEY)
    before = heading(page)
    page.switch_page("pages/rainfall.py").run()
    page.switch_page("pages/sketch.py").run()
    assert heading(page) == before


def test_a_click_that_comes_with_a_newer_drawing_stores_nothing(page, store):
    draw(page, SMILEY)
    page.session_state["sketch_drawing"] = {
        "drawing": {"raw": DOT, "data": None}
    }  # sent together with the click
    page.button(key="sketch_correct").click().run()
    assert store.read().empty
    assert "nothing was stored" in " ".join(each.value for each in page.warning)


def test_the_pen_does_not_change_the_answer(page):
    draw(page, SMILEY)
    before = heading(page)
    page.segmented_control(key="sketch_pen").set_value("Thick").run()
    assert heading(page) == before


def test_thin_categories_are_marked(page):
    click(page, "example_7")
    assert "care: sailboat (" in " ".join(each.value for each in page.caption)
    draw(page, SMILEY)
    assert "care: " not in " ".join(each.value for each in page.caption)
    assert "learnt from fewer" in " ".join(each.value for each in page.markdown)


# Links


def linked(open_page, **query):
    at = open_page(**query)
    return at.switch_page("pages/sketch.py").run()


def test_a_link_brings_the_very_drawing(open_page, store):
    drawing = json.dumps(EXAMPLES[2].model_dump(mode="json")["drawing"])
    at = linked(open_page, sketch_drawing=drawing)
    click(at, "unsure")
    assert store.read()["input"].tolist() == [canonical_json(EXAMPLES[2])]


def test_a_link_brings_a_picture(open_page, store):
    given = Input(bitmap=Input.model_fields["bitmap"].examples[0])
    at = linked(open_page, sketch_bitmap=given.bitmap)
    assert "circle" in heading(at)
    click(at, "unsure")
    assert store.read()["input"].tolist() == [canonical_json(given)]


@pytest.mark.parametrize(
    ("query", "words"),
    [
        ({"sketch_drawing": "[[[1,2"}, "not of the form"),
        ({"sketch_drawing": "[" * 100_000}, "not of the form"),
        ({"sketch_drawing": f"[[[{'9' * 5_000}],[1]]]"}, "not of the form"),
        ({"sketch_drawing": "[[[1,1],[1,1]]]"}, "more than a dot"),
        ({"sketch_drawing": "[]"}, "empty"),
        ({"sketch_drawing": "null"}, "empty"),
        ({"sketch_bitmap": "abc"}, "not base64"),
        ({"sketch_bitmap": "abc", "sketch_drawing": "[[[0,9],[0,9]]]"}, "base64"),
    ],
)
def test_a_link_that_cannot_be_used_is_named(open_page, query, words):
    at = linked(open_page, **query)
    assert words in at.warning[0].value
    assert not at.exception
    assert not at.error
    click(at, "example_0")
    assert not at.warning, "it goes as soon as there is something else"

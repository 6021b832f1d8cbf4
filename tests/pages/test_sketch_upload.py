"""A picture instead of a drawing: read, recognised, judged; bad files get a sentence."""

import base64
import io
import json

import numpy as np
import pytest
from PIL import Image, ImageDraw

from models.sketch import Input, load, predict
from showcase.contract import canonical_json
from tests.pages.canvas import draw


def picture(form="PNG", side=300, paper=255, ink=0) -> bytes:
    """Return a file with a circle on it."""
    image = Image.new("L", (side, side), paper)
    ImageDraw.Draw(image).ellipse([side // 6] * 2 + [side * 5 // 6] * 2, outline=ink, width=8)
    output = io.BytesIO()
    image.save(output, form)
    return output.getvalue()


@pytest.fixture
def tab(open_page):
    """The page with the upload's tab open."""
    at = open_page("sketch")
    at.session_state["sketch_tab"] = "Upload a picture"
    return at.run()


def upload(at, content, name="circle.png", kind="image/png"):
    return at.file_uploader(key="sketch_upload").upload(name, content, kind).run()


def info(at) -> str:
    return " ".join(each.value for each in at.info)


def test_says_what_it_takes_and_what_is_stored(tab):
    assert "screenshot" in tab.info[0].proto.title
    assert "A photo is never stored" in " ".join(each.value for each in tab.caption)


@pytest.mark.parametrize(("form", "paper", "ink"), [("PNG", 255, 0), ("JPEG", 20, 240)])
def test_a_circle_is_recognised(tab, form, paper, ink):
    upload(tab, picture(form, paper=paper, ink=ink), f"circle.{form.lower()}")
    assert "a circle" in tab.subheader[0].value


def test_only_the_tile_is_stored_and_predicts_the_same_again(tab, store):
    upload(tab, picture())
    tab.button(key="sketch_correct").click().run()
    row = store.read().iloc[0]
    stored = json.loads(row["input"])
    assert stored["drawing"] is None
    assert len(base64.b64decode(stored["bitmap"])) == 784
    again = Input.model_validate_json(row["input"])
    assert canonical_json(predict(load(), again)) == row["prediction"]
    assert (row["verdict"], row["expected"]) == ("correct", "circle")


def test_the_picture_is_shown_until_another_takes_its_place(tab):
    upload(tab, picture("JPEG", side=3000), "circle.jpg")
    (shown,) = tab.get("image")
    assert shown.proto.imgs[0].caption == "Your picture"
    preview = Image.open(io.BytesIO(tab.session_state["sketch_picture_preview"]))
    assert preview.size == (120, 120)
    upload(tab, b"nothing")
    assert not tab.get("image")


def test_the_camera_is_asked_for_only_by_who_wants_it(tab):
    assert not tab.get("camera_input")
    tab.toggle(key="sketch_camera").set_value(True).run()
    assert len(tab.get("camera_input")) == 1
    assert not tab.exception


def test_another_file_asks_anew(tab, store):
    upload(tab, picture())
    tab.button(key="sketch_correct").click().run()
    upload(tab, picture(side=200), "other.png")
    assert not tab.success
    assert len(store.read()) == 1


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"hello, this is text", "PNG"),
        (b"", "empty"),
        (b"<svg xmlns='http://www.w3.org/2000/svg'>" + b" " * 1_000_000, "SVG"),
        (picture("GIF"), "GIF"),
        (picture(side=1), "pixel"),
        (picture()[:400], "damaged"),
        (picture(ink=255), "othing is drawn"),
    ],
    ids=["text", "empty", "svg", "gif", "one pixel", "cut off", "blank"],
)
def test_a_file_that_cannot_be_used_gets_a_sentence(tab, content, words):
    upload(tab, content)
    assert words in info(tab)
    assert not tab.exception
    assert not tab.error
    assert not tab.subheader


def test_the_picture_survives_another_tab_and_another_page(tab, store):
    upload(tab, picture())
    tab.button(key="sketch_wrong").click().run()
    tab.switch_page("pages/rainfall.py").run()
    tab.switch_page("pages/sketch.py").run()
    tab.session_state["sketch_tab"] = "Upload a picture"
    tab.run()
    tab.button(key="sketch_undo").click().run()
    assert store.read()["verdict"].tolist() == ["wrong", "withdrawn"]
    tab.button(key="sketch_picture_remove").click().run()
    assert not tab.subheader


def test_a_bad_file_loses_nothing_that_was_drawn(open_page):
    at = draw(open_page("sketch"), [[[40, 200, 200, 40, 40], [40, 40, 200, 200, 40]]])
    before = at.subheader[0].value
    at.session_state["sketch_tab"] = "Upload a picture"
    upload(at.run(), b"nothing")
    at.session_state["sketch_tab"] = "Draw"
    at.run()
    assert at.subheader[0].value == before


def test_noise_is_answered_or_refused_but_never_crashes(tab):
    noise = np.random.default_rng(0).integers(0, 255, (200, 200), dtype=np.uint8)
    output = io.BytesIO()
    Image.fromarray(noise).save(output, "PNG")
    upload(tab, output.getvalue())
    assert not tab.exception
    assert not tab.error

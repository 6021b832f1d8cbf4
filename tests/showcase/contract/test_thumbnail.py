"""The picture of a function that has none of its own."""

import xml.etree.ElementTree as ET

from showcase.contract import Demo
from showcase.contract.thumbnail import drawn, thumbnail

SVG = "{http://www.w3.org/2000/svg}"


def test_function_without_a_picture_gets_one_with_its_title():
    demo = Demo("a", "Odd & <even>", "", "", "", "showcase.contract.predictions:rounded")
    picture = ET.fromstring(thumbnail(demo))
    assert picture.find(f"{SVG}text").text == "Odd & <even>"
    assert "Odd & <even>" in picture.find(f"{SVG}title").text


def test_picture_beside_the_function_is_taken(tmp_path, monkeypatch):
    (tmp_path / "guess.thumbnail.svg").write_text("<svg>mine</svg>")
    monkeypatch.setattr(Demo, "folder", tmp_path)
    demo = Demo("a", "A", "", "", "", "showcase.contract.predictions:guess")
    assert thumbnail(demo) == "<svg>mine</svg>"


def test_long_titles_are_written_smaller():
    sizes = [
        float(ET.fromstring(drawn(title)).find(f"{SVG}text").get("font-size"))
        for title in ("Short", "A title of many words in a row")
    ]
    assert sizes[0] == 19
    assert sizes[1] < 9

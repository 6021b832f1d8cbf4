"""Strokes out of the canvas's JSON, as Fabric.js 7 writes it in the browser, and back."""

import os
from pathlib import Path

import numpy as np
import pytest

from models.sketch import EXAMPLE_NAMES, EXAMPLES, Input, tile
from models.sketch.raster import rasterise_many
from models.sketch.training.data import read
from showcase.ui.canvas import drawn_on_canvas, strokes, without_last
from tests.models.scribbles import cosine

DATA = Path(os.environ.get("VITRINE_DATA", Path(__file__).parents[3] / "shared/data")) / "quickdraw"
# A stroke drawn in Chromium, as the canvas sent it
DRAWN = {
    "type": "Path",
    "originX": "center",
    "originY": "center",
    "left": 125,
    "top": 69.2031,
    "width": 50.012,
    "height": 40.012,
    "strokeWidth": 6,
    "scaleX": 1,
    "scaleY": 1,
    "angle": 0,
    "flipX": False,
    "flipY": False,
    "skewX": 0,
    "skewY": 0,
    "path": [
        ["M", 99.994, 49.197125],
        ["Q", 100, 49.203125, 102, 51.203125],
        ["Q", 104, 53.203125, 126, 64.703125],
        ["L", 150.006, 89.209125],
    ],
}


def stroke():
    (found,) = strokes({"objects": [DRAWN]})
    return np.array(found).T


def test_a_drawn_stroke_goes_from_its_first_point_to_its_last():
    points = stroke()
    assert points[0].tolist() == [99.994, 49.197125]
    assert points[-1].tolist() == [150.006, 89.209125]


def test_points_lie_on_the_curve():
    start, control, end = np.array([[102, 51.203125], [104, 53.203125], [126, 64.703125]])
    halfway = start / 4 + control / 2 + end / 4
    assert np.hypot(*(stroke() - halfway).T).min() < 3


@pytest.mark.parametrize("raw", [None, {}, {"objects": []}, {"objects": [{"path": [["M", 1, 1]]}]}])
def test_nothing_drawn_is_no_stroke(raw):
    assert strokes(raw) == []


@pytest.mark.parametrize("given", EXAMPLES, ids=EXAMPLE_NAMES)
def test_a_drawing_put_onto_the_canvas_comes_back_alike(given):
    again = Input(drawing=strokes(drawn_on_canvas(given.drawing, 280, 6)))
    assert cosine(tile(given), tile(again)) > 0.99


def test_a_drawing_put_onto_the_canvas_is_centred():
    found = strokes(drawn_on_canvas(EXAMPLES[0].drawing, 280, 6))
    points = np.concatenate(found, axis=1)
    assert ((points.min(axis=1) + points.max(axis=1)) / 2).tolist() == [140, 140]
    assert np.ptp(points, axis=1).max() == 224


def test_undo_takes_the_last_stroke():
    raw = {"objects": [DRAWN, DRAWN | {"left": 1}], "background": "#FFFFFF"}
    assert without_last(raw) == {"objects": [DRAWN]}
    assert without_last({"objects": []}) == {"objects": []}


@pytest.mark.data
def test_official_vector_drawings_survive_the_canvas():
    if not DATA.is_dir():
        pytest.skip("no full data sets here")
    kept = read(DATA).test.drawings
    seen = [tile(Input(drawing=strokes(drawn_on_canvas(drawing, 280, 6)))) for drawing in kept]
    likeness = [cosine(one, other) for one, other in zip(seen, rasterise_many(kept), strict=True)]
    assert np.median(likeness) > 0.995
    assert np.quantile(likeness, 0.01) > 0.98

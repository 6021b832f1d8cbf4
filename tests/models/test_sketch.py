"""Sketch: the simplified form, the bitmap, what is refused, and the answers."""

import base64
import html
import os
import re
from pathlib import Path

import numpy as np
import psutil
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from models import sketch
from models.sketch import (
    EXAMPLE_NAMES,
    EXAMPLES,
    LABELS,
    Input,
    examples,
    network_input,
    strokes,
)
from models.sketch.raster import SIDE, rasterise
from models.sketch.strokes import points, simplify
from models.sketch.training import data, evaluate
from models.sketch.training.redraw import halved
from showcase.contract import demo
from showcase.ui import charts
from tests.models.scribbles import cosine

REPOSITORY = Path(__file__).parents[2]
DATA = Path(os.environ.get("VITRINE_DATA", REPOSITORY.parent / "shared" / "data")) / "quickdraw"
LEAST = {"top-1 of 345": 0.64, "top-3 of 345": 0.82, "top-1 of 78": 0.85, "top-3 of 78": 0.93}
RULE = [[[0, 255], [0, 0]]]
CARD = demo.Card.model_validate_json(
    Path(sketch.__file__).with_name("card.json").read_text(encoding="utf-8")
)

COORDINATE = st.integers(-400, 400) | st.floats(-1e5, 1e5, allow_nan=False)
STROKE = st.lists(st.tuples(COORDINATE, COORDINATE), min_size=1, max_size=40).map(
    lambda pairs: [list(axis) for axis in zip(*pairs, strict=True)]
)
STROKES = st.lists(STROKE, min_size=1, max_size=6).filter(
    lambda strokes: any(np.ptp(np.concatenate(axis)) > 0.01 for axis in zip(*strokes, strict=True))
)


@pytest.fixture(scope="module")
def model():
    return sketch.load()


def words(**fields):
    with pytest.raises(ValidationError) as caught:
        Input(**fields)
    (error,) = caught.value.errors()
    return error["msg"]


# The package


def test_labels_are_the_official_ones_in_their_order():
    assert len(set(LABELS)) == 345
    assert list(LABELS) == sorted(LABELS, key=str.lower)
    assert {"aircraft carrier", "t-shirt", "The Mona Lisa", "zigzag"} < set(LABELS)


def test_artifact_is_small_and_close_to_keras():
    assert sketch.ARTIFACT.stat().st_size <= 8_000_000
    assert CARD.more["mean difference from Keras"] <= 0.02


def test_card_counts_the_drawings_of_every_category():
    counts = CARD.more["training drawings"]
    assert set(counts) == set(LABELS)
    assert min(counts.values()) >= 10
    assert "/home" not in CARD.model_dump_json()


def test_card_promises():
    for name, least in LEAST.items():
        assert CARD.score(name) >= least, name
    errors = [score for score in CARD.scores if score.name.startswith("calibration error")]
    assert len(errors) == 4
    for score in errors:
        assert score.value <= 0.03, score.name
    assert f"{100 * CARD.score('top-1 of 345'):.0f} in 100" in CARD.summary
    assert 0 < CARD.more["favour of things with few drawings"] <= 0.6
    assert sum(group["drawings"] for group in CARD.more["by country"].values()) == 690


# The simplified form


def test_a_plus_sign_fills_the_box():
    plus = [[[10, 30, 50], [10, 10, 10]], [[30, 30], [0, 20]]]
    assert simplify(plus) == [[[0, 255], [64, 64]], [[128, 128], [0, 128]]]


@settings(max_examples=60, deadline=None)
@given(STROKES)
def test_simplifying_twice_changes_nothing(strokes):
    once = simplify(strokes)
    assert simplify(once) == once
    assert np.concatenate([np.ravel(stroke) for stroke in once]).min() >= 0
    assert np.concatenate([np.ravel(stroke) for stroke in once]).max() <= 255


@pytest.mark.parametrize("example", EXAMPLES, ids=EXAMPLE_NAMES)
def test_unit_and_place_do_not_matter(example):
    moved = [[[4 * x - 900 for x in xs], [4 * y + 70 for y in ys]] for xs, ys in example.drawing]
    again = Input(drawing=moved)
    assert cosine(sketch.tile(again), sketch.tile(example)) > 0.99


@pytest.mark.parametrize("example", EXAMPLES, ids=EXAMPLE_NAMES)
def test_input_survives_canonical_json(example):
    text = demo.canonical_json(example)
    assert Input.model_validate_json(text) == example
    assert demo.canonical_json(Input.model_validate_json(text)) == text


def test_collinear_points_go_and_corners_stay():
    square = [[[0, 50, 100, 100, 100, 0, 0], [0, 0, 0, 50, 100, 100, 0]]]
    assert simplify(square) == [[[0, 255, 255, 0, 0], [0, 0, 255, 255, 0]]]


# The bitmap


def exact(drawing, fine=10):
    """Return the bitmap by measuring each fine pixel's distance to the nearest segment."""
    lines = points(drawing)
    together = np.concatenate(lines)
    middle = (together.min(axis=0) + together.max(axis=0)) / 2
    grid = (np.arange(SIDE * fine) + 0.5) / (SIDE * fine) * 304 - 152
    at = np.stack(np.meshgrid(grid, grid), axis=-1)
    ink = np.zeros(at.shape[:2], dtype=bool)
    for line in lines:
        for start, end in zip(line - middle, (line - middle)[1:], strict=False):
            along = end - start
            share = np.clip((at - start) @ along / max(along @ along, 1e-9), 0, 1)
            ink |= np.hypot(*np.moveaxis(at - start - share[..., None] * along, -1, 0)) <= 8
    return ink.reshape(SIDE, fine, SIDE, fine).mean(axis=(1, 3)) * 255


@pytest.mark.parametrize("example", EXAMPLES, ids=EXAMPLE_NAMES)
def test_bitmap_is_what_the_recipe_says(example):
    bitmap = rasterise(example.drawing)
    assert (bitmap.shape, bitmap.dtype) == ((28, 28), np.uint8)
    assert cosine(bitmap, exact(example.drawing)) > 0.998


def test_a_straight_line_is_as_thick_as_the_official_one():
    column = rasterise(RULE)[:, 14].astype(float)
    assert column.sum() / 255 == pytest.approx(16 * 28 / 304, abs=0.02)


def test_the_outermost_pixels_stay_empty():
    frame = rasterise([[[0, 255, 255, 0, 0], [0, 0, 255, 255, 0]]])
    assert frame[1:-1, 1:-1].sum() == frame.sum() > 0
    assert cosine(frame, frame[::-1, ::-1]) > 0.999


# The trace


@pytest.mark.parametrize("example", EXAMPLES, ids=EXAMPLE_NAMES)
def test_ink_of_the_trace_is_the_bitmap(example):
    seen = network_input.look(example.drawing).trace
    assert (seen.shape, seen.dtype) == ((56, 56, 3), np.uint8)
    assert cosine(halved(seen[None])[0], sketch.tile(example)) > 0.98


def test_trace_tells_the_order():
    two = network_input.look([[[0, 255], [0, 0]], [[0, 255], [255, 255]]]).trace.astype(int)
    middles = (np.arange(56) + 0.5) / 56 * 304 - 152 + 127.5
    inside = (middles > 8) & (middles < 247)
    for row, begun in ((4, 0), (51, 255)):
        shown, gone = two[row, inside], middles[inside]
        assert (shown[:, 0] == 255).all()
        for channel, share in ((1, (begun + gone) / 510), (2, gone / 255)):
            step = 200 * network_input.LONGEST / (510, 255)[channel - 1]
            late = 255 - 200 * share - shown[:, channel]  # a step has the shade of its end
            assert -1 <= late.min() <= late.max() <= step + 1
            assert (np.diff(shown[:, channel]) <= 0).all()
    assert (two[..., 1] <= two[..., 0]).all()
    assert not network_input.without_order(sketch.tile(EXAMPLES[0])[None])[..., 1:].any()


def test_leaving_out_a_stroke_moves_no_other():
    lines = points(EXAMPLES[0].drawing)
    rest, whole = (
        network_input.paint_trace(lines[1:], frame=lines),
        network_input.paint_trace(lines),
    )
    assert (rest[..., 0] <= whole[..., 0]).all()


# The sequence


def test_sequence_has_points_by_the_length_of_each_stroke():
    steps = network_input.path(points([[[0, 255], [0, 0]], [[0, 0], [0, 85]]]))
    assert np.flatnonzero(steps[:, 2]).tolist() == [0, 71]
    assert (steps[[0, 70, 71, 95], :2] == [[0, 0], [255, 0], [0, 0], [0, 85]]).all()
    told = network_input.plain(steps[None])[0]
    assert told.shape == (96, 9)
    assert np.abs(told[:, :2]).max() == 1
    assert (told[71, 4:7] == [0, 0, 1]).all()  # no direction where a stroke begins


@pytest.mark.parametrize("strokes", [1, 47, 48, 49, 300])
def test_any_number_of_strokes_becomes_a_sequence(strokes):
    drawing = [[[n % 16, 9], [n // 16, 255]] for n in range(strokes)]
    steps = network_input.path(points(drawing))
    assert steps[:, 2].sum() == min(strokes, 48)
    assert np.isfinite(network_input.plain(steps[None])).all()


# What is refused


@pytest.mark.parametrize(
    ("drawing", "message"),
    [
        ([], "empty"),
        ("cat", "list of strokes"),
        ([[[1, 2]]], "Stroke 1 is not of the form"),
        ([[[1, 2], [3]]], "2 x but 1 y"),
        ([RULE[0], [[], []]], "Stroke 2 has no points"),
        ([[[1, "2"], [3, 4]]], "no number"),
        ([[[1, float("nan")], [3, 4]]], "no number"),
        ([[[1, True], [3, 4]]], "no number"),
        ([[[1, 1e9], [3, 4]]], "no number up to 1,000,000"),
        ([[[7], [7]]], "more than a dot"),
        ([[[7, 7], [7, 7]], [[7], [7]]], "more than a dot"),
        (RULE * 1001, "1,001"),
        ([[[0] * 20_001, [*range(20_001)]]], "20,001"),
    ],
)
def test_refuses_a_drawing_in_plain_words(drawing, message):
    assert message in words(drawing=drawing)


@pytest.mark.parametrize(
    "drawing",
    [
        [[[0, 0], [100, 0], [100, 50]]],
        [[[0, 0], [100, 0], [100, 150]]],
        [[[0, 0, 0], [100, 0, 9], [100, 50, 4], [0, 0, 12]]],
        [[[0, 0], [100, 0]], [[100, 0], [100, 50]], [[100, 50], [0, 0]]],
        [[[10, 60, 110], [80, 20, 80], [0, 61, 30]]],
    ],
)
def test_points_are_not_taken_for_lists_of_x_and_y(drawing):
    assert "Send all x of a stroke in one list and all y in another" in words(drawing=drawing)


def test_times_of_quick_draws_raw_form_are_left_aside():
    plain = [[[10, 60, 110, 10], [80, 20, 80, 140]], [[5, 9], [7, 70]]]
    raw = [[*plain[0], [0, 30, 61, 92]], [*plain[1], [120, 150]]]
    assert Input(drawing=raw) == Input(drawing=plain)


@pytest.mark.parametrize(
    ("bitmap", "message"),
    [
        (7, "as text"),
        ("é", "not base64"),
        ("!!!", "not base64"),
        (base64.b64encode(b"abc").decode(), "3 bytes; 28 x 28 = 784"),
        (base64.b64encode(bytes(784)).decode(), "Nothing is drawn"),
    ],
)
def test_refuses_a_bitmap_in_plain_words(bitmap, message):
    assert message in words(bitmap=bitmap)


def test_takes_exactly_one_of_drawing_and_bitmap():
    for fields in ({}, {"drawing": RULE, "bitmap": examples.CIRCLE}):
        assert "exactly one" in words(**fields)
    with pytest.raises(ValidationError) as caught:
        Input()
    assert caught.value.errors()[0]["loc"] == ("drawing",)


def test_ten_thousand_points_are_fine(model):
    turns = np.linspace(0, 40, 10_000)
    spiral = [[(turns * np.cos(turns)).tolist(), (turns * np.sin(turns)).tolist()]]
    given = Input(drawing=spiral)
    assert len(given.drawing[0][0]) < 1000
    assert sketch.predict(model, given).label in LABELS


SAW = [[255 * i / 19_999 for i in range(20_000)],
       [255 * (1 - i / 20_000) if i % 2 else 0 for i in range(20_000)]]  # fmt: skip
ZIGZAG = [[255 * i / 137 for i in range(138)],
          [255 * (1 - i / 138) * (i % 2) for i in range(138)]]  # fmt: skip
LONG = [[0, 255] * 25, [0, 255] * 25]


@pytest.mark.parametrize(
    "drawing", [[SAW], [ZIGZAG] * 144, [LONG] * 400], ids=["saw", "zigzags", "long strokes"]
)
def test_the_work_of_simplifying_is_bounded(drawing, monkeypatch):
    measured = []

    def counted(between, start, end):
        measured.append(len(between))
        return off_segment(between, start, end)

    off_segment = strokes.off_segment
    monkeypatch.setattr(strokes, "off_segment", counted)
    found = simplify(drawing)
    assert sum(measured) < 2.5 * strokes.WORK
    assert len(measured) <= 2 * (2 * strokes.SPLITS + len(drawing))
    assert simplify(found) == found


# The answers


@pytest.mark.parametrize("index", range(len(EXAMPLES)), ids=EXAMPLE_NAMES)
def test_knows_its_examples(model, index):
    prediction = sketch.predict(model, EXAMPLES[index])
    assert prediction.label == EXAMPLE_NAMES[index].lower()
    assert sum(prediction.probabilities.values()) == pytest.approx(1, abs=1e-9)


def test_the_gallery_shows_what_it_says(model):
    picture = sketch.ARTIFACT.with_name("thumbnail.svg").read_text("utf-8")
    told = re.findall(r">([^<]+), ([^<]+%)</text>", picture)
    assert len(told) == 3
    for label, share in told:
        given = EXAMPLES[EXAMPLE_NAMES.index(label.capitalize())]
        found = sketch.predict(model, given)
        assert found.label == label
        assert html.unescape(share) == charts.percent(found.probabilities[label])


@pytest.mark.parametrize("index", range(len(EXAMPLES)), ids=EXAMPLE_NAMES)
def test_knows_its_examples_from_their_bitmaps_too(model, index):
    as_bitmap = sketch.from_bitmap(sketch.tile(EXAMPLES[index]))
    assert sketch.predict(model, as_bitmap).label == EXAMPLE_NAMES[index].lower()


def test_half_a_drawing_gets_an_answer(model):
    for example in EXAMPLES:
        unfinished = Input(drawing=evaluate.half(example.model_dump()["drawing"]))
        assert sketch.predict(model, unfinished).label in LABELS


def test_the_circle_is_round(model):
    assert "circle" in dict(sketch.predict(model, Input(bitmap=examples.CIRCLE)).top(3))


def test_many_bitmaps_answer_like_single_ones(model):
    images = np.stack([sketch.tile(example) for example in EXAMPLES])
    single = sketch.predict_many(model, [sketch.from_bitmap(image) for image in images])
    answers = sketch.predict_bitmaps(model, images)
    assert answers.shape == (len(EXAMPLES), 345)
    assert np.allclose(answers.sum(axis=1), 1)
    for row, prediction in zip(answers, single, strict=True):
        assert row.tolist() == list(prediction.probabilities.values())
    assert sketch.predict_bitmaps(model, images[:0]).shape == (0, 345)


@pytest.mark.parametrize("wrong", [np.zeros((1, 28, 28)), np.zeros((1, 784), np.uint8)])
def test_refuses_other_arrays(model, wrong):
    with pytest.raises(ValueError, match=r"uint8 \(n, 28, 28\)"):
        sketch.predict_bitmaps(model, wrong)


def test_memory_stays_flat(model):
    process = psutil.Process()
    for example in EXAMPLES:
        sketch.predict(model, example)
    before = process.memory_info().rss
    for number in range(1_000):
        sketch.predict(model, EXAMPLES[number % len(EXAMPLES)])
    assert process.memory_info().rss - before < 2 * 2**20


def test_explains_by_strokes(model):
    cat = EXAMPLES[EXAMPLE_NAMES.index("Cat")]
    parts = sketch.explain(model, cat, sketch.predict(model, cat))
    assert [part.name for part in parts] == [f"Stroke {n + 1}" for n in range(len(cat.drawing))]
    assert max(part.value for part in parts) == parts[0].value  # the outline of its head
    assert all(-1 <= part.value <= 1 for part in parts)


def test_explains_a_bitmap_by_regions(model):
    circle = Input(bitmap=examples.CIRCLE)
    parts = sketch.explain(model, circle, sketch.predict(model, circle))
    assert 8 <= len(parts) <= 16
    assert parts[0].name.startswith("Row 1, column")


# With the full data


@pytest.fixture(scope="module")
def split():
    if not DATA.is_dir():
        pytest.skip("no full data sets here")
    return data.read(DATA)


@pytest.mark.slow  # it scores all drawings that were kept apart
@pytest.mark.data
def test_scores_on_the_part_kept_apart(model, split):
    scores = evaluate.measure(
        lambda given: np.stack([model.probabilities(network_input.look(one)) for one in given]),
        lambda images: sketch.predict_bitmaps(model, images),
        split,
    )
    for name, value in scores.items():
        assert value == pytest.approx(CARD.score(name), abs=0.003), name


@pytest.mark.data
def test_official_drawings_look_the_same_on_the_canvas_path(split):
    likeness = []
    for drawing in split.test.drawings:
        moved = [[[1.1 * x + 9 for x in xs], [1.1 * y + 30 for y in ys]] for xs, ys in drawing]
        likeness.append(cosine(rasterise(simplify(moved)), rasterise(drawing)))
    assert np.median(likeness) > 0.999
    assert np.quantile(likeness, 0.01) > 0.98

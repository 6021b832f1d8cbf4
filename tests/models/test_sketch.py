"""Sketch: the simplified form, the bitmap, what is refused, the answers, and training."""

import base64
import gzip
import html
import json
import os
import re
import subprocess
import sys
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
    train,
)
from models.sketch.raster import SIDE, rasterise
from models.sketch.strokes import points, simplify
from models.sketch.training import data, evaluate, redraw
from models.sketch.training.redraw import Mixture, Pool, halved, redrawn_group
from models.sketch.training.redraw_paths import redrawn_paths
from showcase.contract import demo
from showcase.ui import charts
from tests.models.scribbles import scribbles

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


def cosine(one, other):
    one, other = one.astype(float).ravel(), other.astype(float).ravel()
    return one @ other / np.sqrt((one @ one) * (other @ other))


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


def test_redrawn_sequences_are_different_but_the_same_per_seed():
    paths = np.stack([network_input.path(points(example.drawing)) for example in EXAMPLES])
    one, two = (redrawn_paths(paths, np.random.default_rng(0)) for _ in range(2))
    assert (one == two).all()
    assert np.isfinite(one).all()
    assert np.abs(one[..., :2]).max() <= 1 + 1e-6
    assert np.abs(one - redrawn_paths(paths, np.random.default_rng(1))).mean() > 0.05


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


# Training


@pytest.fixture
def folder(tmp_path):
    return scribbles(tmp_path / "data")


def test_downloaded_drawings_are_split_for_good(folder):
    split, again = data.read(folder), data.read(folder)
    parts = [split.train, split.calibration, split.test]
    assert [len(part.drawings) for part in parts] == [51, 3, 6]
    assert sum(len(part.images) for part in parts) == 1200
    assert 20 < len(split.test.images) < 90
    assert split.test.drawings == again.test.drawings
    assert [LABELS[label] for label in split.known] == ["cat", "circle", "The Mona Lisa"]
    seen = [image.tobytes() for part in parts for image in part.images]
    assert len(set(seen)) == len(seen)


def test_more_drawings_are_kept_apart_from_the_even_source_alone(folder):
    rows = [
        {"word": "cat", "key_id": None, "drawing": simplify([[[0, 9, n], [0, 5, 9]]])}
        for n in range(60)
    ]
    lines = "".join(json.dumps(row) + "\n" for row in rows).encode()
    sources = "people all_aggregates.json\n" * 30 + "others out.json\n" * 30
    (folder / data.MORE_VECTORS).write_bytes(gzip.compress(lines))
    (folder / data.SOURCES).write_bytes(gzip.compress(sources.encode()))
    even = [row["drawing"] for row in rows[:30]]
    split = data.read(folder)
    parts = [split.train, split.calibration, split.test]
    assert [sum(one in even for one in part.drawings) for part in parts] == [10, 2, 18]
    assert [len(part.drawings) for part in parts] == [51 + 40, 3 + 2, 6 + 18]


def test_redrawing_is_different_each_time_but_the_same_per_seed():
    cat = points(EXAMPLES[0].drawing)
    one, two = (redraw.redrawn(cat, np.random.default_rng(0)) for _ in range(2))
    other = redraw.redrawn(cat, np.random.default_rng(1))
    assert (one == two).all()
    assert 0.2 < cosine(one, other) < 0.99
    assert all(redraw.redrawn(cat, np.random.default_rng(seed)).any() for seed in range(30))


def test_a_drawing_may_get_the_end_of_another_one(monkeypatch):
    monkeypatch.setattr(redraw, "EXCHANGED", 1.0)
    random = np.random.default_rng(0)
    drawings = [points(example.drawing) for example in EXAMPLES if example.drawing]
    ends = set()
    for _ in range(100):
        made = [id(stroke) for stroke in redraw.exchanged(drawings, 0, random)]
        first = [id(stroke) for stroke in drawings[0]]
        kept = next((n for n, one in enumerate(made) if one not in first), len(made))
        assert 0 < kept <= len(first)
        assert made[:kept] == first[:kept]
        others = [[id(stroke) for stroke in other] for other in drawings]
        assert made == first or any(made[kept:] == other[-len(made[kept:]) :] for other in others)
        ends.add(made[-1])
    assert len(ends) > 2
    single = [drawings[0][:1], *drawings[1:]]
    assert all(redraw.exchanged(single, 0, random) == single[0] for _ in range(20))


def test_batches_follow_the_frequencies_told(folder):
    part = data.read(folder).train
    shown = np.stack([redrawn_group((label, 0, []), 1)[1] for label in range(345)])
    answers = np.eye(345, dtype=np.float16)[:, None]
    mixture = Mixture(part, Pool(shown, answers))
    assert mixture.frequencies.sum(axis=1) == pytest.approx(1, abs=1e-6)
    seen, labels, ordered, answered = mixture.batch(3000, np.random.default_rng(0))
    assert seen.shape == (3000, 56, 56, 3)
    drawn = answered.any(axis=1)
    assert drawn[ordered == 1].all()
    assert 0 < drawn[ordered == 0].mean() < 1
    assert (answered[drawn].argmax(axis=1) == labels[drawn]).all()
    for told in (0, 1):
        of_it = labels[ordered == told]
        share = np.bincount(of_it, minlength=345) / len(of_it)
        assert np.abs(share - mixture.frequencies[told]).max() < 0.05


def test_scores_of_a_known_case():
    chances = np.array([[0.6, 0.3, 0.1], [0.5, 0.4, 0.1], [0.2, 0.2, 0.6], [0.9, 0.06, 0.04]])
    truth = np.array([0, 1, 2, 2])
    assert evaluate.within(chances, truth, 1) == 0.5
    assert evaluate.within(chances, truth, 2) == 0.75
    assert evaluate.within(chances, truth, 1, balanced=True) == pytest.approx((1 + 0 + 0.5) / 3)
    kept, renamed = evaluate.among(chances, truth, np.array([0, 2]))
    assert kept[:, 0] == pytest.approx([6 / 7, 1 / 4, 90 / 94])
    assert renamed.tolist() == [0, 1, 1]


def test_scores_of_each_country_that_many_drawings_are_from(monkeypatch):
    monkeypatch.setattr(evaluate, "FEW", 2)
    countries = ["US", "SE", None, "US", "DE", "US"]
    part = data.Part(np.zeros(0), np.zeros(0), [[[[n]]] for n in range(6)], np.arange(6), countries)

    def guess(drawings):  # right about all but the first
        return np.eye(6)[[max(drawing[0][0][0], 1) for drawing in drawings]]

    assert evaluate.by_country(guess, part) == {
        "US": {"drawings": 3, "top-1 of 345": pytest.approx(2 / 3)},
        "others": {"drawings": 2, "top-1 of 345": 1},
    }


def test_leaving_out_a_stroke_moves_no_other():
    lines = points(EXAMPLES[0].drawing)
    rest, whole = (
        network_input.paint_trace(lines[1:], frame=lines),
        network_input.paint_trace(lines),
    )
    assert (rest[..., 0] <= whole[..., 0]).all()


def test_in_the_quick_training_the_networks_of_a_kind_share_its_minutes(tmp_path):
    command = ["--data", str(tmp_path), "--quick"]
    assert train.options([*command, "--minutes", "9"]).minutes == 9
    quick, turns = train.options(command), []
    train.in_turn(lambda chosen, seed: turns.append((seed, chosen.minutes)), quick, quick.readers)
    assert turns == [(0, quick.minutes / 2), (1, quick.minutes / 2)]
    assert quick.minutes < 30
    assert quick.taught_by == sketch.ARTIFACT


@pytest.mark.slow
@pytest.mark.timeout(600)  # three processes load TensorFlow
def test_trains_and_resumes(folder, tmp_path):
    options = ["--data", str(folder), "--out", str(tmp_path / "out"), "--each", "6"]
    options += ["--seeds", "0", "--readers", "0", "--processes", "1"]
    options += ["--taught-by", str(sketch.ARTIFACT)]
    options += ["--scratch", str(tmp_path / "scratch")]
    code = (
        "import json, pathlib\n"
        "from models.sketch.train import data, main, options, redrawn\n"
        "from models.sketch.train import train_looking, train_reading\n"
        f"chosen = options({[*options, '--minutes', '0.01']})\n"
        "chosen.scratch.mkdir()\n"
        "shown = redrawn(data.read(chosen.data), chosen)\n"
        "drawn = shown.traces.any(axis=(2, 3, 4))\n"
        "assert abs(shown.answers.sum(axis=2) - drawn).max() < 0.1 and drawn.sum() == 18\n"
        "assert (shown.paths.any(axis=(2, 3)) == drawn).all()\n"
        "train_looking(chosen, 0)\n"
        "train_reading(chosen, 0)\n"
        f"files = pathlib.Path({str(tmp_path)!r}).rglob('checkpoint.json')\n"
        "so_far = max(json.loads(file.read_text())['elapsed_s'] for file in files)\n"
        f"main([*{options}, '--minutes', str(so_far / 60 + 0.01), '--resume'])\n"
    )
    environment = os.environ | {"TF_CPP_MIN_LOG_LEVEL": "2"}
    subprocess.run([sys.executable, "-c", code], cwd=REPOSITORY, env=environment, check=True)
    card = demo.Card.model_validate_json((tmp_path / "out" / "card.json").read_text("utf-8"))
    assert card.more["mean difference from Keras"] <= 0.02
    assert card.more["training drawings"]["cat"] > 300
    assert list(card.more["begun with"]) == ["model.tflite"]
    assert [member["seed"] for member in card.more["members"]] == [0, 0]
    assert [len(member["lengths"]) for member in card.more["members"]] == [2, 2]
    assert (tmp_path / "out" / "model.tflite").stat().st_size <= 8_000_000


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

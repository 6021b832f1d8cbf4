"""Sketch's training: the split, drawings redrawn, batches, scores, the command."""

import gzip
import json
import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from models import sketch
from models.sketch import EXAMPLES, LABELS, network_input, train
from models.sketch.strokes import points, simplify
from models.sketch.training import data, evaluate, redraw
from models.sketch.training.redraw import Mixture, Pool, redrawn_group
from models.sketch.training.redraw_paths import redrawn_paths
from showcase.contract import demo
from tests.models.scribbles import cosine, scribbles

REPOSITORY = Path(__file__).parents[2]


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


def test_redrawn_sequences_are_different_but_the_same_per_seed():
    paths = np.stack([network_input.path(points(example.drawing)) for example in EXAMPLES])
    one, two = (redrawn_paths(paths, np.random.default_rng(0)) for _ in range(2))
    assert (one == two).all()
    assert np.isfinite(one).all()
    assert np.abs(one[..., :2]).max() <= 1 + 1e-6
    assert np.abs(one - redrawn_paths(paths, np.random.default_rng(1))).mean() > 0.05


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

"""Sketch learns: what is held out, and `showcase learn` from corrected drawings to a candidate."""

import json

import numpy as np
import pytest

from models import sketch
from models.sketch import EXAMPLE_NAMES, EXAMPLES, Input
from models.sketch.strokes import simplify
from models.sketch.training import data, learn
from models.sketch.training.data import KEPT_AS_VECTORS, download
from showcase.learning.learner import Lesson

CAT = EXAMPLES[EXAMPLE_NAMES.index("Cat")]


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """Twenty scribbles and 400 bitmaps of each of three things."""
    random, names = np.random.default_rng(0), ["cat", "circle", "The Mona Lisa"]
    lines = {
        name: [
            json.dumps(
                {
                    "word": name,
                    "key_id": f"{name}{number}",
                    "countrycode": "XX",
                    "recognized": True,
                    "drawing": simplify([random.uniform(0, 200, (2, 9)).tolist()]),
                }
            ).encode()
            for number in range(KEPT_AS_VECTORS + 400)
        ]
        for name in names
    }
    place = tmp_path_factory.mktemp("data") / "quickdraw"
    download(place, KEPT_AS_VECTORS + 400, names, lambda name: iter(lines[name]))
    return place


def test_what_is_held_out_is_never_trained_on(folder):
    held_out, split = learn.held_out(folder), data.read(folder)
    assert learn.held_out(folder.parent).targets == held_out.targets, "the folder may be above"
    counts = np.unique(held_out.slices, return_counts=True)
    assert dict(zip(*(one.tolist() for one in counts), strict=True))["drawings"] == 6
    assert len(held_out.inputs) == len(held_out.targets) == len(held_out.slices)
    frozen = {learn.identity(one) for one in held_out.inputs}
    trained = [sketch.from_bitmap(image) for image in split.train.images[:50]]
    trained += [Input(drawing=one) for one in split.train.drawings[:50]]
    assert frozen.isdisjoint(map(learn.identity, trained))


def test_a_drawing_and_its_bitmap_are_the_same(folder):
    assert learn.identity(CAT) == learn.identity(sketch.from_bitmap(sketch.tile(CAT)))


@pytest.mark.slow
def test_corrections_are_learnt_and_the_rest_is_kept(folder, tmp_path, monkeypatch):
    """The artifact is read by what serves; the shipped one stays as it is."""
    from models.sketch.training import fine_tune  # it loads TensorFlow

    monkeypatch.setattr(fine_tune, "STEPS", 12)
    monkeypatch.setattr(fine_tune, "REHEARSED", 24)
    shipped = sketch.ARTIFACT.read_bytes()
    lessons = [Lesson(CAT, "cat", "tiger", {}, (), ())]
    done = []
    learn.train(folder, lessons, tmp_path, done.append)
    assert done == sorted(done)
    assert done[-1] == 1.0
    assert [path.name for path in tmp_path.iterdir()] == [learn.NAME]
    before, after = sketch.load(), sketch.load(tmp_path / learn.NAME)
    likelier = [sketch.predict(one, CAT).probabilities["tiger"] for one in (before, after)]
    assert likelier[1] > 1.1 * likelier[0]
    for name, example in zip(EXAMPLE_NAMES, EXAMPLES, strict=True):
        if example is not CAT:
            assert sketch.predict(after, example).label == name.lower()
    assert sketch.ARTIFACT.read_bytes() == shipped

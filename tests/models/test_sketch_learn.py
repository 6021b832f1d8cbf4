"""Sketch learns: what is held out, and `showcase learn` from corrected drawings to a candidate."""

import numpy as np
import pytest

from models import sketch
from models.sketch import EXAMPLE_NAMES, EXAMPLES, Input
from models.sketch.training import data, learn
from showcase.contract import Card
from showcase.learning.learner import Lesson
from tests.models.scribbles import scribbles

CAT = EXAMPLES[EXAMPLE_NAMES.index("Cat")]


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return scribbles(tmp_path_factory.mktemp("data") / "quickdraw")


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
    from models.sketch.training.network import Blend

    card = Card.model_validate_json(sketch.ARTIFACT.with_name("card.json").read_text("utf-8"))
    blend = Blend(**card.more["factors of the logits"])
    monkeypatch.setattr(fine_tune, "best_blend", lambda *_: blend)  # scribbles tell nothing of it
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

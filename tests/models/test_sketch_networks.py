"""Sketch's networks: what they aim at; as exported, kinder to what they saw few drawings of."""

from dataclasses import replace

import numpy as np
import pytest

from models.sketch import EXAMPLES, LABELS
from models.sketch.network_input import path
from models.sketch.strokes import points
from models.sketch.training import data
from tests.models.scribbles import scribbles

pytestmark = pytest.mark.slow  # it loads TensorFlow


def test_what_few_drawings_are_known_of_becomes_likelier_if_that_is_right(tmp_path):
    from models.sketch.training.export import ENOUGH, FAVOURS, favour_the_rare, lengths_of_weights
    from models.sketch.training.network import Members, weighted

    split, rare = data.read(scribbles(tmp_path)), LABELS.index("cat")
    often = np.repeat(np.delete(np.arange(len(LABELS)), rare), ENOUGH)
    train = data.Part(split.train.images[:0], often, [], np.full(ENOUGH // 10, rare))
    for drawn, favour in ((rare, FAVOURS[-1]), (LABELS.index("circle"), 0)):
        members = Members.plain(1, 2)
        biases = [weighted(member)[-1].bias for member in members.reading]
        for bias in biases:
            bias.assign(np.eye(len(LABELS))[drawn])
        calibration = replace(split.calibration, drawn=np.full(3, drawn))
        given = replace(split, train=train, calibration=calibration)
        assert favour_the_rare(members, given) == pytest.approx(favour)
        lengths = lengths_of_weights(members)
        for bias in biases:
            added = np.asarray(bias) - np.eye(len(LABELS))[drawn]
            slope, start = np.polyfit(np.delete(lengths, rare), np.delete(added, rare), 1)
            left = added - slope * lengths
            assert slope > 0
            assert start == pytest.approx(0, abs=1e-6)
            assert np.delete(left, rare) == pytest.approx(0, abs=1e-5)
            assert left[rare] > 0.1 if favour else abs(left[rare]) < 1e-5


def test_lengths_of_weights_are_of_all_networks():
    from models.sketch.training.export import lengths_of_weights
    from models.sketch.training.network import Members, weighted

    members, cat = Members.plain(1, 2), LABELS.index("cat")
    before = lengths_of_weights(members)
    assert before.mean() == pytest.approx(0, abs=1e-6)
    assert before.std() == pytest.approx(1)
    for member in members.every:
        kernel = weighted(member)[-1].kernel
        kernel.assign(np.asarray(kernel) * np.where(np.arange(len(LABELS)) == cat, 1.05, 1))
        after = lengths_of_weights(members)
        assert after[cat] > before[cat] + 0.1
        before = after


def test_what_reads_is_shown_ends_of_other_drawings_of_the_same_thing():
    from models.sketch.training.redraw_paths import exchanged

    drawn = np.stack([path(points(example.drawing)) for example in EXAMPLES])
    random = np.random.default_rng(0)
    one, other = random.integers(0, len(drawn), (2, 400))
    made = exchanged(drawn[one], drawn[other], random)
    assert made.shape == drawn[one].shape
    changed = (made != drawn[one]).any(axis=(1, 2))
    assert 0.2 < changed.mean() < 0.5
    several = drawn[..., 2].sum(axis=1) > 1
    assert (several[one] & several[other])[changed].all()
    places = [{tuple(point) for point in each[:, :2]} for each in drawn]
    for left, right, points_made in zip(one[changed], other[changed], made[changed], strict=True):
        spots = [tuple(point) for point in points_made[:, :2]]
        assert spots[0] in places[left]
        assert spots[-1] in places[right]
        assert set(spots) <= places[left] | places[right]
        assert points_made[0, 2] == 1


def test_strokes_change_places_whole():
    from models.sketch.network_input import MIDDLE
    from models.sketch.training.redraw_paths import reordered

    drawn = np.stack([path(points(example.drawing)) for example in EXAMPLES] * 20)
    xy, stroke = drawn[..., :2].astype(float) - MIDDLE, np.cumsum(drawn[..., 2], axis=1) - 1
    stroke = stroke.astype(int)
    told = np.random.default_rng(1).random(stroke.shape) < 0.9
    made, numbers, left = reordered(xy, stroke, told, np.random.default_rng(0), 0.5)
    assert (np.sort(made.sum(axis=2)) == np.sort(xy.sum(axis=2))).all()
    assert (left.sum(axis=1) == told.sum(axis=1)).all()
    several = stroke[:, -1] > 0
    moved = (numbers != stroke).any(axis=1)
    assert 0.1 < moved[several].mean() < 0.6
    assert not moved[~several].any()
    for before, after, old, new in zip(xy, made, stroke, numbers, strict=True):
        assert set(np.diff(new)) <= {0, 1}
        lines = [before[old == number].tolist() for number in range(old[-1] + 1)]
        for number in range(new[-1] + 1):
            line = after[new == number].tolist()
            assert line in lines or line[::-1] in lines


def test_what_networks_trained_before_said_counts_half():
    from models.sketch.training.courses import aims

    told = np.zeros((2, len(LABELS)), np.float32)
    told[1, 5:7] = 0.2, 0.6
    alone, taught = np.asarray(aims(np.array([3, 3]), told))
    assert alone.sum() == pytest.approx(1, abs=1e-5)
    assert alone[3] > 0.9
    expected = (alone + np.eye(len(LABELS))[[5, 6, 6, 6]].mean(axis=0)) / 2
    assert taught == pytest.approx(expected, abs=1e-6)


def test_what_reads_is_shown_just_the_drawings_that_were_answered(tmp_path):
    from models.sketch.training.courses import SequenceCourse
    from models.sketch.training.redraw import Pool

    part = data.read(scribbles(tmp_path)).train
    paths = np.zeros((len(LABELS), len(EXAMPLES), 96, 3), np.float16)
    paths[:] = [path(points(example.drawing)) for example in EXAMPLES]
    answers = np.zeros((*paths.shape[:2], len(LABELS)), np.float16)
    answers[:] = np.eye(len(EXAMPLES), len(LABELS))  # each has the place of its drawing
    course = SequenceCourse(part, Pool(paths, answers, paths))
    sequences, labels, told = course.batch(np.random.default_rng(0), 0.0)
    assert set(labels) == set(part.drawn)
    shown = told.argmax(axis=1)
    assert set(shown) == set(range(len(EXAMPLES)))
    assert (sequences[..., 6] == paths[0, shown, :, 2]).all()  # where strokes begin
    assert sequences[..., 8].all()  # nothing is left out
    by_drawing = [sequences[shown == place, :, 1] for place in range(len(EXAMPLES))]
    assert all(each.std(axis=0).max() > 0.01 for each in by_drawing)  # changed anew

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
    from models.sketch.training.export import ENOUGH, FAVOURS, favour_the_rare
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
        for bias in biases:
            added = np.asarray(bias) - np.eye(len(LABELS))[drawn]
            assert (added[rare] > 0) == (favour > 0)
            assert not np.delete(added, rare).any()


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

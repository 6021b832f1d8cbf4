"""Sketch's networks as they are exported: kinder to what they saw few drawings of."""

from dataclasses import replace

import numpy as np
import pytest

from models.sketch import LABELS
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

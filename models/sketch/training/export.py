"""Bring the trained networks into the file that the app runs: their blend, LiteRT, difference."""

import tempfile
from collections.abc import Sequence
from pathlib import Path

import keras
import numpy as np
import tensorflow as tf
from numpy.typing import NDArray
from scipy.special import softmax  # type: ignore[import-untyped]  # it has no types
from scipy.stats import zscore  # type: ignore[import-untyped]  # it has no types

from models.sketch.labels import LABELS
from models.sketch.model import Recogniser
from models.sketch.network_input import SIDEWAYS, look, without_order
from models.sketch.training.data import Labels, Part, Split
from models.sketch.training.network import Blend, Members, served, weighted

COMPARED = 500  # drawings
SCALES = np.geomspace(0.25, 4, 161)  # of the logits
WEIGHTS = np.linspace(0, 1.5, 31)  # of the sequence networks, to 1 of the others
ENOUGH = 400  # training drawings of a label, which is then favoured no more
FAVOURS = np.linspace(0, 0.6, 25)
LENGTH_COUNTS = 0.2  # of a label's weights, to its logit

Logits = NDArray[np.float64]


def best_blend(members: Members, part: Part) -> Blend:
    """Return the blend that makes the labels of the part's vector drawings likeliest."""
    bitmaps = without_order(part.rasters).astype(np.float32) / np.float32(255)
    plain, _ = best_scale(mean_logits(members.looking, mirrored_too(bitmaps)), part.drawn)
    looking, reading = ordered_logits(members, part)
    tried = {weight: best_scale(looking + weight * reading, part.drawn) for weight in WEIGHTS}
    weight = min(tried, key=lambda weight: tried[weight][1])
    scale = tried[weight][0]
    return Blend(plain, scale, float(weight) * scale)


def ordered_logits(members: Members, part: Part) -> tuple[Logits, Logits]:
    """Return the (n, 345) mean logits of those that look and those that read, as `served` asks."""
    looks = [look(drawing) for drawing in part.drawings]
    traces = np.stack([one.trace for one in looks]).astype(np.float32) / np.float32(255)
    looking = mean_logits(members.looking, mirrored_too(traces))
    return looking, read_logits(members.reading, np.stack([one.sequence for one in looks]))


def read_logits(reading: Sequence[keras.Model], sequences: NDArray[np.float32]) -> Logits:
    """Return (n, 345) mean logits of those that read, every second one in the mirror."""
    views = mirrored_too(sequences)
    each = [mean_logits([member], [views[place % 2]]) for place, member in enumerate(reading)]
    return np.asarray(np.mean(each, axis=0))


def favour_the_rare(members: Members, split: Split) -> float:
    """Make labels that few drawings are known of likelier, where the order is known.

    Networks give too little to what they saw few drawings of, however often they saw those (Menon
    et al., 2021, https://arxiv.org/abs/2007.07314, move logits afterwards for that reason). Added
    is a factor, which is returned, times the logarithm of how much is missing to `ENOUGH`: the
    factor that makes the labels of the calibration part likeliest. `LENGTH_COUNTS` times how long
    a label's weights are is added too: with every choice of networks that was tried, that made
    those labels likelier.
    """
    blend, drawn = best_blend(members, split.calibration), split.calibration.drawn
    looking, reading = ordered_logits(members, split.calibration)
    logits = blend.looking * looking + blend.reading * reading
    seen = np.concatenate([split.train.labels, split.train.drawn])
    missing = np.log(ENOUGH / np.bincount(seen, minlength=len(LABELS)).clip(1, ENOUGH))
    tried = {factor: best_scale(logits + factor * missing, drawn)[1] for factor in FAVOURS}
    factor = float(min(tried, key=lambda factor: tried[factor]))
    if members.reading and blend.reading:
        prior = factor * missing + LENGTH_COUNTS * lengths_of_weights(members)
        for member in members.reading:
            weighted(member)[-1].bias.assign_add(prior / blend.reading)
    return factor


def lengths_of_weights(members: Members) -> Logits:
    """Return how long each label's weights in the last layers are (345,), standardised.

    Of the networks of one kind lengths are multiplied; either kind counts alike.
    """
    kinds = (members.looking, members.reading)
    each = [[np.linalg.norm(weighted(one)[-1].kernel, axis=0) for one in kind] for kind in kinds]
    return np.asarray(zscore(sum(zscore(np.log(kind).sum(axis=0)) for kind in each)))


def mirrored_too(views: NDArray[np.float32]) -> list[NDArray[np.float32]]:
    """Return (n, 56, 56, 3) traces or (n, 96, 9) sequences, and what a mirror shows of them."""
    if views.ndim == 4:
        return [views, views[:, :, ::-1]]
    mirrored = views.copy()
    mirrored[..., SIDEWAYS] *= -1
    return [views, mirrored]


def mean_logits(members: Sequence[keras.Model], views: Sequence[NDArray[np.float32]]) -> Logits:
    """Return (n, 345) logits, the mean of all members for all views."""
    each = [member.predict(view, batch_size=256, verbose=0) for member in members for view in views]
    return np.asarray(np.mean(each, axis=0, dtype=np.float64))


def best_scale(logits: Logits, labels: Labels) -> tuple[float, float]:
    """Return the factor of the logits that makes the labels likeliest, and their surprise."""

    def surprise(scale: float) -> float:
        chances = softmax(logits * scale, axis=1)[np.arange(len(labels)), labels]
        return float(-np.log(chances + 1e-12).mean())

    surprises = [surprise(scale) for scale in SCALES]
    return float(SCALES[np.argmin(surprises)]), min(surprises)


def export(members: Members, blend: Blend, path: Path, part: Part) -> float:
    """Write the artifact; return its mean difference from Keras in the first guess's probability.

    Weights are written as 8-bit integers, scaled by filter, and used as such: it is four times as
    fast as in floating point.
    """
    final = served(members, blend)
    with tempfile.TemporaryDirectory(dir=path.parent) as folder:
        unfinished = Path(folder) / path.name
        final.export(
            unfinished, format="litert", verbose=False, optimizations=[tf.lite.Optimize.DEFAULT]
        )
        unfinished.replace(path)
    recogniser = Recogniser(path)
    looks = [look(drawing) for drawing in part.drawings[:COMPARED]]
    traces = np.stack([one.trace for one in looks]).astype(np.float32) / np.float32(255)
    sequences = np.stack([one.sequence for one in looks])
    expected = final.predict([traces, sequences], batch_size=1, verbose=0).max(axis=1)
    found = np.array([recogniser.probabilities(one).max() for one in looks])
    return float(np.abs(found - expected).mean())

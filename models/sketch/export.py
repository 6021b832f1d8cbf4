"""Bring the trained network into the file that the app runs: temperature, LiteRT, difference."""

import tempfile
from collections.abc import Sequence
from pathlib import Path

import keras
import numpy as np
import tensorflow as tf
from numpy.typing import NDArray

from models.sketch.drawings import Part
from models.sketch.evaluation import Probabilities
from models.sketch.network import served
from models.sketch.raster import Bitmap
from models.sketch.recogniser import Recogniser

COMPARED = 500  # bitmaps
TEMPERATURES = np.geomspace(0.25, 4, 161)


def logits(members: Sequence[keras.Model], images: Bitmap) -> NDArray[np.float64]:
    """Return (n, 345) logits, the mean of all members for each bitmap and its mirror image."""
    ink = images[..., None].astype(np.float32) / np.float32(255)
    each = [
        member.predict(view, batch_size=256, verbose=0)
        for member in members
        for view in (ink, ink[:, :, ::-1])
    ]
    return np.asarray(np.mean(each, axis=0, dtype=np.float64))


def softmax(values: NDArray[np.float64]) -> Probabilities:
    """Return each row's exponentials, scaled to sum to 1."""
    raised = np.exp(values - values.max(axis=1, keepdims=True))
    return np.asarray(raised / raised.sum(axis=1, keepdims=True))


def best_temperature(members: Sequence[keras.Model], part: Part) -> float:
    """Return the temperature that makes the labels of the part's vector drawings likeliest."""
    drawn = logits(members, part.rasters)

    def surprise(temperature: float) -> float:
        chances = softmax(drawn / temperature)[np.arange(len(part.drawn)), part.drawn]
        return float(-np.log(chances + 1e-12).mean())

    return float(min(TEMPERATURES, key=surprise))


def rounding(
    members: Sequence[keras.Model], halved: Sequence[keras.Model], images: Bitmap
) -> float:
    """Return the largest change of a probability that weights in half precision make."""
    shown = images[:COMPARED]
    before, after = (softmax(logits(models, shown)) for models in (members, halved))
    return float(np.abs(before - after).max())


def export(members: Sequence[keras.Model], temperature: float, path: Path, images: Bitmap) -> float:
    """Write the artifact; return its largest difference from the Keras model on the images.

    The weights are written as float16, which holds those of `network.folded` exactly.
    """
    final = served(members, temperature)
    halves = {
        "optimizations": [tf.lite.Optimize.DEFAULT],
        "target_spec": {"supported_types": [tf.float16]},
    }
    with tempfile.TemporaryDirectory(dir=path.parent) as folder:
        unfinished = Path(folder) / path.name
        final.export(unfinished, format="litert", verbose=False, **halves)
        unfinished.replace(path)
    recogniser = Recogniser(path)
    shown = images[:COMPARED]
    expected = final.predict(shown[..., None].astype(np.float32) / 255, batch_size=1, verbose=0)
    found = np.stack([recogniser.probabilities(image) for image in shown])
    return float(np.abs(found - expected).max())

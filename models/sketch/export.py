"""Bring the trained network into the file that the app runs: temperature, LiteRT, difference."""

import tempfile
from pathlib import Path

import keras
import numpy as np
from numpy.typing import NDArray

from models.sketch.drawings import Part
from models.sketch.evaluation import Probabilities
from models.sketch.network import served
from models.sketch.raster import Bitmap
from models.sketch.recogniser import Recogniser

COMPARED = 500  # bitmaps
TEMPERATURES = np.geomspace(0.25, 4, 161)


def logits(model: keras.Model, images: Bitmap) -> NDArray[np.float64]:
    """Return (n, 345) logits, the mean of each bitmap's and its mirror image's."""
    ink = images[..., None].astype(np.float32) / np.float32(255)
    both = [model.predict(view, batch_size=256, verbose=0) for view in (ink, ink[:, :, ::-1])]
    return np.asarray(np.mean(both, axis=0, dtype=np.float64))


def softmax(values: NDArray[np.float64]) -> Probabilities:
    """Return each row's exponentials, scaled to sum to 1."""
    raised = np.exp(values - values.max(axis=1, keepdims=True))
    return np.asarray(raised / raised.sum(axis=1, keepdims=True))


def best_temperature(model: keras.Model, part: Part) -> float:
    """Return the temperature that makes the labels of the part's vector drawings likeliest."""
    drawn = logits(model, part.rasters)

    def surprise(temperature: float) -> float:
        chances = softmax(drawn / temperature)[np.arange(len(part.drawn)), part.drawn]
        return float(-np.log(chances + 1e-12).mean())

    return float(min(TEMPERATURES, key=surprise))


def export(model: keras.Model, temperature: float, path: Path, images: Bitmap) -> float:
    """Write the artifact; return its largest difference from the Keras model on the images."""
    final = served(model, temperature)
    with tempfile.TemporaryDirectory(dir=path.parent) as folder:
        unfinished = Path(folder) / path.name
        final.export(unfinished, format="litert", verbose=False)
        unfinished.replace(path)
    recogniser = Recogniser(path)
    shown = images[:COMPARED]
    expected = final.predict(shown[..., None].astype(np.float32) / 255, batch_size=1, verbose=0)
    found = np.stack([recogniser.probabilities(image) for image in shown])
    return float(np.abs(found - expected).max())

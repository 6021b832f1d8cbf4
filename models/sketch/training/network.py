"""The network: plain convolutions, coarse early, since two cores must train it in an hour."""

import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import keras
import numpy as np
import tensorflow as tf
from keras import layers
from numpy.typing import NDArray
from scipy.special import softmax  # type: ignore[import-untyped]  # it has no types

from models.sketch.labels import LABELS
from models.sketch.model import Recogniser
from models.sketch.raster import SIDE, Bitmap
from models.sketch.training.data import Part

Tensor = Any


def network(width: int = 240, dropout: float = 0.3, normalised: bool = True) -> keras.Model:
    """Return a network from (n, 28, 28, 1) float32, 0 to 1, to (n, 345) logits.

    Not `normalised`, its convolutions have a bias instead of batch normalisation.
    """
    given = keras.Input((SIDE, SIDE, 1))
    x = convolved(given, 32, normalised, kernel=5, strides=2)
    x = layers.MaxPooling2D()(convolved(x, 64, normalised))  # 7x7
    x = layers.MaxPooling2D(padding="same")(convolved(x, 128, normalised))  # 4x4
    x = convolved(x, width, normalised)
    x = layers.Add()([x, convolved(x, width, normalised)])
    x = layers.Dropout(dropout)(layers.GlobalAveragePooling2D()(x))
    return keras.Model(given, layers.Dense(len(LABELS))(x))


def convolved(
    x: Tensor, filters: int, normalised: bool, kernel: int = 3, strides: int = 1
) -> Tensor:
    """Return a convolution with ReLU."""
    convolution = layers.Conv2D(
        filters, kernel, strides=strides, padding="same", use_bias=not normalised
    )
    x = convolution(x)
    return layers.ReLU()(layers.BatchNormalization()(x) if normalised else x)


def folded(trained: keras.Model) -> keras.Model:
    """Return the network with batch normalisation inside its convolutions, in half precision.

    Every weight is a float32 that float16 holds exactly, so that a file of half the size keeps it.
    """
    plain = network(normalised=False)
    pairs = zip(_layers(trained, layers.Conv2D), _layers(plain, layers.Conv2D), strict=True)
    norms = _layers(trained, layers.BatchNormalization)
    for (convolution, target), norm in zip(pairs, norms, strict=True):
        gamma, beta, mean, variance = norm.get_weights()
        scale = gamma / np.sqrt(variance + norm.epsilon)
        target.set_weights(_halved([convolution.get_weights()[0] * scale, beta - mean * scale]))
    plain.layers[-1].set_weights(_halved(trained.layers[-1].get_weights()))
    return plain


def _layers(model: keras.Model, kind: type) -> list[Any]:
    return [layer for layer in model.layers if isinstance(layer, kind)]


def _halved(weights: Sequence[Any]) -> list[Any]:
    return [weight.astype(np.float16).astype(np.float32) for weight in weights]


def served(members: Sequence[keras.Model], temperature: float) -> keras.Model:
    """Return what is exported: the mean logits of all members for a drawing and its mirror image.

    Softmax of them, after the temperature (Guo et al., 2017, https://arxiv.org/abs/1706.04599) has
    divided them.
    """
    given = keras.Input((SIDE, SIDE, 1), batch_size=1)
    both = layers.Concatenate(axis=0)([given, keras.ops.flip(given, axis=2)])
    logits = [member(both) for member in members]
    mean = keras.ops.mean(keras.ops.concatenate(logits, axis=0), axis=0, keepdims=True)
    scale = float(np.float16(1 / temperature))  # it is written in half precision too
    return keras.Model(given, layers.Softmax()(layers.Rescaling(scale)(mean)))


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


def best_temperature(members: Sequence[keras.Model], part: Part) -> float:
    """Return the temperature that makes the labels of the part's vector drawings likeliest."""
    drawn = logits(members, part.rasters)

    def surprise(temperature: float) -> float:
        chances = softmax(drawn / temperature, axis=1)[np.arange(len(part.drawn)), part.drawn]
        return float(-np.log(chances + 1e-12).mean())

    return float(min(TEMPERATURES, key=surprise))


def rounding(
    members: Sequence[keras.Model], halved: Sequence[keras.Model], images: Bitmap
) -> float:
    """Return the largest change of a probability that weights in half precision make."""
    shown = images[:COMPARED]
    before, after = (softmax(logits(models, shown), axis=1) for models in (members, halved))
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

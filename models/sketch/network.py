"""The network: plain convolutions, coarse early, since two cores must train it in an hour."""

from collections.abc import Sequence
from typing import Any

import keras
import numpy as np
from keras import layers

from models.sketch.labels import LABELS
from models.sketch.raster import SIDE

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

"""The networks: plain convolutions, coarse early, since two cores must train them in hours."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import keras
import numpy as np
from keras import layers

from models.sketch.labels import LABELS
from models.sketch.sequence import FEATURES, POINTS, SIDEWAYS, TOLD
from models.sketch.trace import CHANNELS, TRACE_SIDE

DROPOUT = 0.3

Tensor = Any


def network(width: int = 240, normalised: bool = True) -> keras.Model:
    """Return a network from (n, 56, 56, 3) float32 traces, 0 to 1, to (n, 345) logits.

    Not `normalised`, its convolutions have a bias instead of batch normalisation.
    """
    given = keras.Input((TRACE_SIDE, TRACE_SIDE, CHANNELS))
    x = convolved(layers.Conv2D(48, 10, 4, "same", use_bias=not normalised), given)  # 14x14
    x = convolved(_square(64, normalised), x)
    x = convolved(_square(128, normalised), layers.MaxPooling2D()(x))  # 7x7
    x = convolved(_square(width, normalised), layers.MaxPooling2D(padding="same")(x))  # 4x4
    x = layers.Add()([x, convolved(_square(width, normalised), x)])
    x = layers.Dropout(DROPOUT)(layers.GlobalAveragePooling2D()(x))
    return keras.Model(given, layers.Dense(len(LABELS))(x))


def _square(filters: int, normalised: bool) -> layers.Layer:
    return layers.Conv2D(filters, 3, padding="same", use_bias=not normalised)


def sequence_network(normalised: bool = True) -> keras.Model:
    """Return a network from (n, 96, 9) float32 sequences to (n, 345) logits."""
    given = keras.Input((POINTS, FEATURES))
    x = convolved(_along(48, 7, 1, normalised), given)
    for filters, kernel in ((96, 5), (144, 5), (224, 3)):  # 48, 24, 12 places
        x = convolved(_along(filters, kernel, 2, normalised), x)
        x = layers.Add()([x, convolved(_along(filters, 3, 1, normalised), x)])
    x = layers.Concatenate()([layers.GlobalAveragePooling1D()(x), layers.GlobalMaxPooling1D()(x)])
    return keras.Model(given, layers.Dense(len(LABELS))(layers.Dropout(DROPOUT)(x)))


def _along(filters: int, kernel: int, strides: int, normalised: bool) -> layers.Layer:
    return layers.Conv1D(filters, kernel, strides, "same", use_bias=not normalised)


def convolved(convolution: layers.Layer, x: Tensor) -> Tensor:
    """Return a convolution of x, normalised where it has no bias, with ReLU."""
    x = convolution(x) if convolution.use_bias else layers.BatchNormalization()(convolution(x))
    return layers.ReLU()(x)


def folded(trained: keras.Model, plain: keras.Model) -> keras.Model:
    """Return `plain`, with a trained network's batch normalisation inside its convolutions."""
    kinds = (layers.Conv1D, layers.Conv2D)
    pairs = zip(_layers(trained, kinds), _layers(plain, kinds), strict=True)
    norms = _layers(trained, layers.BatchNormalization)
    for (convolution, target), norm in zip(pairs, norms, strict=True):
        gamma, beta, mean, variance = norm.get_weights()
        scale = gamma / np.sqrt(variance + norm.epsilon)
        target.set_weights([convolution.get_weights()[0] * scale, beta - mean * scale])
    plain.layers[-1].set_weights(trained.layers[-1].get_weights())
    return plain


def _layers(model: keras.Model, kind: type | tuple[type, ...]) -> list[Any]:
    return [layer for layer in model.layers if isinstance(layer, kind)]


@dataclass(frozen=True)
class Members:
    """The networks that answer together: those that look at traces, those that read sequences."""

    looking: Sequence[keras.Model]
    reading: Sequence[keras.Model]


@dataclass(frozen=True)
class Blend:
    """What logits are multiplied with: without order, and with it of traces and of sequences.

    Such factors are inverse temperatures (Guo et al., 2017, https://arxiv.org/abs/1706.04599).
    """

    plain: float
    looking: float
    reading: float


def served(members: Members, blend: Blend) -> keras.Model:
    """Return what is exported: (1, 345) probabilities of a trace and a sequence.

    Every network sees the mirror image too. A sequence of zeros says that no order is known.
    """
    trace = keras.Input((TRACE_SIDE, TRACE_SIDE, CHANNELS), batch_size=1, name="trace")
    sequence = keras.Input((POINTS, FEATURES), batch_size=1, name="sequence")
    turned = np.where(np.isin(np.arange(FEATURES), SIDEWAYS), -1, 1).astype(np.float32)
    looking = _mean(members.looking, [trace, keras.ops.flip(trace, axis=2)])
    reading = _mean(members.reading, [sequence, sequence * turned])
    known = keras.ops.max(sequence[:, :, TOLD], axis=1, keepdims=True)
    logits = looking * (blend.plain + (blend.looking - blend.plain) * known)
    logits += reading * known * blend.reading
    return keras.Model([trace, sequence], layers.Softmax()(logits))


def _mean(members: Sequence[keras.Model], views: Sequence[Tensor]) -> Tensor:
    """Return the (1, 345) mean logits of all networks for all views."""
    together = layers.Concatenate(axis=0)(views)
    logits = [member(together) for member in members]
    joined = layers.Concatenate(axis=0)(logits) if len(logits) > 1 else logits[0]
    return keras.ops.mean(joined, axis=0, keepdims=True)

"""The network: plain convolutions, coarse early, since two cores must train it in an hour."""

from typing import Any

import keras
from keras import layers

from models.sketch.labels import LABELS
from models.sketch.raster import SIDE

Tensor = Any


def network(width: int = 240, dropout: float = 0.3) -> keras.Model:
    """Return a network from (n, 28, 28, 1) float32, 0 to 1, to (n, 345) logits."""
    given = keras.Input((SIDE, SIDE, 1))
    x = convolved(given, 32, kernel=5, strides=2)
    x = layers.MaxPooling2D()(convolved(x, 64))  # 7x7
    x = layers.MaxPooling2D(padding="same")(convolved(x, 128))  # 4x4
    x = convolved(x, width)
    x = layers.Add()([x, convolved(x, width)])
    x = layers.Dropout(dropout)(layers.GlobalAveragePooling2D()(x))
    return keras.Model(given, layers.Dense(len(LABELS))(x))


def convolved(x: Tensor, filters: int, kernel: int = 3, strides: int = 1) -> Tensor:
    """Return a convolution with batch normalisation and ReLU."""
    x = layers.Conv2D(filters, kernel, strides=strides, padding="same", use_bias=False)(x)
    return layers.ReLU()(layers.BatchNormalization()(x))


def served(trained: keras.Model, temperature: float) -> keras.Model:
    """Return the network as it is exported: the mean of a drawing and its mirror image, softmax.

    The temperature (Guo et al., 2017, https://arxiv.org/abs/1706.04599) divides the mean logits.
    """
    given = keras.Input((SIDE, SIDE, 1), batch_size=1)
    mirrored = keras.ops.flip(given, axis=2)
    mean = layers.Average()([trained(given), trained(mirrored)])
    return keras.Model(given, layers.Softmax()(layers.Rescaling(1 / temperature)(mean)))

"""The networks: plain convolutions, coarse early, since two cores must train them in hours."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Self

import keras
import numpy as np
from ai_edge_litert.interpreter import Interpreter
from keras import layers
from numpy.typing import NDArray

from models.sketch.labels import LABELS
from models.sketch.network_input import CHANNELS, FEATURES, POINTS, SIDEWAYS, TOLD, TRACE_SIDE

DROPOUT = 0.3
WEIGHTED = "weights"  # how layers with weights are called, in the exported file too

Tensor = Any


def looking_network(name: str = "looking", normalised: bool = True) -> keras.Model:
    """Return a network from (n, 56, 56, 3) float32 traces, 0 to 1, to (n, 345) logits.

    Not `normalised`, its convolutions have a bias instead of batch normalisation.
    """
    given = keras.Input((TRACE_SIDE, TRACE_SIDE, CHANNELS))
    x = convolved(_square(0, 48, normalised, kernel=10, strides=4), given)  # 14x14
    x = convolved(_square(1, 64, normalised), x)
    x = convolved(_square(2, 128, normalised), layers.MaxPooling2D()(x))  # 7x7
    x = convolved(_square(3, 240, normalised), layers.MaxPooling2D(padding="same")(x))  # 4x4
    x = layers.Add()([x, convolved(_square(4, 240, normalised), x)])
    x = layers.Dropout(DROPOUT)(layers.GlobalAveragePooling2D()(x))
    return keras.Model(given, _last(5)(x), name=name)


def _square(
    place: int, filters: int, normalised: bool, kernel: int = 3, strides: int = 1
) -> layers.Layer:
    name, bias = f"{WEIGHTED}{place}", not normalised
    return layers.Conv2D(filters, kernel, strides, "same", use_bias=bias, name=name)


def reading_network(name: str = "reading", normalised: bool = True) -> keras.Model:
    """Return a network from (n, 96, 9) float32 sequences to (n, 345) logits."""
    given = keras.Input((POINTS, FEATURES))
    x = convolved(_along(0, 48, 7, 1, normalised), given)
    for place, filters, kernel in ((1, 96, 5), (3, 144, 5), (5, 224, 3)):  # 48, 24, 12 places
        x = convolved(_along(place, filters, kernel, 2, normalised), x)
        x = layers.Add()([x, convolved(_along(place + 1, filters, 3, 1, normalised), x)])
    x = layers.Concatenate()([layers.GlobalAveragePooling1D()(x), layers.GlobalMaxPooling1D()(x)])
    return keras.Model(given, _last(7)(layers.Dropout(DROPOUT)(x)), name=name)


def _along(place: int, filters: int, kernel: int, strides: int, normalised: bool) -> layers.Layer:
    name, bias = f"{WEIGHTED}{place}", not normalised
    return layers.Conv1D(filters, kernel, strides, "same", use_bias=bias, name=name)


def _last(place: int) -> layers.Layer:
    return layers.Dense(len(LABELS), name=f"{WEIGHTED}{place}")


def convolved(convolution: layers.Layer, x: Tensor) -> Tensor:
    """Return a convolution of x, normalised where it has no bias, with ReLU."""
    x = convolution(x) if convolution.use_bias else layers.BatchNormalization()(convolution(x))
    return layers.ReLU()(x)


def folded(trained: keras.Model, plain: keras.Model) -> keras.Model:
    """Return `plain`, with a trained network's batch normalisation inside its convolutions."""
    *convolutions, dense = weighted(trained)
    *targets, last = weighted(plain)
    norms = [each for each in trained.layers if isinstance(each, layers.BatchNormalization)]
    for convolution, target, norm in zip(convolutions, targets, norms, strict=True):
        gamma, beta, mean, variance = norm.get_weights()
        scale = gamma / np.sqrt(variance + norm.epsilon)
        target.set_weights([convolution.get_weights()[0] * scale, beta - mean * scale])
    last.set_weights(dense.get_weights())
    return plain


def weighted(model: keras.Model) -> list[Any]:
    """Return the layers with weights in their order, batch normalisation aside."""
    return [layer for layer in model.layers if layer.name.startswith(WEIGHTED)]


@dataclass(frozen=True)
class Members:
    """The networks that answer together: those that look at traces, those that read sequences."""

    looking: Sequence[keras.Model]
    reading: Sequence[keras.Model]

    @classmethod
    def plain(cls, looking: int, reading: int) -> Self:
        """Return so many new networks of either kind, as they are served: not normalised."""
        return cls(
            [looking_network(f"looking{place}", normalised=False) for place in range(looking)],
            [reading_network(f"reading{place}", normalised=False) for place in range(reading)],
        )

    @classmethod
    def folded(cls, looking: Sequence[keras.Model], reading: Sequence[keras.Model]) -> Self:
        """Return trained networks as they are served."""
        plain = cls.plain(len(looking), len(reading))
        for trained, target in zip([*looking, *reading], plain.every, strict=True):
            folded(trained, target)
        return plain

    @classmethod
    def of_artifact(cls, path: Path) -> Self:
        """Return the networks of an exported file, to be trained further.

        Its weights are 8-bit integers with a scale for each filter; exported again as they are,
        they come out the same.
        """
        weights = _exported_weights(path)
        names = {name for name, _ in weights}
        looking, reading = (
            sum(name.startswith(kind) for name in names) for kind in ("looking", "reading")
        )
        found = cls.plain(looking, reading)
        for model in found.every:
            for layer in weighted(model):
                kernel, bias = weights[model.name, layer.name]
                layer.set_weights([kernel.reshape(layer.kernel.shape), bias])
        return found

    @property
    def every(self) -> list[keras.Model]:
        """All networks."""
        return [*self.looking, *self.reading]


def _exported_weights(path: Path) -> dict[tuple[str, str], list[NDArray[np.float32]]]:
    """Return the kernel and the bias by the names of network and layer, as Keras has them."""
    interpreter = Interpreter(str(path))
    interpreter.allocate_tensors()
    kernels, biases = {}, {}
    for tensor in interpreter.get_tensor_details():
        named = re.search(rf"((?:looking|reading)\d+)[_\d]*/({WEIGHTED}\d+)", tensor["name"])
        scales = tensor["quantization_parameters"]["scales"]
        if named and len(scales):  # the filters come first
            values = interpreter.get_tensor(tensor["index"]).astype(np.float32)
            kernels[named[1], named[2]] = np.moveaxis(values, 0, -1) * scales
        elif named and len(tensor["shape"]) == 1 and tensor["dtype"] == np.float32:
            biases[named[1], named[2]] = interpreter.get_tensor(tensor["index"])
    return {name: [kernels[name], biases[name]] for name in kernels}


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

    Those that look see the mirror image too. Of those that read, every second one is given the
    mirror image instead: both would take twice the time and are no better. A sequence of zeros says
    that no order is known.
    """
    trace = keras.Input((TRACE_SIDE, TRACE_SIDE, CHANNELS), batch_size=1, name="trace")
    sequence = keras.Input((POINTS, FEATURES), batch_size=1, name="sequence")
    turned = np.where(np.isin(np.arange(FEATURES), SIDEWAYS), -1, 1).astype(np.float32)
    looking = _mean(members.looking, [trace, keras.ops.flip(trace, axis=2)])
    views = [sequence, sequence * turned]
    read = [member(views[place % 2]) for place, member in enumerate(members.reading)]
    reading = keras.ops.mean(keras.ops.stack(read), axis=0)
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

"""What the two kinds of networks are trained on: traces and bitmaps, or sequences of points."""

from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import keras
import numpy as np
import tensorflow as tf
from numpy.typing import NDArray

from models.sketch.labels import LABELS
from models.sketch.network_input import TRACE_SIDE, PenPath, Sequences, Trace, path
from models.sketch.strokes import points
from models.sketch.training.data import Labels, Part
from models.sketch.training.fit import Random, smoothed
from models.sketch.training.network import looking_network, reading_network
from models.sketch.training.redraw import Mixture, Pool
from models.sketch.training.redraw_paths import exchanged, redrawn_again, redrawn_paths

STARTED = 0.6  # of the learning rate, for a network that begins with learnt weights
TOLD = 0.5  # weight of what networks trained before answered, against the label

Shares = NDArray[np.float32]
TraceBatch = tuple[Trace, Labels, Labels, Shares, Labels, Shares, np.float32]


@dataclass(frozen=True)
class TraceCourse:
    """Traces of redrawn drawings, and bitmaps.

    `mixup` is the strength of mixing pairs of drawings (0: none), `start` a saved network whose
    weights are begun with.
    """

    mixture: Mixture
    mixup: float = 0.0
    start: Path | None = None
    size: int = 256

    @property
    def pace(self) -> float:
        """A factor for the learning rate."""
        return STARTED if self.start else 1.0

    def network(self) -> keras.Model:
        """Return the network to begin with."""
        model = looking_network()
        if self.start:
            model.set_weights(keras.models.load_model(self.start).get_weights())
        return model

    def batch(self, random: Random, shaking: float) -> TraceBatch:
        """Return those of `Mixture.batch`, then partners, shares and the shaking."""
        traces, labels, ordered, told = self.mixture.batch(self.size, random)
        others, shares = mixed(ordered, self.mixup if shaking else 0, random)
        return traces, labels, ordered, told, others, shares, np.float32(shaking)

    def loss(self, model: keras.Model, *batch: tf.Tensor) -> tf.Tensor:
        """Return the mean loss of a batch.

        Logits are shifted by each label's frequency, among drawings without order or with it, so
        that frequent labels are not preferred afterwards (Menon et al., 2021,
        https://arxiv.org/abs/2007.07314).
        """
        traces, labels, ordered, told, others, shares, shaking = batch
        often = tf.gather(tf.constant(self.mixture.frequencies, tf.float32), ordered)
        shown = shaken(tf.cast(traces, tf.float32) / 255, shaking)
        share = shares[:, None, None, None]
        shown = share * shown + (1 - share) * tf.gather(shown, others)
        wanted, share = aims(labels, told * often), shares[:, None]
        wanted = share * wanted + (1 - share) * tf.gather(wanted, others)
        logits = model(shown, training=True) + tf.math.log(often)
        return tf.reduce_mean(tf.nn.softmax_cross_entropy_with_logits(wanted, logits))


class SequenceCourse:
    """Sequences of points, labels alike: of the pool where networks trained before told of it.

    Else of the vector drawings, redrawn anew for every batch, many with the end of another one, a
    share `another_order` with strokes in other places.
    """

    size = 384
    pace = 1.5

    def __init__(self, part: Part, pool: Pool, another_order: float = 0.0) -> None:
        self.part, self.pool, self.another_order = part, pool, another_order
        self.counts = np.bincount(part.drawn, minlength=len(LABELS))
        self.labels = np.flatnonzero(self.counts)
        self.order = np.argsort(part.drawn, kind="stable")
        self.starts = np.cumsum(self.counts) - self.counts

    @cached_property
    def paths(self) -> PenPath:
        """The path of every vector drawing, (n, 96, 3) float16."""
        drawn = [path(points(drawing)) for drawing in self.part.drawings]
        return np.stack(drawn, dtype=np.float16, casting="same_kind")

    def network(self) -> keras.Model:
        """Return the network to begin with."""
        return reading_network()

    def batch(self, random: Random, shaking: float) -> tuple[Sequences, Labels, Shares]:  # noqa: ARG002
        """Return sequences, their labels, and what networks trained before say of them.

        Where they said something, just those drawings of the pool are shown again, a little
        changed: an unfinished one has an answer of its own.
        """
        labels = random.choice(self.labels, self.size)
        if self.pool.answers is not None and self.pool.paths is not None:
            number = random.integers(0, self.pool.paths.shape[1], self.size)
            told = self.pool.answers[labels, number].astype(np.float32)
            return redrawn_again(self.pool.paths[labels, number], random), labels, told
        told = np.zeros((self.size, len(LABELS)), np.float32)
        places = self.starts[labels] + random.integers(0, self.counts[labels], (2, self.size))
        one, other = self.paths[self.order[places]]
        paths = exchanged(one, other, random)
        return redrawn_paths(paths, random, self.another_order), labels, told

    def loss(self, model: keras.Model, *batch: tf.Tensor) -> tf.Tensor:
        """Return the mean loss of a batch."""
        sequences, labels, told = batch
        logits = model(sequences, training=True)
        losses = tf.nn.softmax_cross_entropy_with_logits(aims(labels, told), logits)
        return tf.reduce_mean(losses)


def aims(labels: tf.Tensor, told: tf.Tensor) -> tf.Tensor:
    """Return (n, 345) shares to aim at: half what networks trained before told, half the label.

    Where they told nothing (a row of `told` is all 0) the label alone.
    """
    wanted, sums = smoothed(labels), tf.reduce_sum(told, axis=1, keepdims=True)
    weight = tf.where(sums > 0, TOLD, 0.0)
    return (1 - weight) * wanted + weight * told / tf.maximum(sums, 1e-9)


def mixed(ordered: Labels, strength: float, random: Random) -> tuple[Labels, Shares]:
    """Return a partner for each drawing of a batch, and how much of the drawing itself to show.

    Partners tell an order if it does. Mixup (Zhang et al., 2018, https://arxiv.org/abs/1710.09412).
    """
    others = np.arange(len(ordered))
    for told in (0, 1):
        alike = np.flatnonzero(ordered == told)
        others[alike] = random.permutation(alike)
    if not strength:
        return others, np.ones(len(ordered), np.float32)
    shares = random.beta(strength, strength, len(ordered)).astype(np.float32)
    return others, np.maximum(shares, 1 - shares)


def shaken(traces: tf.Tensor, share: tf.Tensor) -> tf.Tensor:
    """Return the (n, 56, 56, 3) traces, half mirrored, a share also turned and stretched."""
    n, middle = tf.shape(traces)[0], (TRACE_SIDE - 1) / 2
    chance = tf.cast(tf.random.uniform([n]) < share, tf.float32)
    angle = tf.random.normal([n], stddev=0.1) * chance
    width = tf.exp(tf.random.normal([n], stddev=0.08) * chance)
    width *= tf.sign(tf.random.uniform([n]) - 0.5)
    height = tf.exp(tf.random.normal([n], stddev=0.08) * chance)
    slant = tf.random.normal([n], stddev=0.08) * chance
    a, b = width * tf.cos(angle), slant - tf.sin(angle)
    c, d = tf.sin(angle) * width, height * tf.cos(angle)
    x = middle * (1 - a - b) + tf.random.normal([n], stddev=1.2) * chance
    y = middle * (1 - c - d) + tf.random.normal([n], stddev=1.2) * chance
    zero = tf.zeros([n])
    turned = tf.raw_ops.ImageProjectiveTransformV3(
        images=traces,
        transforms=tf.stack([a, b, x, c, d, y, zero, zero], axis=1),
        output_shape=[TRACE_SIDE, TRACE_SIDE],
        interpolation="BILINEAR",
        fill_mode="CONSTANT",
        fill_value=0.0,
    )
    sharpened = 1 + 0.05 * chance[:, None, None, None]  # interpolation pales thin lines
    return tf.minimum(turned * sharpened, 1.0)

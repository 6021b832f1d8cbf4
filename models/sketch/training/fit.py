"""Train the network for a number of minutes; stop and resume at will."""

import json
import math
import time
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Self

import keras
import numpy as np
import tensorflow as tf
from numpy.typing import NDArray
from tqdm import tqdm  # type: ignore[import-untyped]  # it has no types

from models.sketch.raster import Bitmap
from models.sketch.training.data import Labels
from models.sketch.training.network import network
from models.sketch.training.redraw import Mixture

FILE = "checkpoint.json"
RATE, WARM = 2e-3, 0.02  # learning rate at its peak, and the share of time up to it
SHAKEN, CALM = 0.7, 0.85  # share of bitmaps that are turned a little, and until when


@dataclass
class Schedule:
    """Seconds and steps of training so far, out of `total_s` seconds.

    `totals_s` are the totals that it was begun and resumed with: each made its own schedule.
    """

    total_s: float
    elapsed_s: float = 0.0
    steps: int = 0
    totals_s: list[float] = field(default_factory=list)

    def __post_init__(self) -> None:
        if self.total_s > self.elapsed_s and self.total_s not in self.totals_s:
            self.totals_s.append(self.total_s)

    @classmethod
    def resumed(cls, folder: Path, total_s: float) -> Self:
        """Return the schedule that the folder's last checkpoint had come to."""
        told = json.loads((folder / FILE).read_text(encoding="utf-8"))
        return cls(total_s, told["elapsed_s"], told["steps"], told["totals_s"])

    @property
    def shaking(self) -> float:
        """The share of bitmaps to turn a little: none at the end, to end on what people draw."""
        return SHAKEN if self.elapsed_s < CALM * self.total_s else 0.0

    def save(self, folder: Path) -> None:
        """Write what `resumed` reads."""
        (folder / FILE).write_text(json.dumps(asdict(self)), encoding="utf-8")

    def ticks(self) -> Iterator[float]:
        """Yield the learning rate of each step until the time is over."""
        before = time.monotonic()
        while self.elapsed_s < self.total_s:
            yield rate(self.elapsed_s / self.total_s)
            now = time.monotonic()
            self.elapsed_s += now - before
            self.steps += 1
            before = now


def rate(progress: float) -> float:
    """Return the learning rate: a short rise, then half a cosine down to nothing.

    >>> [round(rate(share), 5) for share in (0.0, 0.01, 0.02, 0.51, 1.0)]
    [2e-05, 0.001, 0.002, 0.001, 0.0]
    """
    if progress < WARM:
        return RATE * max(progress / WARM, 0.01)
    return RATE * 0.5 * (1 + math.cos(math.pi * (progress - WARM) / (1 - WARM)))


BATCH = 256
DECAY = 0.03
SMOOTHING = 0.1
SAVED_EVERY_S = 120.0
WEIGHTS = "checkpoint.keras"

Step = Callable[[Bitmap, Labels, tf.Tensor], tf.Tensor]


def fit(mixture: Mixture, folder: Path, minutes: float, seed: int, resume: bool) -> keras.Model:
    """Return the network after `minutes` of training; checkpoints go into the folder."""
    keras.utils.set_random_seed(seed)
    model, schedule = compiled(), Schedule(60 * minutes)
    if resume and (folder / FILE).exists():
        schedule = Schedule.resumed(folder, 60 * minutes)
        take_over(model, keras.models.load_model(folder / WEIGHTS))
    step = stepper(model, np.log(mixture.frequencies))
    bar = tqdm(total=round(60 * minutes), initial=round(schedule.elapsed_s), unit="s")
    saved = schedule.elapsed_s
    for rate in schedule.ticks():
        model.optimizer.learning_rate = rate
        random = np.random.default_rng([seed, schedule.steps])
        shaking = tf.constant(schedule.shaking)
        loss = float(step(*mixture.batch(BATCH, random), shaking))
        bar.update(round(schedule.elapsed_s) - bar.n)
        bar.set_postfix(loss=f"{loss:.2f}", drawings=f"{schedule.steps * BATCH:,}", refresh=False)
        if schedule.elapsed_s - saved > SAVED_EVERY_S:
            save(model, schedule, folder)
            saved = schedule.elapsed_s
    bar.close()
    save(model, schedule, folder)
    return model


def compiled() -> keras.Model:
    """Return a new network with its optimiser, which is saved with it."""
    model = network()
    optimiser = keras.optimizers.AdamW(RATE, weight_decay=DECAY)
    optimiser.exclude_from_weight_decay(var_names=["gamma", "beta", "bias"])
    model.compile(optimiser)
    optimiser.build(model.trainable_variables)
    return model


def take_over(model: keras.Model, saved: keras.Model) -> None:
    """Give the model the weights and the optimiser's state of a saved one.

    A loaded optimiser has forgotten which weights not to decay, so it is not used itself.
    """
    model.set_weights(saved.get_weights())
    pairs = zip(model.optimizer.variables, saved.optimizer.variables, strict=True)
    for variable, value in pairs:
        variable.assign(value)


def stepper(model: keras.Model, log_frequencies: NDArray[np.float64]) -> Step:
    """Return a function that trains on one batch and returns its loss.

    Logits are shifted by each label's frequency in the batches, so that frequent labels are not
    preferred afterwards (Menon et al., 2021, https://arxiv.org/abs/2007.07314).
    """
    shift = tf.constant(log_frequencies, tf.float32)

    def step(images: Bitmap, labels: Labels, shaking: tf.Tensor) -> tf.Tensor:
        shown = shaken(tf.cast(images, tf.float32)[..., None] / 255, shaking)
        wanted = tf.one_hot(labels, len(log_frequencies))
        wanted = wanted * (1 - SMOOTHING) + SMOOTHING / len(log_frequencies)
        with tf.GradientTape() as tape:
            logits = model(shown, training=True) + shift
            loss = tf.reduce_mean(tf.nn.softmax_cross_entropy_with_logits(wanted, logits))
        gradients = tape.gradient(loss, model.trainable_variables)
        model.optimizer.apply(gradients, model.trainable_variables)
        return loss

    compiled_step: Step = tf.function(step, reduce_retracing=True)
    return compiled_step


def shaken(images: tf.Tensor, share: tf.Tensor) -> tf.Tensor:
    """Return the (n, 28, 28, 1) images, half mirrored, a share also turned and stretched."""
    n = tf.shape(images)[0]
    chance = tf.cast(tf.random.uniform([n]) < share, tf.float32)
    angle = tf.random.normal([n], stddev=0.1) * chance
    width = tf.exp(tf.random.normal([n], stddev=0.08) * chance)
    width *= tf.sign(tf.random.uniform([n]) - 0.5)
    height = tf.exp(tf.random.normal([n], stddev=0.08) * chance)
    slant = tf.random.normal([n], stddev=0.08) * chance
    a, b = width * tf.cos(angle), slant - tf.sin(angle)
    c, d = tf.sin(angle) * width, height * tf.cos(angle)
    x = 13.5 * (1 - a - b) + tf.random.normal([n], stddev=0.6) * chance
    y = 13.5 * (1 - c - d) + tf.random.normal([n], stddev=0.6) * chance
    zero = tf.zeros([n])
    turned = tf.raw_ops.ImageProjectiveTransformV3(
        images=images,
        transforms=tf.stack([a, b, x, c, d, y, zero, zero], axis=1),
        output_shape=[28, 28],
        interpolation="BILINEAR",
        fill_mode="CONSTANT",
        fill_value=0.0,
    )
    sharpened = 1 + 0.15 * chance[:, None, None, None]  # interpolation pales thin lines
    return tf.minimum(turned * sharpened, 1.0)


def save(model: keras.Model, schedule: Schedule, folder: Path) -> None:
    """Write a checkpoint; a stop in between leaves the one before."""
    unfinished = folder / f"unfinished-{WEIGHTS}"
    model.save(unfinished)
    unfinished.replace(folder / WEIGHTS)
    schedule.save(folder)

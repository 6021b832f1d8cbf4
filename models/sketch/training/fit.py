"""Train a network on so many drawings; stop and resume at will."""

import json
import math
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Protocol, Self

import keras
import numpy as np
import tensorflow as tf
from tqdm import tqdm  # type: ignore[import-untyped]  # it has no types

from models.sketch.labels import LABELS
from models.sketch.training.data import Labels

FILE = "checkpoint.json"
RATE, WARM = 2e-3, 0.02  # learning rate at its peak, and the share of training up to it
SHAKEN, CALM = 0.7, 0.85  # share of bitmaps that are turned a little, and until when


@dataclass(frozen=True)
class Length:
    """How long to train: so many drawings, the same on every computer; or so many minutes.

    By the clock the schedule ends in time on a busy computer too, but two runs with one seed then
    see the same batches and not the same number of them.
    """

    drawings: int | None = None
    minutes: float = 0.0
    taught: bool = False  # by the answers of networks trained before

    def __str__(self) -> str:
        amount = f"{self.drawings:,} drawings" if self.drawings else f"{self.minutes:g} minutes"
        return f"{amount}, taught" if self.taught else amount


@dataclass
class Schedule:
    """Steps and seconds of training so far.

    `lengths` are those that it was begun and resumed with: each made its own schedule.
    """

    length: Length
    size: int  # drawings of a batch
    steps: int = 0
    elapsed_s: float = 0.0
    lengths: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        if self.progress < 1 and str(self.length) not in self.lengths:
            self.lengths.append(str(self.length))

    @classmethod
    def resumed(cls, folder: Path, length: Length, size: int) -> Self:
        """Return the schedule that the folder's last checkpoint had come to."""
        saved = json.loads((folder / FILE).read_text(encoding="utf-8"))
        return cls(length, size, saved["steps"], saved["elapsed_s"], saved["lengths"])

    @property
    def progress(self) -> float:
        """From 0 to 1, which is the end."""
        if self.length.drawings:
            return min(self.steps * self.size / self.length.drawings, 1.0)
        return min(self.elapsed_s / max(60 * self.length.minutes, 1e-9), 1.0)

    @property
    def shaking(self) -> float:
        """The share of bitmaps to turn a little: none at the end, to end on what people draw."""
        return SHAKEN if self.progress < CALM else 0.0

    def save(self, folder: Path) -> None:
        """Write what `resumed` reads."""
        saved = {"steps": self.steps, "elapsed_s": self.elapsed_s, "lengths": self.lengths}
        (folder / FILE).write_text(json.dumps(saved), encoding="utf-8")

    def ticks(self) -> Iterator[float]:
        """Yield the learning rate of each step until the end."""
        before = time.monotonic()
        while self.progress < 1:
            yield rate(self.progress)
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


DECAY = 0.03
SMOOTHING = 0.1
SAVED_EVERY_S = 120.0
SETTLED = 30  # batches
WEIGHTS = "checkpoint.keras"

Random = np.random.Generator
Batch = tuple[Any, ...]


class Course(Protocol):
    """What a network is trained on: its batches and its loss."""

    @property
    def size(self) -> int:
        """The drawings of a batch."""

    @property
    def pace(self) -> float:
        """A factor for the learning rate."""

    def network(self) -> keras.Model:
        """Return the network to begin with."""

    def batch(self, random: Random, shaking: float) -> Batch:
        """Return the arrays of one batch; `shaking` is 0 at the end, to end on what is real."""

    def loss(self, model: keras.Model, *batch: tf.Tensor) -> tf.Tensor:
        """Return the mean loss of a batch."""


def fit(course: Course, folder: Path, length: Length, seed: int, resume: bool) -> None:
    """Train for so long; the checkpoints in the folder are the result."""
    keras.utils.set_random_seed(seed)
    model, schedule = compiled(course.network()), Schedule(length, course.size)
    if resume and (folder / FILE).exists():
        schedule = Schedule.resumed(folder, length, course.size)
        take_over(model, trained(folder))
    step = stepper(model, course)
    bar = tqdm(total=100, unit="%", bar_format="{l_bar}{bar}| {elapsed}{postfix}")
    saved = schedule.elapsed_s
    for rate in schedule.ticks():
        model.optimizer.learning_rate = rate * course.pace
        random = np.random.default_rng([seed, schedule.steps])
        loss = float(step(*course.batch(random, schedule.shaking)))
        bar.update(100 * schedule.progress - bar.n)
        seen = f"{schedule.steps * course.size:,}"
        bar.set_postfix(loss=f"{loss:.2f}", drawings=seen, refresh=False)
        if schedule.elapsed_s - saved > SAVED_EVERY_S:
            save(model, schedule, folder)
            saved = schedule.elapsed_s
    bar.close()
    settle(model, course, seed, min(SETTLED, schedule.steps))
    save(model, schedule, folder)


def settle(model: keras.Model, course: Course, seed: int, batches: int = SETTLED) -> None:
    """Measure the means and variances of batch normalisation anew, on real batches.

    Averaged while training in bfloat16, they lose the small steps that they are made of.
    """
    norms = [each for each in model.layers if isinstance(each, keras.layers.BatchNormalization)]
    usual = norms[0].momentum
    for number in range(batches):
        for norm in norms:
            norm.momentum = number / (number + 1)  # the mean of all batches so far
        course.loss(
            model, *map(tf.constant, course.batch(np.random.default_rng([seed, 1, number]), 0))
        )
    for norm in norms:
        norm.momentum = usual


def use_cores(threads: int) -> None:
    """Let TensorFlow compute on so many threads, in bfloat16 where the processor has it."""
    tf.config.threading.set_intra_op_parallelism_threads(threads)
    tf.config.threading.set_inter_op_parallelism_threads(1)
    about = Path("/proc/cpuinfo")
    if about.exists() and "avx512_bf16" in about.read_text(encoding="utf-8"):
        tf.config.optimizer.set_experimental_options({"auto_mixed_precision_onednn_bfloat16": True})


def compiled(model: keras.Model) -> keras.Model:
    """Return the network with its optimiser, which is saved with it."""
    optimiser = keras.optimizers.AdamW(RATE, weight_decay=DECAY)
    optimiser.exclude_from_weight_decay(var_names=["gamma", "beta", "bias"])
    model.compile(optimiser)
    optimiser.build(model.trainable_variables)
    return model


def trained(folder: Path) -> keras.Model:
    """Return the network of the folder's last checkpoint."""
    return keras.models.load_model(folder / WEIGHTS)


def take_over(model: keras.Model, saved: keras.Model) -> None:
    """Give the model the weights and the optimiser's state of a saved one.

    A loaded optimiser has forgotten which weights not to decay, so it is not used itself.
    """
    model.set_weights(saved.get_weights())
    pairs = zip(model.optimizer.variables, saved.optimizer.variables, strict=True)
    for variable, value in pairs:
        variable.assign(value)


def stepper(model: keras.Model, course: Course) -> Callable[..., tf.Tensor]:
    """Return a function that trains on one batch and returns its loss."""

    def step(*batch: tf.Tensor) -> tf.Tensor:
        with tf.GradientTape() as tape:
            loss = course.loss(model, *batch)
        gradients = tape.gradient(loss, model.trainable_variables)
        model.optimizer.apply(gradients, model.trainable_variables)
        return loss

    compiled_step: Callable[..., tf.Tensor] = tf.function(step, reduce_retracing=True)
    return compiled_step


def smoothed(labels: Labels) -> tf.Tensor:
    """Return (n, 345) shares to aim at: most for the label, a little for all others."""
    hot = tf.one_hot(labels, len(LABELS))
    return hot * (1 - SMOOTHING) + SMOOTHING / len(LABELS)


def save(model: keras.Model, schedule: Schedule, folder: Path) -> None:
    """Write a checkpoint; a stop in between leaves the one before."""
    unfinished = folder / f"unfinished-{WEIGHTS}"
    model.save(unfinished)
    unfinished.replace(folder / WEIGHTS)
    schedule.save(folder)

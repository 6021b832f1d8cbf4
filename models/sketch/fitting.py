"""Train a network for a number of minutes; stop and resume at will."""

from collections.abc import Callable
from pathlib import Path
from typing import Any, Protocol

import keras
import numpy as np
import tensorflow as tf
from tqdm import tqdm  # type: ignore[import-untyped]  # it has no types

from models.sketch.drawings import Labels
from models.sketch.labels import LABELS
from models.sketch.schedule import FILE, RATE, Schedule

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


def fit(course: Course, folder: Path, minutes: float, seed: int, resume: bool) -> None:
    """Train for so many minutes; the checkpoints in the folder are the result."""
    keras.utils.set_random_seed(seed)
    model, schedule = compiled(course.network()), Schedule(60 * minutes)
    if resume and (folder / FILE).exists():
        schedule = Schedule.resumed(folder, 60 * minutes)
        take_over(model, trained(folder))
    step = stepper(model, course)
    bar = tqdm(total=round(60 * minutes), initial=round(schedule.elapsed_s), unit="s")
    saved = schedule.elapsed_s
    for rate in schedule.ticks():
        model.optimizer.learning_rate = rate * course.pace
        random = np.random.default_rng([seed, schedule.steps])
        loss = float(step(*course.batch(random, schedule.shaking)))
        bar.update(round(schedule.elapsed_s) - bar.n)
        seen = f"{schedule.steps * course.size:,}"
        bar.set_postfix(loss=f"{loss:.2f}", drawings=seen, refresh=False)
        if schedule.elapsed_s - saved > SAVED_EVERY_S:
            save(model, schedule, folder)
            saved = schedule.elapsed_s
    bar.close()
    settle(model, course, seed)
    save(model, schedule, folder)


def settle(model: keras.Model, course: Course, seed: int) -> None:
    """Measure the means and variances of batch normalisation anew, on real batches.

    Averaged while training in bfloat16, they lose the small steps that they are made of.
    """
    norms = [each for each in model.layers if isinstance(each, keras.layers.BatchNormalization)]
    usual = norms[0].momentum
    for number in range(SETTLED):
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

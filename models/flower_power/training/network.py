"""The network: two hidden layers on four standardised measurements, all flowers in each step."""

import tempfile
from dataclasses import dataclass
from math import pi
from pathlib import Path
from typing import Any

import keras
import numpy as np
import tensorflow as tf
from keras import layers
from scipy.special import softmax  # type: ignore[import-untyped]  # it has no types

from models.flower_power import LABELS
from models.flower_power.inputs import FIELDS
from models.flower_power.model import Classifier
from models.flower_power.training.data import Floats, Ints
from models.flower_power.training.evaluate import STEPS

UNITS = 16
RATE = 0.02  # of Adam at the first step; it falls to 0 along a cosine

Weights = list[Any]


@dataclass(frozen=True)
class Fitted:
    """A fitted network: its weights with the mean (4,) and spread (4,) that measurements had."""

    weights: Weights
    mean: Floats
    spread: Floats

    def logits(self, X: Floats) -> Floats:
        """Return (n, 3) logits of measurements (n, 4) in cm."""
        model = network()
        model.set_weights(self.weights)
        return np.asarray(model(_scaled(X, self.mean, self.spread)), dtype=float)


class Fitter:
    """Fits networks of one decay (L2, added to the mean loss); its step is compiled only once."""

    def __init__(self, decay: float, steps: int = STEPS) -> None:
        self.decay, self.steps = decay, steps
        self.model = network()
        self.optimiser = keras.optimizers.Adam(RATE)
        self.optimiser.build(self.model.trainable_variables)
        self.descend = tf.function(self._descend, reduce_retracing=True)

    def fit(self, X: Floats, y: Ints, seed: int) -> Fitted:
        """Return the network fitted to measurements X (n, 4) in cm of the species y (n,)."""
        keras.utils.set_random_seed(seed)
        self.model.set_weights(network().get_weights())
        for variable in self.optimiser.variables:
            variable.assign(tf.zeros_like(variable))
        mean, spread = X.mean(axis=0), X.std(axis=0)
        self.descend(_scaled(X, mean, spread), tf.constant(y))
        return Fitted(self.model.get_weights(), mean, spread)

    def _descend(self, X: tf.Tensor, y: tf.Tensor) -> None:
        """Take all steps downhill, each on all flowers."""
        variables = self.model.trainable_variables
        for step in tf.range(self.steps):
            done = tf.cast(step, tf.float32) / self.steps
            self.optimiser.learning_rate.assign(RATE * (1 + tf.cos(pi * done)) / 2)
            with tf.GradientTape() as tape:
                surprise = tf.nn.sparse_softmax_cross_entropy_with_logits(y, self.model(X))
                loss = tf.reduce_mean(surprise) + self.decay * _squares(variables)
            self.optimiser.apply(tape.gradient(loss, variables), variables)


def network() -> keras.Model:
    """Return a new network from standardised measurements (n, 4) to logits (n, 3)."""
    return keras.Sequential(
        [
            keras.Input((len(FIELDS),), name="measurements"),
            layers.Dense(UNITS, "tanh", name="first"),
            layers.Dense(UNITS, "tanh", name="second"),
            layers.Dense(len(LABELS), name="species"),
        ],
        name="network",
    )


def served(fitted: Fitted, temperature: float) -> keras.Model:
    """Return what is exported: from measurements (n, 4) in cm to probabilities (n, 3).

    Standardising is folded into the first layer and the temperature (Guo et al., 2017,
    https://arxiv.org/abs/1706.04599) into the last.
    """
    inner = network()
    first, bias, *middle, last, last_bias = (np.asarray(w, dtype=float) for w in fitted.weights)
    folded = first / fitted.spread[:, None]
    weights = [folded, bias - fitted.mean @ folded, *middle]
    inner.set_weights([*weights, last / temperature, last_bias / temperature])
    # All is named: numbers that Keras gives by itself would make each file another one.
    given = keras.Input((len(FIELDS),), name="centimetres")
    probabilities = layers.Softmax(name="probabilities")(inner(given))
    return keras.Model(given, probabilities, name="iris")


def _scaled(X: Floats, mean: Floats, spread: Floats) -> tf.Tensor:
    return tf.constant((X - mean) / spread, tf.float32)


def _squares(variables: Weights) -> tf.Tensor:
    """Return the sum of the squared weights, biases left out."""
    return tf.add_n([tf.reduce_sum(v * v) for v in variables if len(v.shape) == 2])


def export(fitted: Fitted, temperature: float, path: Path) -> None:
    """Write the artifact."""
    final = served(fitted, temperature)
    with tempfile.TemporaryDirectory(dir=path.parent) as folder:
        unfinished = Path(folder) / path.name
        final.export(unfinished, format="litert", verbose=False)
        unfinished.replace(path)


def difference(fitted: Fitted, temperature: float, path: Path, X: Floats) -> float:
    """Return the largest gap between what the artifact and Keras say of measurements (n, 4)."""
    expected = softmax(fitted.logits(X) / temperature, axis=1)
    return float(np.abs(Classifier(path).probabilities(X) - expected).max())

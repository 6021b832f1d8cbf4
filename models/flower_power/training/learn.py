"""Learning from verdicts: the flowers held out, margins, and how a candidate is trained.

The margins were written down before any candidate was trained.
"""

from collections.abc import Sequence
from pathlib import Path

import numpy as np

from models.flower_power import LABELS, flowers
from models.flower_power.inputs import FIELDS, Input
from showcase.contract import card, registry
from showcase.learning.learner import HeldOut, Lesson, Margins, Progress

# Of 51 flowers held out one is 0.02: none may be lost that no other makes good.
MARGINS = Margins(measure="right", held_out=0.04, part=0.05)
POSSIBLE = None
NAME = "model.tflite"
SEED = 1936


def identity(given: Input) -> str:
    """Return the measurements in millimetres."""
    return ",".join(f"{getattr(given, name):.1f}" for name in FIELDS)


def held_out(_folder: Path) -> HeldOut:
    """Return the flowers that neither the model nor a player trains on; they are in the package."""
    apart = flowers.held_out()
    return HeldOut([one.given for one in apart], [one.species for one in apart])


def train(_folder: Path, lessons: Sequence[Lesson], out: Path, progress: Progress) -> None:
    """Fit the network on the training flowers and the lessons, each a flower; write it."""
    import tensorflow as tf

    from models.flower_power.training.evaluate import DECAY
    from models.flower_power.training.network import Fitter, export

    tf.config.experimental.enable_op_determinism()
    progress(0.3)
    known = [(one.given, one.species) for one in flowers.training()]
    judged = [(Input(**one.input.model_dump()), str(one.target)) for one in lessons]
    X = np.array([[getattr(given, name) for name in FIELDS] for given, _ in known + judged])
    y = np.array([LABELS.index(species) for _, species in known + judged])
    fitted = Fitter(DECAY).fit(X, y, SEED)
    progress(0.8)
    export(fitted, temperature(), out / NAME)
    progress(1.0)


def temperature() -> float:
    """Return the temperature of the shipped network, chosen by cross-validation."""
    shipped = card(registry.find("flower_power"))
    if shipped is None:
        raise FileNotFoundError("no card.json: run python -m models.flower_power.train")
    return float(shipped.more["choices"]["network"]["temperature"])

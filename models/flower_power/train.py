"""Train the iris classifier; write model.tflite, flowers.csv, card.json and thumbnail.svg.

python -m models.flower_power.train [--out DIR]

The data is scikit-learn's copy: nothing is fetched. The decay and the temperature are chosen by
cross-validation on the training flowers; the flowers held out are asked once, at the end.
"""

import argparse
import os
from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
os.environ.setdefault("CUDA_VISIBLE_DEVICES", "-1")  # another device computes other last digits

import tensorflow as tf

from models.flower_power import flowers, report, split, thumbnail
from models.flower_power.classifier import Classifier
from models.flower_power.experiments import (
    DECAYS,
    STRENGTHS,
    logistic_regression,
    networks,
    study,
)
from models.flower_power.export import difference, export
from models.flower_power.findings import Run
from models.flower_power.network import STEPS, Fitter
from models.flower_power.scores import softmax


@dataclass(frozen=True)
class Effort:
    """Steps of each fit, decays tried, and repeats of cross-validation to choose and to measure."""

    steps: int = STEPS
    decays: tuple[float, ...] = DECAYS
    repeats: tuple[int, int] = (4, 10)


def main(arguments: Sequence[str] | None = None, effort: Effort = Effort()) -> None:
    """Choose, fit, export, measure what was exported, and write the card."""
    parser = argparse.ArgumentParser(description="Train the iris classifier.")
    parser.add_argument("--out", type=Path, default=Path(__file__).parent, help="where to write")
    parser.add_argument("--seed", type=int, default=split.SEED, help="of the network's weights")
    chosen = parser.parse_args(arguments)
    tf.config.experimental.enable_op_determinism()
    chosen.out.mkdir(parents=True, exist_ok=True)
    print(train(chosen.out, chosen.seed, effort))


def train(out: Path, seed: int, effort: Effort) -> str:
    """Write everything; return the card's summary."""
    X, y = split.irises()
    apart = split.held_out_mask(X, y)
    digest = split.write(out / "flowers.csv", X, y, apart)
    network = study(
        partial(networks, steps=effort.steps), effort.decays, (X, y, apart), effort.repeats
    )
    logistic = study(logistic_regression, STRENGTHS, (X, y, apart), effort.repeats)
    path = out / "model.tflite"
    fitted = Fitter(network.setting, effort.steps).fit(X[~apart], y[~apart], seed)
    export(fitted, network.temperature, path)
    compared = logistic_regression(logistic.setting)(X[~apart], y[~apart], seed)(X[apart])
    model = Classifier(path)
    run = Run(
        seed=seed,
        steps=effort.steps,
        difference=difference(fitted, network.temperature, path, X),
        network=network,
        logistic=logistic,
        said=model.probabilities(X[apart]),
        said_by_logistic=softmax(compared / logistic.temperature),
        y=y[apart],
        apart=flowers.read(out / "flowers.csv")["held_out"],
    )
    card = report.card(run, {"flowers.csv": digest})
    (out / "card.json").write_text(card.model_dump_json(indent=2) + "\n", encoding="utf-8")
    thumbnail.write(out / "thumbnail.svg", model)
    return card.summary


if __name__ == "__main__":
    main()

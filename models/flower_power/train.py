"""Train the iris classifier; write model.tflite, flowers.csv and card.json.

python -m models.flower_power.train [--out DIR]

The data is scikit-learn's copy: nothing is fetched. The temperature is chosen by cross-validation
on the training flowers; the flowers held out are asked once, at the end.
"""

import argparse
import os
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
os.environ.setdefault("CUDA_VISIBLE_DEVICES", "-1")  # another device computes other last digits

from scipy.special import softmax  # type: ignore[import-untyped]  # it has no types

from models.flower_power import flowers
from models.flower_power.inputs import FIELDS
from models.flower_power.model import Classifier
from models.flower_power.training import data
from models.flower_power.training.evaluate import DECAY, STEPS, logistic_regression, network, study
from showcase.learning.drift import INPUTS, summary


@dataclass(frozen=True)
class Effort:
    """Steps of each fit, and repeats of cross-validation to choose and to measure."""

    steps: int = STEPS
    repeats: tuple[int, int] = (4, 10)


def main(arguments: Sequence[str] | None = None, effort: Effort = Effort()) -> None:
    """Fit, export, measure what was exported, and write the card."""
    parser = argparse.ArgumentParser(
        description="Train the iris classifier.",
        epilog="The data are scikit-learn's copy of Fisher's irises: nothing is fetched.",
    )
    parser.add_argument("--out", type=Path, default=Path(__file__).parent, help="where to write")
    parser.add_argument("--seed", type=int, default=data.SEED, help="of the network's weights")
    chosen = parser.parse_args(arguments)
    import tensorflow as tf  # seconds, which --help does not wait for

    tf.config.experimental.enable_op_determinism()
    chosen.out.mkdir(parents=True, exist_ok=True)
    print(train(chosen.out, chosen.seed, effort))


def train(out: Path, seed: int, effort: Effort) -> str:
    """Write everything; return the card's summary."""
    from models.flower_power.training.card import Run, card
    from models.flower_power.training.network import Fitter, difference, export

    X, y = data.irises()
    apart = data.held_out_mask(X, y)
    digest = data.write(out / "flowers.csv", X, y, apart)
    networks = study(network(effort.steps), X, y, apart, effort.repeats)
    logistic = study(logistic_regression, X, y, apart, effort.repeats)
    path = out / "model.tflite"
    fitted = Fitter(DECAY, effort.steps).fit(X[~apart], y[~apart], seed)
    export(fitted, networks.temperature, path)
    compared = logistic_regression(X[~apart], y[~apart], seed)(X[apart])
    run = Run(
        seed=seed,
        steps=effort.steps,
        difference=difference(fitted, networks.temperature, path, X),
        network=networks,
        logistic=logistic,
        said=Classifier(path).probabilities(X[apart]),
        said_by_logistic=softmax(compared / logistic.temperature, axis=1),
        y=y[apart],
        apart=flowers.read(out / "flowers.csv")["held_out"],
    )
    written = card(run, {"flowers.csv": digest})
    written.more[INPUTS] = summary(dict(zip(FIELDS, X[~apart].T.tolist(), strict=True)))
    written.write(out)
    return written.summary


if __name__ == "__main__":
    main()

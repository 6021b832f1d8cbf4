"""Train the recogniser; write model.tflite and card.json.

python -m models.sketch.train --data DIR [--minutes 60] [--seeds 0 1] [--resume] [--download N]

DIR holds the files of `models.sketch.training.data`; --download fetches N drawings of each category
from the public bucket first. A stopped training goes on with --resume. What is shipped is the mean
of a network for each seed, trained one after the other.
"""

import argparse
import os
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from models.sketch import predict_bitmaps
from models.sketch.model import Recogniser
from models.sketch.training.card import Member, Run, card
from models.sketch.training.data import Split, download, read
from models.sketch.training.evaluate import measure
from models.sketch.training.redraw import Mixture, pool

if TYPE_CHECKING:
    import keras

COMMAND = "python -m models.sketch.train --data DIR --seeds {seeds} --minutes {minutes}"


def options(arguments: Sequence[str] | None) -> argparse.Namespace:
    """Return the options of the command line."""
    parser = argparse.ArgumentParser(description="Train the sketch recogniser.")
    parser.add_argument("--data", type=Path, required=True, help="folder of the drawings")
    parser.add_argument("--out", type=Path, default=Path(__file__).parent, help="where to write")
    parser.add_argument("--minutes", type=float, default=60, help="to train each, pool not counted")
    parser.add_argument("--seeds", type=int, nargs="+", default=[0, 1], help="one for each network")
    parser.add_argument("--resume", action="store_true", help="go on from the last checkpoint")
    parser.add_argument(
        "--scratch",
        type=Path,
        default=Path(tempfile.gettempdir(), "vitrine-sketch"),
        help="for checkpoints and the pools of redrawn drawings (325 MB a seed)",
    )
    parser.add_argument("--each", type=int, default=1200, help="redrawn drawings of each category")
    parser.add_argument("--processes", type=int, default=os.cpu_count(), help="that redraw")
    parser.add_argument("--download", type=int, metavar="N", help="fetch N drawings of each first")
    return parser.parse_args(arguments)


def main(arguments: Sequence[str] | None = None) -> None:
    """Train, export, measure the exported model, and write the card."""
    chosen = options(arguments)
    if chosen.download:
        download(chosen.data, chosen.download)
    split = read(chosen.data)
    members = [train(split, chosen, seed) for seed in chosen.seeds]
    finish(members, split, chosen)


def train(split: Split, chosen: argparse.Namespace, seed: int) -> "keras.Model":
    """Return one network."""
    scratch = folder(chosen, seed)
    scratch.mkdir(parents=True, exist_ok=True)
    redrawn = pool(scratch, split.train, chosen.each, seed, chosen.processes)
    # TensorFlow is imported here, after the processes that redraw: they need none of it
    from models.sketch.training.fit import fit

    return fit(Mixture(split.train, redrawn), scratch, chosen.minutes, seed, chosen.resume)


def folder(chosen: argparse.Namespace, seed: int) -> Path:
    """Return where one network's checkpoints and redrawn drawings are."""
    return Path(chosen.scratch, f"seed-{seed}")


def finish(members: Sequence["keras.Model"], split: Split, chosen: argparse.Namespace) -> None:
    """Set the temperature, export, measure what was exported, and write the card."""
    from models.sketch.training.network import best_temperature, export, folded, rounding

    chosen.out.mkdir(parents=True, exist_ok=True)
    path = chosen.out / "model.tflite"
    halved = [folded(member) for member in members]
    temperature = best_temperature(halved, split.calibration)
    difference = export(halved, temperature, path, split.test.images)
    rounded = rounding(members, halved, split.test.images)
    recogniser = Recogniser(path)
    scores = measure(lambda images: predict_bitmaps(recogniser, images), split.test)
    run = Run(temperature, difference, rounded, command(chosen), told(chosen))
    written = card(chosen.data, split, scores, run)
    written.write(chosen.out)
    print(written.summary)


def told(chosen: argparse.Namespace) -> list[Member]:
    """Return what is to be told of each network's training."""
    from models.sketch.training.fit import BATCH, Schedule

    told = []
    for seed in chosen.seeds:
        schedule = Schedule.resumed(folder(chosen, seed), 60 * chosen.minutes)
        minutes = [total / 60 for total in schedule.totals_s]
        told.append(Member(seed, minutes, schedule.steps, schedule.steps * BATCH))
    return told


def command(chosen: argparse.Namespace) -> str:
    """Return the command that makes the artifact; the card says how long each seed took."""
    seeds = " ".join(map(str, chosen.seeds))
    return COMMAND.format(seeds=seeds, minutes=f"{chosen.minutes:g}")


if __name__ == "__main__":
    main()

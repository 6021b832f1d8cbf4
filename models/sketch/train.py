"""Train the recogniser; write model.tflite, card.json and thumbnail.svg.

python -m models.sketch.train --data DIR [--minutes 60] [--resume] [--download N]

DIR holds the files of `models.sketch.drawings`; --download fetches N drawings of each category
from the public bucket first. A stopped training goes on with --resume.
"""

import argparse
import os
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from models.sketch import drawings, predict_bitmaps, report, thumbnail
from models.sketch.download import download
from models.sketch.evaluation import measure
from models.sketch.mixture import Mixture
from models.sketch.pool import pool

if TYPE_CHECKING:
    import keras

COMMAND = "python -m models.sketch.train --data DIR --seed {seed} --minutes {minutes}"


def options(arguments: Sequence[str] | None) -> argparse.Namespace:
    """Return the options of the command line."""
    parser = argparse.ArgumentParser(description="Train the sketch recogniser.")
    parser.add_argument("--data", type=Path, required=True, help="folder of the drawings")
    parser.add_argument("--out", type=Path, default=Path(__file__).parent, help="where to write")
    parser.add_argument("--minutes", type=float, default=60, help="time to train, pool not counted")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--resume", action="store_true", help="go on from the last checkpoint")
    parser.add_argument(
        "--scratch",
        type=Path,
        default=Path(tempfile.gettempdir(), "vitrine-sketch"),
        help="for checkpoints and the pool of redrawn drawings (325 MB)",
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
    chosen.scratch.mkdir(parents=True, exist_ok=True)
    split = drawings.read(chosen.data)
    redrawn = pool(chosen.scratch, split.train, chosen.each, chosen.seed, chosen.processes)
    # TensorFlow is imported here, after the processes that redraw: they need none of it
    from models.sketch.fitting import fit

    model = fit(
        Mixture(split.train, redrawn), chosen.scratch, chosen.minutes, chosen.seed, chosen.resume
    )
    finish(model, split, chosen)


def finish(model: "keras.Model", split: drawings.Split, chosen: argparse.Namespace) -> None:
    """Set the temperature, export, measure what was exported, and write the card."""
    from models.sketch.export import best_temperature, export
    from models.sketch.fitting import BATCH
    from models.sketch.recogniser import Recogniser
    from models.sketch.schedule import Schedule

    chosen.out.mkdir(parents=True, exist_ok=True)
    path = chosen.out / "model.tflite"
    temperature = best_temperature(model, split.calibration)
    difference = export(model, temperature, path, split.test.images)
    recogniser = Recogniser(path)
    scores = measure(lambda images: predict_bitmaps(recogniser, images), split.test)
    schedule = Schedule.resumed(chosen.scratch, 60 * chosen.minutes)
    steps = schedule.steps
    minutes = ", then --resume --minutes ".join(f"{total / 60:g}" for total in schedule.totals_s)
    command = COMMAND.format(minutes=minutes, seed=chosen.seed)
    run = report.Run(
        chosen.seed, chosen.minutes, steps, steps * BATCH, temperature, difference, command
    )
    card = report.card(chosen.data, split, scores, run)
    (chosen.out / "card.json").write_text(card.model_dump_json(indent=2) + "\n", encoding="utf-8")
    thumbnail.write(chosen.out / "thumbnail.svg", recogniser)
    print(card.summary)


if __name__ == "__main__":
    main()

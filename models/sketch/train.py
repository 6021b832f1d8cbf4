"""Train the recogniser; write model.tflite, card.json and thumbnail.svg.

python -m models.sketch.train --data DIR [--minutes 150] [--resume] [--download N]

DIR holds the files of `models.sketch.drawings`; --download fetches N drawings of each category
from the public bucket first. A stopped training goes on with --resume. The networks are trained
side by side: what is shipped answers with their blend.
"""

import argparse
import multiprocessing
import os
import tempfile
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from models.sketch import drawings, predict_bitmaps, report, thumbnail
from models.sketch.download import download
from models.sketch.evaluation import measure
from models.sketch.look import look
from models.sketch.mixture import Mixture
from models.sketch.pool import Pool, pool

if TYPE_CHECKING:
    from models.sketch.network import Members

COMMAND = "python -m models.sketch.train --data DIR"


def options(arguments: Sequence[str] | None) -> argparse.Namespace:
    """Return the options of the command line."""
    parser = argparse.ArgumentParser(description="Train the sketch recogniser.")
    parser.add_argument("--data", type=Path, required=True, help="folder of the drawings")
    parser.add_argument("--out", type=Path, default=Path(__file__).parent, help="where to write")
    parser.add_argument("--minutes", type=float, default=150, help="to train, pool not counted")
    parser.add_argument("--seeds", type=int, nargs="+", default=[0, 1], help="that look at traces")
    parser.add_argument("--readers", type=int, nargs="+", default=[0], help="that read sequences")
    parser.add_argument("--resume", action="store_true", help="go on from the last checkpoint")
    parser.add_argument(
        "--scratch",
        type=Path,
        default=Path(tempfile.gettempdir(), "vitrine-sketch"),
        help="for checkpoints and the pools of redrawn drawings (2 GB)",
    )
    parser.add_argument("--mixup", type=float, nargs="+", default=[0.3], help="strength for each")
    parser.add_argument("--start", type=Path, nargs="+", help="saved networks to begin with")
    parser.add_argument("--each", type=int, default=600, help="redrawn drawings of each category")
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
    redrawn(split, chosen)
    train(chosen)
    finish(split, chosen)


def redrawn(split: drawings.Split, chosen: argparse.Namespace) -> Pool:
    """Return the pool of redrawn drawings, which all networks that look at traces learn from."""
    return pool(chosen.scratch, split.train, chosen.each, chosen.seeds[0], chosen.processes)


def train(chosen: argparse.Namespace) -> None:
    """Train all networks side by side, each in a process of its own."""
    spawn = multiprocessing.get_context("spawn")
    members = [
        *(spawn.Process(target=train_looking, args=(chosen, i)) for i in range(len(chosen.seeds))),
        *(spawn.Process(target=train_reading, args=(chosen, seed)) for seed in chosen.readers),
    ]
    for member in members:
        member.daemon = True  # it ends with this process
        member.start()
    for member in members:
        member.join()
        if member.exitcode:
            raise SystemExit(f"a network's training ended with {member.exitcode}: see above")


def train_looking(chosen: argparse.Namespace, place: int) -> None:
    """Train one network that looks at traces."""
    from models.sketch.courses import TraceCourse
    from models.sketch.fitting import fit, use_cores

    use_cores(cores(chosen))
    seed, split = chosen.seeds[place], drawings.read(chosen.data)
    mixture = Mixture(split.train, redrawn(split, chosen))
    start = chosen.start[place] if chosen.start else None
    course = TraceCourse(mixture, chosen.mixup[place % len(chosen.mixup)], start)
    fit(course, folder(chosen, seed), chosen.minutes, seed, chosen.resume)


def train_reading(chosen: argparse.Namespace, seed: int) -> None:
    """Train one network that reads sequences."""
    from models.sketch.courses import SequenceCourse
    from models.sketch.fitting import fit, use_cores

    use_cores(cores(chosen))
    course = SequenceCourse(drawings.read(chosen.data).train)
    fit(course, folder(chosen, seed, "reader"), chosen.minutes, seed, chosen.resume)


def cores(chosen: argparse.Namespace) -> int:
    """Return how many of the computer's cores each network gets."""
    return max((os.cpu_count() or 1) // (len(chosen.seeds) + len(chosen.readers)), 1)


def folder(chosen: argparse.Namespace, seed: int, kind: str = "seed") -> Path:
    """Return where one network's checkpoints are."""
    folder = Path(chosen.scratch, f"{kind}-{seed}")
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def finish(split: drawings.Split, chosen: argparse.Namespace) -> None:
    """Find the blend, export, measure what was exported, and write the card."""
    from models.sketch.export import best_blend, export
    from models.sketch.recogniser import Recogniser

    chosen.out.mkdir(parents=True, exist_ok=True)
    path = chosen.out / "model.tflite"
    members = trained_members(chosen)
    blend = best_blend(members, split.calibration)
    difference = export(members, blend, path, split.test)
    recogniser = Recogniser(path)
    scores = measure(
        lambda given: np.stack([recogniser.probabilities(look(drawing)) for drawing in given]),
        lambda images: predict_bitmaps(recogniser, images),
        split,
    )
    run = report.Run(asdict(blend), difference, command(chosen), told(chosen))
    card = report.card(chosen.data, split, scores, run)
    (chosen.out / "card.json").write_text(card.model_dump_json(indent=2) + "\n", encoding="utf-8")
    thumbnail.write(chosen.out / "thumbnail.svg", recogniser)
    print(card.summary)


def trained_members(chosen: argparse.Namespace) -> "Members":
    """Return the networks of the last checkpoints, ready to be served."""
    from models.sketch.fitting import trained
    from models.sketch.network import Members, folded, network, sequence_network

    looking = [
        folded(trained(folder(chosen, seed)), network(normalised=False)) for seed in chosen.seeds
    ]
    reading = [
        folded(trained(folder(chosen, seed, "reader")), sequence_network(normalised=False))
        for seed in chosen.readers
    ]
    return Members(looking, reading)


def told(chosen: argparse.Namespace) -> list[report.Member]:
    """Return what is to be told of each network's training."""
    from models.sketch.courses import SequenceCourse, TraceCourse

    looking = [
        report.member("traces", seed, TraceCourse.size, folder(chosen, seed))
        for seed in chosen.seeds
    ]
    reading = [
        report.member("sequences", seed, SequenceCourse.size, folder(chosen, seed, "reader"))
        for seed in chosen.readers
    ]
    return looking + reading


def command(chosen: argparse.Namespace) -> str:
    """Return the command that makes the artifact; the card says how long each seed took."""
    words = [COMMAND, "--seeds", *chosen.seeds, "--minutes", f"{chosen.minutes:g}"]
    words += ["--readers", *chosen.readers, "--mixup", *chosen.mixup]
    if chosen.start:
        words += ["--start", *(path.name for path in chosen.start)]
    return " ".join(map(str, words))


if __name__ == "__main__":
    main()

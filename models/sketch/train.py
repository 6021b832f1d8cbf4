"""Train the recogniser; write model.tflite and card.json.

python -m models.sketch.train --data DIR [--quick] [--drawings N | --minutes 150] [--resume]

DIR holds the files of `models.sketch.training.data`; --download fetches N drawings of each category
from the public bucket first. A stopped training goes on with --resume. What is shipped answers with
the blend of all networks: those that look are trained one after the other, and beside them those
that read. With --taught-by an artifact trained before, they learn from its answers, too. --quick
takes two cores half an hour.
"""

import argparse
import multiprocessing
import os
import tempfile
from collections.abc import Callable, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from models import sketch
from models.sketch import ARTIFACT, Input, predict_bitmaps
from models.sketch.network_input import look
from models.sketch.strokes import Drawing
from models.sketch.training import data
from models.sketch.training.card import Member, Run, card
from models.sketch.training.evaluate import Probabilities, by_country, measure
from models.sketch.training.redraw import Mixture, Pool, pool
from showcase.contract.card import sha256
from showcase.learning.drift import INPUTS, summary_of

if TYPE_CHECKING:
    from models.sketch.training.fit import Length
    from models.sketch.training.network import Members

COMMAND = "python -m models.sketch.train --data DIR"
QUICK = {"seeds": [0], "readers": [0, 1], "minutes": 26, "each": 300, "taught_by": ARTIFACT}


def options(arguments: Sequence[str] | None) -> argparse.Namespace:
    """Return the options of the command line."""
    parser = argparse.ArgumentParser(
        description="Train the sketch recogniser.",
        epilog="The drawings are those of Quick, Draw!, of which --download fetches some: "
        "https://github.com/googlecreativelab/quickdraw-dataset",
    )
    parser.add_argument("--data", type=Path, required=True, help="folder of the drawings")
    parser.add_argument("--out", type=Path, default=Path(__file__).parent, help="where to write")
    parser.add_argument("--minutes", type=float, default=150, help="to train, pool not counted")
    parser.add_argument("--drawings", type=int, help="that each network sees, instead of minutes")
    parser.add_argument("--seeds", type=int, nargs="+", default=[0, 1], help="that look at traces")
    parser.add_argument(
        "--readers", type=int, nargs="+", default=[0, 1], help="that read sequences"
    )
    parser.add_argument("--resume", action="store_true", help="go on from the last checkpoint")
    parser.add_argument(
        "--scratch",
        type=Path,
        default=Path(tempfile.gettempdir(), "vitrine-sketch"),
        help="for checkpoints and the pool of redrawn drawings (2 GB)",
    )
    parser.add_argument(
        "--mixup", type=float, nargs="+", default=[0, 0.3], help="strength for each"
    )
    parser.add_argument(
        "--another-order",
        type=float,
        nargs="+",
        default=[0, 0.3],
        help="share of drawings whose strokes change places, for each that reads",
    )
    parser.add_argument("--start", type=Path, nargs="+", help="saved networks to begin with")
    parser.add_argument("--taught-by", type=Path, help="a model.tflite to learn from, too")
    parser.add_argument("--each", type=int, default=600, help="redrawn drawings of each category")
    parser.add_argument("--processes", type=int, default=os.cpu_count(), help="that redraw")
    parser.add_argument("--download", type=int, metavar="N", help="fetch N drawings of each first")
    parser.add_argument("--quick", action="store_true", help="in half an hour on two cores")
    if parser.parse_args(arguments).quick:
        parser.set_defaults(**QUICK)
    return parser.parse_args(arguments)


def main(arguments: Sequence[str] | None = None) -> None:
    """Train, export, measure the exported model, and write the card."""
    chosen = options(arguments)
    if chosen.download:
        data.download(chosen.data, chosen.download)
    chosen.scratch.mkdir(parents=True, exist_ok=True)
    split = data.read(chosen.data)
    redrawn(split, chosen)
    train(chosen)
    finish(split, chosen)


def redrawn(split: data.Split, chosen: argparse.Namespace) -> Pool:
    """Return the pool of redrawn drawings, which all networks that look at traces learn from."""
    of_what = chosen.each, chosen.seeds[0], chosen.taught_by
    return pool(chosen.scratch, split.train, *of_what, processes=chosen.processes)


def train(chosen: argparse.Namespace) -> None:
    """Train the networks that look one after the other, and beside them those that read."""
    spawn = multiprocessing.get_context("spawn")
    lanes = [
        spawn.Process(target=in_turn, args=(train_looking, chosen, range(len(chosen.seeds)))),
        spawn.Process(target=in_turn, args=(train_reading, chosen, chosen.readers)),
    ]
    for lane in lanes:
        lane.daemon = True  # it ends with this process
        lane.start()
    for lane in lanes:
        lane.join()
        if lane.exitcode:
            raise SystemExit(f"a network's training ended with {lane.exitcode}: see above")


def in_turn(
    train_one: Callable[[argparse.Namespace, int], None],
    chosen: argparse.Namespace,
    each: Sequence[int],
) -> None:
    """Train one network after the other; together they take the minutes."""
    shared = argparse.Namespace(**vars(chosen) | {"minutes": chosen.minutes / len(each)})
    for one in each:
        train_one(shared, one)


def train_looking(chosen: argparse.Namespace, place: int) -> None:
    """Train one network that looks at traces."""
    from models.sketch.training.courses import TraceCourse
    from models.sketch.training.fit import fit, use_cores

    use_cores(max((os.cpu_count() or 1) // 2, 1))
    seed, split = chosen.seeds[place], data.read(chosen.data)
    mixture = Mixture(split.train, redrawn(split, chosen))
    start = chosen.start[place] if chosen.start else None
    course = TraceCourse(mixture, chosen.mixup[place % len(chosen.mixup)], start)
    fit(course, folder(chosen, seed), length(chosen), seed, chosen.resume)


def train_reading(chosen: argparse.Namespace, seed: int) -> None:
    """Train one network that reads sequences."""
    from models.sketch.training.courses import SequenceCourse
    from models.sketch.training.fit import fit, use_cores

    use_cores(max((os.cpu_count() or 1) // 2, 1))
    split = data.read(chosen.data)
    shares = chosen.another_order
    share = shares[chosen.readers.index(seed) % len(shares)]
    course = SequenceCourse(split.train, redrawn(split, chosen), share)
    fit(course, folder(chosen, seed, "reader"), length(chosen), seed, chosen.resume)


def length(chosen: argparse.Namespace) -> "Length":
    """Return how long each network is trained."""
    from models.sketch.training.fit import Length

    return Length(chosen.drawings, chosen.minutes, bool(chosen.taught_by))


def folder(chosen: argparse.Namespace, seed: int, kind: str = "seed") -> Path:
    """Return where one network's checkpoints are."""
    folder = Path(chosen.scratch, f"{kind}-{seed}")
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def finish(split: data.Split, chosen: argparse.Namespace) -> None:
    """Find the blend, export, measure what was exported, and write the card."""
    from models.sketch.model import Recogniser
    from models.sketch.training.export import best_blend, export, favour_the_rare

    begun_with = sha256([*(chosen.start or []), *filter(None, [chosen.taught_by])])
    chosen.out.mkdir(parents=True, exist_ok=True)
    path = chosen.out / "model.tflite"
    members = trained_members(chosen)
    favour = favour_the_rare(members, split)
    blend = best_blend(members, split.calibration)
    difference = export(members, blend, path, split.test)
    recogniser = Recogniser(path)

    def guess(drawings: list[Drawing]) -> Probabilities:
        return np.stack([recogniser.probabilities(look(one)) for one in drawings])

    scores = measure(guess, lambda images: predict_bitmaps(recogniser, images), split)
    countries = by_country(guess, split.test)
    run = Run(asdict(blend), favour, difference, command(chosen), told(chosen), begun_with)
    written = card(chosen.data, split, scores, countries, run)
    written.more[INPUTS] = learned(split)
    written.write(chosen.out)
    print(written.summary)


def learned(split: data.Split) -> dict[str, dict[str, Any]]:
    """Return what the card keeps of how people drew what was learned from."""
    drawings: list[Any] = split.train.drawings
    return summary_of(sketch, [Input.model_construct(drawing=one) for one in drawings])


def trained_members(chosen: argparse.Namespace) -> "Members":
    """Return the networks of the last checkpoints, ready to be served."""
    from models.sketch.training.fit import trained
    from models.sketch.training.network import Members

    return Members.folded(
        [trained(folder(chosen, seed)) for seed in chosen.seeds],
        [trained(folder(chosen, seed, "reader")) for seed in chosen.readers],
    )


def told(chosen: argparse.Namespace) -> list[Member]:
    """Return what is to be told of each network's training."""
    from models.sketch.training.courses import SequenceCourse, TraceCourse
    from models.sketch.training.fit import Length, Schedule

    kinds = [(TraceCourse.size, "traces", "seed", seed) for seed in chosen.seeds]
    kinds += [(SequenceCourse.size, "sequences", "reader", seed) for seed in chosen.readers]
    members = []
    for size, name, kind, seed in kinds:
        run = Schedule.resumed(folder(chosen, seed, kind), Length(drawings=1), size)  # it is over
        members.append(Member(name, seed, run.lengths, run.steps, run.steps * size))
    return members


def command(chosen: argparse.Namespace) -> str:
    """Return the command that makes the artifact; the card says how long each seed took."""
    words = [COMMAND, "--seeds", *chosen.seeds, "--readers", *chosen.readers]
    if chosen.drawings:
        words += ["--drawings", chosen.drawings]
    else:
        words += ["--minutes", f"{chosen.minutes:g}"]
    words += ["--mixup", *chosen.mixup, "--another-order", *chosen.another_order]
    words += ["--each", chosen.each]
    if chosen.start:
        words += ["--start", *(path.name for path in chosen.start)]
    if chosen.taught_by:
        words += ["--taught-by", chosen.taught_by.name]
    return " ".join(map(str, words))


if __name__ == "__main__":
    main()

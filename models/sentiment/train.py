"""Measure VADER against people's ratings; fit the second opinion. Writes opinion.npz, card.json.

python -m models.sentiment.train --data DIR [--out DIR] [--download]

DIR holds the five .csv.gz files of `models.sentiment.training.data`; --download fetches them.
"""

import argparse
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from models.sentiment import load
from models.sentiment.training import data, learn
from models.sentiment.training.card import card
from showcase.learning.drift import INPUTS, summary


def main(arguments: Sequence[str] | None = None) -> None:
    """Fit, measure, and write opinion.npz and card.json."""
    parser = argparse.ArgumentParser(
        description="Measure VADER against people's ratings, and fit the second opinion.",
        epilog=f"The ratings are those of {data.URL}: --download fetches them.",
    )
    parser.add_argument("--data", type=Path, required=True, help="folder of the .csv.gz files")
    parser.add_argument("--out", type=Path, default=Path(__file__).parent, help="where to write")
    parser.add_argument("--download", action="store_true", help="fetch the files into --data first")
    chosen = parser.parse_args(arguments)
    if chosen.download:
        data.download(chosen.data)
    chosen.out.mkdir(parents=True, exist_ok=True)
    learn.train(chosen.data, [], chosen.out, lambda _: None)
    measured = card(load(chosen.out / learn.NAME), chosen.data)
    measured.more[INPUTS] = learned(chosen.data)
    measured.write(chosen.out)
    print(measured.summary)


def learned(folder: Path) -> dict[str, dict[str, Any]]:
    """Return what the card keeps of the texts that the second opinion learned from: their words."""
    texts = learn.labelled(learn.place(folder))
    words = [len(text.split()) for text in texts.taken(~learn.is_held_out(texts)).texts]
    return summary({"text": words})


if __name__ == "__main__":
    main()

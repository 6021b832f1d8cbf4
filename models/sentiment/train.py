"""Measure VADER against people's ratings; nothing is trained. Writes card.json.

python -m models.sentiment.train --data DIR [--out DIR] [--download]

DIR holds the five .csv.gz files of `models.sentiment.training.data`; --download fetches them.
"""

import argparse
from collections.abc import Sequence
from pathlib import Path

from models.sentiment import load
from models.sentiment.training import data
from models.sentiment.training.card import card


def main(arguments: Sequence[str] | None = None) -> None:
    """Measure, and write card.json."""
    parser = argparse.ArgumentParser(
        description="Measure VADER against people's ratings.",
        epilog=f"The ratings are those of {data.URL}: --download fetches them.",
    )
    parser.add_argument("--data", type=Path, required=True, help="folder of the .csv.gz files")
    parser.add_argument("--out", type=Path, default=Path(__file__).parent, help="where to write")
    parser.add_argument("--download", action="store_true", help="fetch the files into --data first")
    chosen = parser.parse_args(arguments)
    if chosen.download:
        data.download(chosen.data)
    measured = card(load(), chosen.data)
    chosen.out.mkdir(parents=True, exist_ok=True)
    measured.write(chosen.out)
    print(measured.summary)


if __name__ == "__main__":
    main()

"""`python -m bench.learn EXPERIMENT --data DIR`; docs/learn.md gives the figures."""

import argparse
from pathlib import Path

from bench.learn import earnings, rainfall, sentiment, sketch

EXPERIMENTS = {
    "sketch": sketch.run,
    "darwin": rainfall.darwin,
    "hostile": rainfall.hostile,
    "inverted": rainfall.inverted,
    "earnings": earnings.run,
    "sentiment": sentiment.run,
}


def main() -> None:
    """Run one experiment and print what came of it."""
    parser = argparse.ArgumentParser(prog="python -m bench.learn", description=__doc__)
    parser.add_argument("experiment", choices=EXPERIMENTS)
    parser.add_argument("--data", type=Path, required=True, help="the folder of all data sets")
    chosen = parser.parse_args()
    EXPERIMENTS[chosen.experiment](chosen.data)


if __name__ == "__main__":
    main()

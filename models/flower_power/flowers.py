"""The 150 irises: which ones the model learned from, and which nobody trained on.

`flowers.csv` is written by `train.py` from scikit-learn's copy of the data, so that serving needs
no scikit-learn. Do not show a flower's number to a player: it tells the species.
"""

import csv
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Literal, NamedTuple

from models.flower_power.inputs import FIELDS, Input, measured

TABLE = Path(__file__).with_name("flowers.csv")
COLUMNS = ("number", *FIELDS, "species", "part")

Part = Literal["training", "held_out"]
PARTS: tuple[Part, ...] = ("training", "held_out")


@dataclass(frozen=True)
class Flower:
    """One measured iris; `number` is its place in Fisher's table, from 1 to 150."""

    number: int
    given: Input
    species: str


def training() -> tuple[Flower, ...]:
    """Return the flowers that the model learned from and players may train on, by number."""
    return read(TABLE)["training"]


def held_out() -> tuple[Flower, ...]:
    """Return the flowers that neither the model nor a player trained on, by number.

    >>> len(training()), len(held_out())
    (99, 51)
    """
    return read(TABLE)["held_out"]


def find(number: int) -> Flower:
    """Return one flower of either part; KeyError names the numbers there are.

    >>> find(1).species, find(1).given.sepal_length
    ('setosa', 5.1)
    """
    for flower in (*training(), *held_out()):
        if flower.number == number:
            return flower
    raise KeyError(f"no flower {number}; they are numbered from 1 to 150")


@cache
def measured_range() -> dict[str, tuple[float, float]]:
    """Return the smallest and the largest training flower's centimetres by field."""
    columns = {name: [getattr(flower.given, name) for flower in training()] for name in FIELDS}
    return {name: (min(values), max(values)) for name, values in columns.items()}


def outside(given: Input) -> tuple[str, ...]:
    """Return the fields whose value no training flower comes up to or down to.

    >>> outside(measured([5.8, 2.7, 4.1, 6.0]))
    ('petal_width',)
    """
    ranges = measured_range()
    return tuple(
        name for name in FIELDS if not ranges[name][0] <= getattr(given, name) <= ranges[name][1]
    )


@cache
def read(table: Path) -> dict[Part, tuple[Flower, ...]]:
    """Return the flowers of each part; FileNotFoundError names the command that writes them."""
    if not table.exists():
        raise FileNotFoundError(f"no {table}: run python -m models.flower_power.train")
    with table.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    return {part: tuple(_flower(row) for row in rows if row["part"] == part) for part in PARTS}


def _flower(row: dict[str, str]) -> Flower:
    given = measured([float(row[name]) for name in FIELDS])
    return Flower(int(row["number"]), given, row["species"])


class ConfusedPair(NamedTuple):
    """Two species, in alphabetical order, and how often one was taken for the other."""

    one: str
    other: str
    times: int


def confused_pairs(answers: Iterable[tuple[str, str]]) -> list[ConfusedPair]:
    """Return the pairs that were mixed up, the most frequent first, from (truth, guess) pairs.

    >>> confused_pairs([("virginica", "versicolor"), ("setosa", "setosa")])
    [ConfusedPair(one='versicolor', other='virginica', times=1)]
    """
    mixed_up = Counter(
        (min(truth, guess), max(truth, guess)) for truth, guess in answers if truth != guess
    )
    ranked = sorted(mixed_up.items(), key=lambda item: (-item[1], item[0]))
    return [ConfusedPair(*pair, times) for pair, times in ranked]

"""A million characters searched for palindromes: prose-like text, and the worst there is."""

import random
from collections.abc import Iterator
from functools import partial

from bench.calls import timed_ms
from bench.row import Row
from models.text_tools.manacher import find

CHARACTERS = 1_000_000
LIMIT_S = 2
LETTERS = "etaoinshrdlu   "


def rows() -> Iterator[Row]:
    """Yield the seconds for each text."""
    mixed = "".join(random.Random(0).choices(LETTERS, k=CHARACTERS))
    for name, text in (("mixed letters", mixed), ("one letter only", "a" * CHARACTERS)):
        seconds = timed_ms(partial(find, text, shortest=3, most=20)) / 1000
        what = f"Palindromes in a million characters, {name}"
        yield Row(what, f"{seconds:.2f} s", f"{LIMIT_S} s", seconds <= LIMIT_S)

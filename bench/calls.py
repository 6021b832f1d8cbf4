"""One model call for one input, and a million characters searched for palindromes."""

import random
import statistics
import time
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from itertools import cycle, islice
from types import ModuleType

from bench.large_tables import ROWS, bare_call
from bench.row import Row
from models.registry import DEMOS
from models.text_tools.manacher import find

LIMITS_MS = {"sketch": 1.5, "sentiment": 1, "flower_power": 1, "rainfall": 5, "earnings": 5}
CALLS = 200
ROUNDS = 5


def model_rows() -> Iterator[Row]:
    """Yield the median call of each registered demo, in the fastest of a few rounds."""
    for demo in DEMOS:
        module = demo.load_module()
        answer = partial(module.predict, module.load())
        answer(module.EXAMPLES[0])
        median = _least_median_ms([partial(answer, given) for given in module.EXAMPLES])
        limit = LIMITS_MS.get(demo.name)
        within = None if limit is None else median <= limit
        budget = f"{limit} ms" if limit else ""
        has_bare = any(module is one for one in ROWS)
        ratio = median / _bare_ms(module) if has_bare else None
        yield Row(f"{demo.title}: one answer", f"{median:.2f} ms", budget, within, ratio)


def _bare_ms(module: ModuleType) -> float:
    """Return the median call of the model's library, with everything ready."""
    calls = [bare_call(module, module.load(), [given]) for given in module.EXAMPLES]
    return _least_median_ms(calls)


def _least_median_ms(calls: Sequence[Callable[[], object]]) -> float:
    """Return the median call, taken in turns, in the fastest of a few rounds."""
    return min(
        statistics.median(timed_ms(call) for call in islice(cycle(calls), CALLS))
        for _ in range(ROUNDS)
    )


def timed_ms(call: Callable[[], object]) -> float:
    """Return the milliseconds that one call takes."""
    began = time.perf_counter()
    call()
    return (time.perf_counter() - began) * 1000


CHARACTERS = 1_000_000
LIMIT_S = 2
LETTERS = "etaoinshrdlu   "


def palindrome_rows() -> Iterator[Row]:
    """Yield the seconds for each text."""
    mixed = "".join(random.Random(0).choices(LETTERS, k=CHARACTERS))
    for name, text in (("mixed letters", mixed), ("one letter only", "a" * CHARACTERS)):
        seconds = timed_ms(partial(find, text, shortest=3, most=20)) / 1000
        what = f"Palindromes in a million characters, {name}"
        yield Row(what, f"{seconds:.2f} s", f"{LIMIT_S} s", seconds <= LIMIT_S)

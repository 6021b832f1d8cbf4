"""One model call for one input: the median over the demo's examples."""

import statistics
import time
from collections.abc import Callable, Iterator
from functools import partial
from itertools import cycle, islice

from bench.row import Row
from models.registry import DEMOS

LIMITS_MS = {"sketch": 1, "sentiment": 1, "flower_power": 1, "rainfall": 5, "earnings": 5}
CALLS = 200


def rows() -> Iterator[Row]:
    """Yield the median call of each registered demo."""
    for demo in DEMOS:
        module = demo.load_module()
        answer = partial(module.predict, module.load())
        answer(module.EXAMPLES[0])
        inputs = islice(cycle(module.EXAMPLES), CALLS)
        median = statistics.median(timed_ms(partial(answer, given)) for given in inputs)
        limit = LIMITS_MS.get(demo.name)
        within = None if limit is None else median <= limit
        budget = f"{limit} ms" if limit else ""
        yield Row(f"{demo.title}: one answer", f"{median:.2f} ms", budget, within)


def timed_ms(call: Callable[[], object]) -> float:
    """Return the milliseconds that one call takes."""
    began = time.perf_counter()
    call()
    return (time.perf_counter() - began) * 1000

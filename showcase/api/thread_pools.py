"""Threads that answer, off the event loop: a bounded pool for each kind of work.

Nobody's single question waits behind batches, and the health of the server behind neither.
"""

from collections.abc import Callable
from enum import Enum
from typing import TypeVar

from anyio import CapacityLimiter, to_thread
from anyio.lowlevel import RunVar

T = TypeVar("T")


class Pool(Enum):
    """A kind of work, with how much of it is done at once.

    More only take the processor from each other, and from the pages. A body of 10 MB takes up to
    250 MB of memory once it is read: one of those at a time.
    """

    ANSWERS = ("answers", 8)
    BATCHES = ("batches", 2)
    LARGE = ("large", 1)
    HEALTH = ("health", 1)


_limiters: RunVar[dict[Pool, CapacityLimiter]] = RunVar("showcase_api_thread_pools")


async def run_in_pool(work: Callable[[], T], pool: Pool = Pool.ANSWERS) -> T:
    """Run the work in a thread, so that the event loop stays free for everybody's pages."""
    limiters = _limiters.get(None)
    if limiters is None:
        limiters = {pool: CapacityLimiter(pool.value[1]) for pool in Pool}
        _limiters.set(limiters)
    return await to_thread.run_sync(work, limiter=limiters[pool])

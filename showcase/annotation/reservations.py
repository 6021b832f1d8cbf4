"""Who is looking at which input just now, so that two people do not take its last place."""

import threading
import time
from collections import Counter
from collections.abc import Callable, Collection
from dataclasses import dataclass, field
from functools import partial

from showcase.annotation.progress import Progress
from showcase.annotation.task import Item, same

HELD_S = 120.0  # after that somebody went for a coffee, and others may have it


@dataclass
class Reservations:
    """Of each person in each task the one input that they look at; known to this process only."""

    clock: Callable[[], float] = time.monotonic
    _held: dict[tuple[str, str], tuple[str, float]] = field(default_factory=dict)
    _lock: threading.RLock = field(default_factory=threading.RLock)

    def take(
        self, task: str, name: str, choose: Callable[[Counter[str], str], Item | None]
    ) -> Item | None:
        """Hold what `choose` picks and return it.

        It is told how many others hold each input, and which one this person held, if any. Nobody
        else can choose meanwhile.
        """
        with self._lock:
            self._forget_old()
            others, mine = Counter[str](), ""
            for (of, person), (hashed, _) in self._held.items():
                if of == task and person == same(name):
                    mine = hashed
                elif of == task:
                    others[hashed] += 1
            found = choose(others, mine)
            self.release(task, name)
            if found is not None:
                self._held[task, same(name)] = (found.input_hash, self.clock() + HELD_S)
            return found

    def take_next(
        self, progress: Progress, name: str, skipped: Collection[str], look: Callable[[], Progress]
    ) -> Item | None:
        """Hold what a person judges next and return it; None if there is nothing.

        What is held is looked at again: somebody may have judged it and let go of it since
        `progress` was read.
        """
        task = progress.task
        while True:
            found = self.take(task.id, name, partial(progress.next, name, skipped))
            progress = look()
            if found is None or progress.counts[found.input_hash] < task.people:
                return found

    def release(self, task: str, name: str) -> None:
        """Let go of what the person held."""
        with self._lock:
            self._held.pop((task, same(name)), None)

    def _forget_old(self) -> None:
        now = self.clock()
        self._held = {who: what for who, what in self._held.items() if what[1] > now}

"""What waits to be judged: who looks at which input just now, and what the model is least sure of.

A reservation keeps two people from taking an input's last place; active learning (uncertainty
sampling) lists stored inputs with the least confident answers first.
"""

import threading
import time
from collections import Counter
from collections.abc import Callable, Collection
from dataclasses import dataclass, field
from functools import partial
from itertools import chain, islice

from pydantic import ValidationError

from showcase.annotation.importing import Found
from showcase.annotation.progress import Progress
from showcase.annotation.tasks import LARGEST, MOST_ITEMS, Item, same
from showcase.contract import ModelModule
from showcase.feedback import Store

HELD_S = 120.0  # after that somebody went for a coffee, and others may have it
READ = ("demo", "source", "verdict", "input_hash", "confidence", "id", "position")
MEMORY = "256MB"
AT_ONCE = 20  # rows, of up to a megabyte each
# Of each input the newest row speaks; one that was taken back is left alone, as are games.
QUERY = """
SELECT arg_max(id, position), arg_max(TRY_CAST(confidence AS DOUBLE), position) AS sure FROM log
WHERE demo = ? AND source <> 'game'
GROUP BY input_hash HAVING arg_max(verdict, position) <> 'withdrawn'
ORDER BY sure NULLS LAST, max(position) DESC LIMIT ?
"""


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


def least_sure(store: Store, demo: str, module: ModelModule, most: int) -> Found:
    """Return stored inputs of a demo, each once; of a model without confidences the newest."""
    ranked = _ranked(store, demo, min(most, MOST_ITEMS))
    found, size = Found(), 0
    ids = (row_id for row_id, _ in ranked)
    rows = (row for some in iter(lambda: list(islice(ids, AT_ONCE)), []) for row in store.get(some))
    for row in rows:
        size += len(row["input"])
        if size > LARGEST:
            break  # a task holds no more
        try:
            found.inputs.append(module.Input.model_validate_json(row["input"]))
        except ValidationError:
            found.notes = ["Some stored inputs are of an earlier form of the model: left out."]
    if ranked and all(sure is None for _, sure in ranked):
        found.notes.append("This model tells no confidence: these are the newest inputs.")
    return found


def _ranked(store: Store, demo: str, most: int) -> list[tuple[str, float | None]]:
    """Return the ids of the rows, and how sure the model was."""
    import duckdb
    import pyarrow as pa

    batches = store.batches(READ)
    first = next(batches, None)
    if first is None:
        return []
    log = pa.RecordBatchReader.from_batches(first.schema, chain([first], batches))
    with duckdb.connect(config={"memory_limit": MEMORY, "threads": 2}) as database:
        database.register("log", log)
        return database.execute(QUERY, [demo, most]).fetchall()

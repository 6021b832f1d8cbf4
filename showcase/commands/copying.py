"""`feedback copy`: rows moved between stores and files, each id once, with a progress bar."""

from collections.abc import Iterator
from typing import NamedTuple

from tqdm import tqdm  # type: ignore[import-untyped]  # ships no types

from showcase.commands.export import cells
from showcase.commands.places import CommandError, is_same, log, shown
from showcase.feedback.analytics.row_status import Log


class Copied(NamedTuple):
    """How many rows were read, and how many of them were new where they went."""

    rows: int
    new: int


def copy(source_url: str, target_url: str) -> Copied:
    """Store every row of the one in the other, in order; ids that it has are passed over."""
    source, target = log(source_url, exists=True), log(target_url, exists=False)
    if is_same(source_url, target_url):
        raise CommandError(f"{shown(source_url)} and {shown(target_url)} are the same place.")
    total = sum(len(batch) for batch in source.batches(("id",)))
    counted = _Counted(source)
    with tqdm(total=total, unit=" rows", unit_scale=True, disable=None) as bar:
        new = target.extend(counted.rows(bar))
    return Copied(counted.count, new)


class _Counted:
    def __init__(self, log: Log) -> None:
        self._log = log
        self.count = 0

    def rows(self, bar: "tqdm[None]") -> Iterator[tuple[str, ...]]:
        for batch in self._log.batches():
            for row in cells(batch):
                yield row
                self.count += 1
                bar.update()

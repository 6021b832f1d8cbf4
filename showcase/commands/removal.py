"""`feedback forget`: what is known of a person before their rows are removed, and who is alike."""

from collections import Counter
from typing import NamedTuple
from unicodedata import normalize

from showcase.commands.export import cells
from showcase.feedback import Store

LOOKED_AT = """\
Looked at: {place}, what was set aside beside it, what waits to be sent there, and who made which
annotation task. Not looked at: inputs that annotation tasks show, exports, Parquet files, copies in
other stores, backups, and models that learned from them."""


class Known(NamedTuple):
    """How many rows of the log are theirs, and names that differ in case and spaces only."""

    rows: int
    alike: Counter[str]


def known(store: Store, annotator: str, session: str) -> Known:
    """Return what the log knows of a person or of a visit, by one pass over it."""
    rows, alike = 0, Counter[str]()
    for batch in store.batches(("annotator", "session")):
        for name, visit in cells(batch):
            if (annotator and name == annotator) or (session and visit == session):
                rows += 1
            elif annotator and _folded(name) == _folded(annotator):
                alike[name] += 1
    return Known(rows, alike)


def _folded(name: str) -> str:
    return "".join(normalize("NFKC", name).casefold().split())

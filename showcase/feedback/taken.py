"""How many verdicts this process has stored since its start, for whoever watches it."""

from collections import Counter
from threading import Lock

from showcase.feedback.record import Record

taken: Counter[tuple[str, str, str]] = Counter()  # by demo, verdict and source
_lock = Lock()


def count(record: Record) -> None:
    """Count a verdict that was stored."""
    with _lock:
        taken[record.demo, record.verdict, record.source] += 1

"""Tickets: with one, a visitor of a page sends large tables to the API of the same process.

A page must not know the API's key, and Streamlit would keep an upload in memory.
"""

import secrets
import threading
from collections import OrderedDict
from dataclasses import dataclass, field

MOST = 10_000  # visits whose tickets are known


@dataclass
class Ticket:
    """What a visit may send tables for, as whom, and the ids of the jobs that came of it."""

    demo: str
    owner: str = ""
    jobs: list[str] = field(default_factory=list)


_tickets: OrderedDict[str, Ticket] = OrderedDict()
_lock = threading.Lock()


def issue(demo: str, owner: str = "") -> str:
    """Return a new ticket, which nobody guesses; of very many, the oldest are void."""
    name = secrets.token_urlsafe(24)
    with _lock:
        _tickets[name] = Ticket(demo, owner)
        if len(_tickets) > MOST:
            _tickets.popitem(last=False)
    return name


def find(name: str) -> Ticket | None:
    """Return a ticket; None for one that is not, or no longer, known to this process."""
    return _tickets.get(name)

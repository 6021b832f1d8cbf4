"""Who may review and annotate: a password, a link that works once, a throttle. No Streamlit.

An address is no proof of anything here: behind a proxy every visitor may seem to be local.
"""

import hashlib
import hmac
import math
import secrets
import threading
import time
from collections import defaultdict, deque
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import NamedTuple

from showcase.feedback.normalise import plain_name

LONGEST_NAME = 80  # as long as a row's annotator
WINDOW_S = 60.0
WRONG_OF_ONE, WRONG_OF_ALL = 5, 30  # wrong passwords in that time, of an address and together


class Person(NamedTuple):
    """Somebody who signed in: the name that their verdicts carry."""

    name: str


def person_name(text: str) -> str:
    """Return a name as it is kept; ValueError, in words for whoever typed it, if it cannot be.

    >>> person_name(" Mia ")
    'Mia'
    """
    name = plain_name(text)
    if not name:
        raise ValueError("Type your name: your verdicts carry it.")
    if len(name) > LONGEST_NAME:
        raise ValueError(
            f"Your name has {len(name)} characters: at most {LONGEST_NAME} are kept, "
            f"leave out {len(name) - LONGEST_NAME}."
        )
    return name


def is_same(given: str, secret: str) -> bool:
    """Tell whether somebody knows the secret, in a time that tells nothing about it.

    An empty secret is known by nobody.
    """
    digests = (
        hashlib.sha256(text.encode("utf-8", "surrogatepass")).digest() for text in (given, secret)
    )
    return hmac.compare_digest(*digests) and bool(secret)


@dataclass
class Throttle:
    """Counts wrong passwords, of one address and of all, within a minute."""

    clock: Callable[[], float] = time.monotonic
    _wrong: dict[str, deque[float]] = field(default_factory=lambda: defaultdict(deque))
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def try_password(self, given: str, password: str, address: str) -> bool:
        """Tell whether the password is right; TooManyError if it was not even looked at."""
        with self._lock:  # one at a time, so that nobody tries a hundred at once
            self._forget_old()
            if wait := self._wait(address):
                raise TooManyError(wait)
            right = is_same(given, password)
            if not right:
                self._wrong[address].append(self.clock())
            return right

    def _forget_old(self) -> None:
        since = self.clock() - WINDOW_S
        for address, times in list(self._wrong.items()):
            while times and times[0] <= since:
                times.popleft()
            if not times:
                del self._wrong[address]

    def _wait(self, address: str) -> float:
        """Return for how many seconds this address has to wait, 0 for not at all."""
        own = self._wrong.get(address, ())
        every = sorted(moment for times in self._wrong.values() for moment in times)
        until = [
            times[-most] + WINDOW_S
            for times, most in ((own, WRONG_OF_ONE), (every, WRONG_OF_ALL))
            if len(times) >= most
        ]
        return max(0.0, max(until, default=0.0) - self.clock())


class TooManyError(Exception):
    """Too many wrong passwords: the next one is looked at after so many seconds."""

    def __init__(self, wait_s: float) -> None:
        self.wait_s = math.ceil(wait_s)
        super().__init__(f"Too many wrong passwords: try again in {self.wait_s} seconds.")


@dataclass
class Links:
    """The link that lets one browser tab in, once; when it was used, the next one is told.

    `tell` gets each new token, if whoever started the app wants any.
    """

    tell: Callable[[str], None] | None = None
    _token: str = ""
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def offer(self, tell: Callable[[str], None]) -> None:
        """Make the first token and tell it."""
        self.tell = tell
        with self._lock:
            self._renew()

    def redeem(self, given: str) -> bool:
        """Tell whether the token is the one that is valid now; it is not any more afterwards."""
        with self._lock:
            right = is_same(given, self._token)
            if right:
                self._renew()
            return right

    def _renew(self) -> None:
        self._token = secrets.token_urlsafe(32) if self.tell else ""
        if self.tell:
            self.tell(self._token)


throttle = Throttle()
links = Links()

"""Who may review and annotate: a password, an OIDC provider, a link that works once. No Streamlit.

An address is no proof of anything here: behind a proxy every visitor may seem to be local.
"""

import hashlib
import hmac
import ipaddress
import math
import secrets
import threading
import time
from collections import defaultdict, deque
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple
from urllib.parse import urlsplit

from showcase.feedback.normalise import plain_name

LONGEST_NAME = 80  # as long as a row's annotator
WINDOW_S = 60.0
WRONG_OF_ONE = 5  # wrong passwords in that time, after which an address waits
WRONG_OF_ALL = 30  # together, after which each answer takes longer
SLOWEST_S = 2.0


class Person(NamedTuple):
    """A person who signed in: the name that their verdicts carry, and what to call them."""

    name: str
    shown: str = ""

    @property
    def title(self) -> str:
        """What to call the person on a page: also by the name that a provider has for them."""
        return f"{self.shown} ({self.name})" if self.shown else self.name


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
    """Return True if somebody knows the secret, in a time that tells nothing about it.

    An empty secret is known by nobody.
    """
    digests = (
        hashlib.sha256(text.encode("utf-8", "surrogatepass")).digest() for text in (given, secret)
    )
    return hmac.compare_digest(*digests) and bool(secret)


def person_from_claims(claims: Mapping[str, Any]) -> Person | None:
    """Return the person that an OIDC provider vouches for; None without a subject.

    Their verdicts carry the e-mail address if the provider has verified it, else a digest of issuer
    and subject: people set their name themselves, and two may have the same.
    """
    subject = str(claims.get("sub") or "")
    if not subject:
        return None
    issuer = str(claims.get("iss") or "")
    digest = hashlib.sha256(f"{issuer} {subject}".encode("utf-8", "surrogatepass")).hexdigest()[:16]
    name = f"{(urlsplit(issuer).hostname or 'provider')[-40:]}:{digest}"
    email = plain_name(str(claims.get("email") or "")).casefold()
    verified = claims.get("email_verified")
    if (verified is True or verified == "true") and 0 < len(email) <= LONGEST_NAME:
        name = email
    return Person(name, plain_name(str(claims.get("name") or ""))[:LONGEST_NAME])


def why_not_allowed(person: Person, allowed: str) -> str:
    """Return why a provider's person is not let in; empty for those on the list, or `*` for all."""
    listed = {entry.strip().casefold() for entry in allowed.split(",")} - {""}
    if not listed:
        return "Nobody is let in yet: whoever runs this app lists who may sign in."
    if listed & {"*", person.name}:
        return ""
    return f"{person.name} is not on the list of those who may sign in here."


def network_of(address: str) -> str:
    """Return what an address is counted by: an IPv6 one by its /64, which belongs to one place.

    >>> network_of("2001:db8::1:2"), network_of("192.0.2.7"), network_of("here")
    ('2001:db8::/64', '192.0.2.7', 'here')
    """
    try:
        known = ipaddress.ip_address(address)
    except ValueError:
        return address
    if known.version == 4 or known.ipv4_mapped:
        return str(known.ipv4_mapped or known if known.version == 6 else known)
    return str(ipaddress.ip_network((known, 64), strict=False))


@dataclass
class Throttle:
    """Counts wrong passwords within a minute: an address has to wait, all others are slowed down.

    So nobody who tries passwords from many addresses keeps those out who know the password.
    """

    clock: Callable[[], float] = time.monotonic
    sleep: Callable[[float], None] = time.sleep
    _wrong: dict[str, deque[float]] = field(default_factory=lambda: defaultdict(deque))
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def try_password(self, given: str, password: str, address: str) -> bool:
        """Return True if the password is right; TooManyError if it was not even looked at."""
        network = network_of(address)
        with self._lock:  # one at a time, so that nobody tries a hundred at once
            self._forget_old()
            own = self._wrong.get(network, ())
            if len(own) >= WRONG_OF_ONE:
                raise TooManyError(own[-WRONG_OF_ONE] + WINDOW_S - self.clock())
            right = is_same(given, password)
            if not right:
                self._wrong[network].append(self.clock())
            too_many = sum(map(len, self._wrong.values())) - WRONG_OF_ALL
        if too_many > 0:  # right or wrong, so that the time tells nothing
            self.sleep(min(too_many / WRONG_OF_ALL, SLOWEST_S))
        return right

    def _forget_old(self) -> None:
        since = self.clock() - WINDOW_S
        for address, times in list(self._wrong.items()):
            while times and times[0] <= since:
                times.popleft()
            if not times:
                del self._wrong[address]


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
        """Return True if the token is the one that is valid now; it is not any more afterwards."""
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

"""A challenge of so many rounds: its id, what it draws, the ids of its rows, who plays it."""

import hashlib
import re
import secrets
import uuid
from collections.abc import Iterable

from showcase.feedback.normalise import plain_name

ROUNDS = 10
LONGEST_NAME = 40
ID = re.compile(r"[0-9a-f]{16}")
TAKEN = re.compile(r"(the )?ai|guest [0-9a-f]{4}", re.IGNORECASE)


def new_challenge() -> str:
    """Return the random id of a challenge: 16 hex digits, which nobody guesses."""
    return secrets.token_hex(8)


def is_challenge(text: str) -> bool:
    """Tell whether a text is written as the id of a challenge.

    >>> is_challenge("0123456789abcdef"), is_challenge("0123456789ABCDEF"), is_challenge("7")
    (True, False, False)
    """
    return ID.fullmatch(text) is not None


def deck(challenge: str, numbers: Iterable[int], rounds: int = ROUNDS) -> list[int]:
    """Return the numbers that the challenge draws, each at most once, in the order of its rounds.

    They are those whose SHA-256 of "<challenge> <number>" in ASCII are the smallest, by that. So a
    deck depends on nothing but the challenge and which numbers there are: not on their order, nor
    on Python's version or hash seed.

    >>> deck("0123456789abcdef", range(1, 151), rounds=3)
    [45, 113, 125]
    """

    def place(number: int) -> bytes:
        return hashlib.sha256(f"{challenge} {number}".encode("ascii")).digest()

    return sorted(set(numbers), key=place)[:rounds]


def round_id(demo: str, challenge: str, number: int) -> str:
    """Return the id of the row of a round (from 1): however often it is sent, it counts once."""
    return str(uuid.uuid5(uuid.NAMESPACE_OID, f"{demo} challenge {challenge} round {number}"))


def player_name(text: str) -> str:
    """Return the name that is kept; ValueError, in words for the player, if it cannot be.

    >>> player_name(" Mia ")
    'Mia'
    """
    name = plain_name(text)
    if TAKEN.fullmatch(name):
        raise ValueError(f"“{name}” is somebody else here: choose another name.")
    if len(name) > LONGEST_NAME:
        raise ValueError(
            f"Your name has {len(name)} characters: at most {LONGEST_NAME} are kept, "
            f"leave out {len(name) - LONGEST_NAME}."
        )
    return name


def guest(challenge: str) -> str:
    """Return what a player without a name is called: each challenge has its own.

    >>> guest("0123456789abcdef")
    'Guest 0123'
    """
    return f"Guest {challenge[:4]}"

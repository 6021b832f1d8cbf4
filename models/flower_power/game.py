"""The game: challenges of ten rounds against the model, and the scoreboard's figures from them.

Only whole challenges compete for the best one, so that nobody leads with one lucky round. Players
are ranked by the lower end of Wilson's interval, for the same reason.
"""

import hashlib
import re
import secrets
import unicodedata
import uuid
from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, tzinfo
from typing import NamedTuple

from showcase.contract.metrics import wilson
from showcase.feedback.normalise import plain_name

ROUNDS = 10
LONGEST_NAME = 40
ID = re.compile(r"[0-9a-f]{16}(?:[0-9a-f]{16})?")
DIGITS = 16  # of a challenge; one with another's flowers has that one's after its own
TAKEN = re.compile(r"(the )?ai|guest [0-9a-f]{4}", re.IGNORECASE)


def new_challenge() -> str:
    """Return the random id of a challenge: 16 hex digits, which nobody guesses."""
    return secrets.token_hex(8)


def rematch(challenge: str) -> str:
    """Return the id of a challenge with the flowers of another one, in the same order."""
    return new_challenge() + challenge[-DIGITS:]


def is_rematch(challenge: str) -> bool:
    """Return True if its flowers are those of another one: the player may have been told them."""
    return len(challenge) > DIGITS


def is_challenge(text: str) -> bool:
    """Tell whether a text is written as the id of a challenge.

    >>> is_challenge("0123456789abcdef"), is_challenge("0123456789ABCDEF"), is_challenge("7")
    (True, False, False)
    """
    return ID.fullmatch(text) is not None


def deck(challenge: str, numbers: Iterable[int], rounds: int = ROUNDS) -> list[int]:
    """Return the numbers that the challenge draws, each at most once, in the order of its rounds.

    They are those whose SHA-256 of "<its last 16 digits> <number>" in ASCII are the smallest, by
    that. So a deck depends on nothing but the challenge and which numbers there are: not on their
    order, nor on Python's version or hash seed.

    >>> deck("0123456789abcdef", range(1, 151), rounds=3)
    [45, 113, 125]
    """

    def place(number: int) -> bytes:
        return hashlib.sha256(f"{challenge[-DIGITS:]} {number}".encode("ascii")).digest()

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


class GameRow(NamedTuple):
    """One round of a game, in the words of the feedback log's columns."""

    id: str
    created_at: str
    model_version: str
    session: str
    annotator: str
    predicted: str
    confidence: str
    expected: str
    guess: str
    input: str

    @property
    def share(self) -> float | None:
        """How sure the model was (0 to 1); None for none, as for what a person typed in."""
        try:
            return float(self.confidence)
        except ValueError:
            return None


class Round(NamedTuple):
    """One round of a player: who was right, the player or the model, or both."""

    player: str
    name: str
    challenge: str
    at: str
    human: bool
    ai: bool


@dataclass
class Tally:
    """How often players and model were right in the same rounds."""

    rounds: int = 0
    human: int = 0
    ai: int = 0

    def add(self, played: Round) -> None:
        """Count one more round."""
        self.rounds += 1
        self.human += played.human
        self.ai += played.ai

    @property
    def human_interval(self) -> tuple[float, float]:
        """The 95% interval of the players' share of right answers (0 to 1)."""
        return wilson(self.human, self.rounds)

    @property
    def ai_interval(self) -> tuple[float, float]:
        """The 95% interval of the model's share of right answers in these rounds (0 to 1)."""
        return wilson(self.ai, self.rounds)


@dataclass
class Player(Tally):
    """A player with all rounds so far; a streak is of right answers one after the other."""

    name: str = ""
    streak: int = 0
    longest: int = 0

    def add(self, played: Round) -> None:
        """Count one more round."""
        super().add(played)
        self.streak = self.streak + 1 if played.human else 0
        self.longest = max(self.longest, self.streak)


@dataclass
class Challenge(Tally):
    """A challenge: whose it is, and when its last round was played.

    `player` tells the player from all others, also of two guests who are called the same.
    """

    id: str = ""
    player: str = ""
    name: str = ""
    ended_at: str = ""

    def add(self, played: Round) -> None:
        """Count one more round."""
        super().add(played)
        self.ended_at = played.at

    @property
    def is_whole(self) -> bool:
        """Whether every round of it was played."""
        return self.rounds == ROUNDS

    def ended_on(self, zone: tzinfo) -> date:
        """Return the day of its last round in a time zone."""
        return datetime.fromisoformat(self.ended_at).astimezone(zone).date()


@dataclass
class Standings:
    """All figures of a scoreboard; players and whole challenges stand with the best first."""

    overall: Tally = field(default_factory=Tally)
    players: list[Player] = field(default_factory=list)
    whole: list[Challenge] = field(default_factory=list)


def rounds_of(games: Iterable[GameRow], labels: Collection[str]) -> list[Round]:
    """Return the rounds among the rows, in their order: those whose answers are all labels.

    Rematches are left out. A challenge belongs to who played its first round. Names that differ in
    upper and lower case alone are one player's, in the spelling that came first; a player without a
    name is a guest, a new one in each challenge.
    """
    known = frozenset(labels)
    owners: dict[str, tuple[str, str]] = {}
    spellings: dict[str, str] = {}
    found = []
    for row in games:
        if is_rematch(row.session) or not is_sound(row, known):
            continue
        if row.session not in owners:
            owners[row.session] = _owner(row, spellings)
        right, model_right = row.guess == row.expected, row.predicted == row.expected
        found.append(Round(*owners[row.session], row.session, row.created_at, right, model_right))
    return found


def standings(rounds: Iterable[Round]) -> Standings:
    """Return the figures of these rounds.

    Of two challenges with as many right answers the one with the larger lead over the model is
    better, then the earlier one.
    """
    overall = Tally()
    players: dict[str, Player] = defaultdict(Player)
    challenges: dict[str, Challenge] = defaultdict(Challenge)
    for played in rounds:
        player, challenge = players[played.player], challenges[played.challenge]
        player.name = challenge.name = played.name
        challenge.id, challenge.player = played.challenge, played.player
        for tally in (overall, player, challenge):
            tally.add(played)
    return Standings(
        overall,
        sorted(players.values(), key=lambda one: (-one.human_interval[0], one.name.casefold())),
        sorted(
            (one for one in challenges.values() if one.is_whole),
            key=lambda one: (-one.human, one.ai, one.ended_at),
        ),
    )


def cumulated(rounds: Sequence[Round], points: int) -> list[Tally]:
    """Return the tally after each round, thinned out evenly to at most so many; the last stays."""
    tally, found = Tally(), []
    step = max(1, -(-len(rounds) // points))
    for number, played in enumerate(rounds, 1):
        tally.add(played)
        if (len(rounds) - number) % step == 0:
            found.append(replace(tally))
    return found


def is_sound(row: GameRow, labels: Collection[str]) -> bool:
    """Tell whether the page can have written the row, or somebody changed the log by hand."""
    if not {row.expected, row.guess, row.predicted}.issubset(labels):
        return False
    try:
        return (
            is_challenge(row.session) and datetime.fromisoformat(row.created_at).tzinfo is not None
        )
    except ValueError:
        return False


def _owner(row: GameRow, spellings: dict[str, str]) -> tuple[str, str]:
    """Return what tells the player of a challenge from others, and the name that is shown."""
    name = plain_name(row.annotator)[:LONGEST_NAME]
    if not name:
        return f"guest {row.session}", guest(row.session)
    player = f"name {unicodedata.normalize('NFKC', name).casefold()}"
    return player, spellings.setdefault(player, name)

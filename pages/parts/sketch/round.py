"""The rounds of "Draw this!": what was asked, how it ended, and the row that it becomes."""

import time
import uuid
from collections.abc import Sequence
from dataclasses import dataclass, field
from random import SystemRandom

import streamlit as st
from pydantic import ValidationError

from models.sketch import Input
from models.sketch.labels import phrase
from showcase import ui
from showcase.contract.messages import plain
from showcase.feedback import FeedbackError
from showcase.runtime import loading

NAME = "sketch"
SECONDS = 20.0
RUNNING, WON, LOST = "running", "won", "lost"


@dataclass
class Round:
    """One thing to draw: what was asked, what the model said, and how it ended."""

    number: int
    asked: str
    began: float = field(default_factory=time.monotonic)
    state: str = RUNNING
    took_s: float = SECONDS
    said: list[str] = field(default_factory=list)
    given: Input | None = None
    row: str = ""
    problem: str = ""

    @property
    def elapsed_s(self) -> float:
        """Seconds since it began."""
        return time.monotonic() - self.began

    def end(self, loaded: loading.Loaded, given: Input | None, state: str) -> None:
        """End the round and store it, unless nothing was drawn."""
        self.state, self.given, self.took_s = state, given, min(self.elapsed_s, SECONDS)
        if given is not None:
            right = loaded.predict(given).label == self.asked
            # made from visit and round: however often it is sent, the round counts once
            row = str(uuid.uuid5(uuid.NAMESPACE_OID, f"{NAME} {ui.visit()} {self.number}"))
            verdict = "correct" if right else "wrong"
            self._store(loaded, given, verdict=verdict, id=row, expected=self.asked)

    def take_back(self, loaded: loading.Loaded) -> None:
        """Store that the round's row counts no longer."""
        if self.row and self.given is not None:
            self._store(loaded, self.given, verdict="withdrawn", supersedes=self.row)
            self.row = self.row if self.problem else ""

    def _store(self, loaded: loading.Loaded, given: Input, **content: str) -> None:
        try:
            record = ui.record(loaded, given, loaded.predict(given), source="game", **content)
            self.row, self.problem = loading.store().append(record), ""
        except ValidationError as error:  # such as a name that is too long
            self.problem = plain(error.errors()[0]["msg"])
        except FeedbackError as error:
            self.problem = str(error)


@dataclass
class Game:
    """The rounds of this visit."""

    rounds: list[Round] = field(default_factory=list)

    @classmethod
    def of_this_visit(cls) -> "Game":
        """Return the game of this visit."""
        found: Game = st.session_state.setdefault(f"{NAME}_game", cls())
        return found

    @property
    def now(self) -> Round | None:
        """The last round begun."""
        return self.rounds[-1] if self.rounds else None

    @property
    def running(self) -> bool:
        """Whether a round is going on."""
        return self.now is not None and self.now.state == RUNNING

    def begin(self, choices: Sequence[str]) -> None:
        """Ask for a thing that was not asked for lately."""
        lately = {each.asked for each in self.rounds[-(len(choices) // 2) :]}
        asked = SystemRandom().choice([label for label in choices if label not in lately])
        self.rounds.append(Round(len(self.rounds) + 1, asked))

    @property
    def score(self) -> str:
        """The rounds so far in words; empty before the first has ended."""
        ended = [each for each in self.rounds if each.state != RUNNING]
        won = [each for each in ended if each.state == WON]
        if not ended:
            return ""
        fastest = min(won, key=lambda each: each.took_s, default=None)
        best = f"; fastest: {phrase(fastest.asked)} in {fastest.took_s:.1f} s" if fastest else ""
        return f"This visit: {len(won)} of {len(ended)} recognised{best}."

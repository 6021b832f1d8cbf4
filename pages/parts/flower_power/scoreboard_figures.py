"""The scoreboard's figures, shared by all visitors and made anew when rounds were played."""

import threading
import time
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field

import streamlit as st

from models.flower_power.standings import Round, Standings, Tally, cumulated, rounds_of, standings
from showcase.feedback import Store
from showcase.runtime import loading

NAME = "flower_power"
POINTS = 300  # of a line in the chart: more than its pixels tell apart
SHARE = 20  # making the figures anew takes at most this part of the time: 1 / SHARE
OLDEST_S = 60.0  # rounds may come and go between two looks at their number
KEPT = 20  # filters whose figures are remembered


@dataclass(frozen=True)
class Figures:
    """What the scoreboard shows of some rounds."""

    standings: Standings
    course: Sequence[Tally]

    @classmethod
    def of(cls, rounds: Sequence[Round]) -> "Figures":
        """Return the figures of these rounds."""
        return cls(standings(rounds), cumulated(rounds, POINTS))


@dataclass
class Board:
    """All rounds of a store with their figures, as of the last look at them."""

    store: Store
    labels: Collection[str]
    rounds: Sequence[Round] = ()
    figures: dict[str, Figures] = field(default_factory=dict)
    verdicts: int = -1
    made_at: float = 0.0
    took_s: float = 0.0
    lock: threading.Lock = field(default_factory=threading.Lock)

    def named(self, *names: str) -> list[Figures]:
        """Return the figures of the players with each text in their name; of all for an empty one.

        They are of one moment. FeedbackError if the store cannot be read.
        """
        with self.lock:
            self._look()
            return [self._of(" ".join(name.split()).casefold()) for name in names]

    def _of(self, wanted: str) -> Figures:
        if wanted not in self.figures:
            chosen = [one for one in self.rounds if wanted in one.name.casefold()]
            if len(self.figures) >= KEPT:
                self.figures.clear()
            self.figures[wanted] = Figures.of(chosen)
        return self.figures[wanted]

    def _look(self) -> None:
        """Take in what was played since, unless that was done a moment ago.

        The number of verdicts tells in constant time whether there is anything new. The longer the
        figures take, the longer a moment is.
        """
        verdicts, began = self.store.count(NAME), time.monotonic()
        age_s = began - self.made_at
        is_news = verdicts != self.verdicts and age_s > SHARE * self.took_s
        if not is_news and self.verdicts >= 0 and age_s < max(OLDEST_S, SHARE * self.took_s):
            return
        self.rounds = rounds_of(self.store.games(NAME), self.labels)
        self.figures = {"": Figures.of(self.rounds)}
        self.verdicts, self.made_at = verdicts, time.monotonic()
        self.took_s = self.made_at - began


@st.cache_resource(show_spinner=False, max_entries=2)
def _board(_store: Store, _labels: Collection[str], store_id: int) -> Board:  # noqa: ARG001  # the key
    return Board(_store, _labels)


def board(loaded: loading.Loaded) -> Board:
    """Return the one scoreboard of the app's store; FeedbackError if there is none."""
    store = loading.store()
    found: Board = _board(store, loaded.module.LABELS or (), id(store))
    return found

"""The training of one visit: a shuffled deck of training flowers, and what was guessed of each."""

from dataclasses import dataclass, field
from random import SystemRandom

import streamlit as st

from models.flower_power.flowers import Flower, training

KEY = "flower_power_training"


@dataclass(frozen=True)
class Guess:
    """What somebody took a flower for."""

    flower: Flower
    said: str

    @property
    def right(self) -> bool:
        """Whether that is what it is."""
        return self.said == self.flower.species


@dataclass
class Training:
    """The flower that is shown, those that follow it, and the guesses so far, oldest first.

    A click brings the `number` of the flower it is for, so that a second one, or one that comes
    late, changes nothing.
    """

    number: int = 1
    deck: list[Flower] = field(default_factory=list)
    guesses: list[Guess] = field(default_factory=list)

    def __post_init__(self) -> None:
        if not self.deck:
            self.deck = _shuffled()

    @classmethod
    def of_this_visit(cls) -> "Training":
        """Return the training of this visit."""
        if KEY not in st.session_state:
            st.session_state[KEY] = cls()
        found: Training = st.session_state[KEY]
        return found

    @classmethod
    def start_over(cls) -> None:
        """Forget this visit's guesses and shuffle anew."""
        st.session_state[KEY] = cls()

    @property
    def now(self) -> Flower:
        """The flower that is shown."""
        return self.deck[-1]

    @property
    def last(self) -> Guess | None:
        """What was guessed of the flower that is shown; None before that."""
        return self.guesses[-1] if len(self.guesses) == self.number else None

    def guess(self, number: int, said: str) -> None:
        """Take the first guess of a flower."""
        if number == self.number and self.last is None:
            self.guesses.append(Guess(self.now, said))

    def go_on(self, number: int) -> None:
        """Show the next flower; after all of them, all again, another one first."""
        if number != self.number or self.last is None:
            return
        before = self.deck.pop()
        self.number += 1
        while not self.deck or self.now == before:
            self.deck = _shuffled()


def _shuffled() -> list[Flower]:
    deck = list(training())
    SystemRandom().shuffle(deck)
    return deck

"""A challenge as the store and the address hold it: reload, back and a second tab change nothing.

Whoever has the address of a running challenge may go on with it, in the name of its first round:
its id is random, and the page gives the address away only when the challenge is over.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Literal

import streamlit as st
from pydantic import ValidationError

from models.flower_power import LABELS
from models.flower_power.challenge import (
    ROUNDS,
    deck,
    guest,
    is_challenge,
    player_name,
    round_id,
)
from models.flower_power.flowers import Flower, find, held_out
from models.flower_power.standings import is_sound
from showcase import ui
from showcase.contract.messages import plain
from showcase.feedback import FeedbackError, GameRow, Record, RefusedError
from showcase.feedback.normalise import plain_name
from showcase.runtime import loading

NAME = "flower_power"
CHALLENGE = f"{NAME}_challenge"
PLAYER = f"{NAME}_player"
LAST, CAME = f"{CHALLENGE}_last", f"{CHALLENGE}_came"
IN_ADDRESS, ROUND_IN_ADDRESS, NAME_IN_ADDRESS = "challenge", "round", "player"
TAB, TITLE, SCOREBOARD = f"{NAME}_tab", "Challenge the AI", "Scoreboard"
Kind = Literal["primary", "secondary", "tertiary"]
ELSEWHERE = "It was answered before this click, here or in another tab: that answer counts."
GONE = "Earlier rounds are no longer where they were stored: it goes on from here."


@dataclass(frozen=True)
class Played:
    """A challenge with its flowers, and the rows in force of its rounds by their number, from 1."""

    challenge: str
    flowers: tuple[Flower, ...]
    rows: dict[int, GameRow]

    @classmethod
    def of(cls, challenge: str) -> "Played":
        """Return the challenge as it stands; FeedbackError if the store cannot tell."""
        numbers = deck(challenge, (flower.number for flower in held_out()))
        stored = {row.id: row for row in loading.store().games(NAME, challenge)}
        ids = {number: round_id(NAME, challenge, number) for number in range(1, ROUNDS + 1)}
        rows = {number: stored[row] for number, row in ids.items() if row in stored}
        rows = {number: row for number, row in rows.items() if is_sound(row, LABELS or ())}
        return cls(challenge, tuple(map(find, numbers)), rows)

    @cached_property
    def now(self) -> int | None:
        """The round to be played next; None when it is over. One that was withdrawn stays so."""
        for number in range(1, ROUNDS + 1):
            if (
                number not in self.rows
                and round_id(NAME, self.challenge, number) not in loading.store()
            ):
                return number
        return None

    @property
    def shown(self) -> int | None:
        """The played round that the address asks for, else the next one; None for the result."""
        asked = st.query_params.get(ROUND_IN_ADDRESS, "")
        return next((number for number in self.rows if str(number) == asked), None) or self.now

    @property
    def player(self) -> str:
        """What the player is called: a name is fixed by the first round."""
        return self.name or guest(self.challenge)

    @property
    def name(self) -> str:
        """The player's name; empty for none. Before the first round the address holds it."""
        if self.rows:
            return next(iter(self.rows.values())).annotator
        given = st.query_params.get(NAME_IN_ADDRESS, st.session_state.get(PLAYER) or "")
        return plain_name(given)

    @property
    def who(self) -> str:
        """How the page speaks of the player: "You", or by name in a challenge of somebody else."""
        mine = st.session_state.get(LAST) == self.challenge or self.now is not None
        return "You" if mine else ui.escape_markdown(self.player)

    @property
    def score(self) -> tuple[int, int]:
        """How often player and model were right so far."""
        rows = self.rows.values()
        return (
            sum(row.guess == row.expected for row in rows),
            sum(row.predicted == row.expected for row in rows),
        )


def in_address() -> str:
    """Return the challenge that the address names; empty for none or one that cannot be used."""
    given = st.query_params.get_all(IN_ADDRESS)
    return given[0] if len(given) == 1 and is_challenge(given[0]) else ""


def go_to(challenge: str, number: int | None = None, name: str = "") -> None:
    """Let the address name a challenge, one of its rounds, and the player if no row does so yet."""
    where = {IN_ADDRESS: challenge, ROUND_IN_ADDRESS: number, NAME_IN_ADDRESS: name}
    _write({key: str(value) if value else "" for key, value in where.items()})


def leave() -> None:
    """Let the address name no challenge."""
    _write({IN_ADDRESS: "", ROUND_IN_ADDRESS: "", NAME_IN_ADDRESS: ""})


def rename() -> None:
    """Take over the name that was typed, before the first round; what was wrong with it is past."""
    note("", 0, "")
    if in_address():
        _write({NAME_IN_ADDRESS: st.session_state.get(PLAYER) or ""})


def _write(where: Mapping[str, str]) -> None:
    """Write into the address; what is empty is taken out of it."""
    st.query_params.update({key: value for key, value in where.items() if value})
    for key, value in where.items():
        if not value and key in st.query_params:
            del st.query_params[key]
    _moved()


def open_tab() -> None:
    """Open the tab that a button leads to, or that of an address which names a challenge."""
    if _moved() and IN_ADDRESS in st.query_params and TAB not in st.query_params:
        st.session_state[TAB] = TITLE
    if wanted := st.session_state.pop(f"{TAB}_wanted", ""):
        st.session_state[TAB] = wanted


def _moved() -> bool:
    """Tell whether the visitor came or went to another challenge or round since the last look."""
    before = st.session_state.get(CAME)
    now = (st.query_params.get(IN_ADDRESS, ""), st.query_params.get(ROUND_IN_ADDRESS, ""))
    st.session_state[CAME] = now
    return now != before


def tab_button(label: str, tab: str, key: str, icon: str, kind: Kind = "secondary") -> None:
    """Offer to open another tab, from within a fragment, which does not draw the tabs."""
    if st.button(label, key=key, icon=icon, type=kind):
        st.session_state[f"{TAB}_wanted"] = tab
        st.rerun()


@ui.callback
def answer(loaded: loading.Loaded, challenge: str, number: int, said: str) -> None:
    """Store the player's answer to the round that is to be played; a late click does nothing."""
    note(challenge, number, "")
    try:
        played = Played.of(challenge)
        if number == played.now:
            loading.store().append(_record(loaded, played, number, said))
            st.session_state[LAST] = challenge
            if not st.session_state.get(PLAYER):  # the next challenge is played by the same name
                st.session_state[PLAYER] = played.name
        else:
            _too_late(played, number, said)
        go_to(challenge, number)
    except RefusedError as error:
        faster = round_id(NAME, challenge, number) in loading.store()
        note(challenge, number, ELSEWHERE if faster else str(error))
    except ValidationError as error:
        note(challenge, number, plain(error.errors()[0]["msg"]))
    except (FeedbackError, ValueError) as error:
        note(challenge, number, str(error))


def _too_late(played: Played, number: int, said: str) -> None:
    """Say why a click did not count, unless it repeats the answer that does."""
    if number not in played.rows and played.now is not None:
        note(played.challenge, played.now, GONE)
    elif number in played.rows and played.rows[number].guess != said:
        note(played.challenge, number, ELSEWHERE)


def _record(loaded: loading.Loaded, played: Played, number: int, said: str) -> Record:
    """Return the row of a round: the truth is its label, a wrong guess never becomes one."""
    flower = played.flowers[number - 1]
    prediction = loaded.predict(flower.given)
    return ui.record(
        loaded,
        flower.given,
        prediction,
        source="game",
        id=round_id(NAME, played.challenge, number),
        verdict="correct" if prediction.label == flower.species else "wrong",
        expected=flower.species,
        guess=said,
        session=played.challenge,
        annotator=player_name(played.name),
    )


def note(challenge: str, number: int, problem: str) -> None:
    """Remember what went wrong with a round; nothing for nothing."""
    st.session_state[f"{CHALLENGE}_problem"] = (challenge, number, problem)


def problem(challenge: str, number: int) -> str:
    """Return what went wrong with a round; empty for nothing."""
    noted = st.session_state.get(f"{CHALLENGE}_problem", ("", 0, ""))
    return noted[2] if noted[:2] == (challenge, number) else ""

"""Draw this!: twenty seconds to draw what the page asks for, while the model guesses aloud.

A link asks a friend for the same things in the same order; it holds nothing but where they begin.
"""

import hashlib
import re
import secrets
import time
import uuid
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import partial
from urllib.parse import urlencode

import streamlit as st
from pydantic import ValidationError

from models.sketch import Input
from models.sketch.labels import phrase
from pages.parts.sketch.draw import PICTURE_WIDTH, Sheet, as_seen, tools
from showcase import ui
from showcase.contract.messages import sentence
from showcase.feedback import FeedbackError
from showcase.runtime import loading
from showcase.ui import charts
from showcase.ui.browser import link_buttons

NAME = "sketch"
TITLE = "Draw this!"
SECONDS = 20.0
RUNNING, WON, LOST = "running", "won", "lost"
GRACE_S = 0.5  # the canvas sends a stroke a little after the pen was lifted
LATE_S = 3.0  # nobody watched the clock: the visitor had left, and what is there was not finished
WELL_KNOWN = 400  # training drawings, for a fair game
GAME = f"{NAME}_game"
SAME = "same"  # in the address: the order of a friend's things, and how many they drew
FRIENDS = re.compile(r"([0-9a-f]{16})-([1-9][0-9]?)")


def deck(order: str, things: Iterable[str]) -> list[str]:
    """Return the things in an order, which those that come or go with another model leave alone.

    >>> deck("0123456789abcdef", ["cat", "owl", "sun"])
    ['owl', 'cat', 'sun']
    """
    return sorted(things, key=lambda one: hashlib.sha256(f"{order} {one}".encode()).digest())


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
    token: str = field(default_factory=partial(secrets.token_hex, 16))

    @property
    def elapsed_s(self) -> float:
        """Seconds since it began."""
        return time.monotonic() - self.began

    def end(self, loaded: loading.Loaded, given: Input | None, state: str) -> None:
        """End the round and store it, unless nothing was drawn."""
        self.state, self.given, self.took_s = state, given, min(self.elapsed_s, SECONDS)
        if given is not None:
            right = loaded.predict(given).label == self.asked
            # however often it is sent, the round counts once
            row = str(uuid.uuid5(uuid.NAMESPACE_OID, f"{NAME} round {self.token}"))
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
            self.row, self.problem = ui.append(record), ""
        except (FeedbackError, ValidationError) as error:  # such as a name that is too long
            self.problem = sentence(error)


@dataclass
class Game:
    """The rounds of this visit, or of a friend's challenge: then of how many."""

    rounds: list[Round] = field(default_factory=list)
    order: str = field(default_factory=partial(secrets.token_hex, 8))
    friends: int = 0

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

    def begin(self, choices: Iterable[str]) -> None:
        """Ask for the next thing: all of them come before one comes again."""
        things, number = deck(self.order, choices), len(self.rounds)
        self.rounds.append(Round(number + 1, things[number % len(things)]))

    @property
    def ended(self) -> list[Round]:
        """The rounds that are over."""
        return [each for each in self.rounds if each.state != RUNNING]

    @property
    def score(self) -> str:
        """The rounds so far in words; empty before the first has ended."""
        ended = self.ended[: self.friends or None]
        won = [each for each in ended if each.state == WON]
        if not ended:
            return ""
        fastest = min(won, key=lambda each: each.took_s, default=None)
        best = f"; fastest: {phrase(fastest.asked)} in {fastest.took_s:.1f} s" if fastest else ""
        of = f"Your friend’s {self.friends} things" if self.friends else "This visit"
        left = self.friends - len(ended)
        more = f" {left} to go." if left > 0 else ""
        return f"{of}: {len(won)} of {len(ended)} recognised{best}.{more}"


def asked_to() -> tuple[str, int] | None:
    """Return the order and number of a friend's things, if the address asks to them."""
    found = FRIENDS.fullmatch(st.query_params.get(SAME, ""))
    return (found[1], int(found[2])) if found else None


def draw_this(loaded: loading.Loaded) -> None:
    """Play: an invitation, a running round, or how the last one ended."""
    game, sheet = Game.of_this_visit(), Sheet.of(f"{GAME}_drawing")
    now = game.now
    if now is not None and game.running:
        _running(loaded, now, sheet)
        return
    if now is None:
        st.subheader("You draw what the page asks for, the model guesses", anchor=False)
        st.write(f"You have {SECONDS:.0f} seconds. It is over as soon as the model says the word.")
    else:
        _ended(loaded, now)
    friends = asked_to()
    if friends:
        st.info(
            f"You get the same {friends[1]} things to draw, in the same order.",
            title="A friend asks you to their challenge",
            icon=":material/group:",
        )
    st.button(
        "Start" if now is None or friends else "Next round",
        key=f"{GAME}_start",
        type="primary",
        icon=":material/play_arrow:",
        on_click=_begin,
        args=(loaded, game, sheet),
    )
    if game.score:
        st.markdown(f":material/emoji_events: {game.score}")
        _challenge(game)
    _small_print()


def _challenge(game: Game) -> None:
    """Offer a link that asks a friend for the same things."""
    address = (st.context.url or f"/{NAME}").split("?")[0]
    number = min(len(game.ended), 99)
    link = urlencode({f"{NAME}_tab": TITLE, SAME: f"{game.order}-{number}"})
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        things = "thing" if number == 1 else f"{number} things"
        st.markdown(f"A friend draws the same {things}:", width="content")
        link_buttons(f"{address}?{link}", f"{GAME}_same")


@ui.callback
def _begin(loaded: loading.Loaded, game: Game, sheet: Sheet) -> None:
    counts = loaded.card.more["training drawings"]
    if friends := asked_to():
        game = st.session_state[GAME] = Game([], *friends)
        del st.query_params[SAME]
    if not game.running:
        game.begin([label for label, count in counts.items() if count >= WELL_KNOWN])
        sheet.push({"objects": []})


def _running(loaded: loading.Loaded, now: Round, sheet: Sheet) -> None:
    st.subheader(f"Draw {phrase(now.asked)}", anchor=False)

    def clock() -> None:
        _clock(loaded, now, sheet)

    def paper() -> None:
        _paper(loaded, now, sheet)

    ui.fragment(clock, run_every=1.0)()
    ui.fragment(paper, in_view=False)()
    skip = ui.callback(partial(now.end, loaded, None, LOST))
    st.button("Skip this one", key=f"{GAME}_skip", type="tertiary", on_click=skip)


def _clock(loaded: loading.Loaded, now: Round, sheet: Sheet) -> None:
    """Count down, in a fragment of its own; end the round when the time is up."""
    left = SECONDS - now.elapsed_s
    if now.state == RUNNING and left <= -GRACE_S:
        now.end(loaded, _held(sheet) if left > -LATE_S else None, LOST)
    if now.state != RUNNING:
        st.rerun()
    st.progress(min(max(left / SECONDS, 0.0), 1.0), text=f"{max(left, 0):.0f} seconds left")


def _paper(loaded: loading.Loaded, now: Round, sheet: Sheet) -> None:
    """Guess on every stroke, above the paper; end the round when the guess is right."""
    guess = st.empty()
    guess.markdown("##### …")
    sheet.draw()
    tools(sheet)
    given = _held(sheet)
    if given is None:
        return
    prediction = loaded.predict(given)
    if now.said[-1:] != [prediction.label]:
        now.said.append(prediction.label)
    if prediction.label == now.asked and now.state == RUNNING:
        now.end(loaded, given, WON)
        st.rerun()
    sure = charts.percent(prediction.confidence or 0)
    guess.markdown(f"##### Is it {phrase(prediction.label)}? {sure} sure")
    if now.said[1:]:
        st.caption(f"Before: {', '.join(map(phrase, now.said[-6:-1]))}.")


def _held(sheet: Sheet) -> Input | None:
    try:
        return sheet.read()
    except ValueError:
        return None


def _ended(loaded: loading.Loaded, now: Round) -> None:
    """Say how the round ended, show its drawing, and offer to take it back."""
    thing = phrase(now.asked)
    if now.state == WON:
        st.success(f"It saw {thing} after {now.took_s:.1f} seconds.", icon=":material/celebration:")
    elif now.given is None:
        st.info(f"You were asked for {thing}. There is nothing to store.")
    else:
        looked = phrase(now.said[-1])
        st.info(f"Time is up. You were asked for {thing}; it looked like {looked}.")
    if now.problem:
        st.error(ui.escape_markdown(now.problem), icon=":material/error:")
    if now.given is not None:
        with st.container(width=PICTURE_WIDTH):
            st.html(as_seen(now.given))
            st.caption("What the model saw")
    if now.row:
        st.button(
            "Do not keep this drawing",
            key=f"{GAME}_take_back",
            icon=":material/undo:",
            type="tertiary",
            on_click=ui.callback(now.take_back),
            args=(loaded,),
        )
    elif now.given is not None and not now.problem:
        st.caption("Taken back: this drawing no longer counts.")


def _small_print() -> None:
    ui.storage_notice(
        "Each round’s drawing is stored in {place}, with what was asked for.", "Rounds"
    )

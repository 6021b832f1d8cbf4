"""Challenge the AI: ten flowers that neither the player nor the model trained on.

The store and the address hold a challenge: reload, back and a second tab change nothing. Whoever
has the address of a running one may go on with it, in the name of its first round: its id is
random, and the page gives the address away only when the challenge is over.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property, partial
from typing import Literal
from urllib.parse import urlencode

import streamlit as st

from models.flower_power import LABELS
from models.flower_power.flowers import Flower, find, held_out, training
from models.flower_power.game import (
    LONGEST_NAME,
    ROUNDS,
    GameRow,
    deck,
    guest,
    is_challenge,
    is_sound,
    new_challenge,
    player_name,
    rematch,
    round_id,
)
from models.flower_power.inputs import Input
from pages.parts.flower_power.train import PARTS_TOLD, picture, sizes, species_buttons
from showcase import ui
from showcase.contract.messages import sentence
from showcase.feedback import FeedbackError, Record, RefusedError
from showcase.feedback.normalise import plain_name
from showcase.feedback.record import GAME
from showcase.runtime import loading
from showcase.runtime.loading import Loaded
from showcase.ui import charts
from showcase.ui.browser import link_buttons

NAME = "flower_power"
CHALLENGE = f"{NAME}_challenge"
PLAYER = f"{NAME}_player"
LAST, CAME = f"{CHALLENGE}_last", f"{CHALLENGE}_came"
IN_ADDRESS, ROUND_IN_ADDRESS, NAME_IN_ADDRESS = "challenge", "round", "player"
SAME_IN_ADDRESS = "same"  # a challenge whose flowers a friend is asked to
TAB, TITLE, SCOREBOARD = f"{NAME}_tab", "Challenge the AI", "Scoreboard"
Kind = Literal["primary", "secondary", "tertiary"]
ELSEWHERE = "It was answered before this click, here or in another tab: that answer counts."
GONE = "Earlier rounds are no longer where they were stored: it goes on from here."
QUOTED = 40
PICTURE_WIDTH = 210  # pixels
RIGHT, WRONG = ":green[:material/check:]", ":red[:material/close:]"
CARD_WIDTH = 150  # pixels


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
        rows = loading.store().current_rows(GameRow, demo=NAME, session=challenge, source=GAME)
        stored = {row.id: row for row in rows}
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


def asked_to() -> str:
    """Return the challenge whose flowers the address asks to; empty for none."""
    given = st.query_params.get(SAME_IN_ADDRESS, "")
    return given if is_challenge(given) else ""


def go_to(challenge: str, number: int | None = None, name: str = "") -> None:
    """Let the address name a challenge, one of its rounds, and the player if no row does so yet."""
    where = {IN_ADDRESS: challenge, ROUND_IN_ADDRESS: number, NAME_IN_ADDRESS: name}
    written = {key: str(value) if value else "" for key, value in where.items()}
    _write({**written, SAME_IN_ADDRESS: ""})


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
            ui.append(_record(loaded, played, number, said))
            st.session_state[LAST] = challenge
            if not st.session_state.get(PLAYER):  # the next challenge is played by the same name
                st.session_state[PLAYER] = played.name
        else:
            _too_late(played, number, said)
        go_to(challenge, number)
    except RefusedError as error:
        faster = round_id(NAME, challenge, number) in loading.store()
        note(challenge, number, ELSEWHERE if faster else str(error))
    except (FeedbackError, ValueError) as error:
        note(challenge, number, sentence(error))


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


@partial(ui.fragment, in_view=False)
def challenge(loaded: Loaded) -> None:
    """Show the invitation, a round or the result: what address and store say."""
    named = in_address()
    try:
        if not named:
            _name_what_is_wrong(st.query_params.get_all(IN_ADDRESS))
            start(loaded)
            return
        played = Played.of(named)
        if (number := played.shown) is None:
            ended(played)
        else:
            play(loaded, played, number)
    except FeedbackError as error:
        st.error(
            ui.escape_markdown(str(error)),
            title="Challenges cannot be played at present",
            icon=":material/error:",
        )
        st.button("Try again", key=f"{CHALLENGE}_again", icon=":material/refresh:")


def _name_what_is_wrong(given: list[str]) -> None:
    """Say why the address's challenge cannot be used."""
    if not given:
        return
    unusable = next((text for text in given if not is_challenge(text)), "")
    shown = unusable if len(unusable) <= QUOTED else f"{unusable[:QUOTED]} …"
    st.warning(
        ui.escape_markdown(
            f"“{shown}” is not a challenge: one is 16 or 32 digits, 0 to 9 and small a to f."
        )
        if unusable or len(given) == 1
        else f"It names {len(given)} at once.",
        title="This link’s challenge cannot be used",
        icon=":material/link_off:",
    )


def start(loaded: Loaded) -> None:
    """Invite to a challenge, or to go on with the one that this visit began."""
    left, right = st.columns(2, gap="large")
    with left:
        st.subheader(f"{ROUNDS} flowers: who knows more, you or the AI?", anchor=False)
        st.markdown(
            "1. You see an iris and its measurements, and say which of the three it is.\n"
            "2. Then the AI says what it takes it for, and you both learn the truth.\n"
            f"3. After {ROUNDS} flowers you know who won. Neither of you has trained on them."
        )
        if asked_to():
            st.info(
                "You get the same flowers in the same order. The scoreboard leaves this challenge "
                "out: somebody may have told you.",
                title="A friend asks you to their challenge",
                icon=":material/group:",
            )
        name_field()
        with st.container(horizontal=True):
            begin("Start")
            _go_on()
        small_print()
    with right:
        _reminder(loaded)


def name_field() -> None:
    """Ask for the player's name, and say if it is too long.

    No `max_chars`: the browser would cut off a longer one without a word.
    """
    st.session_state.setdefault(PLAYER, ui.visitor_name()[:LONGEST_NAME])
    st.text_input(
        "Your name (optional)",
        key=PLAYER,
        help=f"Shown on the scoreboard to everybody. At most {LONGEST_NAME} characters. "
        "Without a name you are a guest.",
        persist_state="session",
        on_change=ui.callback(rename),
    )
    if problem := _name_problem():
        st.error(problem, icon=":material/error:")


def _name_problem() -> str:
    try:
        player_name(st.session_state.get(PLAYER) or "")
    except ValueError as error:
        return str(error)
    return ""


def begin(label: str, kind: Kind = "primary") -> None:
    """Offer to begin a new challenge."""
    st.button(
        label,
        key=f"{CHALLENGE}_start",
        type=kind,
        icon=":material/play_arrow:",
        on_click=_begin,
    )


@ui.callback
def _begin() -> None:
    if _name_problem():
        leave()  # where it is said, and can be mended
        return
    begun = rematch(same) if (same := asked_to()) else new_challenge()
    st.session_state[LAST] = begun
    go_to(begun, 1, plain_name(st.session_state.get(PLAYER) or ""))


def _go_on() -> None:
    """Offer the challenge that this visit left before its end."""
    last = st.session_state.get(LAST)
    played = Played.of(last) if last else None
    if played is None or played.now is None:
        return
    st.button(
        f"Go on with flower {played.now}",
        key=f"{CHALLENGE}_go_on",
        icon=":material/resume:",
        on_click=ui.callback(go_to),
        args=(last, played.now),
    )


def _reminder(loaded: Loaded) -> None:
    """Show one training flower of each species."""
    st.markdown("**One of each, as a reminder**")
    labels = loaded.module.LABELS or ()
    for column, species in zip(st.columns(len(labels), gap="small"), labels, strict=True):
        example = next(flower for flower in training() if flower.species == species)
        with column:
            picture(example.given, species)
            st.caption(f"{species}  \nPetals {example.given.petal_length:.1f} cm long")
    st.caption(PARTS_TOLD)


def small_print() -> None:
    """Say what is stored, where, and whether it lasts there."""
    ui.storage_notice(
        "Your name, your answers and the AI’s are stored in {place}, for the scoreboard.", "Rounds"
    )


def play(loaded: Loaded, played: Played, number: int) -> None:
    """Show a round: to be guessed, or with what both said; beside it the rounds so far."""
    row = played.rows.get(number)
    left, right = st.columns(2, gap="large")
    with left:
        _flower(played, number, row)
        guess, truth = (row.guess, row.expected) if row else (None, None)
        round_ = (loaded, played.challenge, number)
        species_buttons(CHALLENGE, answer, round_, guess, truth, wide=True)
        _after(played, number, row)
    with right:
        _score_so_far(played)


def _flower(played: Played, number: int, row: GameRow | None) -> None:
    """Draw the flower and its sizes; its species shows once the answer is stored."""
    given = Input.model_validate_json(row.input) if row else played.flowers[number - 1].given
    done = number if row else number - 1
    st.progress(done / ROUNDS, text=f"Flower {number} of {ROUNDS}")
    st.subheader(headline(row, played.who) if row else "Which iris is this?", anchor=False)
    with st.container(horizontal=True, vertical_alignment="center", gap="medium"):
        with st.container(width=PICTURE_WIDTH):
            picture(given, row.expected if row else None)
        with st.container(width="content"):
            st.markdown(sizes(given))


def _after(played: Played, number: int, row: GameRow | None) -> None:
    """Say what both said and offer the next flower, or say why nothing was counted."""
    wrong = problem(played.challenge, number)
    if row is None:
        if wrong:
            st.error(
                ui.escape_markdown(wrong),
                title="This answer does not count yet",
                icon=":material/error:",
            )
        return
    box = st.success if row.guess == row.expected else st.info
    box(verdict(row, played.who), icon=":material/local_florist:")
    if wrong:
        st.caption(ui.escape_markdown(wrong))
    last = number == ROUNDS
    st.button(
        "See the result" if last else "Next flower",
        key=f"{CHALLENGE}_next",
        shortcut=ui.shortcut("N"),
        type="primary",
        icon=":material/arrow_forward:",
        on_click=ui.callback(go_to),
        args=(played.challenge, None if last else number + 1),
    )


def headline(row: GameRow, who: str) -> str:
    """Return who is right about the flower."""
    is_, is_not = ("are", "you are not") if who == "You" else ("is", f"{who} is not")
    match row.guess == row.expected, row.predicted == row.expected:
        case True, True:
            return "Both right"
        case True, False:
            return f"{who} {is_} right, the AI is not"
        case False, True:
            return f"The AI is right, {is_not}"
        case _:
            return "Neither is right"


def verdict(row: GameRow, who: str) -> str:
    """Return what the player said, then the AI with its confidence, then the truth."""
    sure = f", {charts.percent(row.share)} sure" if row.share is not None else ""
    both = row.guess == row.predicted
    the_ai = f"and so does the AI{sure}" if both else f"the AI says {row.predicted}{sure}"
    return f"{who} said {row.guess}, {the_ai}. It is **{row.expected}**."


def _score_so_far(played: Played) -> None:
    """Show who plays, the score so far and a line for each round that was played."""
    scores = zip((ui.escape_markdown(played.player), "The AI"), played.score, strict=True)
    with st.container(horizontal=True, gap="medium"):
        for who, right in scores:
            st.metric(who, f"{right} of {len(played.rows)}" if played.rows else "–", border=True)
    if not played.rows:
        with st.popover("Change your name", icon=":material/person:", type="tertiary"):
            name_field()
    else:
        st.markdown(rail(played.rows, played.who))
    with st.container(horizontal=True, vertical_alignment="center"):
        begin("New challenge", "tertiary")


def rail(rows: Mapping[int, GameRow], who: str) -> str:
    """Return the rounds so far as a Markdown table, the newest first."""
    lines = []
    for number, row in sorted(rows.items(), reverse=True):
        player, ai = with_sign(row.guess, row), with_sign(row.predicted, row)
        lines.append(f"| {number} | {row.expected} | {player} | {ai} |")
    return "\n".join((f"| | It was | {who} | The AI |", "| ---: | --- | --- | --- |", *lines))


def with_sign(label: str, row: GameRow) -> str:
    """Return an answer with a sign of whether it was right."""
    return f"{RIGHT if label == row.expected else WRONG} {label}"


def ended(played: Played) -> None:
    """Say who won, show what was missed, and offer another challenge."""
    human, ai = played.score
    who = played.who
    box = st.success if human > ai else st.info
    box(
        f"{who}: {human} of {len(played.rows)} right. The AI: {ai} of {len(played.rows)} right.",
        title=_headline(played, human - ai),
        icon=":material/emoji_events:",
    )
    with st.container(horizontal=True):
        begin("Play again")
        tab_button("Scoreboard", SCOREBOARD, f"{CHALLENGE}_scoreboard", ":material/leaderboard:")
        _share(played)
    _missed(played, who)
    with st.expander("All rounds", icon=":material/list:"):
        st.markdown(rail(played.rows, who))
    small_print()


def _headline(played: Played, lead: int) -> str:
    """Return who won, as plain text."""
    if lead == 0:
        return "A draw"
    if lead < 0:
        return "The AI wins"
    return "You win" if played.who == "You" else f"{played.who} wins"


def _missed(played: Played, who: str) -> None:
    """Show each flower that either of them took for another."""
    missed = {
        number: row
        for number, row in played.rows.items()
        if not row.guess == row.predicted == row.expected
    }
    if not missed:
        st.markdown("Nothing was missed, by neither of you.")
        return
    st.subheader("What was missed", anchor=False)
    grid = st.grid(5, min_column_width=CARD_WIDTH, gap="small")
    for number, row in missed.items():
        with grid, st.container(border=True):
            st.markdown(f"{number}. **{row.expected}**")
            picture(Input.model_validate_json(row.input), row.expected)
            st.markdown(f"{who} {with_sign(row.guess, row)}  \nAI {with_sign(row.predicted, row)}")


def _share(played: Played) -> None:
    with st.popover("Share this challenge", icon=":material/link:"):
        address = (st.context.url or f"/{NAME}").split("?")[0]
        st.write("For a friend, who gets the same flowers in the same order:")
        link = urlencode({TAB: TITLE, SAME_IN_ADDRESS: played.challenge})
        link_buttons(f"{address}?{link}", f"{CHALLENGE}_same")
        st.write(
            "Whoever opens this link sees this result, with the name. It is over: nobody can "
            "play it again."
        )
        link = urlencode({TAB: TITLE, IN_ADDRESS: played.challenge})
        st.code(f"{address}?{link}", language=None, wrap_lines=True)

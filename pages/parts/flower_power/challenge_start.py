"""The invitation to a challenge: what will happen, the player's name, where rounds are stored."""

import streamlit as st

from models.flower_power.challenge import (
    LONGEST_NAME,
    ROUNDS,
    new_challenge,
    player_name,
)
from models.flower_power.flowers import training
from pages.parts.flower_power.challenge_state import (
    CHALLENGE,
    LAST,
    PLAYER,
    Kind,
    Played,
    go_to,
    leave,
    rename,
)
from pages.parts.flower_power.picture import PARTS_TOLD, picture
from showcase import ui
from showcase.feedback.normalise import plain_name
from showcase.runtime.loading import Loaded


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
    begun = new_challenge()
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

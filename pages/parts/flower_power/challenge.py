"""Challenge the AI: ten flowers that neither the player nor the model trained on."""

import streamlit as st

from models.flower_power.challenge import is_challenge
from pages.parts.flower_power.challenge_end import ended
from pages.parts.flower_power.challenge_round import play
from pages.parts.flower_power.challenge_start import start
from pages.parts.flower_power.challenge_state import CHALLENGE, IN_ADDRESS, Played, in_address
from showcase import ui
from showcase.feedback import FeedbackError
from showcase.runtime.loading import Loaded

QUOTED = 40


@ui.fragment
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
            f"“{shown}” is not a challenge: one is 16 digits, 0 to 9 and small a to f."
        )
        if unusable or len(given) == 1
        else f"It names {len(given)} at once.",
        title="This link’s challenge cannot be used",
        icon=":material/link_off:",
    )

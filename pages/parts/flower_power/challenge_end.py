"""How a challenge ended: who won, which flowers were missed by whom, what to do next."""

from urllib.parse import urlencode

import streamlit as st

from models.flower_power import Input
from pages.parts.flower_power.challenge_round import rail, said
from pages.parts.flower_power.challenge_start import begin, small_print
from pages.parts.flower_power.challenge_state import (
    CHALLENGE,
    IN_ADDRESS,
    NAME,
    SCOREBOARD,
    TAB,
    TITLE,
    Played,
    tab_button,
)
from pages.parts.flower_power.picture import picture

CARD_WIDTH = 150  # pixels


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
            st.markdown(f"{who} {said(row.guess, row)}  \nAI {said(row.predicted, row)}")


def _share(played: Played) -> None:
    with st.popover("Share this challenge", icon=":material/link:"):
        address = (st.context.url or f"/{NAME}").split("?")[0]
        st.write(
            "Whoever opens this link sees this result, with the name. It is over: nobody can "
            "play it again."
        )
        link = urlencode({TAB: TITLE, IN_ADDRESS: played.challenge})
        st.code(f"{address}?{link}", language=None, wrap_lines=True)

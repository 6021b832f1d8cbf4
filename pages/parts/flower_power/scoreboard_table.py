"""The scoreboard's figures on the page: both shares, the best challenges, all players."""

from collections.abc import Sequence
from datetime import datetime, tzinfo

import streamlit as st

from models.flower_power.challenge import ROUNDS
from models.flower_power.standings import Challenge, Player, Tally
from showcase import ui
from showcase.feedback.csv_injection import guard

BEST = 3
LISTED = 100
COLUMNS = {
    "Player": st.column_config.TextColumn(pinned=True, width="medium"),
    "Rounds": st.column_config.NumberColumn(),
    "Right": st.column_config.NumberColumn(format="%.0f%%", help="Of the rounds played"),
    "Right, 95% interval": st.column_config.TextColumn(
        help="Where the share would settle after many rounds, in 95% of the cases (Wilson)"
    ),
    "AI right": st.column_config.NumberColumn(format="%.0f%%", help="In the same rounds"),
    "AI, 95% interval": st.column_config.TextColumn(),
    "Streak now": st.column_config.NumberColumn(help="Right answers one after the other"),
    "Longest streak": st.column_config.NumberColumn(),
}


def tallies(overall: Tally, players: int) -> None:
    """Show how often people and AI were right in the same rounds."""
    with st.container(horizontal=True, gap="small"):
        _share("People", overall.human, overall.rounds, overall.human_interval)
        _share("The AI", overall.ai, overall.rounds, overall.ai_interval)
    rounds = f"{overall.rounds:,} round{'s' * (overall.rounds != 1)}"
    people = f"{players:,} player{'s' * (players != 1)}"
    st.caption(
        f"Right in the same {rounds} of {people}. In small: the 95% "
        "interval, how far luck may have moved the share."
    )


def _share(who: str, right: int, rounds: int, interval: tuple[float, float]) -> None:
    st.metric(
        who,
        f"{right / rounds:.0%}",
        delta=between(interval),
        delta_color="off",
        delta_arrow="off",
        border=True,
    )


def between(interval: tuple[float, float]) -> str:
    """Return an interval of shares as percentages.

    >>> between((0.49, 0.943))
    '49% to 94%'
    """
    low, high = interval
    return f"{low:.0%} to {high:.0%}"


def best(title: str, challenges: Sequence[Challenge], zone: tzinfo) -> None:
    """List the best players, each with the best challenge, or say that none was played."""
    st.markdown(f"**{title}**")
    if not challenges:
        st.caption(f"No challenge of {ROUNDS} rounds yet.")
        return
    lines = [
        f"{place}. **{ui.escape_markdown(one.name)}** {one.human} of {ROUNDS}, AI {one.ai}"
        f" ({_day(one, zone)})"
        for place, one in enumerate(one_each(challenges)[:BEST], 1)
    ]
    st.markdown("\n".join(lines))


def one_each(challenges: Sequence[Challenge]) -> list[Challenge]:
    """Return the first challenge of each player, in the order given."""
    first: dict[str, Challenge] = {}
    for one in challenges:
        first.setdefault(one.player, one)
    return list(first.values())


def _day(challenge: Challenge, zone: tzinfo) -> str:
    ended: datetime = datetime.fromisoformat(challenge.ended_at).astimezone(zone)
    return f"{ended.day} {ended:%B}, {ended:%H:%M}"


def table(players: Sequence[Player]) -> None:
    """Show a row for each player, the surest first; names are plain text there."""
    rows = [
        {
            "Player": guard(one.name),
            "Rounds": one.rounds,
            "Right": 100 * one.human / one.rounds,
            "Right, 95% interval": between(one.human_interval),
            "AI right": 100 * one.ai / one.rounds,
            "AI, 95% interval": between(one.ai_interval),
            "Streak now": one.streak,
            "Longest streak": one.longest,
        }
        for one in players[:LISTED]
    ]
    st.dataframe(
        rows,
        key="flower_power_scoreboard_players",
        column_config=COLUMNS,
        hide_index=True,
        alt="Players with their rounds, their share of right answers, the AI’s, and streaks",
    )
    if len(players) > LISTED:
        st.caption(f"The first {LISTED} of {len(players):,}: type a name above for others.")
    st.caption("In the order of the lower end of the 95% interval: one lucky round leads nothing.")

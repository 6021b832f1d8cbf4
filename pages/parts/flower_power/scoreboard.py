"""The scoreboard: everybody's rounds against the AI, in the order of who is best."""

from datetime import UTC, datetime, tzinfo
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import streamlit as st

from pages.parts.flower_power.challenge_start import small_print
from pages.parts.flower_power.challenge_state import TITLE, tab_button
from pages.parts.flower_power.scoreboard_chart import course, course_in_words
from pages.parts.flower_power.scoreboard_figures import Figures, board
from pages.parts.flower_power.scoreboard_table import best, table, tallies
from showcase import ui
from showcase.feedback import FeedbackError
from showcase.runtime.loading import Loaded
from showcase.ui import charts

NAME = "flower_power"
BOARD = f"{NAME}_scoreboard"
REFRESHED_S = 5.0  # so that two people who play at once see each other
CHART_HEIGHT = 300


def scoreboard(loaded: Loaded) -> None:
    """Show the scoreboard, which keeps itself up to date while it is open."""

    def current() -> None:
        _current(loaded)

    ui.fragment(current, run_every=REFRESHED_S)()


def _current(loaded: Loaded) -> None:
    wanted = st.session_state.get(f"{BOARD}_name") or ""
    try:
        everybody, figures = board(loaded).named("", wanted)
    except FeedbackError as error:
        st.error(
            ui.escape_markdown(str(error)),
            title="The scoreboard cannot be shown at present",
            icon=":material/error:",
        )
        return
    if not everybody.standings.overall.rounds:
        _invitation()
        return
    st.text_input(
        "Only players named",
        key=f"{BOARD}_name",
        live=True,
        persist_state="session",
        placeholder="Everybody",
        icon=":material/search:",
    )
    if not figures.standings.overall.rounds:
        st.info(f"No player is called anything like “{ui.escape_markdown(wanted)}”.")
        return
    tallies(figures.standings.overall, len(figures.standings.players))
    _details(figures)
    small_print()


def _details(figures: Figures) -> None:
    zone = _zone()
    left, right = st.columns(2, gap="large")
    with left:
        charts.show(
            course(figures.course),
            key=f"{BOARD}_course",
            alt=course_in_words(figures.course),
            height=CHART_HEIGHT,
        )
    with right:
        today = datetime.now(UTC).astimezone(zone).date()
        whole = figures.standings.whole
        best("Best today", [one for one in whole if one.ended_on(zone) == today], zone)
        best("Best of all time", whole, zone)
    table(figures.standings.players)


def _invitation() -> None:
    """Say that nobody has played yet, and lead to the game."""
    st.subheader("Nobody has played yet", anchor=False)
    st.write("Ten flowers against the AI: be the first on the scoreboard.")
    tab_button(TITLE, TITLE, f"{BOARD}_play", ":material/play_arrow:", "primary")
    small_print()


def _zone() -> tzinfo:
    """Return the visitor's time zone, as the browser tells it."""
    try:
        return ZoneInfo(st.context.timezone or "UTC")
    except (ZoneInfoNotFoundError, ValueError):
        return UTC

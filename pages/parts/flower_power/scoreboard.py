"""The scoreboard: everybody's rounds against the AI, in the order of who is best."""

import threading
import time
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, tzinfo
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import streamlit as st

from models.flower_power.game import (
    ROUNDS,
    Challenge,
    GameRow,
    Player,
    Round,
    Standings,
    Tally,
    cumulated,
    rounds_of,
    standings,
)
from pages.parts.flower_power.challenge import TITLE, small_print, tab_button
from showcase import ui
from showcase.contract.palette import GREEN, VERMILLION
from showcase.feedback import FeedbackError, Store
from showcase.feedback.csv_injection import escape_formula
from showcase.feedback.record import GAME
from showcase.runtime import loading
from showcase.runtime.loading import Loaded
from showcase.ui import charts

NAME = "flower_power"
POINTS = 300  # of a line in the chart: more than its pixels tell apart
SHARE = 20  # making the figures anew takes at most this part of the time: 1 / SHARE
OLDEST_S = 60.0  # rounds may come and go between two looks at their number
KEPT = 20  # filters whose figures are remembered
BOARD = f"{NAME}_scoreboard"
REFRESHED_S = 5.0  # so that two people who play at once see each other
CHART_HEIGHT = 300
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
PEOPLE: dict[str, Any] = {"color": GREEN, "width": 3}
AI: dict[str, Any] = {"color": VERMILLION, "width": 3, "dash": "dash"}
FAINT = 0.15
Share = tuple[int, tuple[float, float]]  # how many right, and the interval of their share


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
        self.rounds = rounds_of(
            self.store.current_rows(GameRow, demo=NAME, source=GAME), self.labels
        )
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


def tallies(overall: Tally, players: int) -> None:
    """Show how often people and AI were right in the same rounds."""
    with st.container(horizontal=True, gap="small"):
        _share_metric("People", overall.human, overall.rounds, overall.human_interval)
        _share_metric("The AI", overall.ai, overall.rounds, overall.ai_interval)
    rounds = f"{overall.rounds:,} round{'s' * (overall.rounds != 1)}"
    people = f"{players:,} player{'s' * (players != 1)}"
    st.caption(
        f"Right in the same {rounds} of {people}. In small: the 95% "
        "interval, how far luck may have moved the share."
    )


def _share_metric(who: str, right: int, rounds: int, interval: tuple[float, float]) -> None:
    st.metric(
        who,
        f"{right / rounds:.0%}",
        delta=charts.between(interval),
        delta_color="off",
        delta_arrow="off",
        border=True,
    )


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
            "Player": escape_formula(one.name),
            "Rounds": one.rounds,
            "Right": 100 * one.human / one.rounds,
            "Right, 95% interval": charts.between(one.human_interval),
            "AI right": 100 * one.ai / one.rounds,
            "AI, 95% interval": charts.between(one.ai_interval),
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


def course(tallies: Sequence[Tally]) -> charts.Figure:
    """Return both shares of right answers (0 to 1) after each round, with their 95% intervals."""
    rounds = [tally.rounds for tally in tallies]
    ai = [(tally.ai, tally.ai_interval) for tally in tallies]
    human = [(tally.human, tally.human_interval) for tally in tallies]
    traces: list[charts.Settings] = []
    for name, line, shares in (("The AI", AI, ai), ("People", PEOPLE, human)):
        traces.append(_band(rounds, shares, line["color"]))
        traces.append(_line(rounds, shares, line) | {"name": name})
    layout = {
        "xaxis": charts.axis("Rounds played", showgrid=False, rangemode="tozero"),
        "yaxis": charts.axis(range=[0, 1.02], tickformat=".0%", tickvals=[0, 0.25, 0.5, 0.75, 1]),
        "legend": {**charts.LEGEND_ABOVE, "traceorder": "reversed"},
        "hovermode": "x unified",
    }
    return charts.Figure(traces, layout)


def _line(rounds: Sequence[int], shares: Sequence[Share], line: dict[str, Any]) -> dict[str, Any]:
    return {
        "type": "scatter",
        "x": rounds,
        "y": [right / total for (right, _), total in zip(shares, rounds, strict=True)],
        "mode": "lines" if rounds[1:] else "markers",
        "line": line,
        "marker": {"color": line["color"]},
        "hovertemplate": "%{y:.0%}",
    }


def _band(rounds: Sequence[int], shares: Sequence[Share], colour: str) -> dict[str, Any]:
    ends = [interval for _, interval in shares]
    return {
        "type": "scatter",
        "x": [*rounds, *rounds[::-1]],
        "y": [*(high for _, high in ends), *(low for low, _ in ends[::-1])],
        "fill": "toself",
        "fillcolor": colour,
        "opacity": FAINT,
        "mode": "none",
        "hoverinfo": "skip",
        "showlegend": False,
    }


def course_in_words(tallies: Sequence[Tally]) -> str:
    """Return the text alternative of `course`."""
    last = tallies[-1]
    human, ai = last.human / last.rounds, last.ai / last.rounds
    return (
        f"After {last.rounds} rounds people were right in {human:.0%}, the AI in {ai:.0%}; the "
        "chart shows both shares after each round"
    )

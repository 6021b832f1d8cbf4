"""People against the AI, round by round."""

from collections.abc import Sequence
from typing import Any

import plotly.graph_objects as go

from models.flower_power.standings import Tally
from showcase.contract.palette import GREEN, VERMILLION

PEOPLE: dict[str, Any] = {"color": GREEN, "width": 3}
AI: dict[str, Any] = {"color": VERMILLION, "width": 3, "dash": "dash"}
FAINT = 0.15

Share = tuple[int, tuple[float, float]]  # how many right, and the interval of their share


def course(tallies: Sequence[Tally]) -> go.Figure:
    """Return both shares of right answers (0 to 1) after each round, with their 95% intervals."""
    figure = go.Figure()
    rounds = [tally.rounds for tally in tallies]
    ai = [(tally.ai, tally.ai_interval) for tally in tallies]
    human = [(tally.human, tally.human_interval) for tally in tallies]
    for name, line, shares in (("The AI", AI, ai), ("People", PEOPLE, human)):
        figure.add_scatter(**_band(rounds, shares, line["color"]))
        figure.add_scatter(**_line(rounds, shares, line), name=name)
    figure.update_yaxes(
        range=[0, 1.02], tickformat=".0%", tickvals=[0, 0.25, 0.5, 0.75, 1], fixedrange=True
    )
    figure.update_xaxes(
        title_text="Rounds played", fixedrange=True, showgrid=False, rangemode="tozero"
    )
    legend = {"orientation": "h", "y": 1.02, "yanchor": "bottom", "x": 0, "traceorder": "reversed"}
    return figure.update_layout(legend=legend, hovermode="x unified")


def _line(rounds: Sequence[int], shares: Sequence[Share], line: dict[str, Any]) -> dict[str, Any]:
    return {
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

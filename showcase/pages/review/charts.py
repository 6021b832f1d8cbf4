"""The charts of the review page: shares with their intervals, over time, mistakes, confidence."""

from collections.abc import Mapping, Sequence
from math import sqrt
from typing import Any, Literal

import plotly.graph_objects as go

from showcase.contract.palette import BLUE, GREY, OKABE_ITO
from showcase.feedback.analytics.stats import Agreement, Bin

SHARES = {"range": [0, 1.04], "tickformat": ".0%", "tickvals": [0, 0.25, 0.5, 0.75, 1]}
ABOVE = {"orientation": "h", "y": 1.02, "yanchor": "bottom", "x": 0}
PALE = {"light": "#E8F1F8", "dark": "#1D2633"}  # solid: the text on it is told apart from it
LARGEST, SMALLEST = 24, 8  # points, in pixels


def shares(found: Mapping[str, Agreement]) -> go.Figure:
    """Return the share of "correct" of each named model, with its 95% interval."""
    names, values = list(found)[::-1], list(found.values())[::-1]
    figure = go.Figure(
        go.Scatter(
            x=[one.share for one in values],
            y=names,
            mode="markers+text",
            marker={"size": 12, "color": BLUE},
            error_x=_reach(values),
            text=[f"{one.share:.0%}" for one in values],
            textposition="top center",
            customdata=[[one.judged, *one.interval] for one in values],
            hovertemplate="%{y}: %{x:.1%} of %{customdata[0]:,} verdicts"
            "<br>95% interval %{customdata[1]:.1%} to %{customdata[2]:.1%}<extra></extra>",
        )
    )
    figure.update_xaxes(**SHARES, fixedrange=True)
    figure.update_yaxes(fixedrange=True, automargin=True, range=[-0.6, len(names) - 0.3])
    return figure


def over_time(found: Mapping[str, Sequence[Agreement]]) -> go.Figure:
    """Return a line for each named model: the share of "correct" in each day, week or month."""
    figure = go.Figure()
    for number, (name, points) in enumerate(found.items()):
        colour = OKABE_ITO[number % len(OKABE_ITO)]
        figure.add_scatter(
            x=[one.since for one in points],
            y=[one.share for one in points],
            mode="lines+markers",
            name=name,
            line={"color": colour, "width": 2.5},
            marker={"color": colour, "size": 7},
            customdata=[one.judged for one in points],
            hovertemplate="%{y:.0%} of %{customdata:,}",
        )
    figure.update_xaxes(fixedrange=True, showgrid=False)
    figure.update_yaxes(**SHARES, fixedrange=True)
    return figure.update_layout(legend=ABOVE, showlegend=len(found) > 1, hovermode="x unified")


def confusion(
    labels: Sequence[str], counts: Sequence[Sequence[int]], theme: Literal["light", "dark"]
) -> go.Figure:
    """Return how often each label (a column) was predicted where another (a row) was right.

    Colours are shares of the row.
    """
    totals = [sum(row) or 1 for row in counts]
    figure = go.Figure(
        go.Heatmap(
            x=labels,
            y=labels,
            z=[[n / total for n in row] for row, total in zip(counts, totals, strict=True)],
            zmin=0,
            zmax=1,
            text=[[f"{n:,}" if n else "" for n in row] for row in counts],
            customdata=counts,
            texttemplate="%{text}",
            colorscale=[[0, PALE[theme]], [1, BLUE]],
            showscale=False,
            xgap=2,
            ygap=2,
            hovertemplate="Right: %{y}<br>Predicted: %{x}<br>%{customdata:,}<extra></extra>",
        )
    )
    figure.update_xaxes(title_text="Predicted", fixedrange=True, automargin=True, type="category")
    figure.update_yaxes(
        title_text="Right", fixedrange=True, automargin=True, type="category", autorange="reversed"
    )
    return figure


def reliability(bins: Sequence[Bin]) -> go.Figure:
    """Return how often answers of each confidence were right; on the dashed line, as often."""
    figure = go.Figure()
    figure.add_scatter(
        x=[0, 1],
        y=[0, 1],
        mode="lines",
        line={"color": GREY, "dash": "dash"},
        name="As sure as right",
        hoverinfo="skip",
    )
    figure.add_scatter(
        x=[one.confidence for one in bins],
        y=[one.share for one in bins],
        mode="lines+markers",
        line={"color": BLUE, "width": 2.5},
        marker={"color": BLUE, "size": _sizes(bins), "opacity": 1},
        error_y=_reach(bins),
        text=[f"{one.judged:,}" for one in bins],
        name="Verdicts",
        hovertemplate="%{x:.0%} sure: right in %{y:.0%} of %{text}<extra></extra>",
    )
    figure.update_xaxes(**SHARES, title_text="How sure the model was", fixedrange=True)
    figure.update_yaxes(**SHARES, title_text="Said to be right", fixedrange=True)
    return figure.update_layout(legend=ABOVE)


def _sizes(bins: Sequence[Bin]) -> list[float]:
    """Return the width of each point, so that its area tells how many verdicts it stands for."""
    most = max((one.judged for one in bins), default=1)
    return [max(SMALLEST, LARGEST * sqrt(one.judged / most)) for one in bins]


def _reach(found: Sequence[Agreement] | Sequence[Bin]) -> dict[str, Any]:
    """Return error bars that end where the 95% intervals end."""
    return {
        "type": "data",
        "symmetric": False,
        "array": [one.interval[1] - one.share for one in found],
        "arrayminus": [one.share - one.interval[0] for one in found],
        "color": GREY,
        "thickness": 1.5,
    }

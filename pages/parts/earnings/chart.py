"""The figure of published medians, with the answer and its interval marked."""

import numpy as np
import plotly.graph_objects as go

from models.earnings.distributions import Distribution
from pages.parts.earnings.money import dollars
from showcase.contract import Regression
from showcase.contract.palette import BLUE, GREY, ORANGE

BIN = 2_500
POINTS = 5_000  # spread evenly over the quantiles, to be counted
INTERVAL = "rgba(0, 114, 178, 0.22)"


def distribution(
    everyone: Distribution | None, same: Distribution | None, answer: Regression, field: str
) -> go.Figure:
    """Return histograms of all fields and of this one, the answer as a line, its interval shaded.

    Heights are shares of the medians in steps of $2,500. Without a distribution there are no bars.
    """
    left, right = _ends(everyone, same, answer)
    figure = go.Figure()
    for found, name, colour in ((everyone, "All fields", GREY), (same, field, ORANGE)):
        if found is not None:
            figure.add_trace(_bars(found, name, colour, (left, right)))
    figure.add_vrect(x0=answer.low, x1=answer.high, fillcolor=INTERVAL, line_width=0, layer="below")
    figure.add_vline(
        x=answer.value,
        line={"color": BLUE, "width": 4},
        annotation={"text": f"<b>{dollars(answer.value)}</b>", "font": {"size": 15}},
        annotation_position="top",
    )
    figure.update_xaxes(range=[left, right], tickprefix="$", tickformat="~s", fixedrange=True)
    figure.update_xaxes(title_text="published median, a year", showgrid=False, nticks=8)
    figure.update_yaxes(visible=False, fixedrange=True)
    legend = {"orientation": "h", "y": -0.42, "yanchor": "top", "x": 0}
    return figure.update_layout(barmode="overlay", showlegend=True, legend=legend)


def _ends(
    everyone: Distribution | None, same: Distribution | None, answer: Regression
) -> tuple[float, float]:
    """Return the dollars at the left and right edge; the highest 1% may lie outside."""
    shown = [found.quantiles for found in (everyone, same) if found is not None]
    low = min([answer.low, *(quantiles[0] for quantiles in shown)])
    high = max([answer.high, *(quantiles[99] for quantiles in shown)])
    return np.floor(low / BIN) * BIN, np.ceil(high / BIN + 1) * BIN


def _bars(found: Distribution, name: str, colour: str, ends: tuple[float, float]) -> go.Bar:
    steps = np.linspace(0, len(found.quantiles) - 1, POINTS)
    points = np.interp(steps, np.arange(len(found.quantiles)), found.quantiles)
    counts, edges = np.histogram(points, np.arange(ends[0], ends[1] + 1, BIN))
    return go.Bar(
        x=edges[:-1] + BIN / 2,
        y=counts / POINTS,
        width=BIN * 0.92,
        name=_short(name),
        marker_color=colour,
        opacity=0.55,
        customdata=[f"{dollars(x)} to {dollars(x + BIN)}" for x in edges[:-1]],
        hovertemplate="%{customdata}: %{y:.1%}<extra></extra>",
    )


def _short(name: str) -> str:
    return name if len(name) <= 44 else f"{name[:42].rstrip()} …"

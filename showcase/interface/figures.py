"""Plotly figures of answers: a function's own, and the interval of an estimate."""

from typing import Any

import plotly.graph_objects as go
import streamlit as st

from models.base import Regression
from models.outputs import Chart
from showcase.interface.sentences import figure as spoken
from showcase.ui import charts
from showcase.ui.literal import literal
from showcase.ui.palette import BLUE

HEIGHT, HIGHEST = 280, 320  # pixels


def chart(output: Chart, key: str) -> None:
    """Draw a function's figure in the page's colours, with its title above it as text.

    Not higher than leaves room for the verdict on the first screen.
    """
    figure = go.Figure(output.figure)
    title = figure.layout.title.text or ""
    figure.layout.title = None
    if title:
        st.markdown(f"**{literal(title)}**")
    alt = output.alt or title or "The chart that is the answer"
    charts.show(figure, key=key, alt=alt, height=min(int(figure.layout.height or HEIGHT), HIGHEST))


def interval(output: Regression) -> Any:
    """Return a line from the low to the high end of an estimate, with its value as a point."""
    figure = go.Figure()
    figure.add_scatter(
        x=[output.low, output.high],
        y=[0, 0],
        mode="lines",
        line={"color": BLUE, "width": 10},
        opacity=0.35,
        hovertemplate="%{x:,.6~g}<extra></extra>",
    )
    figure.add_scatter(
        x=[output.value],
        y=[0],
        mode="markers",
        marker={"size": 20, "color": BLUE, "line": {"width": 2, "color": "white"}},
        hovertemplate="%{x:,.6~g}<extra></extra>",
    )
    pad = (output.high - output.low) * 0.08
    figure.update_xaxes(
        range=[output.low - pad, output.high + pad],
        tickvals=[output.low, output.high],
        ticktext=[spoken(output.low), spoken(output.high)],
        automargin=True,
        fixedrange=True,
        showgrid=False,
        zeroline=False,
    )
    figure.update_yaxes(visible=False, fixedrange=True, range=[-1, 1])
    return figure.update_layout(showlegend=False)

"""Plotly figures of answers: a function's own, and the interval of an estimate."""

from typing import Any

import plotly.graph_objects as go
import streamlit as st

from showcase.contract import Regression
from showcase.contract.outputs import Chart
from showcase.contract.palette import BLUE
from showcase.interface.sentences import figure as spoken
from showcase.ui import charts
from showcase.ui.markdown import escape_markdown

HEIGHT = 280  # pixels
BELOW = -1.2  # where the ends of an interval are written, its line being at 0


def chart(output: Chart, key: str, highest: int) -> None:
    """Draw a function's figure in the page's colours, with its title above it as text."""
    figure = go.Figure(output.figure)
    title = figure.layout.title.text or ""
    figure.layout.title = None
    if title:
        st.markdown(f"**{escape_markdown(title)}**")
    alt = output.alt or title or "The chart that is the answer"
    charts.show(figure, key=key, alt=alt, height=min(int(figure.layout.height or HEIGHT), highest))


def interval(output: Regression) -> Any:
    """Return a line from the low to the high end of an estimate, with its value as a point."""
    figure = go.Figure()
    figure.add_scatter(
        x=[output.low, output.high],
        y=[0, 0],
        mode="lines",
        line={"color": BLUE, "width": 10},
        opacity=0.5,
        hoverinfo="skip",
    )
    figure.add_scatter(
        x=[output.low, output.high],
        y=[BELOW, BELOW],
        mode="text",
        text=[spoken(output.low), spoken(output.high)],
        cliponaxis=False,
        hoverinfo="skip",
    )
    figure.add_scatter(
        x=[output.value],
        y=[0],
        mode="markers",
        marker={"size": 20, "color": BLUE, "line": {"width": 2, "color": "white"}},
        text=[spoken(output.value)],
        hovertemplate="%{text}<extra></extra>",
    )
    pad = (output.high - output.low) * 0.1
    figure.update_xaxes(visible=False, range=[output.low - pad, output.high + pad], fixedrange=True)
    figure.update_yaxes(visible=False, fixedrange=True, range=[1.6 * BELOW, 1])
    return figure.update_layout(showlegend=False)

"""What moves the answer: each input's part in it, and curves over price and selectivity."""

from collections.abc import Sequence

import numpy as np
import plotly.graph_objects as go
import streamlit as st

from models.earnings import WHAT_IF, Input, range_of, typical, what_if
from pages.parts.earnings.money import dollars, moved, programme
from showcase import ui
from showcase.contract import Regression
from showcase.contract.palette import BLUE, ORANGE
from showcase.runtime.loading import Loaded
from showcase.ui import charts

NAME = "earnings"
STEPS = 25
BAND = "rgba(0, 114, 178, 0.15)"
FORMATS = {"net_price": "$,.0f", "sat_average": ".0f", "admission_rate": ".0%"}


def why(loaded: Loaded, given: Input, prediction: Regression) -> None:
    """Draw the dollars that each input moved the answer by, away from a typical programme."""
    st.markdown("**What moves it**")
    parts = [
        part.model_copy(update={"name": Input.model_fields[part.name].title})
        for part in loaded.explain(given, prediction)
    ]
    told = ", ".join(f"{part.name} {moved(part.value)}" for part in parts)
    charts.show(
        charts.contributions(parts, (BLUE, ORANGE), written=moved),
        key=f"{NAME}_why",
        alt=f"Dollars a year that each input adds: {told}",
        height=270,
    )
    usual = prediction.value - sum(part.value for part in parts)
    start = f"{dollars(usual)} of a typical programme ({programme(typical(loaded.model))}, public)"
    st.caption(
        ui.escape_markdown(
            f"In dollars a year, from the {start} to this one's {dollars(prediction.value)}."
        )
    )


def what_if_curves(loaded: Loaded, given: Input, prediction: Regression) -> None:
    """Draw the answer over price, SAT and admission rate, each alone, today's point marked."""
    st.markdown("**What if price or selectivity were different?**")
    grid = st.grid(3, min_column_width=230, gap="medium")
    for field in WHAT_IF:
        xs = np.linspace(*range_of(loaded.model, field), STEPS).tolist()
        answers = what_if(loaded.model, given, field, xs)
        title = Input.model_fields[field].title
        ends = f"{dollars(answers[0].value)} at the left, {dollars(answers[-1].value)} at the right"
        with grid, st.container():
            charts.show(
                _curve(field, xs, answers, getattr(given, field), prediction),
                key=f"{NAME}_what_if_{field}",
                alt=f"Median over {title}: {ends}, {dollars(prediction.value)} now",
                height=240,
            )
    st.caption(
        "Each curve changes one input and holds the others; the shade is the 80% range. The dot is "
        "today's choice; a dashed line stands for one that is not known. They show what programmes "
        "with such figures publish, not what a change would cause."
    )


def _curve(
    field: str,
    xs: Sequence[float],
    answers: Sequence[Regression],
    here: float | None,
    prediction: Regression,
) -> go.Figure:
    """Return the curve with its interval; a null input is a dashed line at the answer."""
    figure = go.Figure()
    edge = {"mode": "lines", "line_width": 0, "hoverinfo": "skip"}
    figure.add_scatter(x=xs, y=[answer.low for answer in answers], **edge)
    figure.add_scatter(
        x=xs, y=[answer.high for answer in answers], fill="tonexty", fillcolor=BAND, **edge
    )
    figure.add_scatter(
        x=xs,
        y=[answer.value for answer in answers],
        mode="lines",
        line={"color": BLUE, "width": 3},
        hovertemplate=f"%{{x:{FORMATS[field]}}}: %{{y:$,.0f}}<extra></extra>",
    )
    if here is None:
        figure.add_hline(y=prediction.value, line={"color": ORANGE, "width": 2, "dash": "dash"})
    else:
        figure.add_scatter(
            x=[here],
            y=[prediction.value],
            mode="markers",
            hovertemplate="now: %{y:$,.0f}<extra></extra>",
            marker={"size": 14, "color": BLUE, "line": {"width": 2, "color": "white"}},
        )
    title = Input.model_fields[field].title
    figure.update_xaxes(
        title_text=title, tickformat=FORMATS[field], nticks=5, showgrid=False, fixedrange=True
    )
    figure.update_yaxes(tickprefix="$", tickformat="~s", nticks=5, fixedrange=True)
    figure.update_yaxes(rangemode="tozero")
    return figure.update_layout(showlegend=False)

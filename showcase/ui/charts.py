"""Plotly figures that several pages share. Streamlit's theme gives them their text colours."""

import math
from collections import Counter
from collections.abc import Callable, Mapping, Sequence

import plotly.graph_objects as go
import streamlit as st

from showcase.contract import Contribution
from showcase.contract.palette import BLUE, GREY

CONFIG = {"displayModeBar": False, "responsive": True}
# Streamlit's own grey for chart text has a contrast of 3.7 on white; readers need 4.5.
INK = {"light": "#4A4960", "dark": "#C8C8D4"}
FAINT = "rgba(140, 140, 140, 0.25)"
MOST_BINS = 30
FEW = 5  # ticks on the axis of counts


def show(figure: go.Figure, key: str, alt: str, height: int) -> None:
    """Draw a figure at a height in pixels, with its text alternative and no tool bar."""
    colour = ink()
    figure.update_layout(font_color=colour)
    for axes in (figure.update_xaxes, figure.update_yaxes):
        axes(tickfont_color=colour, title_font_color=colour)
    figure.update_layout(height=height, margin={"l": 8, "r": 8, "t": 20, "b": 8}, dragmode=False)
    st.plotly_chart(figure, key=key, config=CONFIG, alt=alt)


def ink() -> str:
    """Return the colour of text in charts, which stands out from the visitor's theme."""
    return INK["dark" if st.context.theme.type == "dark" else "light"]


def signed(value: float) -> str:
    """Return a number with its sign and at most two decimals, with a real minus.

    >>> signed(-0.5), signed(1.25), signed(2.0)
    ('−0.5', '+1.25', '+2')
    """
    return f"{value:+.2f}".rstrip("0").rstrip(".").replace("-", "−")


def between(interval: tuple[float, float]) -> str:
    """Return an interval of shares as percentages.

    >>> between((0.49, 0.943))
    '49% to 94%'
    """
    low, high = interval
    return f"{low:.0%} to {high:.0%}"


def percent(share: float) -> str:
    """Return a probability (0 to 1) as a whole percentage, never as a certainty.

    >>> percent(0.834), percent(0.9999), percent(0.001)
    ('83%', '>99%', '<1%')
    """
    if share > 0.99:
        return ">99%"
    return "<1%" if share < 0.01 else f"{share:.0%}"


def with_article(share: float) -> str:
    """Return a share (0 to 1) as a whole percentage with its article.

    >>> with_article(0.8), with_article(0.11), with_article(0.12), with_article(1.0)
    ('an 80%', 'an 11%', 'a 12%', 'a 100%')
    """
    words = f"{share:.0%}"
    return f"an {words}" if words.startswith("8") or words in ("11%", "18%") else f"a {words}"


def probability_bars(
    probabilities: Sequence[tuple[str, float]], colours: Mapping[str, str]
) -> go.Figure:
    """Return horizontal bars, the likeliest on top, each with its percentage (0 to 1 in)."""
    labels = [label for label, _ in probabilities][::-1]
    values = [value for _, value in probabilities][::-1]
    bars = go.Bar(
        x=values,
        y=labels,
        orientation="h",
        marker_color=[colours.get(label, BLUE) for label in labels],
        text=[percent(value) for value in values],
        textposition="outside",
        cliponaxis=False,
        hovertemplate="%{y}: %{x:.1%}<extra></extra>",
    )
    return _bare(go.Figure(bars), x_range=(0, 1.12), y_visible=True)


def gauge(chance: float, usual: float, colour: str) -> go.Figure:
    """Return a half-circle gauge of a chance (0 to 1), with the usual chance marked on it."""
    return go.Figure(
        go.Indicator(
            mode="gauge+number",
            value=chance * 100,
            number={"suffix": "%", "valueformat": ".0f", "font": {"size": 44}},
            gauge={
                "axis": {"range": [0, 100], "tickvals": [0, 25, 50, 75, 100], "ticksuffix": "%"},
                "bar": {"color": colour, "thickness": 0.85},
                "bgcolor": FAINT,
                "borderwidth": 0,
                "threshold": {
                    "line": {"color": GREY, "width": 4},
                    "thickness": 1,
                    "value": usual * 100,
                },
            },
        )
    )


def scale(score: float, band: float, colours: tuple[str, str, str], colour: str) -> go.Figure:
    """Return a scale from -1 to 1 with its neutral band and a marker in `colour` at the score."""
    negative, neutral, positive = colours
    figure = go.Figure()
    for low, high, zone in ((-1, -band, negative), (-band, band, neutral), (band, 1, positive)):
        figure.add_shape(
            type="rect",
            x0=low,
            x1=high,
            y0=0.3,
            y1=0.7,
            fillcolor=zone,
            opacity=0.45,
            line_width=0,
        )
    figure.add_scatter(
        x=[score],
        y=[0.5],
        mode="markers+text",
        text=[f"<b>{signed(score)}</b>"],
        textposition="top center",
        marker={"size": 22, "color": colour, "line": {"width": 3, "color": "white"}},
        textfont={"size": 18},
        hovertemplate="%{x:+.4f}<extra></extra>",
        cliponaxis=False,
    )
    figure.update_xaxes(
        range=[-1.1, 1.1],
        tickvals=[-1, -0.5, 0, 0.5, 1],
        ticktext=["−1", "−0.5", "0", "+0.5", "+1"],
        showgrid=False,
        zeroline=False,
    )
    figure.update_yaxes(visible=False, range=[0, 1.5])
    return figure.update_layout(showlegend=False)


def shares(parts: Mapping[str, float], colours: Mapping[str, str]) -> go.Figure:
    """Return one bar divided into the shares (they sum to 1), their values in the legend."""
    figure = go.Figure()
    for label, share in parts.items():
        figure.add_bar(
            x=[share],
            y=[""],
            orientation="h",
            name=f"{label} {share:.2f}",
            marker_color=colours.get(label, GREY),
            hovertemplate=f"{label} {share:.3f}<extra></extra>",
        )
    legend = {"orientation": "h", "y": 1.1, "yanchor": "bottom", "x": 0, "traceorder": "normal"}
    figure.update_layout(barmode="stack", legend=legend)
    return _bare(figure, x_range=(0, 1))


def contributions(
    parts: Sequence[Contribution],
    colours: tuple[str, str],
    scale_by: float = 1,
    written: Callable[[float], str] = "{:+.1f}".format,
) -> go.Figure:
    """Return bars to the right for what raised the answer, to the left for what lowered it.

    `colours` are those of the label that is raised and of the one that gains when it is lowered;
    `written` turns a scaled value into the text beside its bar.
    """
    raised, lowered = colours
    values = [part.value * scale_by for part in parts][::-1]
    longest = max((abs(value) for value in values), default=1) or 1
    bars = go.Bar(
        x=values,
        y=[part.name for part in parts][::-1],
        orientation="h",
        marker_color=[raised if value >= 0 else lowered for value in values],
        text=[written(value).replace("-", "−") for value in values],
        textposition="outside",
        cliponaxis=False,
        hovertemplate="%{y}: %{text}<extra></extra>",
    )
    figure = _bare(go.Figure(bars), x_range=(-longest * 1.45, longest * 1.45), y_visible=True)
    return figure.add_vline(x=0, line_width=1, line_color=GREY)


def curve(
    xs: Sequence[float], ys: Sequence[float], here: tuple[float, float], x_title: str
) -> go.Figure:
    """Return a what-if curve of a chance (0 to 1) over one input, with today's point marked."""
    figure = go.Figure(
        go.Scatter(
            x=xs,
            y=ys,
            mode="lines",
            line={"color": BLUE, "width": 3},
            hovertemplate="%{x:.0f}: %{y:.0%}<extra></extra>",
        )
    )
    figure.add_scatter(
        x=[here[0]],
        y=[here[1]],
        mode="markers",
        hovertemplate="now: %{y:.0%}<extra></extra>",
        marker={"size": 14, "color": BLUE, "line": {"width": 2, "color": "white"}},
    )
    figure.update_yaxes(
        range=[0, 1], tickformat=".0%", tickvals=[0, 0.25, 0.5, 0.75, 1], fixedrange=True
    )
    figure.update_xaxes(title_text=x_title, fixedrange=True, showgrid=False)
    return figure.update_layout(showlegend=False)


def histogram(
    groups: Mapping[str, Sequence[float] | Sequence[str]],
    colours: Mapping[str, str],
    titles: tuple[str, str],
    bins: tuple[float, float, float] | None = None,
) -> go.Figure:
    """Return stacked bars of how often each value occurs, a colour for each group.

    `titles` are those of the values and of the counts; `bins` are start, end and width, None for
    round ones as the values need them.
    """
    figure = go.Figure()
    everything = [value for values in groups.values() for value in values]
    numbers = [value for value in everything if isinstance(value, int | float)]
    start, end, size = bins or (_round_bins(numbers) if numbers else (0, 1, 1))
    counts = Counter(v if isinstance(v, str) else (v - start) // size for v in everything)
    most = max(counts.values(), default=0)
    sizes = {"xbins": {"start": start, "end": end, "size": size}} if numbers else {}
    for label, values in groups.items():
        figure.add_histogram(
            x=list(values),
            name=label,
            marker_color=colours.get(label, BLUE),
            hovertemplate=f"{label} %{{x}}: %{{y}} {titles[1]}<extra></extra>",
            **sizes,
        )
    legend = {"orientation": "h", "y": 1.02, "yanchor": "bottom", "traceorder": "normal"}
    figure.update_layout(barmode="stack", bargap=0.06, legend=legend, showlegend=len(groups) > 1)
    figure.update_xaxes(title_text=titles[0], fixedrange=True)
    ticks = {"dtick": 1} if most <= FEW else {"nticks": FEW}  # else 1 stands there twice, for 0.5
    return figure.update_yaxes(
        title_text=titles[1], fixedrange=True, tickformat=",d", rangemode="tozero", **ticks
    )


def _round_bins(values: Sequence[float]) -> tuple[float, float, float]:
    """Return start, end and width of at most `MOST_BINS` bins, the width a round number.

    >>> _round_bins([1000, 2000, 45_678.9])
    (0, 46000.0, 2000)
    """
    low, high = min(values), max(values)
    if low == high:
        return low - 0.5, low + 0.5, 1
    least = (high - low) / MOST_BINS
    power = 10 ** math.floor(math.log10(least))
    size = next(times * power for times in (1, 2, 5, 10) if times * power >= least)
    return low // size * size, (high // size + 1) * size, size


def _bare(figure: go.Figure, x_range: tuple[float, float], *, y_visible: bool = False) -> go.Figure:
    figure.update_xaxes(visible=False, range=list(x_range), fixedrange=True)
    figure.update_yaxes(visible=y_visible, showgrid=False, fixedrange=True, automargin=True)
    return figure

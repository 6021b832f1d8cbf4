"""The figures that several pages share, and how any figure is drawn.

A figure is a plain description, as Plotly.js takes it, made in one go: Plotly's own objects check
and copy each value at each step, 10 ms a figure.
"""

import math
from base64 import b64encode
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from typing import Any

import plotly.graph_objects as go
import plotly.io
import streamlit as st
from numpy.typing import NDArray

from showcase.contract import Contribution
from showcase.contract.palette import BLUE, GREY

CONFIG = {"displayModeBar": False, "responsive": True}
# Streamlit's own grey for chart text has a contrast of 3.7 on white; readers need 4.5.
INK = {"light": "#4A4960", "dark": "#C8C8D4"}
FAINT = "rgba(140, 140, 140, 0.25)"
MOST_BINS = 30
FEW = 5  # ticks on the axis of counts
LEGEND_ABOVE = {"orientation": "h", "y": 1.02, "yanchor": "bottom", "x": 0}

# Of a trace, an axis, a shape, a layout: https://plotly.com/javascript/reference/
Settings = dict[str, Any]


@dataclass(frozen=True)
class Figure:
    """A chart: its traces, and a layout without what `show` gives all of them."""

    data: list[Settings]
    layout: Settings = field(default_factory=dict)


class _Described(go.Figure):  # type: ignore[misc]  # Plotly ships no types
    """A figure that is its description, so that Streamlit has it neither checked nor copied."""

    def __init__(self, description: Settings) -> None:
        self._description = description

    def to_dict(self) -> Settings:
        """Return the description."""
        return self._description


def show(figure: Figure | go.Figure, key: str, alt: str, height: int) -> None:
    """Draw a figure at a height in pixels, with its text alternative and no tool bar."""
    if isinstance(figure, go.Figure):
        figure = Figure(**figure.to_dict())
    st.plotly_chart(_Described(_themed(figure, ink(), height)), key=key, config=CONFIG, alt=alt)


def _themed(figure: Figure, colour: str, height: int) -> Settings:
    """Return the whole description of a figure, with text in a colour."""
    layout = {
        "template": _template(),
        "xaxis": {},
        "yaxis": {},
        **figure.layout,
        "margin": {"l": 8, "r": 8, "t": 20, "b": 8},
        "height": height,
        "dragmode": False,
    }
    layout["font"] = {**layout.get("font", {}), "color": colour}
    for name, settings in layout.items():
        if name.startswith(("xaxis", "yaxis")):
            layout[name] = _inked(settings, colour)
    return {"data": figure.data, "layout": layout}


def _inked(axis: Settings, colour: str) -> Settings:
    """Return an axis with its numbers and its title in a colour."""
    title = axis.get("title", {})
    font = {**title.get("font", {}), "color": colour}
    return {
        **axis,
        "tickfont": {**axis.get("tickfont", {}), "color": colour},
        "title": {**title, "font": font},
    }


@cache
def _template() -> Settings:
    """Return Streamlit's theme, whose colours the browser replaces."""
    template: Settings = plotly.io.templates[plotly.io.templates.default].to_plotly_json()
    return template


def axis(title: str = "", **settings: Any) -> Settings:
    """Return an axis that nobody drags, with its title, if any."""
    named = {"title": {"text": title}} if title else {}
    return {"fixedrange": True, **named, **settings}


def vertical(x: float, **line: Any) -> Settings:
    """Return the shape of a line from the bottom to the top."""
    return _from_end_to_end("line", "x", (x, x), line=line)


def horizontal(y: float, **line: Any) -> Settings:
    """Return the shape of a line from the left to the right."""
    return _from_end_to_end("line", "y", (y, y), line=line)


def stripe(x0: float, x1: float, colour: str) -> Settings:
    """Return the shape of a stripe behind the traces, from the bottom to the top."""
    shape = _from_end_to_end("rect", "x", (x0, x1), line={"width": 0})
    return {**shape, "fillcolor": colour, "layer": "below"}


def _from_end_to_end(kind: str, at: str, ends: tuple[float, float], line: Settings) -> Settings:
    across = "y" if at == "x" else "x"
    return {
        "type": kind,
        f"{at}ref": at,
        f"{at}0": ends[0],
        f"{at}1": ends[1],
        f"{across}ref": f"{across} domain",
        f"{across}0": 0,
        f"{across}1": 1,
        "line": line,
    }


def numbers(values: NDArray[Any]) -> Settings:
    """Return an array of float64 or uint8 as Plotly.js reads it fastest, in base64."""
    kind = {"float64": "f8", "uint8": "u1"}[values.dtype.name]
    found = {"dtype": kind, "bdata": b64encode(values.tobytes()).decode()}
    return found if values.ndim == 1 else {**found, "shape": ", ".join(map(str, values.shape))}


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
) -> Figure:
    """Return horizontal bars, the likeliest on top, each with its percentage (0 to 1 in)."""
    likeliest_last = probabilities[::-1]
    bars = {
        "type": "bar",
        "x": [value for _, value in likeliest_last],
        "y": [label for label, _ in likeliest_last],
        "orientation": "h",
        "marker": {"color": [colours.get(label, BLUE) for label, _ in likeliest_last]},
        "text": [percent(value) for _, value in likeliest_last],
        "textposition": "outside",
        "cliponaxis": False,
        "hovertemplate": "%{y}: %{x:.1%}<extra></extra>",
    }
    return Figure([bars], _bare((0, 1.12), y_visible=True))


def gauge(chance: float, usual: float, colour: str) -> Figure:
    """Return a half-circle gauge of a chance (0 to 1), with the usual chance marked on it."""
    indicator = {
        "type": "indicator",
        "mode": "gauge+number",
        "value": chance * 100,
        "number": {"suffix": "%", "valueformat": ".0f", "font": {"size": 44}},
        "gauge": {
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
    }
    return Figure([indicator])


def scale(score: float, band: float, colours: tuple[str, str, str], colour: str) -> Figure:
    """Return a scale from -1 to 1 with its neutral band and a marker in `colour` at the score."""
    negative, neutral, positive = colours
    zones = [
        {
            "type": "rect",
            "x0": low,
            "x1": high,
            "y0": 0.3,
            "y1": 0.7,
            "fillcolor": zone,
            "opacity": 0.45,
            "line": {"width": 0},
        }
        for low, high, zone in ((-1, -band, negative), (-band, band, neutral), (band, 1, positive))
    ]
    marker = {
        "type": "scatter",
        "x": [score],
        "y": [0.5],
        "mode": "markers+text",
        "text": [f"<b>{signed(score)}</b>"],
        "textposition": "top center",
        "marker": {"size": 22, "color": colour, "line": {"width": 3, "color": "white"}},
        "textfont": {"size": 18},
        "hovertemplate": "%{x:+.4f}<extra></extra>",
        "cliponaxis": False,
    }
    across = axis(
        range=[-1.1, 1.1],
        tickvals=[-1, -0.5, 0, 0.5, 1],
        ticktext=["−1", "−0.5", "0", "+0.5", "+1"],
        showgrid=False,
        zeroline=False,
    )
    up = axis(visible=False, range=[0, 1.5])
    return Figure([marker], {"shapes": zones, "xaxis": across, "yaxis": up, "showlegend": False})


def shares(parts: Mapping[str, float], colours: Mapping[str, str]) -> Figure:
    """Return one bar divided into the shares (they sum to 1), their values in the legend."""
    bars = [
        {
            "type": "bar",
            "x": [share],
            "y": [""],
            "orientation": "h",
            "name": f"{label} {share:.2f}",
            "marker": {"color": colours.get(label, GREY)},
            "hovertemplate": f"{label} {share:.3f}<extra></extra>",
        }
        for label, share in parts.items()
    ]
    legend = {**LEGEND_ABOVE, "y": 1.1, "traceorder": "normal"}
    return Figure(bars, {"barmode": "stack", "legend": legend, **_bare((0, 1))})


def contributions(
    parts: Sequence[Contribution],
    colours: tuple[str, str],
    scale_by: float = 1,
    written: Callable[[float], str] = "{:+.1f}".format,
) -> Figure:
    """Return bars to the right for what raised the answer, to the left for what lowered it.

    `colours` are those of the label that is raised and of the one that gains when it is lowered;
    `written` turns a scaled value into the text beside its bar.
    """
    raised, lowered = colours
    values = [part.value * scale_by for part in parts][::-1]
    longest = max((abs(value) for value in values), default=1) or 1
    bars = {
        "type": "bar",
        "x": values,
        "y": [part.name for part in parts][::-1],
        "orientation": "h",
        "marker": {"color": [raised if value >= 0 else lowered for value in values]},
        "text": [written(value).replace("-", "−") for value in values],
        "textposition": "outside",
        "cliponaxis": False,
        "hovertemplate": "%{y}: %{text}<extra></extra>",
    }
    nothing = vertical(0, width=1, color=GREY)
    across = (-longest * 1.45, longest * 1.45)
    return Figure([bars], {"shapes": [nothing], **_bare(across, y_visible=True)})


def curve(xs: NDArray[Any], ys: NDArray[Any], here: tuple[float, float], x_title: str) -> Figure:
    """Return a what-if curve of a chance (0 to 1) over one input, with today's point marked."""
    line = {
        "type": "scatter",
        "x": numbers(xs),
        "y": numbers(ys),
        "mode": "lines",
        "line": {"color": BLUE, "width": 3},
        "hovertemplate": "%{x:.0f}: %{y:.0%}<extra></extra>",
    }
    now = dot(*here, hovertemplate="now: %{y:.0%}<extra></extra>")
    up = axis(range=[0, 1], tickformat=".0%", tickvals=[0, 0.25, 0.5, 0.75, 1])
    across = axis(x_title, showgrid=False)
    return Figure([line, now], {"yaxis": up, "xaxis": across, "showlegend": False})


def dot(x: float, y: float, **settings: Any) -> Settings:
    """Return the trace of the point on a curve where the visitor is."""
    marker = {"size": 14, "color": BLUE, "line": {"width": 2, "color": "white"}}
    seen = {"mode": "markers", "marker": marker, "cliponaxis": False}  # whole at 0 and 1, too
    return {"type": "scatter", "x": [x], "y": [y], **seen, **settings}


def histogram(
    groups: Mapping[str, Sequence[float] | Sequence[str]],
    colours: Mapping[str, str],
    titles: tuple[str, str],
    bins: tuple[float, float, float] | None = None,
    **values_axis: Any,
) -> Figure:
    """Return stacked bars of how often each value occurs, a colour for each group.

    `titles` are those of the values and of the counts; `bins` are start, end and width, None for
    round ones as the values need them; `values_axis` is what else is set of the axis of values.
    """
    everything = [value for values in groups.values() for value in values]
    amounts = [value for value in everything if isinstance(value, int | float)]
    start, end, size = bins or (_round_bins(amounts) if amounts else (0, 1, 1))
    counts = Counter(v if isinstance(v, str) else (v - start) // size for v in everything)
    most = max(counts.values(), default=0)
    sizes = {"xbins": {"start": start, "end": end, "size": size}} if amounts else {}
    bars = [
        {
            "type": "histogram",
            "x": list(values),
            "name": label,
            "marker": {"color": colours.get(label, BLUE)},
            "hovertemplate": f"{label} %{{x}}: %{{y}} {titles[1]}<extra></extra>",
            **sizes,
        }
        for label, values in groups.items()
    ]
    ticks = {"dtick": 1} if most <= FEW else {"nticks": FEW}  # else 1 stands there twice, for 0.5
    layout = {
        "barmode": "stack",
        "bargap": 0.06,
        "legend": {"orientation": "h", "y": 1.02, "yanchor": "bottom", "traceorder": "normal"},
        "showlegend": len(groups) > 1,
        "xaxis": axis(titles[0], **values_axis),
        "yaxis": axis(titles[1], tickformat=",d", rangemode="tozero", **ticks),
    }
    return Figure(bars, layout)


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


def _bare(x_range: tuple[float, float], *, y_visible: bool = False) -> Settings:
    """Return the axes of bars that carry their own numbers."""
    return {
        "xaxis": axis(visible=False, range=list(x_range)),
        "yaxis": axis(visible=y_visible, showgrid=False, automargin=True),
    }

"""The figures of the text tools, as Plotly's JSON: nothing here needs Plotly."""

from collections.abc import Sequence
from itertools import pairwise
from typing import Any

from models.text_tools.reading import LEVELS, Reading
from models.text_tools.words import Count

BLUE, ORANGE = "#0072B2", "#E69F00"
BAR_HEIGHT = 21
EASE_RANGE = (0, 100)


def bars(counts: Sequence[Count]) -> dict[str, Any]:
    """Return a bar for each word, the most frequent on top."""
    listed = counts[::-1]
    most = max((count.times for count in counts), default=1)
    bar = {
        "type": "bar",
        "orientation": "h",
        "x": [count.times for count in listed],
        "y": [count.word for count in listed],
        "text": [f"{count.times:,}" for count in listed],
        "textposition": "outside",
        "cliponaxis": False,
        "marker": {"color": BLUE},
        "hovertemplate": "%{y}: %{x:,}<extra></extra>",
    }
    layout = {
        "height": 30 + BAR_HEIGHT * len(counts),
        "xaxis": {"visible": False, "range": [0, most * 1.15], "fixedrange": True},
        "yaxis": {"type": "category", "automargin": True, "fixedrange": True, "showgrid": False},
    }
    return {"data": [bar], "layout": layout}


def ease_scale(read: Reading) -> dict[str, Any]:
    """Return the scale of reading ease, 0 to 100, with the text's place; beyond it, at its end."""
    low, high = EASE_RANGE
    place = min(max(read.ease, low), high)
    steps = sorted({low, high} | {int(least) for least, _, _ in LEVELS if low < least < high})
    zones = [
        {
            "type": "rect",
            "x0": left,
            "x1": right,
            "y0": 0.3,
            "y1": 0.6,
            "fillcolor": BLUE,
            "opacity": 0.12 + 0.1 * index,
            "line": {"width": 0},
            "layer": "below",
        }
        for index, (left, right) in enumerate(pairwise(steps))
    ]
    marker = {
        "type": "scatter",
        "x": [place],
        "y": [0.45],
        "mode": "markers+text",
        "text": [f"<b>{read.ease:.0f}</b>".replace("-", "−")],
        "textposition": "top center",
        "textfont": {"size": 18},
        "marker": {"size": 22, "color": ORANGE, "line": {"width": 3, "color": "white"}},
        "hovertemplate": "%{x:.1f}<extra></extra>",
        "cliponaxis": False,
    }
    ends = [
        {"x": x, "y": 0.05, "text": text, "showarrow": False, "xanchor": anchor}
        for x, text, anchor in ((low, "very difficult", "left"), (high, "very easy", "right"))
    ]
    axis = {"range": [low - 4, high + 4], "tickvals": steps, "tickangle": 0}
    layout = {
        "height": 130,
        "shapes": zones,
        "annotations": ends,
        "showlegend": False,
        "xaxis": axis | {"showgrid": False, "zeroline": False, "fixedrange": True},
        "yaxis": {"visible": False, "range": [-0.15, 1.2], "fixedrange": True},
    }
    return {"data": [marker], "layout": layout}

"""How many answers there are of each kind: the figure of the tabs that take a file."""

from collections.abc import Mapping, Sequence

import plotly.graph_objects as go

from showcase.contract.palette import BLUE

MOST_BINS = 30


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
    sizes = {"xbins": dict(zip(("start", "end", "size"), bins, strict=True))} if bins else {}
    for label, values in groups.items():
        figure.add_histogram(
            x=list(values),
            nbinsx=MOST_BINS,
            name=label,
            marker_color=colours.get(label, BLUE),
            hovertemplate=f"{label} %{{x}}: %{{y}} {titles[1]}<extra></extra>",
            **sizes,
        )
    legend = {"orientation": "h", "y": 1.02, "yanchor": "bottom", "traceorder": "normal"}
    figure.update_layout(barmode="stack", bargap=0.06, legend=legend, showlegend=len(groups) > 1)
    figure.update_xaxes(title_text=titles[0], fixedrange=True)
    return figure.update_yaxes(
        title_text=titles[1], fixedrange=True, tickformat=",d", rangemode="tozero", nticks=5
    )

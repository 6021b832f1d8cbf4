"""Which species the model says for which petals, with the flower and the training flowers in it."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

import numpy as np
import plotly.graph_objects as go
from numpy.typing import NDArray

from models.flower_power import Input
from models.flower_power.flowers import measured_range, training
from showcase.ui import charts

if TYPE_CHECKING:
    from models.flower_power import Grid

AXES = ("petal_length", "petal_width")
ROOM = 0.5  # cm beyond what was measured, or beyond the flower
CELLS = 71  # across and up: more are not seen
FAINTEST, STRONGEST = 0.12, 0.62  # opacity where the likeliest species has a third, and all
STEPS = 64  # shades of a species


def spans(given: Input) -> dict[str, tuple[float, float]]:
    """Return the petal lengths and widths in cm, smallest and largest, that the figure covers."""
    ranges = measured_range()
    ends = {axis: max(ranges[axis][1], getattr(given, axis)) + ROOM for axis in AXES}
    return {"lengths": (0.0, ends["petal_length"]), "widths": (0.0, ends["petal_width"])}


def regions(grid: "Grid", given: Input, label: str, colours: Mapping[str, str]) -> go.Figure:
    """Return the likeliest species over petal length and width, stronger the surer.

    `grid` is what `models.flower_power.decision_grid` returns; `colours` are in its order.
    """
    lengths, widths, probabilities = grid
    figure = go.Figure(_shades(probabilities, lengths, widths, colours))
    for species, colour in colours.items():
        inputs = [flower.given for flower in training() if flower.species == species]
        figure.add_scatter(
            x=[one.petal_length for one in inputs],
            y=[one.petal_width for one in inputs],
            mode="markers",
            name=species,
            marker={"color": colour, "size": 5, "line": {"width": 0.5, "color": "white"}},
            hovertemplate="measured: %{x:.1f} by %{y:.1f} cm<extra>" + species + "</extra>",
        )
    figure.add_scatter(
        x=[given.petal_length],
        y=[given.petal_width],
        mode="markers",
        showlegend=False,
        marker={
            "color": colours[label],
            "symbol": "star",
            "size": 20,
            "line": {"width": 2, "color": charts.ink()},
        },
        hovertemplate="yours: %{x:.1f} by %{y:.1f} cm<extra></extra>",
    )
    _axes(figure, lengths, widths)
    legend = {"orientation": "h", "y": 1.02, "yanchor": "bottom", "x": 0}
    return figure.update_layout(legend=legend)


def _shades(
    probabilities: NDArray[np.float64],
    lengths: NDArray[np.float64],
    widths: NDArray[np.float64],
    colours: Mapping[str, str],
) -> go.Heatmap:
    """Return a cell per flower asked for; one colour scale has the shades of all species."""
    likeliest = probabilities.argmax(axis=2)
    least = 1 / probabilities.shape[2]
    sure = (probabilities.max(axis=2) - least) / (1 - least)
    shade = np.clip(np.floor(sure * STEPS), 0, STEPS - 1)
    return go.Heatmap(
        x=lengths,
        y=widths,
        z=(likeliest * STEPS + shade).astype(np.uint8),
        zmin=0,
        zmax=len(colours) * STEPS - 1,
        colorscale=_colour_scale(list(colours.values())),
        customdata=np.round(100 * probabilities).astype(np.uint8),
        hovertemplate="%{x:.1f} by %{y:.1f} cm<br>"
        + "<br>".join(f"{name} %{{customdata[{at}]}}%" for at, name in enumerate(colours))
        + "<extra></extra>",
        showscale=False,
    )


def _colour_scale(colours: Sequence[str]) -> list[tuple[float, str]]:
    """Return for each colour a stretch from faint to strong, without a passage to the next."""
    last = len(colours) * STEPS - 1
    scale = []
    for index, colour in enumerate(colours):
        red, green, blue = (int(colour[at : at + 2], 16) for at in (1, 3, 5))
        for step, opacity in ((0, FAINTEST), (STEPS - 1, STRONGEST)):
            at = (index * STEPS + step) / last
            scale.append((at, f"rgba({red}, {green}, {blue}, {opacity})"))
    return scale


def _axes(figure: go.Figure, lengths: NDArray[np.float64], widths: NDArray[np.float64]) -> None:
    for update, title, values in (
        (figure.update_xaxes, "Petal length (cm)", lengths),
        (figure.update_yaxes, "Petal width (cm)", widths),
    ):
        update(
            title_text=title,
            range=[float(values[0]), float(values[-1])],
            fixedrange=True,
            showgrid=False,
            zeroline=False,
            nticks=8,
        )

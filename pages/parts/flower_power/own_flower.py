"""Your own flower: what the model says of four measurements, and why."""

from collections.abc import Mapping
from functools import cache
from typing import TYPE_CHECKING

import numpy as np
import streamlit as st
from numpy.typing import NDArray

from models.flower_power import decision_grid, typical
from models.flower_power.flowers import measured_range, outside, training
from models.flower_power.inputs import FIELDS, Input
from pages.parts.flower_power.train import picture
from showcase import ui
from showcase.contract import Classification
from showcase.contract.palette import GREY
from showcase.runtime.loading import Loaded
from showcase.ui import charts

if TYPE_CHECKING:
    from models.flower_power import Grid

NAME = "flower_power"
ROWS = (("petal_length", "petal_width"), ("sepal_length", "sepal_width"))
PICTURE_WIDTH = 230  # pixels
HIGH, LOW = 300, 190  # pixels: with a warning above it, the verdict still is on the first screen
SURE, HARDLY = 0.6, 0.02
AXES = ("petal_length", "petal_width")
ROOM = 0.5  # cm beyond what was measured, or beyond the flower
CELLS = 71  # across and up: more are not seen
FAINTEST, STRONGEST = 0.12, 0.62  # opacity where the likeliest species has a third, and all
STEPS = 64  # shades of a species


@ui.fragment
def own(loaded: Loaded) -> None:
    """Answer for the measurements on the sliders."""
    left, right = st.columns(2, gap="large")
    with left:
        answer = ui.form(NAME, Input, rows=ROWS)
        ui.examples(NAME, loaded.module.EXAMPLES, loaded.module.EXAMPLE_NAMES)
    if not isinstance(answer.given, Input):
        right.error(" ".join(answer.problems.values()), icon=":material/error:")
        return
    given = answer.given
    prediction = loaded.predict(given)
    with left, st.container(width=PICTURE_WIDTH):
        picture(given, prediction.label)
    with right:
        ui.headline(sentence(prediction))
        _regions(loaded, given, prediction)
        ui.feedback(loaded, given, prediction, "Do you know the species? Was it right?")
    _why(loaded, given, prediction)


def _regions(loaded: Loaded, given: Input, prediction: Classification) -> None:
    """Warn where nothing was measured; draw what the model would say of other petals."""
    if care := unusual(given):
        st.warning(care, icon=":material/explore_off:")
    sepals = (given.sepal_length, given.sepal_width)
    grid = decision_grid(loaded.model, *sepals, CELLS, **spans(given))
    charts.show(
        regions(grid, given, prediction.label, loaded.colours),
        key=f"{NAME}_regions",
        alt=f"The likeliest species over petal length and width; yours lies at "
        f"{given.petal_length:.1f} by {given.petal_width:.1f} cm, where it is {prediction.label}",
        height=LOW if care else HIGH,
    )
    st.caption("The star is yours. Stronger colour: surer. Dots: training flowers.")


def _why(loaded: Loaded, given: Input, prediction: Classification) -> None:
    """Draw what each measurement added to the chance of the species, in percentage points."""
    label = prediction.label
    st.markdown(f"**Why {label}: what each measurement added**")
    parts = [
        part.model_copy(update={"name": Input.model_fields[part.name].title})
        for part in loaded.explain(given, prediction)
    ]
    told = ", ".join(f"{part.name} {100 * part.value:+.0f}" for part in parts)
    charts.show(
        charts.contributions(parts, (loaded.colours[label], GREY), scale_by=100),
        key=f"{NAME}_why",
        alt=f"Percentage points that each measurement added to the chance of {label}: {told}",
        height=190,
    )
    usual = typical(loaded.model)[label]
    st.caption(
        f"In percentage points, from the {usual:.0%} that {label} gets on average to the "
        f"{charts.percent(prediction.confidence or 0)} of this flower."
    )


def sentence(prediction: Classification) -> str:
    """Return the answer with its uncertainty.

    >>> shares = {"setosa": 0.02, "versicolor": 0.83, "virginica": 0.15}
    >>> sentence(Classification(label="versicolor", probabilities=shares))
    'This looks like versicolor, 83% sure; virginica is the next guess'
    """
    (first, share), (second, next_share) = prediction.top(2)
    opening = "This looks like" if share >= SURE else "This might be"
    also = f"; {second} is the next guess" if next_share >= HARDLY else ""
    return f"{opening} {first}, {charts.percent(share)} sure{also}"


def unusual(given: Input) -> str:
    """Return why the answer needs care: sizes or a combination of them that were never measured."""
    told = []
    for field in outside(given):
        low, high = measured_range()[field]
        told.append(f"{Input.model_fields[field].title.lower()} ({low:.1f} to {high:.1f} cm)")
    if told:
        return f"Outside what was measured: {', '.join(told)}. Here the model guesses."
    if _nearest(_row(given), _training()) > _loneliest():
        return "No measured flower has such sizes together. Here the model guesses."
    return ""


def _row(given: Input) -> NDArray[np.float64]:
    return np.array([getattr(given, field) for field in FIELDS])


@cache
def _training() -> NDArray[np.float64]:
    """Return the measurements of the training flowers, (99, 4) in cm."""
    return np.array([_row(flower.given) for flower in training()])


@cache
def _usual_differences() -> NDArray[np.float64]:
    """Return how much flowers of one species differ in each measurement, (4,) in cm.

    Standard deviations within the species: petals differ much more between them.
    """
    species = np.array([flower.species for flower in training()])
    spreads = [_training()[species == one].var(axis=0) for one in np.unique(species)]
    return np.asarray(np.mean(spreads, axis=0) ** 0.5)


def _nearest(row: NDArray[np.float64], rows: NDArray[np.float64]) -> float:
    """Return how far the nearest of the rows is, in usual differences."""
    return float((((rows - row) / _usual_differences()) ** 2).sum(axis=1).min() ** 0.5)


@cache
def _loneliest() -> float:
    """Return how far from all others the loneliest training flower is."""
    rows = _training()
    return max(_nearest(row, np.delete(rows, place, axis=0)) for place, row in enumerate(rows))


def spans(given: Input) -> dict[str, tuple[float, float]]:
    """Return the petal lengths and widths in cm, smallest and largest, that the figure covers."""
    ranges = measured_range()
    ends = {axis: max(ranges[axis][1], getattr(given, axis)) + ROOM for axis in AXES}
    return {"lengths": (0.0, ends["petal_length"]), "widths": (0.0, ends["petal_width"])}


def regions(grid: "Grid", given: Input, label: str, colours: Mapping[str, str]) -> charts.Figure:
    """Return the likeliest species over petal length and width, stronger the surer.

    `grid` is what `models.flower_power.decision_grid` returns; `colours` are in its order.
    """
    lengths, widths, probabilities = grid
    star = {
        "type": "scatter",
        "x": [given.petal_length],
        "y": [given.petal_width],
        "mode": "markers",
        "showlegend": False,
        "marker": {
            "color": colours[label],
            "symbol": "star",
            "size": 20,
            "line": {"width": 2, "color": charts.ink()},
        },
        "hovertemplate": "yours: %{x:.1f} by %{y:.1f} cm<extra></extra>",
    }
    layout = {
        "xaxis": _axis("Petal length (cm)", lengths),
        "yaxis": _axis("Petal width (cm)", widths),
        "legend": charts.LEGEND_ABOVE,
    }
    shades = _shades(probabilities, lengths, widths, colours)
    dots = (_measured(species, colour) for species, colour in colours.items())
    return charts.Figure([shades, *dots, star], layout)


@cache
def _measured(species: str, colour: str) -> charts.Settings:
    """Return the trace of the training flowers of a species."""
    inputs = [flower.given for flower in training() if flower.species == species]
    return {
        "type": "scatter",
        "x": [one.petal_length for one in inputs],
        "y": [one.petal_width for one in inputs],
        "mode": "markers",
        "name": species,
        "marker": {"color": colour, "size": 5, "line": {"width": 0.5, "color": "white"}},
        "hovertemplate": "measured: %{x:.1f} by %{y:.1f} cm<extra>" + species + "</extra>",
    }


def _axis(title: str, values: NDArray[np.float64]) -> charts.Settings:
    ends = [float(values[0]), float(values[-1])]
    return charts.axis(title, range=ends, showgrid=False, zeroline=False, nticks=8)


def _shades(
    probabilities: NDArray[np.float64],
    lengths: NDArray[np.float64],
    widths: NDArray[np.float64],
    colours: Mapping[str, str],
) -> charts.Settings:
    """Return a cell per flower asked for; one colour scale has the shades of all species."""
    likeliest = probabilities.argmax(axis=2)
    least = 1 / probabilities.shape[2]
    sure = (probabilities.max(axis=2) - least) / (1 - least)
    shade = np.clip(np.floor(sure * STEPS), 0, STEPS - 1)
    return {
        "type": "heatmap",
        "x": charts.numbers(lengths),
        "y": charts.numbers(widths),
        "z": charts.numbers((likeliest * STEPS + shade).astype(np.uint8)),
        "zmin": 0,
        "zmax": len(colours) * STEPS - 1,
        "colorscale": _colour_scale(tuple(colours.values())),
        "customdata": charts.numbers(np.round(100 * probabilities).astype(np.uint8)),
        "hovertemplate": "%{x:.1f} by %{y:.1f} cm<br>"
        + "<br>".join(f"{name} %{{customdata[{at}]}}%" for at, name in enumerate(colours))
        + "<extra></extra>",
        "showscale": False,
    }


@cache
def _colour_scale(colours: tuple[str, ...]) -> list[tuple[float, str]]:
    """Return for each colour a stretch from faint to strong, without a passage to the next."""
    last = len(colours) * STEPS - 1
    scale = []
    for index, colour in enumerate(colours):
        red, green, blue = (int(colour[at : at + 2], 16) for at in (1, 3, 5))
        for step, opacity in ((0, FAINTEST), (STEPS - 1, STRONGEST)):
            at = (index * STEPS + step) / last
            scale.append((at, f"rgba({red}, {green}, {blue}, {opacity})"))
    return scale

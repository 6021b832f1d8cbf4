"""Your own flower: what the model says of four measurements, and why."""

import streamlit as st

from models.flower_power import Input, decision_grid, typical
from pages.parts.flower_power.own_chart import CELLS, regions, spans
from pages.parts.flower_power.own_words import sentence, unusual
from pages.parts.flower_power.picture import picture
from showcase import ui
from showcase.contract import Classification
from showcase.contract.palette import GREY
from showcase.runtime.loading import Loaded
from showcase.ui import charts

NAME = "flower_power"
ROWS = (("petal_length", "petal_width"), ("sepal_length", "sepal_width"))
PICTURE_WIDTH = 230  # pixels
HIGH, LOW = 300, 190  # pixels: with a warning above it, the verdict still is on the first screen


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
        st.subheader(sentence(prediction), anchor=False)
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

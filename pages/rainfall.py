"""Rainfall: will it rain by 9 tomorrow morning? `/rainfall`."""

import streamlit as st

from models.rainfall import familiarity
from pages.rainfall_why import what_if_curves, why
from showcase import ui
from showcase.ui import charts

NAME = "rainfall"

loaded = ui.model(NAME)
st.title(loaded.demo.title)
ui.scores_caption(loaded)


@ui.fragment
def this_afternoon() -> None:
    """Answer for the readings on the sliders."""
    left, right = st.columns(2, gap="large")
    with left:
        answer = ui.form(NAME, loaded.module.Input)
        ui.examples(NAME, loaded.module.EXAMPLES, loaded.module.EXAMPLE_NAMES)
    if answer.given is None:
        right.error(" ".join(answer.problems.values()), icon=":material/error:")
        return
    prediction = loaded.predict(answer.given)
    chance, usual = prediction.probabilities["rain"], loaded.model.average_chance
    with right:
        st.subheader(
            f"More likely {prediction.label}: a {chance:.0%} chance of rain by 9 tomorrow morning",
            anchor=False,
        )
        seen = familiarity(loaded.model, answer.given)
        if seen.unusual:
            st.warning(
                seen.sentence,
                title="The model hardly knows such weather",
                icon=":material/explore_off:",
            )
        charts.show(
            charts.gauge(chance, usual, loaded.colours["rain"]),
            key=f"{NAME}_gauge",
            alt=f"Gauge: {chance:.0%}, the average day has {usual:.0%}",
            height=170,
        )
        st.caption(
            f"At least 1 mm in the 24 hours to 9am; part of it may have fallen before 3pm. "
            f"The grey line is the average day, {usual:.0%}."
        )
        question = (
            f"The model says {prediction.label}. Do you know how it turned out: was it right?"
        )
        ui.feedback(loaded, answer.given, prediction, question)
    why(loaded, answer.given, prediction, usual)
    what_if_curves(loaded, answer.given, chance)


this_afternoon()
ui.model_card(loaded)

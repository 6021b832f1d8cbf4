"""Rainfall: will it rain by 9 tomorrow morning? `/rainfall`."""

import streamlit as st

from pages.parts.rainfall.why import warn_if_unusual, what_if_curves, why
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
        said = f"{charts.with_article(chance)} chance of rain by 9 tomorrow morning"
        ui.headline(f"More likely {prediction.label}: {said}")
        warn_if_unusual(loaded, answer.given)
        charts.show(
            charts.gauge(chance, usual, loaded.colours["rain"]),
            key=f"{NAME}_gauge",
            alt=f"Gauge: {chance:.0%}, the average day has {usual:.0%}",
            height=170,
        )
        st.caption(
            "For Australia, learnt from its stations, 2007 to 2016. At least 1 mm in the 24 hours "
            "to 9am; part of it may have fallen before 3pm. The grey line is the average day, "
            f"{usual:.0%}."
        )
        question = (
            f"The model says {prediction.label}. Do you know how it turned out: was it right?"
        )
        ui.feedback(loaded, answer.given, prediction, question)
    why(loaded, answer.given, prediction, usual)
    what_if_curves(loaded, answer.given, chance)


# Only the open tab is drawn: the keys Y, N and U must not judge a day that nobody sees.
one, many = ui.one_or_many(NAME, "One afternoon", "A table of days")
if one.open:
    ui.forget_batch(NAME)
    with one:
        this_afternoon()
else:
    with many:
        ui.batch(loaded)
ui.model_card(loaded)

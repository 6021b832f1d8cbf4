"""My demo: who made this wine? `/my_demo`."""

import streamlit as st

from showcase import ui
from showcase.contract.palette import GREY
from showcase.ui import charts

NAME = "my_demo"

loaded = ui.model(NAME)
st.title(loaded.demo.title)
ui.scores_caption(loaded)


@ui.fragment
def one() -> None:
    """Answer for what is on the sliders."""
    left, right = st.columns(2, gap="large")
    with left:
        answer = ui.form(NAME, loaded.module.Input)
        ui.examples(NAME, loaded.module.EXAMPLES, loaded.module.EXAMPLE_NAMES)
    if answer.given is None:
        right.error(" ".join(answer.problems.values()), icon=":material/error:")
        return
    prediction = loaded.predict(answer.given)
    with right:
        sure = charts.percent(prediction.confidence)
        st.subheader(f"This looks like the {prediction.label}, {sure} sure", anchor=False)
        ranked = prediction.top(3)
        charts.show(
            charts.probability_bars(ranked, loaded.colours),
            key=f"{NAME}_bars",
            alt=", ".join(f"{label} {charts.percent(share)}" for label, share in ranked),
            height=160,
        )
        ui.feedback(loaded, answer.given, prediction)
    st.markdown("**Why: what each measurement added**")
    parts = loaded.explain(answer.given, prediction)
    charts.show(
        charts.contributions(parts, (loaded.colours[prediction.label], GREY)),
        key=f"{NAME}_why",
        alt=", ".join(f"{part.name} {charts.signed(part.value)}" for part in parts),
        height=150,
    )


# Only the open tab is drawn: the keys Y, N and U must not judge what nobody sees.
single, many = st.tabs(["One wine", "A table of wines"], on_change="rerun", key=f"{NAME}_tab")
if single.open:
    ui.forget_batch(NAME)
    with single:
        one()
else:
    with many:
        ui.batch(loaded)
ui.model_card(loaded)

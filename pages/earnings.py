"""Earnings: what graduates of a programme earn one year after completing it. `/earnings`."""

from functools import partial

import streamlit as st

from models.earnings import Input, explore
from pages.parts.earnings.answer import among_published, headline, what_if_curves, what_it_is, why
from pages.parts.earnings.compare import compare, keep_button
from pages.parts.earnings.form import choose, unchanged
from showcase import ui

NAME = "earnings"
QUESTION = "Do you know what is published? Was it right?"

loaded = ui.model(NAME)
st.title(loaded.demo.title)
ui.scores_caption(loaded)


@ui.fragment
def one_programme() -> None:
    """Answer for the programme on the form."""
    left, right = st.columns(2, gap="large")
    with left:
        answer = choose(loaded)
    ui.examples(NAME, loaded.module.EXAMPLES, loaded.module.EXAMPLE_NAMES)
    if not isinstance(answer.given, Input):
        right.error(" ".join(answer.problems.values()), icon=":material/error:")
        return
    given, found = answer.given, explore(loaded.model, answer.given)
    prediction = found.prediction
    with right:
        headline(loaded, given, prediction)
        among_published(loaded, given, prediction)
        ui.feedback(loaded, given, prediction, QUESTION, partial(unchanged, NAME))
    with left:
        keep_button(given)
    compare(loaded, given)
    why(loaded, found)
    what_if_curves(given, found)


# Only the open tab is drawn: the keys Y, N and U must not judge a programme that nobody sees.
tabs = ui.one_or_many(NAME, "One programme", "A table of programmes")
if tabs[0].open:
    ui.forget_batch(NAME)
    with tabs[0]:
        one_programme()
else:
    with tabs[1]:
        ui.batch(loaded)
what_it_is(loaded.card)
ui.model_card(loaded)

"""Sentiment: NLTK's VADER, word by word. `/sentiment`."""

import streamlit as st

from models.sentiment import COLOURS, LABELS
from pages.sentiment_file import judge_file
from pages.sentiment_words import coloured_words
from showcase import ui
from showcase.ui import charts

NAME = "sentiment"
ANSWERS = {"positive": "friendly", "negative": "unfriendly", "neutral": "neutral"}

loaded = ui.model(NAME)
st.title(loaded.demo.title)
ui.scores_caption(loaded)


@ui.fragment
def one_text() -> None:
    """Judge one text while it is typed."""
    left, right = st.columns(2, gap="large")
    with left:
        answer = ui.form(NAME, loaded.module.Input)
        ui.examples(NAME, loaded.module.EXAMPLES, loaded.module.EXAMPLE_NAMES)
    with right:
        if answer.given is None:
            st.info(" ".join(answer.problems.values()), icon=":material/edit:")
            return
        prediction = loaded.predict(answer.given)
        score = charts.signed(prediction.score)
        said = f"This sounds {ANSWERS[prediction.label]}: {score} on a scale from −1 to +1"
        st.subheader(said, anchor=False)
        charts.show(
            charts.scale(
                prediction.score,
                answer.given.threshold,
                tuple(COLOURS[label] for label in LABELS),
                COLOURS[prediction.label],
            ),
            key=f"{NAME}_scale",
            alt=said,
            height=120,
        )
        ui.feedback(loaded, answer.given, prediction)
    coloured_words(answer.given.text, loaded.explain(answer.given, prediction), prediction)
    charts.show(
        charts.shares(prediction.parts, COLOURS),
        key=f"{NAME}_shares",
        alt=f"Shares of the text: {prediction.parts}",
        height=100,
    )
    st.caption("The shares say how much of the text is of each kind. They are not probabilities.")


one, many = st.tabs(["One text", "A file of texts"])
with one:
    one_text()
with many:
    judge_file(loaded)
ui.model_card(loaded)

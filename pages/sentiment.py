"""Sentiment: NLTK's VADER, word by word. `/sentiment`."""

import streamlit as st

from models.sentiment import LABELS
from pages.parts.sentiment.file import forget_file, judge_file
from pages.parts.sentiment.second import second_opinion_of
from pages.parts.sentiment.words import coloured_words
from showcase import ui
from showcase.ui import charts

NAME = "sentiment"

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
        if not prediction.score and not loaded.module.is_read(loaded.model, answer.given):
            st.subheader("It cannot tell: it knows hardly a word of this", anchor=False)
            words = "It reads English only, and a few smileys such as :-)"
            st.info(words, icon=":material/translate:")
            return
        found = f"{prediction.label}: {charts.signed(prediction.score)}"
        said = f"This sounds {found} on a scale from −1 to +1"
        ui.headline(said)
        *zones, colour = (loaded.colours[label] for label in (*LABELS, prediction.label))
        scale = charts.scale(prediction.score, answer.given.threshold, tuple(zones), colour)
        charts.show(scale, key=f"{NAME}_scale", alt=said, height=120)
        ui.feedback(loaded, answer.given, prediction)
    coloured_words(answer.given.text, loaded.explain(answer.given, prediction), prediction)
    shares = ", ".join(f"{label} {share:.2f}" for label, share in prediction.parts.items())
    bar, alt = charts.shares(prediction.parts, loaded.colours), f"Shares of the text: {shares}"
    charts.show(bar, key=f"{NAME}_shares", alt=alt, height=100)
    st.caption("The shares say how much of the text is of each kind. They are not probabilities.")
    second_opinion_of(loaded, answer.given)


# Only the open tab is drawn: the keys Y, N and U must not judge a text that nobody sees.
one, many = st.tabs(["One text", "A file of texts"], on_change="rerun", key=f"{NAME}_tab")
if one.open:
    forget_file()
    with one:
        one_text()
else:
    with many:
        judge_file(loaded)
ui.model_card(loaded)

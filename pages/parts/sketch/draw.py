"""The paper and the answer beside it: it guesses on every stroke."""

import streamlit as st

from models.sketch import Input
from pages.parts.sketch.answer import answer, why
from pages.parts.sketch.canvas import Sheet, tools
from pages.parts.sketch.link import drop_outdated, say_what_was_wrong
from showcase import ui
from showcase.contract import Classification
from showcase.runtime.loading import Loaded

NAME = "sketch"


@ui.fragment
def draw(loaded: Loaded) -> None:
    """Answer for what is on the paper."""
    sheet = Sheet.of(f"{NAME}_drawing")
    found = _drawing(loaded, sheet)
    ui.examples(NAME, loaded.module.EXAMPLES, loaded.module.EXAMPLE_NAMES, sheet.show)
    if found:
        why(loaded, *found)


def _drawing(loaded: Loaded, sheet: Sheet) -> tuple[Input, Classification] | None:
    """Draw the paper on the left; on the right what the model says, or what to do first."""
    left, right = st.columns([5, 6], gap="medium")
    with left:
        ui.say_if_stale(NAME)
        sheet.draw()
        tools(sheet)
    try:
        given = sheet.read()
    except ValueError as problem:
        right.info(str(problem), icon=":material/draw:")
        return None
    drop_outdated("drawing", given)
    if given is None:
        with right:
            say_what_was_wrong()
        right.info("It guesses on every stroke.", icon=":material/draw:", title="Your turn")
        return None
    prediction = loaded.predict(given)
    with right:
        answer(loaded, prediction)
        ui.feedback(loaded, given, prediction, unchanged=sheet.unchanged)
    return given, prediction

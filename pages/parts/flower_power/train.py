"""Train yourself: an iris to guess, what gave it away, and which species you confuse."""

import streamlit as st

from models.flower_power import FIELDS
from models.flower_power.flowers import training
from pages.parts.flower_power.picture import PARTS_TOLD, picture
from pages.parts.flower_power.train_charts import among, lately, lately_in_words, titled, where
from pages.parts.flower_power.train_state import Guess, Training
from pages.parts.flower_power.train_words import confusion, giveaway, score, sizes
from showcase import ui
from showcase.runtime.loading import Loaded
from showcase.ui import charts

NAME = "flower_power"
TRAIN = f"{NAME}_train"
HARDER = f"{TRAIN}_harder"
HARDER_TITLE = "Harder: no chart before the guess"
PICTURE_WIDTH = 230  # pixels
CHART_HEIGHT = 340


@ui.fragment
def train(loaded: Loaded) -> None:
    """Show a flower, take a guess, say what it is."""
    lesson = Training.of_this_visit()
    left, right = st.columns(2, gap="large")
    with left:
        _flower(lesson)
        _buttons(loaded, lesson)
        _revealed(lesson)
    with right:
        _chart(loaded, lesson)
        _progress(loaded, lesson)


def _flower(lesson: Training) -> None:
    """Draw the flower and its sizes; its species shows once it was guessed."""
    flower, guessed = lesson.now, lesson.last
    st.subheader(_headline(guessed), anchor=False)
    with st.container(horizontal=True, vertical_alignment="center", gap="medium"):
        with st.container(width=PICTURE_WIDTH):
            picture(flower.given, flower.species if guessed else None)
        with st.container(width="content"):
            st.markdown(sizes(flower.given))


def _headline(guessed: Guess | None) -> str:
    if guessed is None:
        return "Which iris is this?"
    species = guessed.flower.species
    return f"Right, it is {species}" if guessed.right else f"It is {species}, not {guessed.said}"


def _buttons(loaded: Loaded, lesson: Training) -> None:
    """Draw a button per species, where they stay after the guess: a double click hits no other."""
    guessed = lesson.last
    with st.container(horizontal=True, gap="small"):
        for number, species in enumerate(loaded.module.LABELS or (), 1):
            st.button(
                species.capitalize(),
                key=f"{TRAIN}_{species}",
                shortcut=str(number),
                icon=_mark(species, guessed),
                disabled=guessed is not None,
                on_click=ui.callback(lesson.guess),
                args=(lesson.number, species),
            )


def _mark(species: str, guessed: Guess | None) -> str | None:
    if guessed is not None and species == guessed.flower.species:
        return ":material/check:"
    return ":material/close:" if guessed is not None and species == guessed.said else None


def _revealed(lesson: Training) -> None:
    """Say what gives the flower away, and offer the next one."""
    guessed = lesson.last
    if guessed is None:
        return
    box = st.success if guessed.right else st.info
    box(giveaway(guessed.flower), icon=":material/lightbulb:")
    st.button(
        "Next flower",
        key=f"{TRAIN}_next",
        shortcut="N",
        type="primary",
        icon=":material/arrow_forward:",
        on_click=ui.callback(lesson.go_on),
        args=(lesson.number,),
    )


def _chart(loaded: Loaded, lesson: Training) -> None:
    """Draw where the flower lies among the others, unless the visitor wants it harder."""
    space = st.container()
    with st.container(horizontal=True, vertical_alignment="center"):
        # no toggle: the keys 1, 2 and 3 would do nothing as long as it has the focus
        st.pills(
            "Level",
            [HARDER_TITLE],
            key=HARDER,
            label_visibility="collapsed",
            persist_state="session",
        )
        with st.popover("Axes", icon=":material/straighten:", type="tertiary"):
            axes = (_axis("Across", "petal_length"), _axis("Up", "petal_width"))
    with space:
        if st.session_state[HARDER] and lesson.last is None:
            st.info("The chart appears after your guess.", icon=":material/visibility_off:")
            return
        others = [flower for flower in training() if flower.number != lesson.now.number]
        charts.show(
            among(others, lesson.now, loaded.colours, axes, revealed=lesson.last is not None),
            key=f"{TRAIN}_chart",
            alt=where(lesson.now, axes),
            height=CHART_HEIGHT,
        )


def _axis(label: str, start: str) -> str:
    key = f"{TRAIN}_{label.lower()}"
    st.session_state.setdefault(key, start)
    chosen: str = st.selectbox(label, FIELDS, format_func=titled, key=key, persist_state="session")
    return chosen


def _progress(loaded: Loaded, lesson: Training) -> None:
    """Say how often the last guesses were right, and what is confused with what."""
    if lesson.guesses:
        st.markdown(f"{score(lesson.guesses)} · {confusion(lesson.guesses)}")
        charts.show(
            lately(lesson.guesses, loaded.colours),
            key=f"{TRAIN}_lately",
            alt=lately_in_words(lesson.guesses),
            height=60,
        )
    marks = "A dot was right, a cross wrong. " if lesson.guesses else ""
    st.caption(
        f"{marks}{PARTS_TOLD} Your guesses here are not stored, and a reload starts anew. "
        f"You learn from the {len(training())} flowers that the model learned from."
    )
    if lesson.guesses:
        st.button(
            "Start over",
            key=f"{TRAIN}_again",
            icon=":material/restart_alt:",
            type="tertiary",
            on_click=ui.callback(Training.start_over),
        )

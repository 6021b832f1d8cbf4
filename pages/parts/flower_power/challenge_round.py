"""One round of a challenge: guess first, then the AI's guess, then the truth."""

from collections.abc import Mapping

import streamlit as st

from models.flower_power import Input
from models.flower_power.challenge import ROUNDS
from pages.parts.flower_power.challenge_start import begin, name_field
from pages.parts.flower_power.challenge_state import CHALLENGE, Played, answer, go_to, problem
from pages.parts.flower_power.picture import picture
from pages.parts.flower_power.train_words import sizes
from showcase import ui
from showcase.feedback import GameRow
from showcase.runtime.loading import Loaded
from showcase.ui import charts

PICTURE_WIDTH = 210  # pixels
RIGHT, WRONG = ":green[:material/check:]", ":red[:material/close:]"


def play(loaded: Loaded, played: Played, number: int) -> None:
    """Show a round: to be guessed, or with what both said; beside it the rounds so far."""
    row = played.rows.get(number)
    left, right = st.columns(2, gap="large")
    with left:
        _flower(played, number, row)
        _buttons(loaded, played, number, row)
        _after(played, number, row)
    with right:
        _standing(played)


def _flower(played: Played, number: int, row: GameRow | None) -> None:
    """Draw the flower and its sizes; its species shows once the answer is stored."""
    given = Input.model_validate_json(row.input) if row else played.flowers[number - 1].given
    done = number if row else number - 1
    st.progress(done / ROUNDS, text=f"Flower {number} of {ROUNDS}")
    st.subheader(headline(row, played.who) if row else "Which iris is this?", anchor=False)
    with st.container(horizontal=True, vertical_alignment="center", gap="medium"):
        with st.container(width=PICTURE_WIDTH):
            picture(given, row.expected if row else None)
        with st.container(width="content"):
            st.markdown(sizes(given))


def _buttons(loaded: Loaded, played: Played, number: int, row: GameRow | None) -> None:
    """Draw a button per species, which stay in place: a double click hits no other."""
    with st.container(horizontal=True, gap="small"):
        for place, species in enumerate(loaded.module.LABELS or (), 1):
            st.button(
                species.capitalize(),
                key=f"{CHALLENGE}_{species}",
                shortcut=str(place),
                icon=_mark(species, row),
                type="primary" if row and species == row.guess else "secondary",
                disabled=row is not None,
                width="stretch",
                on_click=answer,
                args=(loaded, played.challenge, number, species),
            )


def _mark(species: str, row: GameRow | None) -> str | None:
    if row is not None and species == row.expected:
        return ":material/check:"
    return ":material/close:" if row is not None and species == row.guess else None


def _after(played: Played, number: int, row: GameRow | None) -> None:
    """Say what both said and offer the next flower, or say why nothing was counted."""
    wrong = problem(played.challenge, number)
    if row is None:
        if wrong:
            st.error(
                ui.escape_markdown(wrong),
                title="This answer does not count yet",
                icon=":material/error:",
            )
        return
    box = st.success if row.guess == row.expected else st.info
    box(verdict(row, played.who), icon=":material/local_florist:")
    if wrong:
        st.caption(ui.escape_markdown(wrong))
    last = number == ROUNDS
    st.button(
        "See the result" if last else "Next flower",
        key=f"{CHALLENGE}_next",
        shortcut="N",
        type="primary",
        icon=":material/arrow_forward:",
        on_click=ui.callback(go_to),
        args=(played.challenge, None if last else number + 1),
    )


def headline(row: GameRow, who: str) -> str:
    """Return who is right about the flower."""
    is_, is_not = ("are", "you are not") if who == "You" else ("is", f"{who} is not")
    match row.guess == row.expected, row.predicted == row.expected:
        case True, True:
            return "Both right"
        case True, False:
            return f"{who} {is_} right, the AI is not"
        case False, True:
            return f"The AI is right, {is_not}"
        case _:
            return "Neither is right"


def verdict(row: GameRow, who: str) -> str:
    """Return what the player said, then the AI with its confidence, then the truth."""
    sure = f", {charts.percent(row.confidence)} sure" if row.confidence is not None else ""
    both = row.guess == row.predicted
    the_ai = f"and so does the AI{sure}" if both else f"the AI says {row.predicted}{sure}"
    return f"{who} said {row.guess}, {the_ai}. It is **{row.expected}**."


def _standing(played: Played) -> None:
    """Show who plays, the score so far and a line for each round that was played."""
    scores = zip((ui.escape_markdown(played.player), "The AI"), played.score, strict=True)
    with st.container(horizontal=True, gap="medium"):
        for who, right in scores:
            st.metric(who, f"{right} of {len(played.rows)}" if played.rows else "–", border=True)
    if not played.rows:
        with st.popover("Change your name", icon=":material/person:", type="tertiary"):
            name_field()
    else:
        st.markdown(rail(played.rows, played.who))
    with st.container(horizontal=True, vertical_alignment="center"):
        begin("New challenge", "tertiary")


def rail(rows: Mapping[int, GameRow], who: str) -> str:
    """Return the rounds so far as a Markdown table, the newest first."""
    lines = [
        f"| {number} | {row.expected} | {said(row.guess, row)} | {said(row.predicted, row)} |"
        for number, row in sorted(rows.items(), reverse=True)
    ]
    return "\n".join((f"| | It was | {who} | The AI |", "| ---: | --- | --- | --- |", *lines))


def said(label: str, row: GameRow) -> str:
    """Return an answer with a sign of whether it was right."""
    return f"{RIGHT if label == row.expected else WRONG} {label}"

"""One verdict: what was given, what the model said, what the person said, a way back there."""

import json
import math
from collections.abc import Mapping

import streamlit as st
from pydantic import ValidationError

from showcase import ui
from showcase.contract import Demo, ModelInput, ModelModule, registry
from showcase.contract.fields import key
from showcase.pages import navigation
from showcase.pages.review.data import NAME, TITLES, title
from showcase.ui import charts, links

LONGEST = 500  # letters of what cannot be shown in any better way
PICTURE_WIDTH = 150
LARGE = 100  # a number from which on nobody reads its decimals
SAID = {
    "correct": ("Correct", ":material/check:", "green"),
    "wrong": ("Wrong", ":material/close:", "red"),
    "unsure": ("Unsure", ":material/question_mark:", "gray"),
}
SOURCES = {"ui": "on the page", "api": "through the API", "game": "in a game"}


def show_row(row: Mapping[str, str], people: str = "") -> None:
    """Draw a row: its input on the left, on the right what was said; or what several people did."""
    demo = registry.find(row["demo"]) if row["demo"] in TITLES else None
    module = demo.load_module() if demo else None
    given = _input(module, row["input"])
    with st.container(border=True, key=f"{NAME}_row_{row['id']}"):
        left, right = st.columns(2, gap="medium")
        with left:
            if module is not None and given is not None:
                ui.show_input(module, given, PICTURE_WIDTH)
            else:
                st.text(row["input"][:LONGEST])
        with right:
            if people:
                st.text(f"{people}\n{model_said(row)}.")
            else:
                _said(row)
            if demo is not None and given is not None:
                _open(demo, given, row["id"])


def _input(module: ModelModule | None, text: str) -> ModelInput | None:
    """Return the input as its model takes it today; None if it does not take it any more."""
    try:
        return module.Input.model_validate_json(text) if module else None
    except ValidationError:
        return None


def _said(row: Mapping[str, str]) -> None:
    label, icon, colour = SAID.get(row["verdict"], (row["verdict"], ":material/help:", "gray"))
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        st.badge(ui.escape_markdown(label), icon=icon, color=colour)  # type: ignore[arg-type]
        st.markdown(f"**{ui.escape_markdown(title(row['demo']))}**", width="content")
    st.text(in_words(row))
    if row["comment"]:
        st.text(f"“{row['comment']}”")
    st.caption(ui.escape_markdown(about(row)))


def in_words(row: Mapping[str, str]) -> str:
    """Return what the model said and what would have been right, in one sentence."""
    said = model_said(row)
    if row["expected"] and row["expected"] != row["predicted"]:
        said += f"; right is {_written(row, row['expected'])}"
    return f"{said}; the player, {row['guess']}." if row["guess"] else f"{said}."


def model_said(row: Mapping[str, str]) -> str:
    """Return what the model said, and how sure it was if it told."""
    shown = _written(row, row["predicted"]) or "something that has no short form"
    said = f"The model said {shown}"
    sure = _share(row["confidence"])
    return f"{said}, {sure} sure" if sure else said


def about(row: Mapping[str, str]) -> str:
    """Return who said it, when, where and of which version."""
    when = row["created_at"].replace("T", " ")[:16]
    who = row["annotator"] or "No name given"
    where = SOURCES.get(row["source"], row["source"])
    return f"{who} · {when} UTC · {where} · version {row['model_version']}"


def _written(row: Mapping[str, str], text: str) -> str:
    """Return an answer as people read it: a number with its unit, large ones without decimals."""
    try:
        unit, number = json.loads(row["prediction"])["unit"], float(text)
    except (ValueError, KeyError, TypeError):  # a label, or what a person typed into the file
        return text
    digits = 0 if abs(number) >= LARGE else 2
    return f"{number:,.{digits}f} {unit}".strip() if math.isfinite(number) else text


def _share(text: str) -> str:
    try:
        return charts.percent(float(text))
    except ValueError:  # none, or what a person typed into the file
        return ""


def _open(demo: Demo, given: ModelInput, row_id: str) -> None:
    """Lead to the demo with the same input, even if its page has taken another link before."""
    if st.button(
        f"Open in {demo.title}",
        key=f"{NAME}_open_{row_id}",
        icon=":material/arrow_forward:",
        type="tertiary",
    ):
        links.read_again(demo.name)
        values = {key(demo.name, field): text for field, text in links.written(given).items()}
        st.switch_page(navigation.page(demo.page_name), query_params={**values, **demo.deep_link})

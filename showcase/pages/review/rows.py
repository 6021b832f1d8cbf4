"""The verdicts themselves, the latest first: filters, pages, a download."""

import json
import logging
import math
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path

import streamlit as st
from pydantic import ValidationError

from showcase import ui
from showcase.contract import Demo, ModelInput, ModelModule, registry
from showcase.contract.outputs.short_form import short_form
from showcase.export import write
from showcase.feedback import FeedbackError
from showcase.feedback.analytics.filters import GAMES, VerdictFilter
from showcase.feedback.analytics.load import own_prefix
from showcase.feedback.analytics.queries import VerdictAnalytics
from showcase.pages import navigation
from showcase.pages.review.blind import blind_tasks
from showcase.pages.review.selection import NAME, filters, first_page, title, titles
from showcase.ui import charts, query_params

logger = logging.getLogger(__name__)

ON_A_PAGE = 10
PAGE = f"{NAME}_page"
LONGEST = 500  # letters of what cannot be shown in any better way
PICTURE_WIDTH = 150
LARGE = 100  # a number from which on nobody reads its decimals
SAID = {
    "correct": ("Correct", ":material/check:", "green"),
    "wrong": ("Wrong", ":material/close:", "red"),
    "unsure": ("Unsure", ":material/question_mark:", "gray"),
}
SOURCES = {"ui": "on the page", "api": "through the API", "game": "in a game"}
FORMS = {"CSV": "csv", "JSONL": "jsonl", "Parquet": "parquet"}
MIME = {
    "csv": "text/csv",
    "jsonl": "application/x-ndjson",
    "parquet": "application/vnd.apache.parquet",
}
MOST, MOST_MB = 100_000, 50  # rows, and what they take: the file is in memory while it is sent
OPEN = f"{NAME}_download_open"
READ = 5_000  # letters of an input's text
FORM_HELP = {
    "csv": "For spreadsheets: text that one would run as a formula has an apostrophe before it.",
    "jsonl": "For programs: one JSON object a line, inputs and predictions as JSON in it.",
    "parquet": "For data frames: compressed, confidences as numbers.",
}


def rows(verdicts: VerdictAnalytics) -> None:
    """Show a page of the chosen rows; whoever changed their mind has one row, the newest."""
    choice = filters(verdicts)
    try:
        choice = replace(choice, hidden=[task.id for task in blind_tasks()])
        with st.spinner("Searching …"):
            count = verdicts.count(choice)
        _rows(verdicts, choice, count)
    except FeedbackError as error:
        st.error(
            ui.escape_markdown(str(error)),
            title="The rows cannot be read at present",
            icon=":material/error:",
        )


def _rows(verdicts: VerdictAnalytics, choice: VerdictFilter, count: int) -> None:
    with st.container(horizontal=True, vertical_alignment="center"):
        st.markdown(f"**{count:,} verdict{'s' * (count != 1)}**, the latest first")
        download(verdicts, choice, count)
    if not count:
        st.info("No verdict is like that. Take a filter back, or shorten the text.")
        return
    pages = -(-count // ON_A_PAGE)
    if st.session_state.get(PAGE, 1) > pages:
        first_page()
    page = st.session_state.get(PAGE, 1)
    for row in verdicts.latest(choice, ON_A_PAGE, page):
        show_row(row)
    st.pagination(pages, key=PAGE, bind="query-params")


def show_row(row: Mapping[str, str], people: str = "") -> None:
    """Draw a row: its input on the left, on the right what was said; or what several people did."""
    demo = registry.find(row["demo"]) if row["demo"] in titles() else None
    module = demo.load_module() if demo else None
    given = _input(module, row["input"])
    with st.container(border=True, key=f"{NAME}_row_{row['id']}"):
        left, right = st.columns(2, gap="medium")
        with left:
            if module is not None and given is not None:
                ui.show_input(module, given, PICTURE_WIDTH, READ)
            else:
                st.text(row["input"][:LONGEST])
        with right:
            if people:
                st.text(f"{people}\n{model_said(row)}.")
            else:
                _verdict(row)
            if demo is not None and given is not None:
                _open(demo, given, row["id"])


def _input(module: ModelModule | None, text: str) -> ModelInput | None:
    """Return the input as its model takes it today; None if it does not take it any more."""
    try:
        return module.Input.model_validate_json(text) if module else None
    except ValidationError:
        return None


def _verdict(row: Mapping[str, str]) -> None:
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
    shown = _written(row, row["predicted"]) or _short(row) or "something that has no short form"
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


def _short(row: Mapping[str, str]) -> str:
    try:
        return short_form(json.loads(row["prediction"]))
    except (ValueError, KeyError, TypeError):  # what a person typed into the file
        return ""


def _share(text: str) -> str:
    try:
        return charts.percent(float(text))
    except ValueError:  # none, or what a person typed into the file
        return ""


def _open(demo: Demo, given: ModelInput, row_id: str) -> None:
    """Lead to the demo with the same input."""
    if st.button(
        f"Open in {demo.title}",
        key=f"{NAME}_open_{row_id}",
        icon=":material/arrow_forward:",
        type="tertiary",
    ):
        query_params.hand_over(demo.name, given)
        st.switch_page(navigation.page(demo.page_name), query_params=demo.deep_link)


def download(verdicts: VerdictAnalytics, choice: VerdictFilter, count: int) -> None:
    """Offer the chosen rows, all verdicts, or the whole log as a file."""
    offer = st.popover("Download", icon=":material/download:", key=OPEN, on_change="rerun")
    if offer.open:
        with offer:
            _download(verdicts, choice, count)


def _download(verdicts: VerdictAnalytics, choice: VerdictFilter, count: int) -> None:
    whole = VerdictFilter(sources=(), hidden=choice.hidden)
    and_rounds = " and rounds of games" if verdicts.count(VerdictFilter(sources=GAMES)) else ""
    every = verdicts.count(whole)
    scopes = {
        f"These {count:,}": (choice, count),
        f"All {every:,} verdicts{and_rounds}": (whole, every),
        f"The log, {verdicts.stored:,} rows": (None, verdicts.stored),
    }
    scope = st.radio(
        "Which",
        list(scopes),
        key=f"{NAME}_download_scope",
        help="The log also has verdicts that were replaced or taken back.",
    )
    form = FORMS[
        st.segmented_control(
            "As", list(FORMS), default="CSV", required=True, key=f"{NAME}_download_form"
        )
        or "CSV"
    ]
    st.caption(FORM_HELP[form])
    which, rows = scopes[scope or next(iter(scopes))]
    with st.spinner("Measuring …"):
        too_much = rows > MOST or verdicts.takes_more_than(MOST_MB * 10**6, which)
    if too_much:
        st.warning(
            f"More than {MOST:,} rows or {MOST_MB} MB are too much for a browser. Filter them, or "
            "run this where the app runs:"
        )
        st.code(f"showcase feedback export --out verdicts.{form}", language="bash")
        return
    person = ui.person()
    st.download_button(
        "Download",
        partial(
            _logged_content,
            verdicts,
            which,
            form,
            choice.hidden,
            {"person": person.name if person else "", "rows": rows, "form": form},
        ),
        file_name=f"verdicts.{form}",
        mime=MIME[form],
        key=f"{NAME}_download",
        on_click="ignore",
        type="primary",
        disabled=not rows,
    )


def _logged_content(
    verdicts: VerdictAnalytics,
    choice: VerdictFilter | None,
    form: str,
    hidden: Sequence[str],
    about: Mapping[str, object],
) -> bytes:
    logger.info("verdicts downloaded", extra=dict(about))
    return content(verdicts, choice, form, hidden)


def content(
    verdicts: VerdictAnalytics, choice: VerdictFilter | None, form: str, hidden: Sequence[str] = ()
) -> bytes:
    """Return the file of the chosen rows; for None of the log without those of `hidden` tasks."""
    with tempfile.TemporaryDirectory(prefix=own_prefix()) as folder:
        path = Path(folder) / f"verdicts.{form}"
        write(verdicts.stream(choice, hidden), path, form)
        return path.read_bytes()

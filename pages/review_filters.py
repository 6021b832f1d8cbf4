"""The filters of the rows: those that name nobody are in the address."""

from datetime import date, timedelta
from typing import Any

import streamlit as st

from pages.review_data import NAME, first_page, model_and_source
from showcase.feedback.analysis import Verdicts
from showcase.feedback.choice import Choice

VERDICTS = ("correct", "wrong", "unsure")
KEPT: dict[str, Any] = {"persist_state": "session", "on_change": first_page}
BOUND: dict[str, Any] = {"bind": "query-params", "on_change": first_page}


def chosen(verdicts: Verdicts) -> Choice:
    """Let the visitor choose rows; return what is meant."""
    of = model_and_source(verdicts)
    with st.grid(3, min_column_width=240, gap="small"):
        verdict = _one_of("Verdict", VERDICTS, "verdict", BOUND)
        annotator = _one_of("Annotator", verdicts.names("annotator"), "annotator", KEPT)
        version = _one_of("Model version", verdicts.names("version", of), "version", BOUND)
        since, until = _period(verdicts)
        text = st.text_input(
            "Text",
            key=f"{NAME}_text",
            placeholder="In input, comment, answer",
            icon=":material/search:",
            **KEPT,
        )
    return Choice(of.demo, verdict, annotator, version, of.sources, since, until, text.strip())


def _one_of(label: str, options: Any, name: str, how: dict[str, Any]) -> str:
    found = st.selectbox(
        label,
        ["", *options],
        format_func=lambda option: option or "All",
        key=f"{NAME}_{name}",
        **how,
    )
    return found or ""


def _period(verdicts: Verdicts) -> tuple[date | None, date | None]:
    """Ask for the first and the last day, in UTC as the rows tell their times."""
    first, last = verdicts.period() or (None, None)
    found = st.date_input(
        "Days (UTC)",
        (),
        min_value=first,
        max_value=last and last + timedelta(days=1),
        key=f"{NAME}_days",
        format="YYYY-MM-DD",
        **BOUND,
    )
    days = found if isinstance(found, tuple) else (found,)
    return (days[0] if days else None), (days[1] if len(days) > 1 else None)

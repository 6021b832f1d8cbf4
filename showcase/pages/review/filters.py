"""The filters of the rows: those that name nobody are in the address."""

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import streamlit as st

from showcase.feedback.analytics.filters import Choice
from showcase.feedback.analytics.verdicts import Verdicts
from showcase.pages.review.data import NAME, first_page, model_and_source

MORE = ("verdict", "annotator", "version", "days")
VERDICTS = ("correct", "wrong", "unsure")
KEPT: dict[str, Any] = {"persist_state": "session", "on_change": first_page}
BOUND: dict[str, Any] = {"bind": "query-params", "on_change": first_page}


def chosen(verdicts: Verdicts) -> Choice:
    """Let the visitor choose rows; return what is meant."""
    of = model_and_source(verdicts)
    text = st.text_input(
        "Text",
        key=f"{NAME}_text",
        placeholder="In input, comment, answer",
        icon=":material/search:",
        width=420,
        **KEPT,
    )
    with st.expander("More filters", icon=":material/filter_list:", expanded=_is_set()):
        more = _more(verdicts, of)
    return replace(more, text=text.strip())


def _is_set() -> bool:
    """Tell whether a link, or the visitor, has set one of the further filters."""
    return any(
        st.session_state.get(f"{NAME}_{name}") or f"{NAME}_{name}" in st.query_params
        for name in MORE
    )


def _more(verdicts: Verdicts, of: Choice) -> Choice:
    with st.grid(4, min_column_width=200, gap="small"):
        verdict = _one_of("Verdict", VERDICTS, "verdict", BOUND)
        annotator = _one_of("Annotator", verdicts.names("annotator"), "annotator", KEPT)
        version = _one_of("Model version", verdicts.names("version", of), "version", BOUND)
        since, until = _period(verdicts)
    return Choice(of.demo, verdict, annotator, version, of.sources, since, until)


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
        (),  # type: ignore[arg-type]  # an empty range, which the annotation forgets
        min_value=first,
        max_value=last and last + timedelta(days=1),
        key=f"{NAME}_days",
        format="YYYY-MM-DD",
        **BOUND,
    )
    days = found if isinstance(found, tuple) else (found,)
    return (days[0] if days else None), (days[1] if len(days) > 1 else None)

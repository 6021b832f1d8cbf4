"""Which verdicts are looked at: counted once for all visitors, and chosen by each.

Streamlit forgets what was chosen when the browser goes back to an address without it; and it drops
a part that the address names and that is not there for strangers. So the choices are kept over a
look at another page, and over signing in.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date, timedelta
from types import MappingProxyType
from typing import Any

import streamlit as st

from showcase import ui
from showcase.annotation import open_tasks
from showcase.contract import registry
from showcase.feedback import FeedbackError, Store
from showcase.feedback.analytics.filters import GAMES, SAID, VerdictFilter
from showcase.feedback.analytics.queries import Analysis, VerdictAnalytics
from showcase.pages import navigation
from showcase.runtime import loading
from showcase.runtime.settings import feedback_url
from showcase.ui import query_params

NAME = "review"
ALL = "All models"
COUNTED: dict[str, Sequence[str]] = {"Verdicts": SAID, "Games": GAMES, "Both": (*SAID, *GAMES)}
COUNTED_HELP = (
    "Verdicts are what people said on the pages and through the API. In a game nobody judges: the "
    "truth is known before, and the model is right or wrong by it."
)
TAB = f"{NAME}_tab"
CHOSEN = [
    f"{NAME}_{name}"
    for name in (
        "tab",
        "demo",
        "counted",
        "text",
        "verdict",
        "annotator",
        "version",
        "task",
        "days",
        "page",
    )
]
WANTED, TASK = f"{NAME}_wanted", f"{NAME}_task"
MORE = ("verdict", "annotator", "version", "task", "days")
VERDICTS = ("correct", "wrong", "unsure")


def first_page() -> None:
    """Go back to the first page of rows: others are chosen now."""
    st.session_state[f"{NAME}_page"] = 1


KEPT: dict[str, Any] = {"persist_state": "session", "on_change": first_page}
BOUND: dict[str, Any] = {"bind": "query-params", "on_change": first_page}


@st.cache_resource(show_spinner=False, max_entries=2)
def _analysis(_store: Store, store_id: int) -> Analysis:  # noqa: ARG001  # the key
    return Analysis(_store)


def load_verdicts() -> VerdictAnalytics | None:
    """Return the verdicts as they are now; None after saying that they cannot be read."""
    try:
        store = loading.store()
        with st.spinner("Counting the verdicts …"):
            found: VerdictAnalytics = _analysis(store, id(store)).look()
    except FeedbackError as error:
        _say_unreadable(error)
        return None
    return found


def load_rows(verdicts: VerdictAnalytics) -> bool:
    """Return True once what is asked of single rows can be; False after saying why it cannot."""
    if verdicts.is_read:
        return True
    try:
        with st.spinner("Reading the verdicts …"):
            verdicts.load()
    except FeedbackError as error:
        _say_unreadable(error)
        return False
    return True


def _say_unreadable(error: FeedbackError) -> None:
    st.error(
        ui.escape_markdown(str(error)),
        title="The verdicts cannot be counted at present",
        icon=":material/error:",
    )


def nobody_yet() -> None:
    """Say that there is nothing to review, and how that changes."""
    st.subheader("Nobody has judged anything yet", anchor=False)
    st.write(
        "Open a model, give it something, and press Correct or Wrong below its answer: the "
        "verdict shows up here at once."
    )
    st.page_link(
        navigation.page("gallery"), label="Choose a model", icon=":material/arrow_forward:"
    )


def title(demo: str) -> str:
    """Return what people call a demo; one that is gone has only its name."""
    return titles().get(demo, demo)


def titles() -> dict[str, str]:
    """Return the titles of the app's demos by name."""
    return {demo.name: demo.title for demo in registry.demos()}


def model_and_source(verdicts: VerdictAnalytics) -> VerdictFilter:
    """Let the visitor choose a model and what counts; both are in the address."""
    demos = [demo for demo in verdicts.names("demo") if demo in titles() or ui.may_review()]
    with st.container(horizontal=True, vertical_alignment="bottom"):
        demo = st.selectbox(
            "Model",
            ["", *sorted(demos, key=title)],
            format_func=lambda name: title(name) if name else ALL,
            key=f"{NAME}_demo",
            bind="query-params",
            on_change=first_page,
            width=260,
        )
        counted = st.segmented_control(
            "Count",
            list(COUNTED),
            default="Verdicts",
            required=True,
            help=COUNTED_HELP,
            key=f"{NAME}_counted",
            bind="query-params",
            on_change=first_page,
        )
    return VerdictFilter(demo=demo or "", sources=COUNTED[counted or "Verdicts"])


def restore_choices(parts: Collection[str]) -> dict[str, object]:
    """Put back what was chosen before, unless a link says otherwise; return what was put back.

    A part that the link names and that is not among `parts` yet is opened as soon as it is.
    """
    if st.query_params.get(TAB, "") not in ("", *parts):
        st.session_state[WANTED] = st.query_params[TAB]
    if st.session_state.get(WANTED) in parts:
        st.session_state[TAB] = st.session_state.pop(WANTED)
    return query_params.restore(NAME, CHOSEN)


def remember_choices(put_back: dict[str, object]) -> None:
    """Remember what is chosen; run once more if Streamlit did not take what was put back."""
    now = {key: st.session_state[key] for key in CHOSEN if key in st.session_state}
    query_params.insist(NAME, put_back, now)


def filters(verdicts: VerdictAnalytics) -> VerdictFilter:
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


def _more(verdicts: VerdictAnalytics, of: VerdictFilter) -> VerdictFilter:
    with st.grid(4, min_column_width=200, gap="small"):
        verdict = _one_of("Verdict", VERDICTS, "verdict", BOUND)
        annotator = _one_of("Annotator", verdicts.names("annotator"), "annotator", KEPT)
        version = _one_of("Model version", verdicts.names("version", of), "version", BOUND)
        task = _task()
        since, until = _period(verdicts)
    return VerdictFilter(of.demo, verdict, annotator, version, of.sources, since, until, task=task)


def _one_of(
    label: str,
    options: Iterable[str],
    name: str,
    how: dict[str, Any],
    names: Mapping[str, str] = MappingProxyType({}),
) -> str:
    found = st.selectbox(
        label,
        ["", *options],
        format_func=lambda option: names.get(option, option) or "All",
        key=f"{NAME}_{name}",
        **how,
    )
    return found or ""


def _task() -> str:
    """Ask for an annotation task, by its title; a link holds its id, and is taken once."""
    names = {task.id: task.title for task in open_tasks(feedback_url()).every()}
    linked = st.query_params.get(TASK, "")
    if linked in names and linked != st.session_state.get(f"{TASK}_link"):
        st.session_state[TASK] = linked
    st.session_state[f"{TASK}_link"] = linked
    if st.session_state.get(TASK) not in names:  # it was removed since
        st.session_state[TASK] = ""
    return _one_of("Annotation task", names, "task", KEPT, names)


def _period(verdicts: VerdictAnalytics) -> tuple[date | None, date | None]:
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

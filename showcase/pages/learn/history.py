"""Which version answers, how it came to that, and the way back."""

import logging
from collections.abc import Callable

import streamlit as st

from showcase import ui
from showcase.contract import Demo, registry
from showcase.feedback import FeedbackError
from showcase.feedback.csv_injection import escape_formula
from showcase.learning import promotion
from showcase.runtime import loading
from showcase.runtime.settings import feedback_url
from showcase.versions import Change, Versions, open_versions

logger = logging.getLogger(__name__)

PROBLEM, DONE = "learn_change_problem", "learn_change_done"
COLUMNS = {
    "When": st.column_config.TextColumn("When (UTC)", pinned=True),
    "Judged": st.column_config.TextColumn(
        "On verdicts", help="Verdicts that were kept apart: before → after"
    ),
    "Held out": st.column_config.TextColumn(
        "Elsewhere", help="Held-out data that no verdict enters: before → after"
    ),
}


def versions() -> Versions:
    """Return where versions are kept: beside the verdicts; StorageError if there is no place."""
    loading.store()
    return open_versions(feedback_url())


def status(demo: Demo) -> None:
    """Say which version answers, and what was done last on this page."""
    changes = versions().history(demo.name)
    current = changes[-1].version if changes else registry.version(demo.name)
    shipped = " (the shipped one)" if current == registry.version(demo.name) else ""
    st.markdown(f"**{demo.title}** answers with version `{current}`{shipped}.")
    if done := st.session_state.pop(DONE, ""):
        st.success(ui.escape_markdown(done), icon=":material/check_circle:")
    if problem := st.session_state.pop(PROBLEM, ""):
        st.error(ui.escape_markdown(problem), icon=":material/error:")


def history(demo: Demo, who: str) -> None:
    """Show each change of version, and offer to take back the last one."""
    kept = versions()
    changes = kept.history(demo.name)
    stack = promotion.stacked(registry.version(demo.name), changes)
    if not changes:
        st.info("Nothing was promoted yet: the shipped version has always answered.")
        return
    if len(stack) > 1:
        _way_back(demo, who, stack)
    measures = {
        one.version: str(one.report.get("margins", {}).get("measure", ""))
        for one in kept.every(demo.name)
    }
    st.dataframe(
        [_row(change, measures) for change in reversed(changes)],
        key="learn_history",
        column_config=COLUMNS,
        hide_index=True,
        alt="Each change of version: when, who, what, why, and the scores of both versions",
    )


def _way_back(demo: Demo, who: str, stack: list[str]) -> None:
    shipped = ", which was shipped" if len(stack) == 2 else ""
    reason = reason_field("Why back? (optional)", f"learn_why_back_{demo.name}")
    st.button(
        "Roll back",
        key=f"learn_roll_back_{demo.name}",
        icon=":material/undo:",
        on_click=_roll_back,
        args=(demo, who, reason),
    )
    st.caption(f"Version `{stack[-2]}`{shipped}, answers again; `{stack[-1]}` is kept.")


def reason_field(label: str, key: str) -> str:
    """Return the key of a text field for why; the history keeps what stands in it."""
    st.text_input(label, key=key, max_chars=200, placeholder="The history keeps it", width=420)
    return key


@ui.callback
def _roll_back(demo: Demo, who: str, reason: str) -> None:
    change(
        lambda: promotion.roll_back(versions(), demo, who, st.session_state.get(reason) or ""), demo
    )


def change(make: Callable[[], Change], demo: Demo) -> None:
    """Make a change of version and let this process follow at once; say what came of it."""
    try:
        made = make()
    except FeedbackError as error:
        st.session_state[PROBLEM] = str(error)
        return
    loading.catch_up()
    about = {"demo": demo.name, "version": made.version, "person": made.who}
    logger.info("version changed: %s", made.action, extra=about)
    st.session_state[DONE] = f"{demo.title} answers with {made.version} now."


def _row(one: Change, measures: dict[str, str]) -> dict[str, str]:
    """Return a change as the table has it; of a roll back the other version has the measure."""
    measure = measures.get(one.version if one.action == "promote" else one.replaces, "")
    return {
        "When": one.at.replace("T", " ")[:16],
        "Who": escape_formula(one.who),
        "What": "promoted" if one.action == "promote" else "rolled back",
        "Version": one.version,
        "In place of": one.replaces,
        "Why": escape_formula(one.reason),
        "Judged": _scores(one, "verdicts", measure),
        "Held out": _scores(one, "held_out", measure),
    }


def _scores(one: Change, kind: str, measure: str) -> str:
    found = [one.scores.get(f"{kind}_{end}") for end in ("before", "after")]
    return " → ".join(score(value, measure) for value in found if value is not None)


def score(value: float, measure: str) -> str:
    """Return the score of a model as people read it.

    >>> score(0.871, "right"), score(0.1142, "brier"), score(12345.6, "absolute")
    ('87.1%', '0.1142', '12,346')
    """
    if measure == "right":
        return f"{value:.1%}"
    return f"{value:,.0f}" if measure == "absolute" else f"{value:.4f}"

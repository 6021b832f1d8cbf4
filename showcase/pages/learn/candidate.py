"""A candidate's report in plain words, before and after on real examples, and its promotion."""

from collections.abc import Sequence
from functools import partial
from typing import Any

import streamlit as st
from pydantic import ValidationError

from showcase import ui
from showcase.contract import Demo, registry
from showcase.learning import gate, promotion
from showcase.learning.candidate import answers, headline
from showcase.learning.gate import Comparison
from showcase.learning.report import Example, Report, got_worse
from showcase.pages.learn.history import change, reason_field, score, versions
from showcase.runtime import loading
from showcase.runtime.loading import Loaded, from_store
from showcase.ui.input_preview import in_short
from showcase.versions import StoredVersion

SHOWN_EXAMPLES = 3  # of those that were mended, and of all others
PICTURE_WIDTH = 120
MENDED = ("Now right", ":material/check:", "green")
BROKEN = ("Was right", ":material/close:", "red")
OTHER = ("Changed", ":material/sync_alt:", "gray")


@st.cache_resource(show_spinner=False, max_entries=4)
def loaded_version(name: str, version: str, place: str) -> Loaded | None:  # noqa: ARG001  # the key
    """Return a stored version, loaded; None if it is gone."""
    stored = versions().find(name, version)
    return from_store(registry.find(name), stored, versions()) if stored else None


def candidate(demo: Demo, who: str) -> None:
    """Show the newest candidate, or the one that is chosen."""
    every = versions().every(demo.name)
    st.subheader("The candidate", anchor=False)
    if not every:
        st.write("There is none yet. It shows up here, with its report, once it is trained.")
        return
    stored = _chosen(demo, every)
    try:
        report = Report.model_validate(stored.report)
    except ValidationError:  # of another version of the app
        st.warning("Its report cannot be read: train it again.", icon=":material/warning:")
        return
    _told(stored, report)
    st.table(_figures(report), border="horizontal", alt="Both models on the same inputs")
    _promotion(demo, who, stored)
    _judged_examples(demo, report.examples)
    _page_examples(demo, stored)


def _chosen(demo: Demo, every: Sequence[StoredVersion]) -> StoredVersion:
    if len(every) == 1:
        return every[0]
    labels = {f"{one.version}, {one.created_at[:16].replace('T', ' ')} UTC": one for one in every}
    chosen = st.selectbox("Version", list(labels), key=f"learn_version_{demo.name}", width=340)
    return labels[chosen]


def _told(stored: StoredVersion, report: Report) -> None:
    passed = report.passed
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        st.badge(
            "Passed" if passed else "Did not pass",
            icon=":material/check:" if passed else ":material/close:",
            color="green" if passed else "red",
        )
        st.markdown(f"Version `{stored.version}`", width="content")
    st.write(ui.escape_markdown(report.sentence))
    people = "one person" if report.people == 1 else f"{report.people:,} people"
    took = f" Training took {report.seconds:,.0f} s." if report.seconds else ""
    st.caption(
        ui.escape_markdown(
            f"{got_worse(report.verdict)} It learnt from {report.learnt:,} inputs that {people} "
            f"judged, and was compared with {report.compared_with}.{took}"
        )
    )


def _figures(report: Report) -> list[dict[str, str]]:
    """Return both models beside each other, on verdicts and elsewhere."""
    verdict = report.verdict
    rows = [("Held-out data, which nothing learns from", verdict.held_out)]
    if verdict.verdicts:
        rows.insert(0, ("Judged inputs that were kept apart", verdict.verdicts))
    return [_figure(name, one) for name, one in rows]


def _figure(name: str, one: Comparison) -> dict[str, str]:
    return {
        "On": f"{name} ({one.rows:,})",
        "Before": _said(one, one.before, one.right_before),
        "Candidate": _said(one, one.after, one.right_after),
        "Difference, 95% interval": gate.between(one.low, one.high, one.measure),
    }


def _said(one: Comparison, value: float, right: int | None) -> str:
    """Return how good a model is: how many are right, how far it is off."""
    labels = "" if right is None else f"{right:,} right"
    if one.measure == "right":
        return f"{labels}, {value:.1%}"
    return ", ".join(filter(None, (labels, f"off by {score(value, one.measure)}")))


def _promotion(demo: Demo, who: str, stored: StoredVersion) -> None:
    """Offer to let it answer, or say why it may not."""
    changes = versions().history(demo.name)
    current = changes[-1].version if changes else registry.version(demo.name)
    if against := promotion.why_not(stored, current, changes):
        in_force = stored.version == current
        icon = ":material/check_circle:" if in_force else ":material/block:"
        st.info(ui.escape_markdown("It answers now." if in_force else against), icon=icon)
        return
    reason = reason_field("Why? (optional)", f"learn_why_{demo.name}")
    st.button(
        "Promote",
        key=f"learn_promote_{demo.name}",
        type="primary",
        icon=":material/publish:",
        on_click=_promote,
        args=(demo, who, stored.version, reason),
    )
    st.caption("From then on it answers, on the page and over the API. You can roll back.")


@ui.callback
def _promote(demo: Demo, who: str, version: str, reason: str) -> None:
    why = st.session_state.get(reason) or ""
    change(partial(promotion.promote, versions(), demo, version, who, why), demo)


def _judged_examples(demo: Demo, examples: Sequence[Example]) -> None:
    """Show judged inputs whose answer changed; whoever was forgotten is not among them."""
    module = demo.load_module()
    rows = {row["id"]: row for row in loading.store().get([one.id for one in examples])}
    there = [one for one in examples if one.id in rows]
    mended = [one for one in there if one.better]
    others = [one for one in there if not one.better]
    shown = [*mended[: max(SHOWN_EXAMPLES, 2 * SHOWN_EXAMPLES - len(others))], *others]
    if not shown:
        return
    st.markdown("**Judged inputs, before and after**")
    grid = st.grid(2, min_column_width=340, gap="medium")
    for one in shown[: 2 * SHOWN_EXAMPLES]:
        with grid, st.container(border=True):
            try:
                given = module.Input.model_validate_json(rows[one.id]["input"])
            except ValidationError:
                st.text("The model takes such an input no more.")
                continue
            label, icon, colour = MENDED if one.better else BROKEN if one.worse else OTHER
            st.badge(label, icon=icon, color=colour)  # type: ignore[arg-type]
            ui.show_input(module, given, PICTURE_WIDTH)
            st.text(f"Right: {one.target}\nBefore: {one.before}\nNow: {one.after}")


def _page_examples(demo: Demo, stored: StoredVersion) -> None:
    """Show what both models say of the examples that the page offers."""
    now = loading.load(demo.name)
    other = loaded_version(demo.name, stored.version, str(id(loading.store())))
    if other is None or other.version == now.version:
        return
    module: Any = demo.load_module()
    inputs = list(module.EXAMPLES)
    both = [answers(module, one.model, inputs) for one in (now, other)]
    names = module.EXAMPLE_NAMES or [in_short(module, given) for given in inputs]
    st.markdown("**The page’s examples, before and after**")
    st.dataframe(
        [
            {"Example": name, "Before": headline(was), "Candidate": headline(would)}
            for name, was, would in zip(names, *both, strict=True)
        ],
        key=f"learn_examples_{demo.name}",
        hide_index=True,
        alt="What the model in force and the candidate say of the page’s examples",
    )

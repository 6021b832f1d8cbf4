"""What the tab for tables shows: how to, upload, summary, problems, the table with its answers."""

from collections.abc import Sequence
from pathlib import PurePath
from typing import Any

import streamlit as st

from showcase.batch import Problem, Table, columns, predict_table, read_table, template
from showcase.batch.table import MAX_ROWS
from showcase.contract import ModelInput
from showcase.contract.fields import key
from showcase.contract.text_file import MAX_BYTES, TABLES
from showcase.runtime.loading import Loaded
from showcase.ui import charts
from showcase.ui.batch_result_view import LISTED, PREVIEWED, Outcome, outcome
from showcase.ui.batches import RESULTS, forget_batch
from showcase.ui.escape_markdown import literal


def draw(loaded: Loaded) -> None:
    """Draw the upload on the left, the answer on the right, rows of the file below."""
    name = loaded.demo.name
    left, right = st.columns(2, gap="large")
    with left:
        _how_to(loaded)
        upload = st.file_uploader(
            "Your table (CSV)",
            type=[suffix.removeprefix(".") for suffix in TABLES],
            key=key(name, "batch"),
            help=f"At most {MAX_BYTES // 2**20} MB and {MAX_ROWS:,} rows.",
        )
        _what_the_columns_hold(loaded.module.Input)
    with right:
        found = _result(loaded, upload)
    if found is not None:
        _problems(found, name)
        _preview(found)


def _how_to(loaded: Loaded) -> None:
    name, input_type = loaded.demo.name, loaded.module.Input
    st.write(
        "Upload a table: every row gets its own answer. The first line names the columns, as in "
        "the template; others are kept. Your file is read in memory; nothing of it is stored."
    )
    st.download_button(
        "Download a template",
        data=template(input_type, loaded.module.EXAMPLES),
        file_name=f"{name}-template.csv",
        mime="text/csv",
        icon=":material/download:",
        key=key(name, "batch_template"),
        on_click="ignore",
        help="The columns, filled in with examples",
    )


def _what_the_columns_hold(input_type: type[ModelInput]) -> None:
    with st.expander("What the columns hold"):
        for column in columns(input_type):
            empty = "; may be empty" if column.may_be_empty else ""
            said = literal(f"{column.info.title or column.name}: {column.takes}{empty}")
            st.markdown(f"`{column.name}`  \n{said}")


def _result(loaded: Loaded, upload: Any) -> Outcome | None:
    """Draw the answer to an upload, or what is to be done; return what there is to show of it."""
    name = loaded.demo.name
    if upload is None:
        forget_batch(name)
        st.info("The answers to your table will stand here.", icon=":material/table:")
        return None
    remembered = key(name, RESULTS)
    if st.session_state.get(remembered, ("",))[0] != upload.file_id:
        forget_batch(name)
        try:
            table = read_table(upload.getvalue(), upload.name, loaded.module.Input)
        except ValueError as error:
            title = "This file cannot be used"
            st.error(literal(str(error)), title=title, icon=":material/error:")
            return None
        st.session_state[remembered] = (upload.file_id, _with_progress(loaded, table))
    found: Outcome = st.session_state[remembered][1]
    _summary(loaded, found, PurePath(upload.name))
    return found


def _with_progress(loaded: Loaded, table: Table) -> Outcome:
    text = f"Predicting {len(table.rows):,} rows"
    bar = st.progress(0.0, text=text)

    def progress(share: float) -> None:
        bar.progress(share, text=f"{text}: {share:.0%}")

    results = predict_table(loaded.module, loaded.model, table, progress)
    bar.empty()
    return outcome(results)


def _summary(loaded: Loaded, found: Outcome, file: PurePath) -> None:
    name = loaded.demo.name
    st.subheader(found.summary, anchor=False)
    for doubt in found.doubts:
        st.warning(literal(doubt), icon=":material/help:")
    st.download_button(
        "Download your table with the answers",
        data=found.content,
        file_name=f"{file.stem}-{name}{file.suffix}",
        mime="text/csv",
        icon=":material/download:",
        type="primary",
        key=key(name, "batch_download"),
        on_click="ignore",
    )
    if not found.said:  # nothing was predicted, or texts, of which there is nothing to count
        return
    st.caption(literal(found.said))
    charts.show(
        found.figure(loaded.colours),
        key=key(name, "batch_histogram"),
        alt=f"How the answers are spread. {found.said}",
        height=260,
    )


def _problems(found: Outcome, name: str) -> None:
    if not found.problems:
        return
    st.markdown("**What could not be used**")
    st.dataframe(
        _columns_of(found.problems),
        hide_index=True,
        key=key(name, "batch_problems"),
        alt="The cells that could not be used, by line and column",
        column_config={
            "line": st.column_config.NumberColumn(width="small", format="%d"),
            "what is wrong": st.column_config.TextColumn(width="large"),
        },
    )
    if found.problem_count > LISTED:
        st.caption(
            f"The first {LISTED} of {found.problem_count:,}; the download has all of them, each "
            "in its row."
        )


def _columns_of(problems: Sequence[Problem]) -> dict[str, list[Any]]:
    titles = ("line", "column", "value", "what is wrong")
    return {title: [p[place] for p in problems] for place, title in enumerate(titles)}


def _preview(found: Outcome) -> None:
    st.markdown("**Your table with the answers**")
    st.dataframe(
        found.preview,
        hide_index=True,
        alt="The first rows of the table with the answers",
        column_config={found.answer: st.column_config.TextColumn(pinned=True)},
    )
    if found.total > PREVIEWED:
        st.caption(f"The first {PREVIEWED} rows; the download has all {found.total:,}.")
    if found.unused:
        named = ", ".join(found.unused[:PREVIEWED])
        st.caption(literal(f"Kept, but not used for the answers: {named}."))

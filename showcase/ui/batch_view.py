"""The tab that predicts every row of a table: how to, upload, summary, problems, the first rows."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import PurePath
from statistics import median
from typing import Any

import streamlit as st

from showcase.batch import (
    Problem,
    Results,
    Table,
    columns,
    predict_table,
    read_table,
    results_csv,
    results_rows,
    template,
)
from showcase.batch.table import MAX_ROWS, TooManyRowsError
from showcase.contract import BaseOutput, Classification, ModelModule, Regression
from showcase.contract.fields import key
from showcase.contract.outputs import Number
from showcase.contract.text_file import MAX_BYTES, TABLES, UPLOAD_MB
from showcase.runtime.loading import Loaded
from showcase.ui import charts, large_table
from showcase.ui.browser import file_uploader
from showcase.ui.errors import fragment
from showcase.ui.markdown import escape_markdown

RESULTS = "batch_results"
LISTED = 200
PREVIEWED = 10
BINS = (0.0, 1.0, 0.05)


@dataclass(frozen=True)
class BatchResult:
    """A fraction of what the answers take in memory, as long as the visitor looks at it.

    `values` are what the histogram counts, by group; `preview` is column name to cells, the
    answer's column being `answer`.
    """

    total: int
    predicted: int
    problems: tuple[Problem, ...]
    problem_count: int
    doubts: tuple[str, ...]
    unused: tuple[str, ...]
    said: str
    values: Mapping[str, Sequence[float] | Sequence[str]]
    x_title: str
    preview: Mapping[str, Sequence[str]]
    answer: str
    content: bytes

    @property
    def summary(self) -> str:
        """How many rows could be used, in one sentence."""
        left = self.total - self.predicted
        rows = "row" if self.total == 1 else "rows"
        if not left:
            return f"{'The' if self.total == 1 else f'All {self.total:,}'} {rows} predicted"
        return f"{self.predicted:,} of {self.total:,} {rows} predicted; {left:,} could not be used"

    def figure(self, colours: Mapping[str, str]) -> charts.Figure:
        """Return how the answers are spread: the first label's probability, or the numbers."""
        shares = self.x_title.startswith("probability")
        titles = (self.x_title, "rows")
        if not shares:
            return charts.histogram(self.values, colours, titles)
        ticks = {"tickvals": [0, 0.25, 0.5, 0.75, 1], "tickformat": ".0%"}
        return charts.histogram(self.values, colours, titles, BINS, range=[-0.01, 1.04], **ticks)


@fragment
def batch(loaded: Loaded) -> None:
    """Take a CSV with the form's columns, predict its rows with a progress bar, offer the result.

    The upload is on the left, the answer on the right, rows of the file below. Nothing of the file
    is stored: what is shown of it is forgotten with the upload.
    """
    name = loaded.demo.name
    large = large_table.offers_jobs(loaded)
    at_once = MAX_BYTES // 2**20
    most = large_table.LARGE_MB if large_table.takes_large(loaded) else at_once
    left, right = st.columns(2, gap="large")
    with left:
        _how_to(loaded)
        upload = file_uploader(
            f"Your table (CSV, at most {most} MB)",
            key=key(name, "batch"),
            help=f"At most {at_once} MB and {MAX_ROWS:,} rows"
            + (" at once; a larger one is predicted in the background." if large else "."),
            max_upload_size=most if large else UPLOAD_MB,
        )
        large_table.upload(loaded)
        _what_the_columns_hold(loaded.module)
    with right:
        found = _result(loaded, upload)
    if found is not None:
        _problems(found, name)
        _preview(found)


def forget_batch(name: str) -> None:
    """Drop what is remembered of the table that was predicted last."""
    st.session_state.pop(key(name, RESULTS), None)


def _how_to(loaded: Loaded) -> None:
    name, input_type = loaded.demo.name, loaded.module.Input
    unless = (
        f", unless it has more than {MAX_ROWS:,} rows: then it is predicted in the background, and "
        "kept for a week with its answers"
    )
    st.write(
        "Upload a table: every row gets its own answer. The first line names the columns, as in "
        "the template; others are kept. Your file is read in memory; nothing of it is stored"
        f"{unless if large_table.offers_jobs(loaded) else ''}."
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


def _what_the_columns_hold(module: ModelModule) -> None:
    with st.expander("What the columns hold"):
        for column in columns(module.Input, getattr(module, "CHOICE_NAMES", {})):
            empty = "; may be empty" if column.may_be_empty else ""
            said = escape_markdown(
                f"{column.field.info.title or column.name}: {column.takes}{empty}"
            )
            st.markdown(f"`{column.name}`  \n{said}")


def _result(loaded: Loaded, upload: Any) -> BatchResult | None:
    """Draw the answer to an upload, or what is to be done; return what there is to show of it."""
    name = loaded.demo.name
    if upload is None or large_table.is_passed(loaded, upload):
        forget_batch(name)
        if job_id := large_table.in_address(loaded):
            large_table.show(loaded, job_id)
        else:
            st.info("The answers to your table will stand here.", icon=":material/table:")
        large_table.mine(loaded)
        return None
    remembered = key(name, RESULTS)
    if st.session_state.get(remembered, ("",))[0] != upload.file_id:
        forget_batch(name)
        try:
            table = _read_or_start(loaded, upload)
        except ValueError as error:
            title = "This file cannot be used"
            st.error(escape_markdown(str(error)), title=title, icon=":material/error:")
            return None
        if table is None:
            large_table.show(loaded, large_table.in_address(loaded))
            large_table.mine(loaded)
            return None
        st.session_state[remembered] = (upload.file_id, _with_progress(loaded, table))
    found: BatchResult = st.session_state[remembered][1]
    _summary(loaded, found, PurePath(upload.name))
    return found


def _read_or_start(loaded: Loaded, upload: Any) -> Table | None:
    """Return the table; None for one that is so large that a job has it now."""
    large = large_table.offers_jobs(loaded) and upload.name.lower().endswith(TABLES)
    if not large or upload.size <= MAX_BYTES:
        try:
            return read_table(upload.getvalue(), upload.name, loaded.module.Input)
        except TooManyRowsError:
            if not large:
                raise
    large_table.start(loaded, upload)
    return None


def _with_progress(loaded: Loaded, table: Table) -> BatchResult:
    text = f"Predicting {len(table.rows):,} rows"
    bar = st.progress(0.0, text=text)

    def progress(share: float) -> None:
        bar.progress(share, text=f"{text}: {share:.0%}")

    results = predict_table(loaded.module, loaded.model, table, progress)
    bar.empty()
    return batch_result(results)


def _summary(loaded: Loaded, found: BatchResult, file: PurePath) -> None:
    name = loaded.demo.name
    st.subheader(found.summary, anchor=False)
    for doubt in found.doubts:
        st.warning(escape_markdown(doubt), icon=":material/help:")
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
    st.caption(escape_markdown(found.said))
    charts.show(
        found.figure(loaded.colours),
        key=key(name, "batch_histogram"),
        alt=f"How the answers are spread. {found.said}",
        height=260,
    )


def _problems(found: BatchResult, name: str) -> None:
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


def _preview(found: BatchResult) -> None:
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
        st.caption(escape_markdown(f"Kept, but not used for the answers: {named}."))


def batch_result(results: Results) -> BatchResult:
    """Return what is worth keeping of the results of a table."""
    table, answers = results.table, results.answers
    header, rows = results_rows(results)
    first = list(islice(rows, PREVIEWED))
    values, x_title = _spread(answers)
    return BatchResult(
        total=len(table.rows),
        predicted=len(answers),
        problems=results.problems[:LISTED],
        problem_count=len(results.problems),
        doubts=table.doubts,
        unused=table.unused,
        said=_said(answers),
        values=values,
        x_title=x_title,
        preview={name: [row[place] for row in first] for place, name in enumerate(header)},
        answer=header[len(table.columns)],
        content=results_csv(results),
    )


def _spread(
    answers: Sequence[BaseOutput],
) -> tuple[dict[str, list[float]] | dict[str, list[str]], str]:
    """Return the values to count, by label, and what they are."""
    if numbers := _numbers(answers):
        return {"": [answer.value for answer in numbers]}, _and_unit("predicted value", numbers)
    kinds = [answer for answer in answers if isinstance(answer, Classification)]
    labels = list((kinds[0].probabilities or {}) if kinds else {})
    if len(labels) != 2:
        counts = Counter(answer.label for answer in kinds)
        return {label: [label] * n for label, n in counts.most_common()}, "answer"
    shares: dict[str, list[float]] = {label: [] for label in labels}
    for answer in kinds:
        shares[answer.label].append((answer.probabilities or {})[labels[0]])
    return shares, f"probability of {labels[0]}"


def _said(answers: Sequence[BaseOutput]) -> str:
    """Return the answers in a few words: how many of each label, or median and range."""
    if numbers := _numbers(answers):
        values = [answer.value for answer in numbers]
        middle, low, high = (_short(v) for v in (median(values), min(values), max(values)))
        unit = f" {numbers[0].unit}".rstrip()
        return f"The median is {middle}{unit}; they run from {low} to {high}."
    counts = Counter(answer.label for answer in answers if isinstance(answer, Classification))
    if not counts:
        return ""
    return "The answers: " + ", ".join(f"{n:,} {label}" for label, n in counts.most_common()) + "."


def _numbers(answers: Sequence[BaseOutput]) -> list[Regression | Number]:
    return [answer for answer in answers if isinstance(answer, Regression | Number)]


def _and_unit(name: str, numbers: Sequence[Regression | Number]) -> str:
    return f"{name}, {numbers[0].unit}" if numbers[0].unit else name


def _short(value: float) -> str:
    """Return a number with three digits at least.

    >>> _short(35730.2), _short(0.12345)
    ('35,730', '0.123')
    """
    return f"{value:,.0f}" if abs(value) >= 100 else f"{value:.3g}"

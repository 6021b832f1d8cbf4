"""The tab that judges every line of a text or CSV file."""

import csv
import io
from collections import Counter
from collections.abc import Sequence

import plotly.graph_objects as go
import streamlit as st

from models.sentiment import COLOURS, LABELS
from models.sentiment.lines import Lines, ScoredLine, read_lines, score_lines
from showcase import ui
from showcase.feedback.csv_injection import guard
from showcase.runtime.loading import Loaded
from showcase.ui import charts

NAME = "sentiment_file"
THRESHOLD = 0.05
BIN = 0.1
SHOWN = 200


@ui.fragment
def judge_file(loaded: Loaded) -> None:
    """Take a file, score its lines with a progress bar, show their distribution, offer a CSV."""
    upload = st.file_uploader(
        "A text file (one text a line) or a table (CSV with a column of texts)",
        type=["txt", "csv", "tsv"],
        key=NAME,
        help="At most 5 MB and 10,000 lines.",
    )
    if upload is None:
        forget_file()
        st.info(
            "Drop in a file to see how friendly its lines are, as a whole and one by one. "
            "It is judged in memory; nothing of it is stored.",
            icon=":material/upload_file:",
        )
        return
    try:
        found = _chosen_lines(upload.getvalue(), upload.name)
    except ValueError as error:
        st.error(
            ui.escape_markdown(str(error)),
            title="This file cannot be judged",
            icon=":material/error:",
        )
        return
    scored = _scored(loaded, upload.file_id, found)
    _summary(found, scored)
    _details(scored, upload.name)


def forget_file() -> None:
    """Drop the scores of the file that was judged last."""
    st.session_state.pop(f"{NAME}_scored", None)


def _chosen_lines(content: bytes, file_name: str) -> Lines:
    """Return the lines of the likeliest column, or of the one that the visitor picks."""
    found = read_lines(content, file_name)
    if len(found.columns) < 2:
        return found
    column = st.selectbox(
        "Which column holds the texts?",
        found.columns,
        index=found.columns.index(found.column),
        key=f"{NAME}_column",
    )
    return found if column == found.column else read_lines(content, file_name, column)


def _scored(loaded: Loaded, file_id: str, found: Lines) -> list[ScoredLine]:
    """Return the scores, computed once for a file and column of this visit."""
    remembered = st.session_state.get(f"{NAME}_scored")
    if remembered and remembered[0] == (file_id, found.column):
        return remembered[1]
    bar = st.progress(0.0, text=f"Judging {len(found.lines):,} lines")
    scored = score_lines(
        loaded.model,
        found.lines,
        THRESHOLD,
        lambda share: bar.progress(share, text=f"Judging {len(found.lines):,} lines: {share:.0%}"),
    )
    bar.empty()
    st.session_state[f"{NAME}_scored"] = ((file_id, found.column), scored)
    return scored


def _summary(found: Lines, scored: Sequence[ScoredLine]) -> None:
    counts = Counter(line.label for line in scored)
    said = ", ".join(f"{counts[label]:,} {label}" for label in reversed(LABELS))
    lines = "line" if len(scored) == 1 else "lines"
    st.subheader(f"Of {len(scored):,} {lines}: {said}", anchor=False)
    if found.column is not None:
        st.caption(
            f"Texts from the column “{ui.escape_markdown(found.column)}”, as the first line names "
            "it."
        )
    left_out = []
    if found.blank:
        left_out.append(f"{found.blank:,} blank")
    if found.too_long:
        numbers = ", ".join(map(str, found.too_long[:5])) + (
            " …" if len(found.too_long) > 5 else ""
        )
        left_out.append(f"{len(found.too_long):,} over 5,000 characters (line {numbers})")
    if left_out:
        st.caption(f"Left out: {' and '.join(left_out)}.")
    charts.show(
        _histogram(scored),
        key=f"{NAME}_distribution",
        alt=f"Distribution of scores: {said}",
        height=260,
    )


def _histogram(scored: Sequence[ScoredLine]) -> go.Figure:
    scores = {label: [line.compound for line in scored if line.label == label] for label in LABELS}
    title = "score, from −1 most negative to +1 most positive"
    bins = (-1 - BIN / 2, 1 + BIN / 2, BIN)
    figure = charts.histogram(scores, COLOURS, (title, "lines"), bins)
    return figure.update_xaxes(range=[-1.06, 1.06])


def _details(scored: Sequence[ScoredLine], file_name: str) -> None:
    st.download_button(
        "Download every line with its score",
        data=_as_csv(scored),
        file_name=f"{file_name.rsplit('.', 1)[0]}-sentiment.csv",
        mime="text/csv",
        icon=":material/download:",
        key=f"{NAME}_download",
        on_click="ignore",
    )
    columns = {"number": "line", "label": "sounds", "compound": "score", "text": "text"}
    st.dataframe(
        {
            title: [getattr(line, name) for line in scored[:SHOWN]]
            for name, title in columns.items()
        },
        hide_index=True,
        alt="The lines with their scores",
        column_config={
            "line": st.column_config.NumberColumn(width="small"),
            "text": st.column_config.TextColumn(width="large"),
        },
    )
    if len(scored) > SHOWN:
        st.caption(f"The first {SHOWN} lines; the download has all {len(scored):,}.")


def _as_csv(scored: Sequence[ScoredLine]) -> bytes:
    """Return the lines as CSV that Excel reads as UTF-8; texts cannot run as formulas."""
    output = io.StringIO(newline="")
    writer = csv.writer(output)
    writer.writerow(ScoredLine._fields)
    writer.writerows(line._replace(text=guard(line.text)) for line in scored)
    return output.getvalue().encode("utf-8-sig")

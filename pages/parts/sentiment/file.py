"""The tab that judges every line of a text or CSV file."""

import csv
import io
import re
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import PurePath
from typing import NamedTuple

import streamlit as st

from models.sentiment import COLOURS, LABELS, predict
from models.sentiment.inputs import MAX_CHARACTERS, Input, is_blank
from models.sentiment.vader import Analyzer
from showcase import ui
from showcase.contract.text_file import TABLES, UPLOAD_MB, TableFile, read_table, read_text
from showcase.feedback.csv_injection import escape_formula
from showcase.runtime.loading import Loaded
from showcase.ui import charts

NAME = "sentiment_file"
THRESHOLD = 0.05
BIN = 0.1
SHOWN = 200
MAX_LINES = 10_000
TEXT_COLUMNS = (
    "text", "texts", "comment", "comments", "review", "reviews", "tweet", "message", "feedback",
    "sentence", "answer", "opinion", "description", "content", "body", "title", "line",
)  # fmt: skip


class Line(NamedTuple):
    """A text, and the line of the file that it begins in, from 1."""

    number: int
    text: str


class ScoredLine(NamedTuple):
    """A line with its answer; the shares sum to 1, or are 0 where there is no word.

    The text is as it was in the file: a writer of CSV for spreadsheets must escape formulas.
    """

    number: int
    text: str
    label: str
    compound: float
    negative: float
    neutral: float
    positive: float


@dataclass(frozen=True)
class Lines:
    """What a file holds: the texts to score, and what was left out."""

    lines: tuple[Line, ...]
    blank: int
    too_long: tuple[int, ...]
    column: str | None = None
    columns: tuple[str, ...] = ()
    note: str = ""


@ui.fragment
def judge_file(loaded: Loaded) -> None:
    """Take a file, score its lines with a progress bar, show their distribution, offer a CSV."""
    upload = ui.file_uploader(
        "A text file (one text a line) or a table (CSV with a column of texts), at most 10 MB",
        key=NAME,
        help="At most 10,000 lines.",
        max_upload_size=UPLOAD_MB,
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
    if found.note:
        st.warning(found.note, icon=":material/help:")
    charts.show(
        _histogram(scored),
        key=f"{NAME}_distribution",
        alt=f"Distribution of scores: {said}",
        height=260,
    )


def _histogram(scored: Sequence[ScoredLine]) -> charts.Figure:
    scores = {label: [line.compound for line in scored if line.label == label] for label in LABELS}
    title = "score, from −1 most negative to +1 most positive"
    bins = (-1 - BIN / 2, 1 + BIN / 2, BIN)
    return charts.histogram(scores, COLOURS, (title, "lines"), bins, range=[-1.06, 1.06])


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
    writer.writerows(line._replace(text=escape_formula(line.text)) for line in scored)
    return output.getvalue().encode("utf-8-sig")


def read_lines(content: bytes, file_name: str, column: str | None = None) -> Lines:
    """Return the texts of a file: a column of a .csv or .tsv, else every line.

    The column is the one given, else one with a usual name (`TEXT_COLUMNS`), else the one with
    the longest texts. ValueError says in plain words why a file cannot be read.
    """
    if PurePath(file_name).suffix.lower() not in TABLES:
        text, note = read_text(content)
        lines = re.split(r"\r\n|\r|\n", text)
        if not lines[-1]:  # the end of the last line begins no other
            del lines[-1]
        return _sorted_out([Line(n, line) for n, line in enumerate(lines, start=1)], note=note)
    table = read_table(content, file_name)
    width = len(table.columns)
    if row := next((row for row in table.rows if len(row.cells) > width), None):
        raise ValueError(
            f"Line {row.line} of the CSV file has {len(row.cells)} cells, its first line names "
            f"{width}. Put quotation marks around texts with commas."
        )
    chosen = _likeliest(table) if column is None else table.place(column.strip())
    if chosen is None:
        raise ValueError(f"The file has no column {column!r}; it has {', '.join(table.columns)}.")
    lines = [Line(row.line, row.cells[chosen]) for row in table.rows]
    found = _sorted_out(lines, table.columns[chosen], table.columns, table.note)
    return replace(found, blank=found.blank + table.blank)


def _likeliest(table: TableFile) -> int:
    """Return the place of the column that holds the texts."""
    if usual := [place for name in TEXT_COLUMNS if (place := table.place(name)) is not None]:
        return usual[0]
    lengths = [
        sum(len(row.cells[place]) for row in table.rows) for place in range(len(table.columns))
    ]
    return lengths.index(max(lengths))


def _sorted_out(
    lines: Sequence[Line],
    column: str | None = None,
    columns: tuple[str, ...] = (),
    note: str = "",
) -> Lines:
    """Return the lines that can be scored, the others counted; ValueError if none is left."""
    written = [line for line in lines if not is_blank(line.text)]
    fit = tuple(line for line in written if len(line.text) <= MAX_CHARACTERS)
    if not written:
        raise ValueError("There is nothing to score: no line has any text.")
    if not fit:
        raise ValueError("There is nothing to score: every line is over 5,000 characters long.")
    if len(fit) > MAX_LINES:
        raise ValueError(f"The file has {len(fit):,} lines; {MAX_LINES:,} are allowed. Split it.")
    too_long = tuple(line.number for line in written if len(line.text) > MAX_CHARACTERS)
    return Lines(fit, len(lines) - len(written), too_long, column, columns, note)


def score_lines(
    model: Analyzer,
    lines: Sequence[Line],
    threshold: float,
    progress: Callable[[float], None] = lambda _: None,
) -> list[ScoredLine]:
    """Return every line with its answer; `progress` hears the share done (0 to 1), 100 times."""
    scored = []
    for done, (number, text) in enumerate(lines, start=1):
        answer = predict(model, Input(text=text, threshold=threshold))
        shares = answer.parts or {}
        scored.append(ScoredLine(number, text, answer.label, answer.score or 0.0, **shares))
        if done % max(len(lines) // 100, 1) == 0 or done == len(lines):
            progress(done / len(lines))
    return scored

"""Each kind of output as Streamlit draws it natively, in one plain sentence where it has one."""

import json
import re
from collections.abc import Mapping, Sequence
from itertools import groupby
from typing import Any, Literal

import pandas as pd
import plotly.graph_objects as go
import streamlit as st

from showcase.batch.table import as_cell, written
from showcase.contract import BaseOutput, Classification, Regression
from showcase.contract.inputs.codecs import LARGEST_WHOLE
from showcase.contract.outputs import (
    AnnotatedImage,
    Chart,
    Data,
    Download,
    Gallery,
    HighlightedText,
    Markdown,
    Number,
    Picture,
    Several,
    Sound,
    Table,
    Text,
)
from showcase.contract.palette import BLUE
from showcase.feedback.csv_injection import escape_formula
from showcase.interface.marked import annotated_image, highlighted_text
from showcase.ui import charts
from showcase.ui.charts import percent
from showcase.ui.markdown import escape_markdown

SENTENCE = 80  # letters: a text of one such line is a headline

MOST_BARS, BAR, AROUND = 8, 32, 30  # pixels

INTERVAL = 90

CHART, LOW_CHART, TABLE, LOW_TABLE = 320, 240, 248, 178

MORE_WIDTH, PICTURE_WIDTH = 340, 130

SHORT = (Number, Classification, Regression, Text, Download)

HARDLY = 0.02

SHORT_TEXT = 200

FIRST_SENTENCE = re.compile(r".+?[.!?](?=\s|$)", re.DOTALL)

MANY = 10_000

CHART_HEIGHT = 280  # pixels

BELOW = -1.2  # where the ends of an interval are written, its line being at 0

SHOWN = 10_000


def show(
    output: BaseOutput,
    key: str,
    colours: Mapping[str, str] | None = None,
    *,
    compact: bool = False,
) -> None:
    """Draw an output; `key` starts the keys of its widgets, `colours` are those of the labels.

    A `compact` one is lower: it leaves room for others and for the verdict on the first screen.
    """
    match output:
        case Classification():
            _classification(output, key, colours or {})
        case Regression():
            said = estimated(output)
            st.subheader(escape_markdown(said), anchor=False)
            charts.show(interval(output), key=f"{key}_interval", alt=said, height=INTERVAL)
        case Number():
            st.metric("Answer", number(output), label_visibility="collapsed")
        case Text():
            _text(output.text)
        case Markdown():
            st.markdown(output.markdown)
        case Table():
            table(output, key, LOW_TABLE if compact else TABLE)
        case Chart():
            chart(output, key, LOW_CHART if compact else CHART)
        case Several():
            _several(output, key, colours or {})
        case _:
            _media(output, key)


def _classification(output: Classification, key: str, colours: Mapping[str, str]) -> None:
    said = classified(output)
    st.subheader(escape_markdown(said), anchor=False)
    if ranked := output.top(MOST_BARS):
        charts.show(
            charts.probability_bars(ranked, colours),
            key=f"{key}_bars",
            alt=f"The likeliest labels. {said}",
            height=AROUND + BAR * len(ranked),
        )
    elif output.score is not None:
        st.caption(f"Score {charts.signed(output.score)}")


def _text(text: str) -> None:
    """Draw a text as it is: a short one as a headline."""
    if len(text) <= SENTENCE and "\n" not in text and text.strip():
        st.subheader(escape_markdown(text), anchor=False)
    else:
        st.text(text or " ")


def show_more(output: BaseOutput, key: str, colours: Mapping[str, str]) -> None:
    """Draw the parts of several outputs that `show` left out, two beside each other."""
    if not isinstance(output, Several):
        return
    more = list(output.parts.items())[_leading(output) :]
    grid = st.grid(2, min_column_width=MORE_WIDTH, gap="large") if more else None
    for place, part in enumerate(more, start=_leading(output)):
        if grid:
            with grid:
                _named([part], f"{key}_{place}", colours, compact=False)


def _leading(output: Several) -> int:
    """Return how many parts stand beside the form: those up to the first that is large."""
    large = [not isinstance(part, SHORT) for part in output.parts.values()]
    return large.index(True) + 1 if True in large else len(large)


def _several(output: Several, key: str, colours: Mapping[str, str]) -> None:
    """Draw the leading parts, numbers beside each other."""
    leading = list(output.parts.items())[: _leading(output)]
    place = 0
    for is_number, run in groupby(leading, lambda named: isinstance(named[1], Number)):
        parts = list(run)
        for chunk in [parts] if is_number else [[part] for part in parts]:
            _named(chunk, f"{key}_{place}", colours, compact=True)
            place += len(chunk)


def _named(
    parts: Sequence[tuple[str, BaseOutput]], key: str, colours: Mapping[str, str], *, compact: bool
) -> None:
    """Draw parts under their names, if they have any: a row of numbers, or one other part."""
    numbers = [(name, part) for name, part in parts if isinstance(part, Number)]
    gap: Literal["large", "small"] = "large" if numbers else "small"
    with st.container(key=f"{key}_part", gap=gap, horizontal=bool(numbers)):
        for name, value in numbers:
            st.metric(escape_markdown(name), number(value), width="content")
        for name, part in parts[len(numbers) :]:
            if name:
                st.markdown(f"**{escape_markdown(name)}**")
            show(part, key, colours, compact=compact)


def _media(output: BaseOutput, key: str) -> None:
    """Draw what a browser shows by itself."""
    match output:
        case Picture():
            st.image(output.png, alt=output.alt or "The picture that is the answer")
        case AnnotatedImage():
            annotated_image(output)
        case Gallery():
            _gallery(output)
        case HighlightedText():
            highlighted_text(output)
        case Sound():
            st.audio(output.content, output.media_type, alt="The sound that is the answer")
        case Data():
            plain = isinstance(output.data, dict | list)
            st.json(output.data if plain else json.dumps(output.data))
        case Download():
            st.download_button(
                f"Download {escape_markdown(output.name)}",
                data=output.content,
                file_name=output.name,
                mime=output.media_type,
                icon=":material/download:",
                key=f"{key}_download",
                on_click="ignore",
            )
        case _:
            raise TypeError(f"no page draws a {type(output).__name__}")


def _gallery(output: Gallery) -> None:
    """Draw pictures side by side, each over its caption."""
    if not output.pictures:
        st.caption("No pictures.")
        return
    grid = st.grid(min(len(output.pictures), 3), min_column_width=PICTURE_WIDTH, gap="small")
    for number, picture in enumerate(output.pictures, start=1):
        with grid:
            st.image(
                picture.png,
                caption=escape_markdown(picture.alt) or None,
                alt=picture.alt or f"Picture {number} of {len(output.pictures)}",
                width="stretch",
            )


def in_a_line(output: BaseOutput) -> str:
    """Return an answer in one line, the first that several have; empty for none.

    >>> in_a_line(Several({"Words": Number(7), "Level": Text("easy")})), in_a_line(Text("a" * 99))
    ('7', '')
    """
    match output:
        case Classification():
            return classified(output)
        case Regression():
            return estimated(output)
        case Number():
            return number(output)
        case Text() if len(output.text) <= SENTENCE and "\n" not in output.text:
            return output.text.strip()
        case Several():
            return next(filter(None, map(in_a_line, output.parts.values())), "")
        case _:
            return ""


def classified(output: Classification) -> str:
    """Return a label with how sure it is and the next guess.

    >>> classified(Classification(label="spam", probabilities={"spam": 0.83, "ham": 0.17}))
    'Spam, 83% sure; the next guess is ham, 17%'
    >>> classified(Classification(label="yes"))
    'Yes'
    """
    said = f"{output.label[:1].upper()}{output.label[1:]}"
    if output.confidence is None:
        return said
    said = f"{said}, {percent(output.confidence)} sure"
    others = [pair for pair in output.top(2) if pair[0] != output.label]
    if others and others[0][1] >= HARDLY:
        said += f"; the next guess is {others[0][0]}, {percent(others[0][1])}"
    return said


def estimated(output: Regression) -> str:
    """Return a number with its interval.

    >>> estimated(Regression(value=52314.2, low=41000, high=60100, coverage=0.8, unit="USD"))
    'About 52,314 USD; 80% sure it is between 41,000 and 60,100'
    """
    value, low, high = map(figure_text, (output.value, output.low, output.high))
    unit = f" {output.unit}".rstrip()
    return f"About {value}{unit}; {output.coverage:.0%} sure it is between {low} and {high}"


def number(output: Number) -> str:
    """Return a number as people read it, with its unit.

    >>> number(Number(1234567)), number(Number(0.1234567, "km")), number(Number(-3.0, "%"))
    ('1,234,567', '0.1235 km', '−3%')
    """
    space = "" if output.unit in ("%", "°") else " "
    return f"{figure_text(output.value)}{space}{output.unit}".rstrip()


def figure_text(value: float) -> str:
    """Return a number with sensible digits: whole ones with all, others with four at least.

    >>> [figure_text(value) for value in (1234567, 1234.567, 52314.2, 0.000012345, 0.0)]
    ['1,234,567', '1,235', '52,314', '1.234e-05', '0']
    """
    if isinstance(value, int) or float(value).is_integer() or abs(value) >= MANY / 10:
        said = f"{value:,d}" if isinstance(value, int) else f"{value:,.0f}"
    else:
        said = f"{value:.4g}"
    return said.replace("-", "−") if "e" not in said else said


def opening(text: str) -> str:
    """Return a short text as it is, of a longer one the first sentence.

    >>> opening("Is it red? " + "It may be. " * 40)
    'Is it red?'
    """
    found = FIRST_SENTENCE.match(text)
    return text if len(text) <= SHORT_TEXT or not found else " ".join(found[0].split())


def chart(output: Chart, key: str, highest: int) -> None:
    """Draw a function's figure in the page's colours, with its title above it as text."""
    if "$schema" in output.figure:
        _altair(output, key, highest)
        return
    figure = go.Figure(output.figure)
    title = figure.layout.title.text or ""
    figure.layout.title = None
    if title:
        st.markdown(f"**{escape_markdown(title)}**")
    alt = output.alt or title or "The chart that is the answer"
    charts.show(
        figure, key=key, alt=alt, height=min(int(figure.layout.height or CHART_HEIGHT), highest)
    )


def _altair(output: Chart, key: str, highest: int) -> None:
    described = dict(output.figure)
    title = described.pop("title", "")
    words = str(title.get("text", "")) if isinstance(title, dict) else str(title)
    if words:
        st.markdown(f"**{escape_markdown(words)}**")
    height = described.pop("height", CHART_HEIGHT)
    described["height"] = min(int(height) if isinstance(height, int | float) else highest, highest)
    st.vega_lite_chart(
        described, key=key, alt=output.alt or words or "The chart that is the answer"
    )


def interval(output: Regression) -> charts.Figure:
    """Return a line from the low to the high end of an estimate, with its value as a point."""
    line = {
        "type": "scatter",
        "x": [output.low, output.high],
        "y": [0, 0],
        "mode": "lines",
        "line": {"color": BLUE, "width": 10},
        "opacity": 0.5,
        "hoverinfo": "skip",
    }
    ends = {
        "type": "scatter",
        "x": [output.low, output.high],
        "y": [BELOW, BELOW],
        "mode": "text",
        "text": [figure_text(output.low), figure_text(output.high)],
        "cliponaxis": False,
        "hoverinfo": "skip",
    }
    value = {
        "type": "scatter",
        "x": [output.value],
        "y": [0],
        "mode": "markers",
        "marker": {"size": 20, "color": BLUE, "line": {"width": 2, "color": "white"}},
        "text": [figure_text(output.value)],
        "hovertemplate": "%{text}<extra></extra>",
    }
    pad = (output.high - output.low) * 0.1
    across = charts.axis(visible=False, range=[output.low - pad, output.high + pad])
    up = charts.axis(visible=False, range=[1.6 * BELOW, 1])
    layout = {"xaxis": across, "yaxis": up, "showlegend": False}
    return charts.Figure([line, ends, value], layout)


def table(output: Table, key: str, highest: int) -> None:
    """Draw a table and the button for its CSV; of a long one the first 10,000 rows are drawn."""
    rows, names = output.rows[:SHOWN], _different(output.columns)
    columns = {name: _alike([row[place] for row in rows]) for place, name in enumerate(names)}
    frame = pd.DataFrame(columns)
    st.dataframe(
        frame,
        hide_index=True,
        key=f"{key}_table",
        height=min(highest, 38 + 35 * max(len(frame), 1)),
        alt=f"A table of {len(output.rows):,} rows: {', '.join(output.columns[:8])}",
    )
    if len(output.rows) > SHOWN:
        st.caption(f"The first {SHOWN:,} of {len(output.rows):,} rows; the file has all.")
    st.download_button(
        "Download as CSV",
        data=csv_of(output),
        file_name="table.csv",
        mime="text/csv",
        icon=":material/download:",
        key=f"{key}_csv",
        on_click="ignore",
        type="tertiary",
    )


def csv_of(output: Table) -> bytes:
    r"""Return a table as a CSV file.

    >>> csv_of(Table(columns=["a", "b"], rows=[["=1+1", None], [2, True]])).decode("utf-8-sig")
    "a,b\r\n'=1+1,\r\n2,true\r\n"
    """
    rows = ([_cell(cell) for cell in row] for row in output.rows)
    guarded = ([escape_formula(cell) for cell in row] for row in [output.columns, *rows])
    return written(guarded, ",")


def _cell(value: Any) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, list | dict):
        return json.dumps(value)
    return as_cell(value)


def _alike(cells: list[Any]) -> list[Any]:
    """Return the cells of a column; those of several types as text, for a screen takes one only.

    >>> _alike([1, 2.5, None]), _alike([1, "x", [2]])
    ([1, 2.5, None], ['1', 'x', '[2]'])
    """
    kinds = {type(cell) for cell in cells if cell is not None}
    if any(type(cell) is int and abs(cell) > LARGEST_WHOLE for cell in cells):
        return [_cell(cell) for cell in cells]  # a browser would round them
    one = len(kinds) <= 1 or kinds == {int, float}
    return cells if one and not kinds & {list, dict} else [_cell(cell) for cell in cells]


def _different(names: list[str]) -> list[str]:
    """Return column names of which no two are the same: a table on the screen needs that.

    >>> _different(["a", "b", "a"])
    ['a', 'b', 'a (2)']
    """
    found: list[str] = []
    for name in names:
        count = sum(name == other for other in names[: len(found)]) + 1
        found.append(name if count == 1 else f"{name} ({count})")
    return found

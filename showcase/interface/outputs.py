"""Each kind of output as Streamlit draws it natively."""

import json
from collections.abc import Mapping, Sequence
from itertools import groupby
from typing import Literal

import streamlit as st

from showcase.contract import BaseOutput, Classification, Regression
from showcase.contract.outputs import (
    Chart,
    Data,
    Download,
    Markdown,
    Number,
    Picture,
    Several,
    Sound,
    Table,
    Text,
)
from showcase.interface.figures import chart, interval
from showcase.interface.sentences import classified, estimated, number
from showcase.interface.tables import table
from showcase.ui import charts
from showcase.ui.markdown import escape_markdown

SENTENCE = 80  # letters: a text of one such line is a headline
MOST_BARS, BAR, AROUND = 8, 32, 30  # pixels
INTERVAL = 90
CHART, LOW_CHART, TABLE, LOW_TABLE = 320, 240, 248, 178
MORE_WIDTH = 340
SHORT = (Number, Classification, Regression, Text, Download)


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

"""A table as an answer, with a CSV to download whose texts cannot run as formulas."""

import json
from typing import Any

import pandas as pd
import streamlit as st

from showcase.batch.table import as_cell, written
from showcase.contract.fields import LARGEST_WHOLE
from showcase.contract.outputs import Table
from showcase.feedback.csv_injection import escape_formula

SHOWN = 10_000


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

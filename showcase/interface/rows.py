"""Rows to edit: a list of values, or a table with several columns."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import TYPE_CHECKING, Any, Literal, get_args, get_origin

import streamlit as st

from showcase.contract.inputs import Columns, TableCodec
from showcase.ui.widgets import CompositeWidget, label

if TYPE_CHECKING:
    import pandas as pd

VALUE = "Value"
DTYPES = {str: "object", int: "Int64", float: "float64", bool: "boolean"}
Row = dict[str, Any]


class Editor(CompositeWidget):
    """Rows under `<key>_rows`; its number changes when other rows take their place.

    The browser tells what was changed since the rows that it was given, `base`.
    """

    base: list[Row]
    kinds: Mapping[str, Any]
    is_list: bool = False
    number: int = 0
    frame: "pd.DataFrame | None" = None

    def push(self, value: Any) -> None:
        """Give the editor other rows."""
        if self._name in st.session_state:
            self.number += 1
        codec = self.field.codec
        self.is_list = not isinstance(codec, TableCodec)
        columns = (
            codec.columns
            if isinstance(codec, TableCodec)
            else Columns({VALUE: self.field.item.base})
        )
        self.kinds = columns.kinds
        self.base = [{VALUE: one} for one in value or ()] if self.is_list else list(value or ())
        self.frame = frame(self.base, self.kinds)

    def draw(self) -> None:
        """Draw title and editor."""
        label(self.field)
        st.data_editor(
            self.frame,
            num_rows="dynamic",
            hide_index=True,
            column_config={name: _config(name, kind) for name, kind in self.kinds.items()},
            key=self._name,
            placeholder="–",
        )

    def held(self) -> list[Any]:
        """Return the rows as they are now; blank ones are no rows."""
        rows = edited(self.base, st.session_state.get(self._name) or {})
        rows = [{name: row.get(name) for name in self.kinds} for row in rows]
        rows = [row for row in rows if any(cell not in (None, "") for cell in row.values())]
        return [row[VALUE] for row in rows] if self.is_list else rows

    def is_lost(self) -> bool:
        """Tell whether the editor is gone, with its changes."""
        return self._name not in st.session_state

    @property
    def _name(self) -> str:
        return f"{self.key}_rows{self.number or ''}"


def edited(base: list[Row], changes: Mapping[str, Any]) -> list[Row]:
    """Return rows with what a `st.data_editor` says was changed, added and deleted.

    >>> changes = {"edited_rows": {0: {"a": 2}}, "added_rows": [{"a": 3}], "deleted_rows": [1]}
    >>> edited([{"a": 1}, {"a": 5}], changes)
    [{'a': 2}, {'a': 3}]
    """
    changed = {int(place): cells for place, cells in changes.get("edited_rows", {}).items()}
    deleted = set(changes.get("deleted_rows", ()))
    rows = [row | changed.get(place, {}) for place, row in enumerate(base) if place not in deleted]
    return [*rows, *map(dict, changes.get("added_rows", ()))]


def frame(rows: list[Row], kinds: Mapping[str, Any]) -> "pd.DataFrame":
    """Return rows as the editor needs them: each column of its type, also without rows."""
    import pandas as pd

    found = {}
    for name, kind in kinds.items():
        cells = [row.get(name) for row in rows]
        if kind in (date, datetime):
            found[name] = pd.to_datetime(pd.Series(cells, dtype="object"), format="ISO8601")
        else:
            found[name] = pd.Series(cells, dtype=DTYPES.get(kind, "object"))
    return pd.DataFrame(found)


def _config(name: str, kind: Any) -> Any:
    if get_origin(kind) is Literal:
        return st.column_config.SelectboxColumn(name, options=list(get_args(kind)))
    if kind is int:
        return st.column_config.NumberColumn(name, step=1)
    made: dict[Any, Any] = {
        float: st.column_config.NumberColumn,
        bool: st.column_config.CheckboxColumn,
        date: st.column_config.DateColumn,
        datetime: st.column_config.DatetimeColumn,
    }
    return made.get(kind, st.column_config.TextColumn)(name)

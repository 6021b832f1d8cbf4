"""Rows to type in, or from a file: lists of values and tables."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import TYPE_CHECKING, Any, Literal, get_args, get_origin

import streamlit as st

from showcase.contract import text_file
from showcase.contract.inputs import AnyTableCodec, TableCodec
from showcase.contract.inputs.tables import kinds_of
from showcase.contract.messages import plain
from showcase.ui.browser import file_uploader
from showcase.ui.markdown import field_problem
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
    number: int = 0
    frame: "pd.DataFrame | None" = None

    def push(self, value: Any) -> None:
        """Give the editor other rows."""
        self.show([{VALUE: one} for one in value or ()], {VALUE: self.field.item.base})

    def show(self, rows: list[Row], kinds: Mapping[str, Any]) -> None:
        """Give the editor rows with these columns."""
        if self._name in st.session_state:
            self.number += 1
        self.base, self.kinds = rows, kinds
        self.frame = frame(self.base, self.kinds)

    def draw(self) -> None:
        """Draw title and editor."""
        label(self.field)
        self.editor()

    def editor(self) -> None:
        """Draw the editor."""
        st.data_editor(
            self.frame,
            num_rows="dynamic",
            hide_index=True,
            column_config={name: _config(name, kind) for name, kind in self.kinds.items()},
            key=self._name,
            placeholder="–",
        )

    def held(self) -> list[Any]:
        """Return the values as they are now; blank ones are none."""
        return [row[VALUE] for row in self.rows()]

    def rows(self) -> list[Row]:
        """Return the rows as they are now, without blank ones."""
        rows = edited(self.base, st.session_state.get(self._name) or {})
        rows = [{name: row.get(name) for name in self.kinds} for row in rows]
        return [row for row in rows if any(cell not in (None, "") for cell in row.values())]

    def is_lost(self) -> bool:
        """Tell whether the editor is gone, with its changes."""
        return self._name not in st.session_state

    @property
    def _name(self) -> str:
        return f"{self.key}_rows{self.number or ''}"


class TableEditor(Editor):
    """Rows that are typed in, or come from a file under `<key>_file`.

    A table of any columns has no editor before there is a file.
    """

    taken: str | None = None  # the file of the uploader that was read last
    problem: str = ""
    uploads: int = 0

    def push(self, value: Any) -> None:
        """Give the editor other rows; the uploader forgets its file."""
        if self._file() is not None:
            self.uploads += 1
        self.taken, self.problem = None, ""
        self._take_rows(AnyTableCodec.rows(value))

    def draw(self) -> None:
        """Draw title, editor and uploader, and what is wrong with the file."""
        self._read()
        if self.kinds:
            label(self.field)
            self.editor()
        file_uploader(
            "Or from a file" if self.kinds else f"{self.field.title} (CSV or Parquet)",
            key=self._uploader,
            help=None if self.kinds else self.field.info.description,
            max_upload_size=text_file.MAX_BYTES // 2**20,
        )
        if self.problem:
            st.markdown(field_problem(self.problem))

    def held(self) -> list[Any]:
        """Return the rows as they are now, after taking what is new in the uploader."""
        self._read()
        return self.rows()

    def is_lost(self) -> bool:
        """Tell whether the editor is gone, with its changes."""
        return bool(self.kinds) and super().is_lost()

    def _take_rows(self, rows: list[Row]) -> None:
        codec = self._codec
        self.show(rows, codec.columns.kinds if isinstance(codec, TableCodec) else kinds_of(rows))

    @property
    def _codec(self) -> TableCodec | AnyTableCodec:
        codec = self.field.codec
        return codec if isinstance(codec, TableCodec) else AnyTableCodec()

    @property
    def _uploader(self) -> str:
        return f"{self.key}_file{self.uploads or ''}"

    def _file(self) -> Any:
        return st.session_state.get(self._uploader)

    def _read(self) -> None:
        """Take the rows of a new file; of one that was removed, those that the form starts with."""
        file = self._file()
        if file is None:
            if self.taken is not None and self._uploader in st.session_state:
                self.taken, self.problem = None, ""
                self._take_rows(AnyTableCodec.rows(self.field.start))
        elif file.file_id != self.taken:
            self.taken = file.file_id
            try:
                rows, self.problem = self._codec.read(file.getvalue(), file.name), ""
            except ValueError as error:
                rows, self.problem = [], plain(str(error))
            self._take_rows(rows)


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

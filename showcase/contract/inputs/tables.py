"""Tables: a list of rows in the `Input`, a pandas DataFrame for the function."""

import io
import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import cached_property
from pathlib import PurePath
from typing import TYPE_CHECKING, Annotated, Any, ClassVar, Literal, get_args, get_origin

from pydantic import (
    AfterValidator,
    BaseModel,
    ConfigDict,
    Field,
    StringConstraints,
    TypeAdapter,
    ValidationError,
    create_model,
)

from showcase.contract import text_file
from showcase.contract.inputs.codecs import LARGEST_WHOLE, Codec, First, without_zone
from showcase.contract.messages import shortened

if TYPE_CHECKING:
    import pandas as pd

MAX_ROWS = 10_000
MAX_COLUMNS = 100
LONGEST_CELL = 10_000
WHOLE = re.compile(r"[+-]?\d{1,400}")
TAKES = {
    str: "a text",
    int: "a whole number",
    float: "a number",
    bool: "true or false",
    date: "a day like 2024-12-31",
    datetime: "a moment like 2024-12-31T18:00",
}
Rows = Annotated[list[dict[str, Any]], First()]
Lists = Annotated[list[Annotated[list[Any], First()]], First()]


class Columns:
    """What a table's columns hold: str, int, float, bool, date, datetime or a `Literal`.

    `Annotated[pd.DataFrame, Columns(name=str, size=float)]`; a dict for names with spaces. A cell
    may be empty: None in the row, missing in the DataFrame.
    """

    def __init__(
        self, columns: Mapping[str, Any] | None = None, /, max_rows: int = MAX_ROWS, **more: Any
    ) -> None:
        self.kinds: dict[str, Any] = {**(columns or {}), **more}
        self.max_rows = max_rows
        wrong = [name for name, kind in self.kinds.items() if not _fits(kind)]
        if wrong or not 0 < len(self.kinds) <= MAX_COLUMNS:
            raise TypeError(
                f"a table has 1 to {MAX_COLUMNS} columns of str, int, float, bool, date, datetime "
                f"or Literal; not so: {', '.join(wrong) or len(self.kinds)}"
            )

    @classmethod
    def of(cls, frame: "pd.DataFrame") -> "Columns":
        """Return the columns of an example, by what they hold."""
        kinds = {"b": bool, "i": int, "u": int, "f": float, "M": datetime}
        return cls({str(name): kinds.get(column.dtype.kind, str) for name, column in frame.items()})


def kinds_of(rows: Sequence[Mapping[str, Any]]) -> dict[str, type]:
    """Return what the columns of rows hold, by their cells; text where it is of several kinds."""
    kinds: dict[str, set[type]] = {}
    for row in rows:
        for name, cell in row.items():
            kinds.setdefault(name, set()).update(() if cell is None else (type(cell),))
    return {name: _common(found) for name, found in kinds.items()}


def _common(kinds: set[type]) -> type:
    """Return the kind that holds all of these.

    >>> _common({int, float}), _common({bool}), _common({bool, int})
    (<class 'float'>, <class 'bool'>, <class 'str'>)
    """
    if kinds and kinds <= {int, float}:
        return float if float in kinds else int
    return bool if kinds == {bool} else str


def _fits(kind: Any) -> bool:
    return kind in TAKES or get_origin(kind) is Literal


@dataclass(frozen=True)
class TableCodec(Codec):
    """A table with known columns; the function gets a DataFrame."""

    kind: ClassVar[str] = "table"
    base: ClassVar[Any] = Rows
    wanted: ClassVar[str] = "Fill in a row."
    columns: Columns = field(default_factory=lambda: Columns(value=str))

    @property
    def most_bytes(self) -> int:
        """Each row names its columns; a number or a day takes up to 30 bytes."""
        cells = (LONGEST_CELL if kind is str else 30 for kind in self.columns.kinds.values())
        return self.columns.max_rows * (sum(cells) + sum(map(len, self.columns.kinds)))

    def encode(self, value: Any) -> Any:
        """Return the rows of a DataFrame, each a dict, missing cells as None."""
        if not hasattr(value, "to_dict") or not hasattr(value, "columns"):
            return value
        rows = value.astype(object).where(value.notna(), None).to_dict("records")
        return [{str(name): _plain(cell) for name, cell in row.items()} for row in rows]

    def check(self, value: Rows) -> Rows:
        """Return rows that have every column, None where nothing was given."""
        if len(value) > self.columns.max_rows:
            raise ValueError(
                f"The table has {len(value):,} rows: at most {self.columns.max_rows:,} are allowed."
            )
        return [self._row(number, row) for number, row in enumerate(value, start=1)]

    def _from_file(self, cell: Any, kind: Any) -> Any:
        """Return a cell of a file, a text in CSV, as JSON has it, if it can be read at all."""
        if kind not in (int, float, bool) or not isinstance(cell, str):
            return cell
        try:
            return TypeAdapter(kind).validate_python(cell)
        except ValidationError:
            return cell

    def read(self, content: bytes, name: str) -> Rows:
        """Return the rows of a CSV or Parquet file; ValueError says why it cannot be used.

        Other columns than those of the table are left out.
        """
        frame, kinds = read_frame(content, name), self.columns.kinds
        if lacking := [column for column in kinds if column not in frame]:
            raise ValueError(f"The column “{lacking[0]}” must be named in the first line.")
        rows = self.encode(frame[list(kinds)])
        return self.check(
            [
                {name: self._from_file(cell, kinds[name]) for name, cell in row.items()}
                for row in rows
            ]
        )

    def decode(self, value: Rows) -> "pd.DataFrame":
        """Return a DataFrame with the columns in their order, each of its type."""
        import pandas as pd

        types = {str: "object", int: "Int64", float: "float64", bool: "boolean"}
        found: dict[str, Any] = {}
        for name, kind in self.columns.kinds.items():
            cells = [row[name] for row in value]
            if kind in (date, datetime):
                found[name] = pd.to_datetime(pd.Series(cells, dtype="object"), format="ISO8601")
            else:
                whole = kind in (int, bool) and None not in cells
                dtype = kind.__name__ if whole else types.get(kind, "object")
                found[name] = pd.Series(cells, dtype=dtype)
        return pd.DataFrame(found, columns=list(self.columns.kinds))

    @cached_property
    def _model(self) -> type[BaseModel]:
        cells: Any = {name: (_cell(kind), None) for name, kind in self.columns.kinds.items()}
        config = ConfigDict(extra="forbid", allow_inf_nan=False, protected_namespaces=())
        named = {f"c{index}": cell for index, cell in enumerate(cells.values())}
        return create_model("Row", __config__=config, **named)

    def _row(self, number: int, row: dict[str, Any]) -> dict[str, Any]:
        names = list(self.columns.kinds)
        if unknown := [name for name in row if name not in self.columns.kinds]:
            raise ValueError(
                f"Row {number}: there is no column “{unknown[0]}”, only {', '.join(names)}."
            )
        for name, cell in row.items():
            if _is_of_another_kind(cell, self.columns.kinds[name]):
                kind = takes(self.columns.kinds[name])
                raise ValueError(f"Row {number}, “{name}”: it takes {kind}.")
        try:
            checked = self._model.model_validate(
                {f"c{index}": row.get(name) for index, name in enumerate(names)}
            )
        except ValidationError as error:
            wrong = names[int(str(error.errors()[0]["loc"][0])[1:])]
            raise ValueError(
                f"Row {number}, “{wrong}”: it takes {takes(self.columns.kinds[wrong])}."
            ) from None
        return dict(zip(names, checked.model_dump(mode="json").values(), strict=True))


@dataclass(frozen=True)
class AnyTableCodec(Codec):
    """A table of whatever columns; the function gets a DataFrame.

    Kept are lists, the first with the columns' names, the others with the cells of a row: so the
    columns stay in order. A list of dicts is taken, too.
    """

    kind: ClassVar[str] = "table"
    base: ClassVar[Any] = Lists
    wanted: ClassVar[str] = "Choose a CSV or Parquet file with a table."

    @property
    def most_bytes(self) -> int:
        """As JSON a file takes more, its names of columns not: they stand there once."""
        return text_file.MAX_BYTES * 4

    def encode(self, value: Any) -> Any:
        """Return the names and the rows of a DataFrame, or of a list of dicts."""
        if hasattr(value, "to_dict") and hasattr(value, "columns"):
            cells = value.astype(object).where(value.notna(), None).to_numpy().tolist()
            return [list(map(str, value.columns)), *([_plain(c) for c in row] for row in cells)]
        if isinstance(value, list) and value and all(isinstance(row, dict) for row in value):
            names = list(dict.fromkeys(str(name) for row in value for name in row))
            return [names, *([row.get(name) for name in names] for row in value)]
        return value

    def check(self, value: Lists) -> Lists:
        """Return a table of plain cells; ValueError names what is wrong."""
        if not value or not value[0]:
            raise ValueError(self.wanted)
        names, rows = value[0], value[1:]
        if not all(isinstance(name, str) for name in names) or len(set(names)) < len(names):
            raise ValueError("The first row has the names of the columns, each of them once.")
        if len(names) > MAX_COLUMNS:
            raise ValueError(f"The table has {len(names):,} columns; {MAX_COLUMNS} are allowed.")
        if len(rows) > MAX_ROWS:
            raise ValueError(f"The table has {len(rows):,} rows: at most {MAX_ROWS:,} are allowed.")
        for number, row in enumerate(rows, start=1):
            if len(row) != len(names):
                raise ValueError(f"Row {number:,} has {len(row)} cells for {len(names)} columns.")
            for name, cell in zip(names, row, strict=True):
                if not _is_plain(cell):
                    where = f"Row {number:,}, “{shortened(name)}”"
                    raise ValueError(f"{where}: it takes a text, a number, true or false, or null.")
        return value

    def decode(self, value: Lists) -> "pd.DataFrame":
        """Return the DataFrame."""
        import pandas as pd

        found = pd.DataFrame(value[1:], columns=value[0])
        for place, name in enumerate(value[0]):
            cells = [row[place] for row in value[1:]]
            if found[name].dtype.kind == "f" and any(
                isinstance(cell, int) and abs(cell) > LARGEST_WHOLE for cell in cells
            ):
                only_whole = all(cell is None or isinstance(cell, int) for cell in cells)
                found[name] = pd.Series(cells, dtype="Int64" if only_whole else "object")
        return found

    def read(self, content: bytes, name: str) -> Rows:
        """Return the rows of a CSV or Parquet file; ValueError says why it cannot be used."""
        frame = read_frame(content, name).apply(_inferred)
        return self.rows(self.check(self.encode(frame)))

    @staticmethod
    def rows(value: Any) -> Rows:
        """Return the rows, each a dict."""
        if not value or isinstance(value[0], dict):
            return list(value or ())
        return [dict(zip(value[0], row, strict=True)) for row in value[1:]]


def read_frame(content: bytes, name: str) -> "pd.DataFrame":
    """Return the table in a CSV file, its cells texts or missing, or in a Parquet file.

    ValueError says in plain words why the file cannot be used.
    """
    ending = PurePath(name).suffix.lower()
    if ending not in (*text_file.TABLES, ".txt", ".parquet"):
        raise ValueError("This is no CSV or Parquet file. In Excel, save it as CSV UTF-8.")
    return _parquet(content) if ending == ".parquet" else _csv(content, name)


def _is_of_another_kind(cell: Any, kind: Any) -> bool:
    """Return True if a cell is what pydantic would turn into another value."""
    if kind is int and isinstance(cell, float) and abs(cell) > LARGEST_WHOLE:
        return True  # its last digits were lost already
    if isinstance(cell, bool):
        return kind in (int, float)
    return isinstance(cell, str) and kind in (int, float, bool)


def _is_plain(cell: Any) -> bool:
    if isinstance(cell, str):
        return len(cell) <= LONGEST_CELL
    if isinstance(cell, float):
        return math.isfinite(cell)
    return cell is None or (isinstance(cell, int) and -(2**63) <= cell < 2**63)


def _csv(content: bytes, name: str) -> "pd.DataFrame":
    """Return a CSV file, its cells as texts, the blank ones missing."""
    import pandas as pd

    file = text_file.read_table(content, name)
    width = len(file.columns)
    if long := next((row for row in file.rows if len(row.cells) > width), None):
        raise ValueError(f"Line {long.line:,} has more cells than the first line has columns.")
    cells = [[cell.strip() or None for cell in row.cells] for row in file.rows]
    return pd.DataFrame(cells, columns=list(file.columns), dtype="object")


def _parquet(content: bytes) -> "pd.DataFrame":
    import pandas as pd

    if len(content) > text_file.MAX_BYTES:
        most = text_file.UPLOAD_MB
        raise ValueError(f"The file has more than {most} MB. Split it into parts.")
    try:
        return pd.read_parquet(io.BytesIO(content))
    except Exception as error:  # of whatever kind: pyarrow has many
        raise ValueError("This Parquet file cannot be read: it is damaged.") from error


def _inferred(cells: "pd.Series[Any]") -> "pd.Series[Any]":
    """Return a column of texts as numbers, or as true and false, where all of them are that."""
    import pandas as pd

    if cells.dtype != object:
        return cells
    truth = cells.map({"true": True, "True": True, "false": False, "False": False})
    if truth.notna().equals(cells.notna()) and truth.notna().any():
        return truth
    try:
        numbers = pd.to_numeric(cells)
    except (ValueError, TypeError):
        return cells
    known = cells.dropna()
    if (
        known.empty
        or not known.str.fullmatch(WHOLE).all()
        or known.map(int).abs().max() <= LARGEST_WHOLE
    ):
        return numbers
    fits = known.map(int).map(_is_plain).all()  # longer ones are names rather than numbers
    exact = [None if pd.isna(cell) else int(cell) for cell in cells]
    return pd.Series(exact, cells.index, dtype="Int64") if fits else cells


def takes(kind: Any) -> str:
    """Return what a cell of this kind takes, as a visitor reads it."""
    return TAKES.get(kind) or "one of: " + "; ".join(map(str, get_args(kind)))


def _cell(kind: Any) -> Any:
    cells = {
        str: Annotated[str, StringConstraints(max_length=LONGEST_CELL)],
        int: Annotated[int, Field(ge=-(2**63), lt=2**63)],  # as a DataFrame's column holds it
        datetime: Annotated[datetime, AfterValidator(without_zone)],
    }
    return cells.get(kind, kind) | None


def _plain(cell: Any) -> Any:
    """Return a NumPy or pandas scalar as Python has it, a time stamp as ISO text."""
    if hasattr(cell, "isoformat"):
        return cell.isoformat()
    return cell.item() if hasattr(cell, "item") else cell

"""Tables: a list of rows in the `Input`, a pandas DataFrame for the function."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import cached_property
from typing import TYPE_CHECKING, Annotated, Any, ClassVar, Literal, get_args, get_origin

from pydantic import (
    AfterValidator,
    BaseModel,
    ConfigDict,
    Field,
    StringConstraints,
    ValidationError,
    create_model,
)

from showcase.contract.inputs.codecs import Codec, First, without_zone

if TYPE_CHECKING:
    import pandas as pd

MAX_ROWS = 10_000
MAX_COLUMNS = 100
LONGEST_CELL = 10_000
TAKES = {
    str: "a text",
    int: "a whole number",
    float: "a number",
    bool: "true or false",
    date: "a day like 2024-12-31",
    datetime: "a moment like 2024-12-31T18:00",
}
Rows = Annotated[list[dict[str, Any]], First()]


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

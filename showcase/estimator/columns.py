"""The columns of a DataFrame as the fields of an `Input`, and inputs as a DataFrame again."""

import keyword
import math
import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from itertools import count
from typing import TYPE_CHECKING, Annotated, Any, Literal

from pydantic import Field, create_model

from showcase.contract.fields import round_step
from showcase.contract.function import PAGE_NAMES
from showcase.contract.inputs import LongCodec, Names
from showcase.contract.predictions import ModelInput
from showcase.estimator.about import About, ColumnAbout

if TYPE_CHECKING:
    import pandas as pd

FEW_CHOICES, MOST_CHOICES, RARE = 30, 1_000, 0.2
SHORT_TEXT, LONGEST_TEXT = 300, 5_000
OWN_NAMES = re.compile("why|cases|what_if_.*")  # keys of its page, without the name
WIDER = 0.05  # of the range of the data, on either side
STEPS = 100
# What makes a column of Python's objects one of a type of its own.
CONVERTED = dict.fromkeys(("bool", "bool_"), '{}.astype("boolean")')
CONVERTED |= dict.fromkeys(("int", "float", "Decimal"), "pd.to_numeric({})")
CONVERTED |= dict.fromkeys(("date", "datetime", "Timestamp"), "pd.to_datetime({})")


@dataclass(frozen=True)
class Column:
    """A column of the data and the field that asks for it.

    `kind` is number, whole, bool, choice, date, datetime or text. `kept` is what an `Input` holds
    for each value of a choice; `missing` stands in the frame for what is not known.
    """

    name: str
    column: Any
    kind: str
    dtype: Any
    nullable: bool
    missing: Any
    annotation: Any
    title: str
    unit: str
    description: str
    more: Mapping[str, Any]
    kept: Mapping[Any, Any]
    names: Mapping[Any, str]

    @property
    def is_number(self) -> bool:
        """Whether a curve can be drawn over it."""
        return self.kind in ("number", "whole")

    def series(self, values: Iterable[Any]) -> "pd.Series[Any]":
        """Return values of an `Input` as the model takes them."""
        import pandas as pd

        back = {kept: value for value, kept in self.kept.items()} if self.kept else None
        found = [
            self.missing if value is None else back[value] if back else value for value in values
        ]
        if self.kind in ("date", "datetime"):
            return pd.Series(pd.to_datetime(found)).astype(self.dtype)
        made: pd.Series[Any] = pd.Series(found, dtype=self.dtype)
        return made

    def value(self, cell: Any) -> Any:
        """Return what an `Input` holds for a cell of the data."""
        import pandas as pd

        if pd.isna(cell):
            return None
        if self.kind == "choice":
            return self.kept[cell]
        makers: dict[str, Any] = {
            "number": float,
            "whole": int,
            "bool": bool,
            "text": lambda text: str(text)[:LONGEST_TEXT],
            "date": lambda day: pd.Timestamp(day).date(),
            "datetime": lambda moment: pd.Timestamp(moment).to_pydatetime(),
        }
        return makers[self.kind](cell)

    def written(self, value: Any) -> str:
        """Return a value as people read it, with its unit."""
        if value is None:
            return "not known"
        if isinstance(value, bool):
            return "yes" if value else "no"
        if isinstance(value, float):
            value = f"{value:.4g}" if abs(value) < 1_000 else f"{value:,.0f}"
        elif self.kind == "whole":
            value = f"{value:,}"
        text = self.names.get(value, str(value))
        return f"{text} {self.unit}".rstrip()


def read_columns(X: "pd.DataFrame", about: About) -> list[Column]:
    """Return the columns of the data; TypeError names one that no field can ask for."""
    if unknown := set(about.columns) - set(map(str, X.columns)):
        raise ValueError(
            f"`about` names columns that X does not have: {sorted(unknown)}; "
            f"it has {list(map(str, X.columns))}."
        )
    taken: set[str] = set()
    found: list[Column] = []
    for place, column in enumerate(X.columns):
        name = field_name(str(column), place, taken)
        taken.add(name)
        told = about.columns.get(str(column), ColumnAbout())
        made = _column(name, X.iloc[:, place], told)
        is_known = made.title in {one.title for one in found}
        found.append(replace(made, title=f"{made.title} ({column})") if is_known else made)
    return found


def field_name(column: str, place: int, taken: set[str]) -> str:
    """Return a column's name as a field may be called.

    >>> field_name("sepal length (cm)", 0, set()), field_name("Größe", 1, set())
    ('sepal_length_cm', 'große')
    >>> field_name("run", 2, set()), field_name("2nd", 3, set()), field_name("a", 4, {"a"})
    ('run_value', 'column_2nd', 'a_2')
    """
    letters = unicodedata.normalize("NFKD", column)
    plain = "".join(letter for letter in letters if not unicodedata.combining(letter)).lower()
    name = re.sub(r"\W+", "_", plain).strip("_")
    if not name or name[0].isdigit():
        name = f"column_{name or place + 1}"
    is_taken = PAGE_NAMES.fullmatch(name) or OWN_NAMES.fullmatch(name)
    if keyword.iskeyword(name) or is_taken or hasattr(ModelInput, name):
        name = f"{name}_value"
    if name not in taken:
        return name
    return next(free for number in count(2) if (free := f"{name}_{number}") not in taken)


def _column(name: str, series: "pd.Series[Any]", told: ColumnAbout) -> Column:
    known = series.dropna()
    if known.empty:
        raise ValueError(f"The column {series.name!r} holds nothing: leave it out.")
    nullable = bool(series.isna().any())
    kind = "choice" if told.choices else _kind(series, known)
    kept: dict[Any, Any] = {}
    names: dict[Any, str] = {}
    more: dict[str, Any] = {}
    if kind == "choice":
        kept = _kept(known, told)
        names = {kept[value]: text for value, text in told.choices.items()}
        annotation: Any = Literal[tuple(kept.values())]
        annotation = Annotated[annotation, Names(names)] if names else annotation
    elif kind == "text":
        longest = SHORT_TEXT if known.str.len().max() <= SHORT_TEXT else LONGEST_TEXT
        annotation = str if longest == SHORT_TEXT else Annotated[str, LongCodec()]
        more = {"max_length": longest, "min_length": int(known.str.strip().ne("").all())}
    elif kind == "bool":
        annotation = bool
    else:
        annotation = {"number": float, "whole": int, "date": date, "datetime": datetime}[kind]
        more = _bounds(kind, known, told)
    missing = series[series.isna()].iloc[0] if nullable else None
    title = told.title or str(series.name).replace("_", " ").strip()
    return Column(
        name=name,
        column=series.name,
        kind=kind,
        dtype=series.dtype,
        nullable=nullable,
        missing=missing,
        annotation=annotation,
        title=title[:1].upper() + title[1:],
        unit=told.unit,
        description=told.description or _description(kind, known, told),
        more=more,
        kept=kept,
        names=names,
    )


def _kind(series: "pd.Series[Any]", known: "pd.Series[Any]") -> str:
    """Return what kind of field a column needs; TypeError for what no field can ask for."""
    from pandas.api import types

    dtype = series.dtype
    if types.is_bool_dtype(dtype) or set(map(type, known)) == {bool}:
        return "bool"
    if isinstance(dtype, types.CategoricalDtype):
        return "choice"
    if types.is_numeric_dtype(dtype) and not types.is_complex_dtype(dtype):
        whole = bool((known % 1 == 0).all()) and (
            types.is_integer_dtype(dtype) or series.isna().any()
        )
        return "choice" if whole and known.nunique() <= 2 else "whole" if whole else "number"
    if types.is_datetime64_any_dtype(dtype):
        if getattr(dtype, "tz", None) is not None:
            raise TypeError(
                f"The column {series.name!r} has a time zone, which no form asks for: "
                f"X[{series.name!r}].dt.tz_localize(None) takes it off."
            )
        return "date" if (known.dt.normalize() == known).all() else "datetime"
    kinds = set(map(type, known))
    if kinds == {str}:
        count = known.nunique()
        few = count <= FEW_CHOICES or (count <= MOST_CHOICES and count <= RARE * len(known))
        return "choice" if few and known.str.len().max() <= SHORT_TEXT else "text"
    names = sorted(kind.__name__ for kind in kinds)
    ways = {CONVERTED.get(name, "") for name in names}
    way = ways.pop() if len(ways) == 1 else ""
    cells = f"X[{series.name!r}]"
    raise TypeError(
        f"The column {series.name!r} holds {' and '.join(names)} in cells of the type {dtype}: a "
        "form asks for columns of numbers, texts, days, and yes or no. Turn it into one of them in "
        "X, and do what the model needs in a step of its pipeline."
        + (f" Here: {cells} = {way.format(cells)}." if way else "")
    )


def _kept(known: "pd.Series[Any]", told: ColumnAbout) -> dict[Any, Any]:
    """Return each value of a choice and what an `Input` holds for it: a text or a whole number."""
    is_ordered = getattr(known.dtype, "ordered", False)
    values = list(known.cat.categories) if hasattr(known, "cat") else list(known.unique())
    if not is_ordered:
        values = sorted(values, key=lambda value: (isinstance(value, str), value))
    if told.choices and (strange := set(values) - set(told.choices)):
        raise ValueError(
            f"`choices` of the column {known.name!r} lack {sorted(map(str, strange))}, which X has."
        )
    values += [value for value in told.choices if value not in values]
    if all(is_whole(value) for value in values):
        return {value: int(value) for value in values}
    kept = {value: str(value) for value in values}
    if len(set(kept.values())) < len(kept):
        raise ValueError(f"Two choices of the column {known.name!r} look the same: rename one.")
    return kept


def is_whole(value: Any) -> bool:
    """Return True for a whole number of whatever type.

    >>> [is_whole(one) for one in (1, 1.0, 1.5, True, "1")]
    [True, True, False, False, False]
    """
    is_whole_float = isinstance(value, float) and value.is_integer()
    return is_whole_float or (hasattr(value, "__index__") and not isinstance(value, bool))


def _bounds(kind: str, known: "pd.Series[Any]", told: ColumnAbout) -> dict[str, Any]:
    """Return bounds a little wider than the data, and the step of a number."""
    if kind in ("date", "datetime"):
        wider = (known.max() - known.min()) * WIDER
        ends = known.min() - wider, known.max() + wider
        made = [ends[0].floor("D").to_pydatetime(), ends[1].ceil("D").to_pydatetime()]
        return dict(
            zip(("ge", "le"), [end.date() if kind == "date" else end for end in made], strict=True)
        )
    values = known.astype(float)
    low, high = float(values.min()), float(values.max())
    if math.isinf(low) or math.isinf(high):
        raise ValueError(
            f"The column {known.name!r} holds infinity, which no form takes: put a number or what "
            "is missing in its place, in X and in what the model is fitted with."
        )
    span = (high - low) or abs(high) or 1.0
    step = told.step or round_step(span / STEPS)
    if kind == "whole":
        step = max(1, int(step))
    least, most = (
        math.floor((low - WIDER * span) / step) * step,
        math.ceil((high + WIDER * span) / step) * step,
    )
    if low >= 0:
        least = max(least, 0)
        if kind == "number" and high <= 1:
            most = min(most, 1)
    least = least if told.min is None else min(told.min, low)
    most = most if told.max is None else max(told.max, high)
    if kind == "whole":
        first, last = _holds(known.dtype)
        return {"ge": max(int(least), first), "le": min(int(most), last), "step": step}
    least, most = (float(f"{end:.10g}") for end in (least, most))
    return {"ge": least, "le": most, "step": step}


def _holds(dtype: Any) -> tuple[int, int]:
    """Return the first and the last whole number that a column of this type can hold."""
    import numpy as np

    plain = getattr(dtype, "numpy_dtype", dtype)  # of pandas' nullable types
    ends = np.iinfo(plain if plain.kind in "iu" else np.int64)
    return int(ends.min), int(ends.max)


def _description(kind: str, known: "pd.Series[Any]", told: ColumnAbout) -> str:
    if kind == "text":
        return (
            f"A text of up to {SHORT_TEXT if known.str.len().max() <= SHORT_TEXT else 5_000:,}"
            " characters"
        )
    if kind == "bool":
        return f"Yes in {known.astype(bool).mean():.0%} of the data"
    if kind == "choice":
        commonest = known.mode().iloc[0]
        named = told.choices.get(commonest, str(commonest))
        return f"Most often {named}, in {(known == commonest).mean():.0%} of the data"
    unit = f" {told.unit}" if told.unit else ""
    low, middle, high = known.min(), known.quantile(0.5), known.max()
    if kind in ("date", "datetime"):
        return f"{low:%Y-%m-%d} to {high:%Y-%m-%d} in the data"
    return f"{low:.5g} to {high:.5g}{unit} in the data, half of it up to {middle:.5g}"


def input_type(name: str, columns: Sequence[Column], start: Mapping[str, Any]) -> Any:
    """Return the `Input` of a model; `start` is what each field's widget starts with."""
    fields: dict[str, Any] = {}
    for column in columns:
        extra: dict[str, Any] = {"unit": column.unit} if column.unit else {}
        more = dict(column.more)
        if "step" in more:
            extra["step"] = more.pop("step")
        default: dict[str, Any] = {"default": None} if column.nullable else {}
        info = Field(
            title=column.title,
            description=column.description,
            examples=[start[column.name]],
            json_schema_extra=extra or None,
            **more,
            **default,
        )
        kind = column.annotation | None if column.nullable else column.annotation
        fields[column.name] = (kind, info)
    made: type[ModelInput] = create_model(
        "".join(part.capitalize() for part in name.split("_")) + "Input",
        __base__=ModelInput,
        **fields,
    )
    made.__doc__ = "What the model takes: the columns of its data."
    return made


def as_frame(columns: Sequence[Column], inputs: Sequence[ModelInput]) -> "pd.DataFrame":
    """Return inputs as rows of the data."""
    import pandas as pd

    series = [column.series([getattr(one, column.name) for one in inputs]) for column in columns]
    frame = pd.concat(series, axis=1)
    frame.columns = pd.Index([column.column for column in columns])
    return frame


def as_values(columns: Sequence[Column], row: Mapping[Any, Any]) -> dict[str, Any]:
    """Return a row of the data as the values of an `Input`."""
    return {column.name: column.value(row[column.column]) for column in columns}

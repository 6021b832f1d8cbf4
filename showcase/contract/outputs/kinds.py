"""The kinds of output beside `Classification` and `Regression`, each plain JSON.

Tables, figures and pictures of other libraries become plain data; their types are told by name.
"""

import base64
import binascii
import datetime as dt
import enum
import hashlib
import io
import json
import math
from collections import deque
from collections.abc import ItemsView, Iterator, KeysView, Mapping, Sequence, ValuesView
from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, Field, JsonValue, PlainSerializer
from pydantic_core import PydanticSerializationError, to_jsonable_python

from showcase.contract.predictions import BaseOutput

if TYPE_CHECKING:
    from showcase.contract.outputs import Output

WAVE = "audio/wav"
LARGEST = 20_000  # bytes of a payload in a feedback row
DAY = "%Y-%m-%d"
PICTURED = ("1", "L", "LA", "RGB", "RGBA", "P")
OPAQUE = ("Styler", "DataFrameGroupBy", "SeriesGroupBy")


def library(value: Any) -> str:
    """Return the name of the library that a value's type comes from.

    So a function that returns a text needs neither pandas nor Plotly nor Pillow nor NumPy.

    >>> library("a text")
    'builtins'
    """
    return type(value).__module__.partition(".")[0]


def python_value(value: Any) -> Any:  # noqa: PLR0911  # a case for each type
    """Return a scalar of NumPy or pandas as Python has it, a missing one as None; others as are.

    A day stays a day; of bins, periods and the like the text that pandas prints.
    """
    if isinstance(value, range | deque | KeysView | ValuesView | ItemsView):
        return list(value)
    if library(value) == "numpy" and hasattr(value, "dtype") and not value.ndim:
        if type(value).__name__ == "MaskedConstant":
            return None
        kind = value.dtype.kind
        if kind in "mM":
            unit = value.dtype.str.partition("[")[2].rstrip("]")
            finer = unit in ("ns", "ps", "fs", "as")
            found = (value.astype(f"{kind}8[us]") if finer else value).item()
            return str(value) if isinstance(found, int) else found
        return float(value) if value.dtype.char == "g" else value.item()
    if library(value) == "pandas" and not hasattr(value, "ndim"):
        if str(value) in ("NaT", "<NA>"):
            return None
        is_time = isinstance(value, dt.date | dt.timedelta)
        return value if is_time or type(value).__name__ in OPAQUE else str(value)
    return value


def jsonable(value: Any) -> Any:  # noqa: C901, PLR0911  # a case for each type
    """Return a value as JSON holds it: dates as text, what is missing as null, sets as lists.

    TypeError for what JSON cannot hold.
    """
    if library(value) == "numpy" and getattr(value, "ndim", None):
        plain = value.dtype.kind not in "mMOV"
        return value.tolist() if plain else [jsonable(item) for item in value]
    value = python_value(value)
    if isinstance(value, enum.Enum):
        return jsonable(value.value)
    if value is None or isinstance(value, str | bool | int | float):
        return value
    if isinstance(value, Mapping):
        return {_key(name): jsonable(item) for name, item in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        return [jsonable(item) for item in value]
    if isinstance(value, bytes | bytearray):
        try:
            return bytes(value).decode()
        except UnicodeDecodeError:
            return base64.b64encode(value).decode()
    if isinstance(value, BaseModel):
        return jsonable({name: getattr(value, name) for name in type(value).model_fields})
    if library(value) == "pandas":
        return jsonable(value.to_dict() if hasattr(value, "to_dict") else list(value))
    try:
        return to_jsonable_python(value)
    except PydanticSerializationError as error:
        raise TypeError(f"JSON holds no {type(value).__name__}") from error


def _key(name: Any) -> str:
    name = python_value(name)
    return str(name.value if isinstance(name, enum.Enum) else name)


def split(frame: Any) -> dict[str, Any]:
    """Return columns and rows of a pandas data frame or series, the index too if it says much.

    Beside an index of the same name a column is called `<name>_2`.
    """
    frame = frame.to_frame() if frame.ndim == 1 else frame
    names = [str(name) for name in frame.columns]
    columns = [frame.iloc[:, place] for place in range(len(names))]
    if type(frame.index).__name__ != "RangeIndex":
        levels = [frame.index.get_level_values(place) for place in range(frame.index.nlevels)]
        titles = [_level_name(level, place, len(levels)) for place, level in enumerate(levels)]
        names = [*titles, *(f"{name}_2" if name in titles else name for name in names)]
        columns = [*(level.to_series() for level in levels), *columns]
    cells = [_cells(column) for column in columns]
    return {"columns": names, "rows": [list(row) for row in zip(*cells, strict=True)]}


def _level_name(level: Any, place: int, count: int) -> str:
    if level.name is not None:
        return str(level.name)
    if "interval" in str(getattr(level.dtype, "categories", level).dtype):
        return "bin"
    return "index" if count == 1 else f"level_{place}"


def _cells(column: Any) -> list[Any]:
    """Return the cells of a column: days and moments as text, what is missing as null."""
    if column.dtype.kind == "M":
        if column.dt.tz is None and column.dt.normalize().equals(column):
            column = column.dt.strftime(DAY)
        else:  # to the fraction of a second, with the zone
            cells = (python_value(cell) for cell in column)
            return [cell and cell.isoformat(" ") for cell in cells]
    return [_cell(cell) for cell in column.astype(object)]


def _cell(cell: Any) -> Any:
    cell = python_value(cell)
    if isinstance(cell, float) and math.isinf(cell):
        return str(cell)
    if isinstance(cell, float):
        return None if math.isnan(cell) else float(f"{cell:.15g}")
    if isinstance(cell, dt.timedelta):
        return str(cell)
    return jsonable(cell)


def as_figure(value: Any) -> Any:
    """Return the JSON of a figure of Plotly or Altair, anything else as it is.

    Without its template: the page's own suits both of its themes.
    """
    if library(value) == "altair":
        described = json.loads(value.to_json())
        described.pop("config", None)
        return described
    if library(value) != "plotly":
        return value
    found = json.loads(value.to_json())
    found.get("layout", {}).pop("template", None)
    return found


def as_png(value: Any) -> Any:
    """Return a Pillow image, an array of uint8 or a figure of Matplotlib as PNG, others as are."""
    if library(value) == "matplotlib":
        figure, drawn = value if hasattr(value, "savefig") else value.get_figure(), io.BytesIO()
        figure.savefig(drawn, format="png", dpi=150, bbox_inches="tight")
        return drawn.getvalue()
    if library(value) == "numpy" and hasattr(value, "ndim"):
        from PIL import Image

        value = Image.fromarray(value)
    if library(value) != "PIL":
        return value
    content = io.BytesIO()
    plain = value if value.mode in PICTURED else value.convert("RGB")
    plain.save(content, "PNG")
    return content.getvalue()


def _decoded(value: Any) -> Any:
    try:
        return base64.b64decode(value, validate=True) if isinstance(value, str) else value
    except binascii.Error as error:
        raise ValueError("This is not base64.") from error


Bytes = Annotated[
    bytes,
    BeforeValidator(_decoded, json_schema_input_type=str),
    PlainSerializer(lambda raw: base64.b64encode(raw).decode(), return_type=str, when_used="json"),
]


@dataclass(frozen=True)
class Labels:
    """The label set of a `Classification`: `Annotated[Classification, Labels("a", "b")]`."""

    names: tuple[str, ...]

    def __init__(self, *names: str) -> None:
        object.__setattr__(self, "names", names)


@dataclass(frozen=True)
class Progress:
    """How far a generator is, 0 to 1, in a few words: it may yield this between its outputs."""

    fraction: float
    text: str = ""


@dataclass(frozen=True)
class Joined:
    """Metadata of a generator of texts that are pieces of one answer."""


# What a function returns that yields its answer in pieces, as language models do: it is Markdown,
# drawn while it comes.
TextStream = Annotated[Iterator[str], Joined()]


class Positional(BaseOutput):
    """An output that takes its fields by position too: `Number(3, "km")`."""

    def __init__(self, *values: Any, **named: Any) -> None:
        names = [name for name in type(self).model_fields if name != "kind"]
        if len(values) > len(names):
            raise TypeError(f"{type(self).__name__} takes {names}, not {len(values)} values")
        super().__init__(**dict(zip(names, values, strict=False)), **named)


class Text(Positional):
    """Text, shown as it is."""

    kind: Literal["text"] = "text"
    text: str

    if TYPE_CHECKING:

        def __init__(self, text: str) -> None: ...


class Markdown(Positional):
    """Text with Markdown's markup."""

    kind: Literal["markdown"] = "markdown"
    markdown: str

    if TYPE_CHECKING:

        def __init__(self, markdown: str) -> None: ...


class Number(Positional):
    """A number with its unit, if it has one."""

    kind: Literal["number"] = "number"
    value: Annotated[int | float, BeforeValidator(python_value)]
    unit: str = ""

    if TYPE_CHECKING:

        def __init__(self, value: float, unit: str = "") -> None: ...


class Table(BaseOutput):
    """Rows of cells under the names of their columns: made from a pandas data frame, or from both.

    Dates become text, missing cells null.
    """

    kind: Literal["table"] = "table"
    columns: list[str]
    rows: Annotated[list[list[JsonValue]], BeforeValidator(jsonable)]

    def __init__(self, frame: Any = None, **named: Any) -> None:
        super().__init__(**({} if frame is None else split(frame)), **named)


class Chart(Positional):
    """A figure of Plotly or Altair, as its JSON; `alt` says what it shows."""

    kind: Literal["chart"] = "chart"
    figure: Annotated[dict[str, JsonValue], BeforeValidator(as_figure)] = Field(repr=False)
    alt: str = ""

    if TYPE_CHECKING:

        def __init__(self, figure: Any, alt: str = "") -> None: ...


class Picture(Positional):
    """A picture as PNG, made from a Pillow image or from one; `alt` says what it shows."""

    kind: Literal["picture"] = "picture"
    png: Annotated[Bytes, BeforeValidator(as_png)] = Field(repr=False)
    alt: str = ""

    if TYPE_CHECKING:

        def __init__(self, png: Any, alt: str = "") -> None: ...


def _as_picture(value: Any) -> Any:
    """Return a picture, or one with its caption, as a `Picture`; one in JSON as it is."""
    if isinstance(value, Picture | dict):
        return value
    return Picture(*value) if isinstance(value, tuple) else Picture(value)


class Gallery(Positional):
    """Several pictures, each a Pillow image or an array, or a tuple of one and its caption."""

    kind: Literal["gallery"] = "gallery"
    pictures: list[Annotated[Picture, BeforeValidator(_as_picture)]]

    if TYPE_CHECKING:

        def __init__(self, pictures: Sequence[Any]) -> None: ...


class Sound(Positional):
    """A recording: WAV unless `media_type` says otherwise."""

    kind: Literal["sound"] = "sound"
    content: Bytes = Field(repr=False)
    media_type: str = WAVE

    if TYPE_CHECKING:

        def __init__(self, content: bytes, media_type: str = WAVE) -> None: ...


class Data(Positional):
    """Anything that JSON can hold."""

    kind: Literal["data"] = "data"
    data: Annotated[JsonValue, BeforeValidator(jsonable)]

    if TYPE_CHECKING:

        def __init__(self, data: Any) -> None: ...


class Download(Positional):
    """A file to download."""

    kind: Literal["download"] = "download"
    name: str
    media_type: str
    content: Bytes = Field(repr=False)

    if TYPE_CHECKING:

        def __init__(self, name: str, media_type: str, content: bytes) -> None: ...


class Several(Positional):
    """Several outputs at once, each under its name."""

    kind: Literal["several"] = "several"
    parts: dict[str, "Output"]

    if TYPE_CHECKING:

        def __init__(self, parts: Mapping[str, BaseOutput]) -> None: ...


def stored(output: BaseOutput) -> dict[str, Any]:
    """Return the output as plain JSON; a payload over 20 kB is only its SHA-256 and its size.

    >>> stored(Text("x" * 30_000))["text"]["bytes"]
    30002
    """
    if isinstance(output, Several):
        parts = {name: stored(part) for name, part in output.parts.items()}
        return {"kind": output.kind, "parts": parts}
    if isinstance(output, Gallery):
        return {"kind": output.kind, "pictures": [stored(one) for one in output.pictures]}
    return {name: _payload(value) for name, value in output.model_dump(mode="json").items()}


def _payload(value: Any) -> Any:
    content = json.dumps(value, sort_keys=True, separators=(",", ":"), allow_nan=False).encode()
    if len(content) <= LARGEST:
        return value
    return {"sha256": hashlib.sha256(content).hexdigest(), "bytes": len(content)}

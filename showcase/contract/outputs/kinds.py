"""The kinds of output beside `Classification` and `Regression`, each plain JSON."""

import base64
import binascii
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated, Any, Literal

from pydantic import BeforeValidator, Field, JsonValue, PlainSerializer

from showcase.contract.outputs.library import as_figure, as_png, split
from showcase.contract.predictions import BaseOutput

if TYPE_CHECKING:
    from showcase.contract.outputs import Output

WAVE = "audio/wav"


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


class _Positional(BaseOutput):
    """An output that takes its fields by position too: `Number(3, "km")`."""

    def __init__(self, *values: Any, **named: Any) -> None:
        names = [name for name in type(self).model_fields if name != "kind"]
        if len(values) > len(names):
            raise TypeError(f"{type(self).__name__} takes {names}, not {len(values)} values")
        super().__init__(**dict(zip(names, values, strict=False)), **named)


class Text(_Positional):
    """Text, shown as it is."""

    kind: Literal["text"] = "text"
    text: str

    if TYPE_CHECKING:

        def __init__(self, text: str) -> None: ...


class Markdown(_Positional):
    """Text with Markdown's markup."""

    kind: Literal["markdown"] = "markdown"
    markdown: str

    if TYPE_CHECKING:

        def __init__(self, markdown: str) -> None: ...


class Number(_Positional):
    """A number with its unit, if it has one."""

    kind: Literal["number"] = "number"
    value: int | float
    unit: str = ""

    if TYPE_CHECKING:

        def __init__(self, value: float, unit: str = "") -> None: ...


class Table(BaseOutput):
    """Rows of cells under the names of their columns: made from a pandas data frame, or from both.

    Dates become text, missing cells null.
    """

    kind: Literal["table"] = "table"
    columns: list[str]
    rows: list[list[JsonValue]]

    def __init__(self, frame: Any = None, **named: Any) -> None:
        super().__init__(**({} if frame is None else split(frame)), **named)


class Chart(_Positional):
    """A Plotly figure, as its JSON; `alt` says what it shows."""

    kind: Literal["chart"] = "chart"
    figure: Annotated[dict[str, JsonValue], BeforeValidator(as_figure)] = Field(repr=False)
    alt: str = ""

    if TYPE_CHECKING:

        def __init__(self, figure: Any, alt: str = "") -> None: ...


class Picture(_Positional):
    """A picture as PNG, made from a Pillow image or from one; `alt` says what it shows."""

    kind: Literal["picture"] = "picture"
    png: Annotated[Bytes, BeforeValidator(as_png)] = Field(repr=False)
    alt: str = ""

    if TYPE_CHECKING:

        def __init__(self, png: Any, alt: str = "") -> None: ...


class Sound(_Positional):
    """A recording: WAV unless `media_type` says otherwise."""

    kind: Literal["sound"] = "sound"
    content: Bytes = Field(repr=False)
    media_type: str = WAVE

    if TYPE_CHECKING:

        def __init__(self, content: bytes, media_type: str = WAVE) -> None: ...


class Data(_Positional):
    """Anything that JSON can hold."""

    kind: Literal["data"] = "data"
    data: JsonValue

    if TYPE_CHECKING:

        def __init__(self, data: Any) -> None: ...


class Download(_Positional):
    """A file to download."""

    kind: Literal["download"] = "download"
    name: str
    media_type: str
    content: Bytes = Field(repr=False)

    if TYPE_CHECKING:

        def __init__(self, name: str, media_type: str, content: bytes) -> None: ...


class Several(_Positional):
    """Several outputs at once, each under its name."""

    kind: Literal["several"] = "several"
    parts: dict[str, "Output"]

    if TYPE_CHECKING:

        def __init__(self, parts: Mapping[str, BaseOutput]) -> None: ...

"""The kinds of input that a function's parameter may be, and what becomes of each.

| annotation | the function gets | an `Input` and JSON hold |
| --- | --- | --- |
| `str`, `LongText` | text | text |
| `int`, `float`, `bool`, `Literal[...]` | the value | the value |
| an `Enum` | the member | its value (text or whole number), else its name |
| `list[Literal]`, `list[Enum]`, `set[...]` | several of them | a list |
| `list[str]`, `list[float]`, `list[date]` … | a list | a list |
| `tuple[float, float]`, `tuple[date, date]` | first and last | a list of two |
| `date`, `time`, `datetime`, `timedelta` | the value | ISO 8601 |
| `Colour` | `#rrggbb` | `#rrggbb` |
| `bytes` | bytes | base64 |
| `File` | `File`: name and content | `{"name", "content"}`, base64 |
| `PIL.Image.Image`, `Photo` | picture, RGB, upright | base64 of a PNG, JPEG or WebP |
| `Audio`, `Recording` | `Audio`: content, samples | base64 |
| `Drawing` | strokes `[[x, ...], [y, ...]]` in pixels | the same |
| `numpy.ndarray`, `NDArray[uint8]` | picture (height, width, 3) | base64 of a picture |
| `NDArray[float64]`, `NDArray[int64]` | array (n,) | a list of numbers |
| `pandas.DataFrame` with `Columns` | DataFrame | a list of rows, each an object |
| `pandas.DataFrame` | DataFrame | a list of lists, the first with the columns' names |
| a pydantic model, a dataclass, a NamedTuple, a TypedDict | the same | an object |
| any of these, or None | the same, or None | the same, or null |

There is none for passwords: what is typed here is shown, put into links and stored.
"""

from typing import TYPE_CHECKING, Annotated, Any

from showcase.contract.inputs.annotations import (
    DataclassCodec,
    annotation,
    codec_of,
    decode,
    encode,
    told_by_default,
)
from showcase.contract.inputs.codecs import (
    Codec,
    Colour,
    ColourCodec,
    Drawing,
    DrawingCodec,
    EnumCodec,
    LongCodec,
    LongText,
    Names,
    RangeCodec,
)
from showcase.contract.inputs.files import (
    Audio,
    AudioCodec,
    BytesCodec,
    File,
    FileCodec,
    ImageCodec,
    Limits,
    PhotoCodec,
    RecordingCodec,
)
from showcase.contract.inputs.tables import AnyTableCodec, Columns, TableCodec

if TYPE_CHECKING:
    from PIL.Image import Image

    Photo = Annotated[Image, PhotoCodec()]
else:
    Photo = Annotated[Any, PhotoCodec()]
Recording = Annotated[Audio, RecordingCodec()]

__all__ = [
    "AnyTableCodec",
    "Audio",
    "AudioCodec",
    "BytesCodec",
    "Codec",
    "Colour",
    "ColourCodec",
    "Columns",
    "DataclassCodec",
    "Drawing",
    "DrawingCodec",
    "EnumCodec",
    "File",
    "FileCodec",
    "ImageCodec",
    "Limits",
    "LongCodec",
    "LongText",
    "Names",
    "Photo",
    "PhotoCodec",
    "RangeCodec",
    "Recording",
    "RecordingCodec",
    "TableCodec",
    "annotation",
    "codec_of",
    "decode",
    "encode",
    "told_by_default",
]

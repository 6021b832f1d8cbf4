"""Check what arrives as a drawing or bitmap, in words that a visitor understands."""

import base64
import binascii
from collections.abc import Sequence
from itertools import chain
from typing import TYPE_CHECKING, Any, NoReturn, TypeGuard

from pydantic_core import PydanticCustomError, ValidationError

if TYPE_CHECKING:
    from models.sketch.raster import Bitmap
    from models.sketch.strokes import Drawing

MAX_STROKES = 1_000
MAX_POINTS = 20_000
FARTHEST = 1_000_000  # a coordinate, in whatever unit
NEAREST = 1e-3  # an extent below is a dot
BYTES = 784

_COORDINATES = {"type": "array", "items": {"type": "number"}, "minItems": 1}
_STROKE = {"type": "array", "items": _COORDINATES, "minItems": 2, "maxItems": 2}
DRAWING_SCHEMA: dict[str, Any] = {
    "anyOf": [
        {"type": "array", "items": _STROKE, "minItems": 1, "maxItems": MAX_STROKES},
        {"type": "null"},
    ]
}
BITMAP_SCHEMA: dict[str, Any] = {
    "anyOf": [{"type": "string", "contentEncoding": "base64"}, {"type": "null"}]
}


def simplified(value: object) -> object:
    """Return the drawing in simplified form; a PydanticCustomError says what is wrong with it."""
    if value is None:
        return None
    strokes = _strokes(value)
    if len(strokes) > MAX_STROKES:
        raise _refusal(f"Draw at most {MAX_STROKES:,} strokes: there are {len(strokes):,}.")
    checked = [_stroke(stroke, number) for number, stroke in enumerate(strokes, start=1)]
    total = sum(len(xs) for xs, _ in checked)
    if total > MAX_POINTS:
        raise _refusal(f"Draw something shorter: {total:,} points are over {MAX_POINTS:,}.")
    if max(_extent(axis) for axis in zip(*checked, strict=True)) < NEAREST:
        raise _refusal("Draw more than a dot: all points are in one place.")
    return _simplified(checked)


def _simplified(strokes: Sequence[Sequence[Sequence[float]]]) -> "Drawing":
    from models.sketch.strokes import simplify

    return simplify(strokes)


def _strokes(value: object) -> Sequence[object]:
    if not isinstance(value, list | tuple):
        raise _refusal("Send the drawing as a list of strokes [[x, ...], [y, ...]].")
    if not value:
        raise _refusal("Draw something first: the drawing is empty.")
    return value


def _stroke(stroke: object, number: int) -> tuple[Sequence[float], Sequence[float]]:
    """Return the x and y of one stroke, all finite and as many of each."""
    if not (_is_list(stroke) and len(stroke) == 2 and all(map(_is_list, stroke))):
        raise _refusal(f"Stroke {number} is not of the form [[x, ...], [y, ...]].")
    xs, ys = stroke
    if len(xs) != len(ys):
        raise _refusal(f"Stroke {number} has {len(xs)} x but {len(ys)} y: as many are needed.")
    if not xs:
        raise _refusal(f"Stroke {number} has no points: leave it out.")
    if not all(map(_is_coordinate, chain(xs, ys))):
        raise _refusal(f"Stroke {number} has a coordinate that is no number up to {FARTHEST:,}.")
    return xs, ys


def _is_list(value: object) -> TypeGuard[Sequence[Any]]:
    return isinstance(value, list | tuple)


def _is_coordinate(value: object) -> bool:
    if isinstance(value, bool) or not isinstance(value, int | float):
        return False
    return abs(value) <= FARTHEST  # NaN is not


def _extent(axis: Sequence[Sequence[float]]) -> float:
    """Return how far apart the outermost coordinates of all strokes are."""
    every = list(chain.from_iterable(axis))
    return max(every) - min(every)


def encoded(value: object) -> object:
    """Return a bitmap's base64 in its one canonical spelling."""
    if value is None:
        return None
    if not isinstance(value, str):
        raise _refusal("Send the bitmap as text: base64 of 784 bytes.")
    try:
        content = base64.b64decode(value.encode("ascii"), validate=True)
    except (UnicodeEncodeError, binascii.Error):
        raise _refusal("The bitmap is not base64 of 784 bytes.") from None
    if len(content) != BYTES:
        raise _refusal(f"The bitmap has {len(content):,} bytes; 28 x 28 = 784 are needed.")
    if not any(content):
        raise _refusal("Nothing is drawn on the bitmap: all 784 bytes are 0.")
    return base64.b64encode(content).decode("ascii")


def decoded(bitmap: str) -> "Bitmap":
    """Return the (28, 28) uint8 bitmap of a checked base64 text."""
    import numpy as np

    return np.frombuffer(base64.b64decode(bitmap), np.uint8).reshape(28, 28)


def refused(field: str, message: str) -> NoReturn:
    """Raise a ValidationError that names the field: for what only the whole input shows."""
    raise ValidationError.from_exception_data(
        "Input", [{"type": _refusal(message), "loc": (field,), "input": None}]
    )


def _refusal(message: str) -> PydanticCustomError:
    return PydanticCustomError("drawing", "{message}", {"message": message})

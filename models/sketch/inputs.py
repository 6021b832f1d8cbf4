"""What the recogniser is asked: a drawing or a bitmap, and the words that refuse others."""

import base64
import binascii
from collections.abc import Sequence
from itertools import chain, pairwise
from typing import TYPE_CHECKING, Annotated, Any, Self, TypeGuard

from pydantic import BeforeValidator, Field, WithJsonSchema, model_validator
from pydantic_core import PydanticCustomError, ValidationError

from models.sketch.examples import CIRCLE, DRAWINGS
from showcase.contract import ModelInput

if TYPE_CHECKING:
    from models.sketch.raster import Bitmap

MAX_STROKES = 1_000
MAX_POINTS = 20_000
FARTHEST = 1_000_000  # a coordinate, in whatever unit
NEAREST = 1e-3  # an extent below is a dot
BYTES = 784
FORM = "Send all x of a stroke in one list and all y in another: [[x, ...], [y, ...]]."

_COORDINATES = {"type": "array", "items": {"type": "number"}, "minItems": 1}
_STROKE = {"type": "array", "items": _COORDINATES, "minItems": 2, "maxItems": 3}
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
    timed = any(map(_has_times, strokes))
    checked = [_stroke(stroke, number, timed) for number, stroke in enumerate(strokes, start=1)]
    if _are_points(checked):
        raise _refusal(f"The strokes look like points. {FORM}")
    total = sum(len(xs) for xs, _ in checked)
    if total > MAX_POINTS:
        raise _refusal(f"Draw something shorter: {total:,} points are over {MAX_POINTS:,}.")
    if max(_extent(axis) for axis in zip(*checked, strict=True)) < NEAREST:
        raise _refusal("Draw more than a dot: all points are in one place.")
    from models.sketch.strokes import simplify

    return simplify(checked)


def _strokes(value: object) -> Sequence[object]:
    if not isinstance(value, list | tuple):
        raise _refusal("Send the drawing as a list of strokes [[x, ...], [y, ...]].")
    if not value:
        raise _refusal("Draw something first: the drawing is empty.")
    return value


def _stroke(stroke: object, number: int, timed: bool) -> tuple[Sequence[float], Sequence[float]]:
    """Return the x and y of one stroke, all finite and as many of each."""
    if not (_is_list(stroke) and len(stroke) >= 2 and all(map(_is_list, stroke))):
        raise _refusal(f"Stroke {number} is not of the form [[x, ...], [y, ...]].")
    if len(stroke) > 2 and not (timed and _has_times(stroke, least=1)):
        raise _refusal(
            f"Stroke {number} is not of the form [[x, ...], [y, ...]]; does it hold points? {FORM}"
        )
    xs, ys = stroke[:2]
    if len(xs) != len(ys):
        raise _refusal(f"Stroke {number} has {len(xs)} x but {len(ys)} y: as many are needed.")
    if not xs:
        raise _refusal(f"Stroke {number} has no points: leave it out.")
    if not all(map(_is_coordinate, chain(xs, ys))):
        raise _refusal(f"Stroke {number} has a coordinate that is no number up to {FARTHEST:,}.")
    return xs, ys


def _has_times(stroke: object, least: int = 3) -> bool:
    """Return True for x, y and times, as Quick, Draw!'s raw drawings have them.

    Three points [x, y] are three lists of two: those alone are not taken for x, y and times.
    """
    if not (_is_list(stroke) and len(stroke) == 3 and all(map(_is_list, stroke))):
        return False
    xs, ys, times = stroke
    same = len(xs) == len(ys) == len(times) >= least
    return same and all(map(_is_coordinate, times)) and list(times) == sorted(times)


def _are_points(strokes: Sequence[tuple[Sequence[float], Sequence[float]]]) -> bool:
    """Return True where each stroke is two points [x, y] that goes on where the last one ended."""
    if len(strokes) < 2 or any(len(xs) != 2 for xs, _ in strokes):
        return False
    pairs = list(pairwise(strokes))
    as_points = all(list(one[1]) == list(other[0]) for one, other in pairs)
    as_lists = all((one[0][-1], one[1][-1]) == (other[0][0], other[1][0]) for one, other in pairs)
    return as_points and not as_lists


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


def _refusal(message: str) -> PydanticCustomError:
    return PydanticCustomError("drawing", "{message}", {"message": message})


Stroke = tuple[tuple[int, ...], tuple[int, ...]]


class Input(ModelInput):
    """A drawing: exactly one of its strokes and its bitmap."""

    drawing: Annotated[
        tuple[Stroke, ...] | None,
        BeforeValidator(simplified),
        WithJsonSchema(DRAWING_SCHEMA),
    ] = Field(
        default=None,
        title="Your drawing",
        description=(
            f"Strokes [[x, ...], [y, ...]] in any pixel unit, y downwards: at most {MAX_STROKES:,} "
            f"strokes of {MAX_POINTS:,} points together; a third list, of times, is left aside. "
            "Kept in Quick, Draw!'s simplified form."
        ),
        examples=[next(iter(DRAWINGS.values()))],
    )
    bitmap: Annotated[
        str | None,
        BeforeValidator(encoded),
        WithJsonSchema(BITMAP_SCHEMA),
    ] = Field(
        default=None,
        title="A picture as the model sees it",
        description="Base64 of 784 bytes: 28 rows of 28 pixels, 255 for ink and 0 for paper.",
        examples=[CIRCLE],
    )

    @model_validator(mode="after")
    def _one_of_both(self) -> Self:
        if (self.drawing is None) == (self.bitmap is None):
            message = "Give either a drawing or a bitmap: exactly one of the two."
            raise ValidationError.from_exception_data(  # one that names a field
                "Input", [{"type": _refusal(message), "loc": ("drawing",), "input": None}]
            )
        return self

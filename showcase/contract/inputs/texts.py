"""Long texts, colours and drawings."""

import math
import re
from dataclasses import dataclass
from typing import Annotated, Any, ClassVar

from showcase.contract.inputs.mark import First, Mark

LONGEST_TEXT = 1_000_000  # characters: what is longer is not stored either
MOST_POINTS = 100_000
FARTHEST = 100_000.0  # pixels

Places = Annotated[list[float], First()]
Stroke = Annotated[list[Places], First()]
Strokes = Annotated[list[Stroke], First()]


@dataclass(frozen=True)
class LongMark(Mark):
    """A text of several lines."""

    sort: ClassVar[str] = "long"
    wanted: ClassVar[str] = "Type some words."

    @property
    def most_bytes(self) -> int:
        r"""A character takes up to 6 bytes, written as \u4e2d."""
        return 6 * LONGEST_TEXT

    def check(self, value: str) -> str:
        """Return a text of at most a million characters."""
        if len(value) > LONGEST_TEXT:
            raise ValueError(
                f"The text has {len(value):,} characters: at most {LONGEST_TEXT:,} are allowed."
            )
        return value


@dataclass(frozen=True)
class ColourMark(Mark):
    """A colour as #rrggbb, small letters."""

    sort: ClassVar[str] = "colour"

    def check(self, value: str) -> str:
        """Return the colour in six small digits."""
        digits = value.removeprefix("#").lower()
        if re.fullmatch("[0-9a-f]{3}", digits):
            digits = "".join(digit * 2 for digit in digits)
        if not re.fullmatch("[0-9a-f]{6}", digits):
            raise ValueError("A colour is # and six digits of 0 to 9 and a to f, like #4338ca.")
        return f"#{digits}"


@dataclass(frozen=True)
class DrawingMark(Mark):
    """Strokes on a sheet, in its pixels, `[[x, ...], [y, ...]]` each; the y axis points down."""

    sort: ClassVar[str] = "drawing"
    base: ClassVar[Any] = Strokes
    wanted: ClassVar[str] = "Draw something."
    width: int = 280
    height: int = 280

    @property
    def most_bytes(self) -> int:
        """A number takes up to 20 bytes, of which a point has two."""
        return 40 * MOST_POINTS

    def check(self, value: Strokes) -> Strokes:
        """Return strokes that have as many x as y, all of them numbers on or near a sheet."""
        if any(len(stroke) != 2 or len(stroke[0]) != len(stroke[1]) for stroke in value):
            raise ValueError("Each stroke is two lists of equal length, [[x, ...], [y, ...]].")
        if not value or not all(stroke[0] for stroke in value):
            raise ValueError(self.wanted)
        if sum(len(stroke[0]) for stroke in value) > MOST_POINTS:
            raise ValueError(f"The drawing has more than {MOST_POINTS:,} points: draw less.")
        for stroke in value:
            for places in stroke:
                if not all(math.isfinite(at) and abs(at) <= FARTHEST for at in places):
                    raise ValueError(f"Each place is a number up to {FARTHEST:,.0f}.")
        return value


LongText = Annotated[str, LongMark()]
Colour = Annotated[str, ColourMark()]
Drawing = Annotated[Strokes, DrawingMark()]

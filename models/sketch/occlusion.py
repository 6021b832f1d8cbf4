"""What part of a drawing decided: wipe a part out and see how much less likely the answer is.

Zeiler and Fergus, 2014, https://arxiv.org/abs/1311.2901, section 4.2.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from models.sketch.raster import SIDE, Bitmap, paint
from models.sketch.recogniser import Recogniser
from models.sketch.strokes import Strokes, points
from showcase.contract import Contribution

ACROSS = 4  # regions
MANY = 40  # strokes above which regions are wiped out instead: each part costs a prediction


@dataclass(frozen=True)
class Parts:
    """A bitmap, and by the name of each part the same bitmap without it."""

    whole: Bitmap
    without: dict[str, Bitmap]

    def contributions(self, model: Recogniser, label: int) -> list[Contribution]:
        """Return what each part adds to the label's probability, from -1 to 1, in order."""
        whole = model.probabilities(self.whole)[label]
        return [
            Contribution(name=name, value=float(whole - model.probabilities(bitmap)[label]))
            for name, bitmap in self.without.items()
        ]


def strokes(drawing: Strokes) -> Parts | None:
    """Return the drawing without each of its strokes; None for one stroke or more than 40."""
    lines = points(drawing)
    if not 1 < len(lines) <= MANY:
        return None
    without = {
        f"Stroke {index + 1}": paint([*lines[:index], *lines[index + 1 :]], frame=lines)
        for index in range(len(lines))
    }
    return Parts(paint(lines), without)


def regions(bitmap: Bitmap) -> Parts:
    """Return the bitmap without each of those of its 4x4 regions that have ink."""
    size = SIDE // ACROSS
    corners = [(row, column) for row in range(ACROSS) for column in range(ACROSS)]
    wiped = {corner: _wiped(bitmap, [size * place for place in corner], size) for corner in corners}
    return Parts(
        bitmap,
        {
            f"Row {row + 1}, column {column + 1}": image
            for (row, column), image in wiped.items()
            if (image != bitmap).any()
        },
    )


def _wiped(bitmap: Bitmap, corner: Sequence[int], size: int) -> Bitmap:
    """Return the bitmap with a square of it black."""
    wiped = bitmap.copy()
    wiped[corner[0] : corner[0] + size, corner[1] : corner[1] + size] = 0
    return wiped

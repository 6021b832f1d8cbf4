"""Turn an uploaded picture of a drawing into the 28x28 bitmap that the recogniser sees.

Dark or light lines, on a screen or photographed on plain, ruled or squared paper: uneven light,
noise, faint pencil and a table around the paper are dealt with. Not handled: several drawings on
one page, lines of very different shade, a hand in the picture, strong perspective.
"""

from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageChops
from PIL.Image import Resampling
from PIL.ImageFile import ImageFile
from scipy import ndimage  # type: ignore[import-untyped]  # it has no types

from models.sketch.raster import BOX, LINE, SIDE, Bitmap
from models.sketch.ruled import bridged, ruled
from showcase.contract.picture_file import (
    BROKEN,
    DAMAGED,
    DECODING,
    MAX_BYTES,
    MAX_PIXELS,
    PIXELS,
    TURNS,
    PictureError,
    opened,
    upright,
)

Grey = NDArray[np.float32]
Mask = NDArray[np.bool_]
Borders = tuple[tuple[float, float], ...]

COARSE, WINDOW = 200, 31  # pixels: where light is judged, and what is wider than any line there
EXTENT = BOX - 3 * LINE  # of a drawing without half a line on either side
ROOM = BOX + 4
SPECK, DUST = 12, 300  # pixels: a mark of less, and all marks of a photo together, are noise
FILLED = 0.4  # share of the ink that is deeper than a line
FAINT = 0.04  # of the range from paper to black
# A mark that takes more of the picture's border than the first share is dropped, if the second
# share of all ink remains: a table or a scanner's lid, then in photos whatever comes from outside
SCREEN: Borders = ((0.3, 0.01),)
TALL, STRIP = 1.5, 0.06  # height by width of a phone's screenshot, and the height of its bars
WHOLE = 0.95  # share of an edge that a bar fills
PHOTO: Borders = ((0.03, -1), (0, 0.2))


class Blank(ValueError):  # noqa: N818 - what the picture is
    """Nothing is drawn."""


def scaled(pixels: Grey, greatest: int) -> Grey:
    """Return the pixels at another size, `greatest` their greater side."""
    scale = greatest / max(pixels.shape)
    height, width = (max(1, round(scale * side)) for side in pixels.shape)
    return _resized(pixels, height, width)


def _resized(pixels: Grey, height: int, width: int) -> Grey:
    smaller = max(height, width) < max(pixels.shape)
    how = Resampling.BOX if smaller else Resampling.BICUBIC
    return np.asarray(Image.fromarray(pixels).resize((width, height), how))


def ink_of(grey: Grey) -> Mask:
    """Return where the lines are; Blank if nowhere."""
    paper = _paper(grey)
    photo = paper is None
    contrast = _uneven(grey) if paper is None else np.abs(grey - paper) / 255
    contrast = ndimage.gaussian_filter(contrast, 1 if photo else 0.5)
    noise = np.median(np.abs(contrast - np.median(contrast))) if photo else 0
    floor = max(FAINT, 6 * float(noise))
    lines = ruled(contrast > floor) if photo else np.zeros(grey.shape, dtype=bool)
    contrast[lines] = 0
    marks = contrast[contrast > floor]
    if not marks.size:
        raise Blank
    high = _otsu(marks) if photo else 0.5 * float(np.quantile(marks, 0.9))
    low = max(floor, high * (0.7 if photo else 0.9))
    ink = bridged(_solid(contrast > low, contrast > high, photo), lines)
    if ink.sum() < (DUST if photo else 1):
        raise Blank
    return ink


def _paper(grey: Grey) -> float | None:
    """Return the background's grey; None for a photo, where it is not the same everywhere."""
    for pixels, share in ((grey.ravel(), 0.6), (_rim(grey), 0.8)):
        level = float(np.bincount(pixels.astype(int)).argmax())
        if (np.abs(pixels - level) <= 4).mean() > share:
            return level
    return None


def _rim(pixels: NDArray[Any]) -> NDArray[Any]:
    return np.concatenate([pixels[0], pixels[-1], pixels[:, 0], pixels[:, -1]])


def _uneven(grey: Grey) -> Grey:
    """Return how much darker or lighter than the paper around it each pixel is, from 0 to 1.

    The paper is the morphological closing (opening) of the picture: it keeps the edges of shadows.
    """
    coarse = scaled(grey, COARSE)
    dark = _is_darker(coarse)
    clear = ndimage.grey_closing if dark else ndimage.grey_opening
    back = ndimage.minimum_filter if dark else ndimage.maximum_filter  # what blurring edges takes
    paper = back(clear(coarse, WINDOW, mode="nearest"), 3)
    paper = ndimage.gaussian_filter(paper, 1, mode="nearest")
    paper = _resized(paper, *grey.shape)
    contrast = (paper - grey if dark else grey - paper) / np.maximum(
        paper if dark else 255 - paper, 16
    )
    return np.asarray(contrast - np.median(contrast), np.float32)


def _is_darker(coarse: Grey) -> bool:
    """Return whether the lines are darker than what is around them: what juts out has that side."""
    small = scaled(coarse, COARSE // 2)
    juts = (small - ndimage.median_filter(small, 11, mode="nearest")) ** 3
    top, left = (side // 6 for side in juts.shape)  # a table at the border has no say
    height, width = juts.shape
    return bool(juts[top : height - top, left : width - left].sum() <= 0)


def _otsu(values: Grey) -> float:
    """Return the threshold that parts the values best (Otsu, 1979)."""
    counts, edges = np.histogram(values, 128)
    below, sums = np.cumsum(counts)[:-1], np.cumsum(counts * (edges[1:] + edges[:-1]) / 2)
    above = len(values) - below
    apart = sums[:-1] / np.maximum(below, 1) - (sums[-1] - sums[:-1]) / np.maximum(above, 1)
    return float(edges[1 + (below * above * apart**2).argmax()])


def _solid(weak: Mask, strong: Mask, photo: bool) -> Mask:
    """Return the weak marks joined to a strong one, less specks and what the border cuts."""
    marks, count = ndimage.label(weak, np.ones((3, 3)))
    area, rim = (np.bincount(part, minlength=count + 1) for part in (marks.ravel(), _rim(marks)))
    kept = (np.bincount(marks[strong], minlength=count + 1) > 0) & (area >= SPECK)
    kept[0] = False
    for contact, enough in PHOTO if photo else SCREEN:
        inner = kept & (rim <= contact * rim.sum())
        if area[inner].sum() > enough * area[kept].sum():
            kept = inner
    if not photo:
        inner = kept & ~_in_bars(marks, count)
        if inner.any():
            kept = inner
    return np.asarray(kept[marks])


def _in_bars(marks: NDArray[np.int_], count: int) -> NDArray[np.bool_]:
    """Return which marks (count + 1,) belong to the bars of a phone or a window, not to a drawing.

    Those that fill a whole edge of the picture and, on a tall one, what lies in the strips along
    its upper and lower edge: clock and battery, the line to swipe.
    """
    barred = np.zeros(count + 1, dtype=bool)
    for edge in (marks[0], marks[-1], marks[:, 0], marks[:, -1]):
        barred |= np.bincount(edge, minlength=count + 1) > WHOLE * len(edge)
    height, width = marks.shape
    if height > TALL * width:
        strip = round(STRIP * height)
        inner = np.bincount(marks[strip : height - strip].ravel(), minlength=count + 1)
        barred |= inner == 0
    barred[0] = False
    return barred


def fitted(mask: Mask) -> Bitmap:
    """Return the lines as `raster.paint` draws them: centred, scaled, as thick as its lines."""
    ink = _centred(mask)
    inside = ndimage.distance_transform_edt(ink)
    middle = ink & (inside == ndimage.maximum_filter(inside, 3))
    thick = 2 * float(np.quantile(inside[middle], 0.4)) - 0.5
    extent = EXTENT - thick
    line = LINE / EXTENT * extent
    outside = ndimage.distance_transform_edt(~ink)
    if (inside > LINE).sum() > FILLED * ink.sum():  # the model knows outlines
        edge = LINE / 2 + 1 - np.maximum(inside, outside)
        return _framed(edge.clip(0, 1), EXTENT)
    grown = np.where(ink, inside, 1 - outside) + (line - thick) / 2
    if thick > line:  # what is thinner than most must not vanish
        middle &= inside > 0.35 * thick
        grown = np.maximum(grown, line / 2 + 0.5 - ndimage.distance_transform_edt(~middle))
    return _framed(grown.clip(0, 1), extent)


def _centred(mask: Mask) -> Mask:
    """Return the mask, its greatest extent 256, in the middle of a (308, 308) one."""
    rows, columns = (np.flatnonzero(mask.any(axis=axis)) for axis in (1, 0))
    cut = mask[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1]
    ink = scaled(cut.astype(np.float32), EXTENT)
    around = [((ROOM - side) // 2, (ROOM - side + 1) // 2) for side in ink.shape]
    return np.pad(ink > min(0.2, float(ink.max()) / 2), around)


def _framed(ink: Grey, extent: float) -> Bitmap:
    """Return ink of 0 to 1 scaled down to 28x28, its lines' middles `extent` apart at most."""
    ends = [ROOM / 2 + sign * extent * BOX / EXTENT / 2 for sign in (-1, 1)]
    image = Image.fromarray((ink * 255).astype(np.uint8))
    box = (ends[0], ends[0], ends[1], ends[1])
    return np.asarray(image.resize((SIDE, SIDE), Resampling.BOX, box))


__all__ = ["MAX_BYTES", "MAX_PIXELS", "TURNS", "PictureError", "read"]

JPEG_PIXELS = 25_000_000  # a phone's photo, decoded at a fraction of its size
WORK = 800  # pixels of the greater side that is worked on; smaller pictures grow to half of it
BLANK = "Nothing is drawn here, or too faint to see: use a dark pen, plain paper and more light."


def read(content: bytes) -> Bitmap:
    """Return the drawing on a PNG, JPEG or WebP as (28, 28) uint8, white ink (255) on black.

    PictureError for anything else, for more than 10 MB or 8 megapixels (a JPEG: 25), for damaged,
    animated (which frame is meant?), tiny and blank pictures.
    """
    try:
        with DECODING:
            grey = _grey(opened(content, max_jpeg_pixels=JPEG_PIXELS))
    except PictureError:
        raise
    except Image.DecompressionBombError:
        raise PictureError(PIXELS.format("far too many", MAX_PIXELS)) from None
    except BROKEN as cause:
        raise PictureError(DAMAGED) from cause
    try:
        bitmap = Image.fromarray(fitted(ink_of(grey)))
    except Blank:
        raise PictureError(BLANK) from None
    return np.asarray(upright(bitmap, content))


def _grey(image: ImageFile) -> Grey:
    """Return the picture in grey, 0 to 255, on opaque paper, at working size."""
    image.draft("L", (WORK, WORK))  # a JPEG is decoded at down to an eighth of its size
    if image.mode.startswith("I"):
        return _small(Image.fromarray((np.asarray(image) >> 8).astype(np.uint8)))
    if not image.has_transparency_data:
        return _small(image.convert("L"))
    full = image if image.mode == "RGBA" else image.convert("RGBA")  # 32 MB at 8 megapixels
    alpha, grey = full.getchannel("A"), full.convert("L")
    return _on_paper(_small(ImageChops.multiply(grey, alpha)), _small(alpha))


def _small(image: Image.Image) -> Grey:
    image.thumbnail((WORK, WORK), Resampling.BOX)
    pixels = np.asarray(image, np.float32)
    return pixels if max(pixels.shape) >= WORK / 2 else scaled(pixels, WORK // 2).clip(0, 255)


def _on_paper(ink: Grey, alpha: Grey) -> Grey:
    """Return grey that was multiplied by alpha, on paper unlike the ink: white or black."""
    opaque = alpha.mean() > 127  # then what shows is paper; else lines, judged by their edges
    weight = alpha if opaque else alpha * (256 - alpha)
    light = (ink * 255 / np.maximum(alpha, 1) * weight).sum() > 127 * weight.sum()
    return ink + (255 - alpha) * np.float32(light == opaque)

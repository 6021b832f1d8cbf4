"""Turn an uploaded picture of a drawing into the 28x28 bitmap that the recogniser sees.

Dark or light lines, on a screen or photographed on paper: uneven light, noise, faint pencil and a
table around the paper are dealt with. Not handled: several drawings on one page, lines of very
different shade, strongly ruled paper, a hand in the picture, perspective.
"""

import numpy as np
from PIL import Image, ImageChops
from PIL.Image import Resampling
from PIL.ImageFile import ImageFile

from models.sketch.lines import Blank, Grey, fitted, ink_of, scaled
from models.sketch.raster import Bitmap
from showcase.contract.picture_file import (
    BROKEN,
    DAMAGED,
    MAX_BYTES,
    MAX_PIXELS,
    PIXELS,
    TURNS,
    PictureError,
    opened,
    upright,
)

__all__ = ["MAX_BYTES", "MAX_PIXELS", "TURNS", "PictureError", "read"]

WORK = 800  # pixels of the greater side that is worked on; smaller pictures grow to half of it
BLANK = "Nothing is drawn here, or too faint to see: use a dark pen, plain paper and more light."


def read(content: bytes) -> Bitmap:
    """Return the drawing on a PNG, JPEG or WebP as (28, 28) uint8, white ink (255) on black.

    PictureError for anything else, for more than 5 MB or 25 megapixels, for damaged, animated
    (which frame is meant?), tiny and blank pictures.
    """
    try:
        grey = _grey(opened(content))
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
    full = image if image.mode == "RGBA" else image.convert("RGBA")  # 100 MB at 25 megapixels
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

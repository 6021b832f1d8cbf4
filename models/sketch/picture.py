"""Turn an uploaded picture of a drawing into the 28x28 bitmap that the recogniser sees.

Dark or light lines, on a screen or photographed on paper: uneven light, noise, faint pencil and a
table around the paper are dealt with. Not handled: several drawings on one page, lines of very
different shade, strongly ruled paper, a hand in the picture, perspective.
"""

import re
import struct
import zlib
from io import BytesIO

import numpy as np
from PIL import Image, ImageChops
from PIL.Image import Resampling, Transpose
from PIL.ImageFile import ImageFile
from PIL.JpegImagePlugin import JpegImageFile
from PIL.PngImagePlugin import PngImageFile
from PIL.WebPImagePlugin import WebPImageFile

from models.sketch.lines import Blank, Grey, fitted, ink_of, scaled
from models.sketch.raster import Bitmap

MAX_BYTES = 5_000_000
MAX_PIXELS = 25_000_000
LEAST = 8  # pixels a side
MOST_SCANS = 200  # of a progressive JPEG, which has some 10: thousands would take minutes
WORK = 800  # pixels of the greater side that is worked on; smaller pictures grow to half of it

# Chosen by class and not through Image.open, which warns of bombs and guesses among formats
READERS: tuple[tuple[bytes, type[ImageFile]], ...] = (
    (rb"\x89PNG\r\n\x1a\n", PngImageFile),
    (rb"\xff\xd8\xff", JpegImageFile),
    (rb"RIFF.{4}WEBP", WebPImageFile),
)
REFUSED = (
    (rb"GIF8", "a GIF"),
    (rb"[\s\xef\xbb\xbf]*<(?:svg|!doctype svg|(?:\?xml|!--).*<svg)", "an SVG, a vector drawing"),
    (rb".{4}ftyp(?:he|mif|msf|avi)", "a HEIC or AVIF photo"),
    (rb".{4}ftyp", "a film"),
    (rb"%PDF-", "a PDF document"),
    (rb"BM.{4}\0\0\0\0", "a BMP"),
    (rb"II\*\0|MM\0\*", "a TIFF"),
)
BROKEN = (
    OSError, SyntaxError, ValueError, EOFError, IndexError, KeyError, TypeError, OverflowError,
    MemoryError, AssertionError, AttributeError, struct.error, zlib.error, Warning,
)  # fmt: skip  # what Pillow raises for files made wrong
DAMAGED = "The picture is damaged or incomplete: save or send it again."
BLANK = "Nothing is drawn here, or too faint to see: use a dark pen, plain paper and more light."
PIXELS = f"The picture has {{}} pixels: at most {MAX_PIXELS:,} are allowed, so make it smaller."
EXIF = re.compile(rb"(?:Exif\0\0|eXIf|EXIF.{4})(?=II\*\0|MM\0\*)", re.DOTALL)
TURNS = {
    2: Transpose.FLIP_LEFT_RIGHT, 3: Transpose.ROTATE_180, 4: Transpose.FLIP_TOP_BOTTOM,
    5: Transpose.TRANSPOSE, 6: Transpose.ROTATE_270, 7: Transpose.TRANSVERSE,
    8: Transpose.ROTATE_90,
}  # fmt: skip


class PictureError(ValueError):
    """One sentence for the visitor: what is wrong with the picture and what is allowed."""


def read(content: bytes) -> Bitmap:
    """Return the drawing on a PNG, JPEG or WebP as (28, 28) uint8, white ink (255) on black.

    PictureError for anything else, for more than 5 MB or 25 megapixels, for damaged, animated
    (which frame is meant?), tiny and blank pictures.
    """
    reader = _reader(content)
    try:
        grey = _grey(_opened(reader, content))
    except PictureError:
        raise
    except Image.DecompressionBombError:
        raise PictureError(PIXELS.format("far too many")) from None
    except BROKEN as cause:
        raise PictureError(DAMAGED) from cause
    try:
        bitmap = Image.fromarray(fitted(ink_of(grey)))
    except Blank:
        raise PictureError(BLANK) from None
    turn = TURNS.get(_orientation(content))
    return np.asarray(bitmap if turn is None else bitmap.transpose(turn))


def _reader(content: bytes) -> type[ImageFile]:
    """Return what reads the file, judged by its first bytes; name and size are not trusted."""
    if not content:
        raise PictureError("The file is empty: choose a PNG, JPEG or WebP picture.")
    for pattern, what in REFUSED:
        if re.match(pattern, content, re.DOTALL | re.IGNORECASE):
            raise PictureError(f"This is {what}: save it as PNG, JPEG or WebP first.")
    found = [reader for start, reader in READERS if re.match(start, content, re.DOTALL)]
    if not found:
        raise PictureError("This is no PNG, JPEG or WebP, whatever its name: choose one of them.")
    if len(content) > MAX_BYTES:
        size = f"{len(content):,} bytes: at most {MAX_BYTES:,} are allowed"
        raise PictureError(f"The file has {size}, so save the picture smaller.")
    return found[0]


def _opened(reader: type[ImageFile], content: bytes) -> ImageFile:
    """Return the picture, not decoded yet, after all checks of what its header says."""
    if reader is JpegImageFile:
        # Pillow would unpack Exif, whose entries may point to the same bytes thousands of times
        content = content.replace(b"Exif\0\0", b"\0\0\0\0\0\0")
        if content.count(b"\xff\xda") > MOST_SCANS:
            raise PictureError(DAMAGED)
    image = reader(BytesIO(content))
    if image.width * image.height > MAX_PIXELS:
        raise PictureError(PIXELS.format(f"{image.width:,} x {image.height:,}"))
    if min(image.size) < LEAST:
        size = f"{image.width:,} x {image.height:,}"
        raise PictureError(f"The picture has {size} pixels: {LEAST} x {LEAST} is the least.")
    if getattr(image, "is_animated", False):
        raise PictureError("This is an animation: save the one frame you mean as a PNG or JPEG.")
    return image


def _orientation(content: bytes) -> int:
    """Return how Exif says the picture is turned, 1 (not at all) to 8; 1 without Exif."""
    start = EXIF.search(content)
    tiff = memoryview(content)[start.end() :] if start else b""
    order = "<" if tiff[:2] == b"II" else ">"
    try:
        (directory,) = struct.unpack_from(f"{order}I", tiff, 4)
        (entries,) = struct.unpack_from(f"{order}H", tiff, directory)
        for entry in range(entries):
            tag, value = struct.unpack_from(f"{order}H6xH", tiff, directory + 2 + 12 * entry)
            if tag == 0x0112:
                return int(value)
    except struct.error:
        pass
    return 1


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

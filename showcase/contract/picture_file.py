"""Open a picture that somebody sent: checked before it is decoded, turned as the camera was."""

import re
import struct
import zlib
from io import BytesIO
from threading import BoundedSemaphore

from PIL import Image
from PIL.Image import Transpose
from PIL.ImageFile import ImageFile
from PIL.JpegImagePlugin import JpegImageFile
from PIL.PngImagePlugin import PngImageFile
from PIL.WebPImagePlugin import WebPImageFile

MAX_BYTES = 10 * 2**20  # what phones make
MAX_PIXELS = 2**23  # a screen of 3,840 x 2,160 fits in
STRIP = 256  # rows that are converted at a time
DECODING = BoundedSemaphore(2)  # of all visitors and the API: each may take 100 MB
LEAST = 8  # pixels a side
MOST_SCANS = 200  # of a progressive JPEG, which has some 10: thousands would take minutes

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
PIXELS = "The picture has {} pixels: at most {:,} are allowed, so make it smaller."
EXIF = re.compile(rb"(?:Exif\0\0|eXIf|EXIF.{4})(?=II\*\0|MM\0\*)", re.DOTALL)
TURNS = {
    2: Transpose.FLIP_LEFT_RIGHT, 3: Transpose.ROTATE_180, 4: Transpose.FLIP_TOP_BOTTOM,
    5: Transpose.TRANSPOSE, 6: Transpose.ROTATE_270, 7: Transpose.TRANSVERSE,
    8: Transpose.ROTATE_90,
}  # fmt: skip


class PictureError(ValueError):
    """One sentence for the visitor: what is wrong with the picture and what is allowed."""


def opened(
    content: bytes,
    max_bytes: int = MAX_BYTES,
    max_pixels: int = MAX_PIXELS,
    least: int = LEAST,
    max_jpeg_pixels: int = 0,
) -> ImageFile:
    """Return a PNG, JPEG or WebP, not decoded yet, after all checks of what its header says.

    A JPEG may have `max_jpeg_pixels`, for whoever decodes it at a fraction of its size.
    PictureError for anything else, for too many bytes or pixels, for damaged, animated (which
    frame is meant?) and tiny pictures.
    """
    reader = _reader(content, max_bytes)
    if reader is JpegImageFile:
        max_pixels = max(max_pixels, max_jpeg_pixels)
        # Pillow would unpack Exif, whose entries may point to the same bytes thousands of times
        content = content.replace(b"Exif\0\0", b"\0\0\0\0\0\0")
        if content.count(b"\xff\xda") > MOST_SCANS:
            raise PictureError(DAMAGED)
    try:
        image = reader(BytesIO(content))
    except Image.DecompressionBombError:
        raise PictureError(PIXELS.format("far too many", max_pixels)) from None
    except BROKEN as cause:
        raise PictureError(DAMAGED) from cause
    shape = f"{image.width:,} x {image.height:,}"
    if image.width * image.height > max_pixels:
        raise PictureError(PIXELS.format(shape, max_pixels))
    if min(image.size) < least:
        raise PictureError(f"The picture has {shape} pixels: {least} x {least} is the least.")
    if getattr(image, "is_animated", False):
        raise PictureError("This is an animation: save the one frame you mean as a PNG or JPEG.")
    return image


def upright(image: Image.Image, content: bytes) -> Image.Image:
    """Return a picture turned as the Exif data of its file say; as it is without them."""
    turn = TURNS.get(_orientation(content))
    return image if turn is None else image.transpose(turn)


def decoded(
    content: bytes,
    max_bytes: int = MAX_BYTES,
    max_pixels: int = MAX_PIXELS,
    within: int | None = None,
) -> Image.Image:
    """Return a picture in RGB, upright, transparent parts white; PictureError as `opened`.

    For a preview, `within` so many pixels a side, it is made smaller before it is converted.
    """
    found = opened(content, max_bytes, max_pixels, least=1)
    try:
        with DECODING:
            if within:
                found.draft("RGB", (within, within))  # a JPEG at down to an eighth of its size
            image = _in_rgb(found)
            if within:
                image.thumbnail((within, within))
            return upright(image, content)
    except Image.DecompressionBombError:
        raise PictureError(PIXELS.format("far too many", max_pixels)) from None
    except BROKEN as cause:
        raise PictureError(DAMAGED) from cause


def _in_rgb(image: Image.Image) -> Image.Image:
    """Return a picture in RGB on white, holding little more than the two of them in memory."""
    if image.mode.startswith("I"):  # 16 bits a pixel, of which the upper 8 are kept
        return image.convert("I").point(lambda value: value * (1 / 256)).convert("L").convert("RGB")
    if not image.has_transparency_data:
        return image.convert("RGB")
    paper = Image.new("RGB", image.size, "white")
    for top in range(0, image.height, STRIP):
        box = (0, top, image.width, min(top + STRIP, image.height))
        strip = image.crop(box).convert("RGBA")
        paper.paste(strip, box, strip)
    return paper


def _reader(content: bytes, max_bytes: int) -> type[ImageFile]:
    """Return what reads the file, judged by its first bytes; name and size are not trusted."""
    if not content:
        raise PictureError("The file is empty: choose a PNG, JPEG or WebP picture.")
    for pattern, what in REFUSED:
        if re.match(pattern, content, re.DOTALL | re.IGNORECASE):
            raise PictureError(f"This is {what}: save it as PNG, JPEG or WebP first.")
    found = [reader for start, reader in READERS if re.match(start, content, re.DOTALL)]
    if not found:
        raise PictureError("This is no PNG, JPEG or WebP, whatever its name: choose one of them.")
    if len(content) > max_bytes:
        size = f"{len(content):,} bytes: at most {max_bytes:,} are allowed"
        raise PictureError(f"The file has {size}, so save the picture smaller.")
    return found[0]


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

"""Turn an uploaded picture of a drawing into the 28x28 bitmap that the recogniser sees.

Dark or light lines, on a screen or photographed on paper: uneven light, noise, faint pencil and a
table around the paper are dealt with. Not handled: several drawings on one page, lines of very
different shade, strongly ruled paper, a hand in the picture, perspective.
"""

import re
import struct
import zlib
from io import BytesIO
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageChops
from PIL.Image import Resampling, Transpose
from PIL.ImageFile import ImageFile
from PIL.JpegImagePlugin import JpegImageFile
from PIL.PngImagePlugin import PngImageFile
from PIL.WebPImagePlugin import WebPImageFile
from scipy import ndimage  # type: ignore[import-untyped]  # it has no types

from models.sketch.raster import BOX, LINE, SIDE, Bitmap

Grey = NDArray[np.float32]
Mask = NDArray[np.bool_]
Borders = tuple[tuple[float, float], ...]

MAX_BYTES = 5_000_000
MAX_PIXELS = 25_000_000
LEAST = 8  # pixels a side
MOST_SCANS = 200  # of a progressive JPEG, which has some 10: thousands would take minutes
WORK = 800  # pixels of the greater side that is worked on; smaller pictures grow to half of it
COARSE, WINDOW = 200, 31  # pixels: where light is judged, and what is wider than any line there
EXTENT = BOX - 3 * LINE  # of a drawing without half a line on either side
ROOM = BOX + 4
SPECK, DUST = 12, 300  # pixels: a mark of less, and all marks of a photo together, are noise
FILLED = 0.4  # share of the ink that is deeper than a line
FAINT = 0.04  # of the range from paper to black
# A mark that takes more of the picture's border than the first share is dropped, if the second
# share of all ink remains: a table or a scanner's lid, then in photos whatever comes from outside
SCREEN: Borders = ((0.3, 0.01),)
PHOTO: Borders = ((0.03, -1), (0, 0.2))

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
    MemoryError, struct.error, zlib.error, Warning,
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
    bitmap = Image.fromarray(_fitted(_ink(grey)))
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
    return pixels if max(pixels.shape) >= WORK / 2 else _scaled(pixels, WORK // 2).clip(0, 255)


def _on_paper(ink: Grey, alpha: Grey) -> Grey:
    """Return grey that was multiplied by alpha, on paper unlike the ink: white or black."""
    opaque = alpha.mean() > 127  # then what shows is paper; else lines, judged by their edges
    weight = alpha if opaque else alpha * (256 - alpha)
    light = (ink * 255 / np.maximum(alpha, 1) * weight).sum() > 127 * weight.sum()
    return ink + (255 - alpha) * np.float32(light == opaque)


def _scaled(pixels: Grey, greatest: int) -> Grey:
    """Return the pixels at another size, `greatest` their greater side."""
    scale = greatest / max(pixels.shape)
    height, width = (max(1, round(scale * side)) for side in pixels.shape)
    return _resized(pixels, height, width)


def _resized(pixels: Grey, height: int, width: int) -> Grey:
    smaller = max(height, width) < max(pixels.shape)
    how = Resampling.BOX if smaller else Resampling.BICUBIC
    return np.asarray(Image.fromarray(pixels).resize((width, height), how))


def _ink(grey: Grey) -> Mask:
    """Return where the lines are; PictureError if nowhere."""
    paper = _paper(grey)
    photo = paper is None
    contrast = _uneven(grey) if paper is None else np.abs(grey - paper) / 255
    contrast = ndimage.gaussian_filter(contrast, 1 if photo else 0.5)
    noise = np.median(np.abs(contrast - np.median(contrast))) if photo else 0
    floor = max(FAINT, 6 * float(noise))
    marks = contrast[contrast > floor]
    if not marks.size:
        raise PictureError(BLANK)
    high = _otsu(marks) if photo else 0.5 * float(np.quantile(marks, 0.9))
    low = max(floor, high * (0.7 if photo else 0.9))
    ink = _solid(contrast > low, contrast > high, PHOTO if photo else SCREEN)
    if ink.sum() < (DUST if photo else 1):
        raise PictureError(BLANK)
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
    coarse = _scaled(grey, COARSE)
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
    small = _scaled(coarse, COARSE // 2)
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


def _solid(weak: Mask, strong: Mask, borders: Borders) -> Mask:
    """Return the weak marks joined to a strong one, less specks and what the border cuts."""
    marks, count = ndimage.label(weak, np.ones((3, 3)))
    area, rim = (np.bincount(part, minlength=count + 1) for part in (marks.ravel(), _rim(marks)))
    kept = (np.bincount(marks[strong], minlength=count + 1) > 0) & (area >= SPECK)
    kept[0] = False
    for contact, enough in borders:
        inner = kept & (rim <= contact * rim.sum())
        if area[inner].sum() > enough * area[kept].sum():
            kept = inner
    return np.asarray(kept[marks])


def _fitted(mask: Mask) -> Bitmap:
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
    ink = _scaled(cut.astype(np.float32), EXTENT)
    around = [((ROOM - side) // 2, (ROOM - side + 1) // 2) for side in ink.shape]
    return np.pad(ink > 0.2, around)


def _framed(ink: Grey, extent: float) -> Bitmap:
    """Return ink of 0 to 1 scaled down to 28x28, its lines' middles `extent` apart at most."""
    ends = [ROOM / 2 + sign * extent * BOX / EXTENT / 2 for sign in (-1, 1)]
    image = Image.fromarray((ink * 255).astype(np.uint8))
    box = (ends[0], ends[0], ends[1], ends[1])
    return np.asarray(image.resize((SIDE, SIDE), Resampling.BOX, box))

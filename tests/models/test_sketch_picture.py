"""Pictures of drawings: what is refused, and that the rest is recognised as the drawing is."""

import io
import struct
import subprocess
import sys
import zlib
from contextlib import suppress
from functools import cache
from pathlib import Path

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from PIL import Image, ImageDraw, ImageFilter, ImageOps

from models import sketch
from models.sketch import EXAMPLE_NAMES, EXAMPLES, picture
from models.sketch.picture import PictureError
from models.sketch.raster import rasterise
from tests.models.scribbles import cosine

REPOSITORY = Path(__file__).parents[2]
FORMATS = ("PNG", "JPEG", "WEBP")
DRAWINGS = dict(zip(EXAMPLE_NAMES, (each.drawing for each in EXAMPLES), strict=True))
UPRIGHT = {1: None, **picture.TURNS, 6: picture.TURNS[8], 8: picture.TURNS[6]}
ORIENTATION = 0x0112
MEGABYTE = bytes(1_000_000)


@pytest.fixture(scope="module")
def model():
    return sketch.load()


@cache
def drawn(name, size=360, width=6.0, margin=0.15):
    """The drawing in black on white, its greatest extent what the margin leaves."""
    fine = 3
    canvas = Image.new("L", (size * fine, size * fine), 255)
    pen = ImageDraw.Draw(canvas)
    together = np.concatenate([np.array(stroke).T for stroke in DRAWINGS[name]])
    middle = (together.min(axis=0) + together.max(axis=0)) / 2
    for stroke in DRAWINGS[name]:
        at = ((np.array(stroke).T - middle) / 255 * size * (1 - 2 * margin) + size / 2) * fine
        pen.line(at.ravel().tolist(), fill=0, width=round(width * fine))
        for x, y in at.tolist():
            pen.circle((x, y), width * fine / 2, fill=0)
    return canvas.reduce(fine)


def photographed(name, ink=0.3, seed=0, grain=6):
    """The drawing on paper under uneven light with a shadow, a little turned, as a bad JPEG."""
    paper = drawn(name, 500, 4, 0.2).rotate(2, Image.Resampling.BICUBIC, fillcolor=255)
    across, down = np.meshgrid(np.linspace(0, 1, 500), np.linspace(0, 1, 500))
    light = 220 - 70 * across - 30 * down
    light *= 1 - 0.25 / (1 + np.exp((across - 0.6 + 0.3 * down) * 30))
    grey = light * (ink + (1 - ink) * np.asarray(paper.filter(ImageFilter.GaussianBlur(1))) / 255)
    grey += np.random.default_rng(seed).normal(0, grain, grey.shape)
    return encoded(Image.fromarray(grey.clip(0, 255).astype(np.uint8)), "JPEG", quality=60)


def on_nothing(name, shade, form):
    """The drawing in a shade of grey on a transparent picture."""
    ink = Image.new("L", drawn(name).size, shade)
    image = Image.merge("LA", [ink, ImageOps.invert(drawn(name))])
    return encoded(image.convert("RGBA"), form)


def encoded(image, form="PNG", **options):
    file = io.BytesIO()
    image.save(file, form, **options)
    return file.getvalue()


def chunk(kind, content):
    return struct.pack(">I", len(content)) + kind + content + struct.pack(
        ">I", zlib.crc32(kind + content)
    )  # fmt: skip


def png(width, height, *extra):
    """A PNG that claims any size, with further chunks and little else."""
    header = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    parts = [chunk(b"IHDR", header), *extra, chunk(b"IDAT", zlib.compress(bytes(99)))]
    return b"\x89PNG\r\n\x1a\n" + b"".join(parts) + chunk(b"IEND", b"")


def guess(model, bitmap):
    return sketch.predict(model, sketch.from_bitmap(bitmap))


def refusal(content):
    with pytest.raises(PictureError) as caught:
        picture.read(content)
    return str(caught.value)


# What is recognised


@pytest.mark.parametrize("name", EXAMPLE_NAMES)
@pytest.mark.parametrize("form", FORMATS)
def test_a_picture_gets_the_answer_of_its_drawing(model, name, form):
    bitmap = picture.read(encoded(drawn(name), form))
    assert (bitmap.shape, bitmap.dtype) == ((28, 28), np.uint8)
    assert cosine(bitmap, rasterise(DRAWINGS[name])) > 0.98
    assert guess(model, bitmap).label == name.lower()


@pytest.mark.parametrize("name", EXAMPLE_NAMES)
def test_light_on_dark_looks_like_dark_on_light(name):
    light = picture.read(encoded(ImageOps.invert(drawn(name))))
    assert cosine(light, picture.read(encoded(drawn(name)))) > 0.999


@pytest.mark.parametrize("name", EXAMPLE_NAMES)
def test_ink_of_any_shade_on_nothing(name):
    for shade, form in ((0, "PNG"), (255, "WEBP")):
        assert cosine(picture.read(on_nothing(name, shade, form)), rasterise(DRAWINGS[name])) > 0.98


@pytest.mark.parametrize("name", EXAMPLE_NAMES)
@pytest.mark.parametrize("ink", [0.2, 0.75], ids=["pen", "pencil"])
def test_a_photo_of_paper(model, name, ink):
    prediction = guess(model, picture.read(photographed(name, ink)))
    assert name.lower() in dict(prediction.top(3))


@pytest.mark.parametrize(("size", "width"), [(28, 2), (64, 3), (360, 1), (360, 24), (1500, 5)])
def test_size_and_line_width_do_not_matter(model, size, width):
    for name in ("Cat", "Umbrella"):
        bitmap = picture.read(encoded(drawn(name, size, width, 0.06)))
        assert cosine(bitmap, rasterise(DRAWINGS[name])) > 0.94
        assert name.lower() in dict(guess(model, bitmap).top(3))


@pytest.mark.parametrize(
    ("turned", "form"), [*((turned, "JPEG") for turned in UPRIGHT), (6, "PNG"), (6, "WEBP")]
)
def test_exif_turns_a_picture_upright(turned, form):
    exif = Image.Exif()
    exif[ORIENTATION] = turned
    image = drawn("Cat") if turned == 1 else drawn("Cat").transpose(UPRIGHT[turned])
    assert cosine(picture.read(encoded(image, form, exif=exif)), rasterise(DRAWINGS["Cat"])) > 0.98


@pytest.mark.parametrize("mode", ["1", "L", "P", "LA", "RGB", "RGBA", "I;16", "CMYK"])
def test_every_kind_of_pixel(mode):
    deep = Image.fromarray(np.asarray(drawn("Cat")).astype(np.uint16) * 257)
    image = deep if mode == "I;16" else drawn("Cat").convert(mode)
    bitmap = picture.read(encoded(image, "JPEG" if mode == "CMYK" else "PNG"))
    assert cosine(bitmap, rasterise(DRAWINGS["Cat"])) > 0.98


def test_paper_on_nothing_is_paper():
    sheet = Image.new("RGBA", (420, 420))
    sheet.paste(drawn("Cat").convert("RGBA"), (30, 30))
    assert cosine(picture.read(encoded(sheet)), rasterise(DRAWINGS["Cat"])) > 0.98


def test_a_table_around_the_paper_is_left_out():
    table = Image.new("L", (500, 420), 70)
    table.paste(drawn("Cat"), (60, 30))
    noise = np.random.default_rng(0).normal(0, 6, (420, 500))
    grey = np.asarray(table) * np.linspace(0.6, 0.9, 500) + noise
    photo = Image.fromarray(grey.clip(0, 255).astype(np.uint8))
    assert cosine(picture.read(encoded(photo)), rasterise(DRAWINGS["Cat"])) > 0.97


def screenshot(name, bars):
    """A drawing on a phone's screenshot of 1080 x 2400 between bars of two greys with signs."""
    image = Image.new("L", (1080, 2400), 255)
    image.paste(drawn(name, size=900), (90, 700))
    pen = ImageDraw.Draw(image)
    top, bottom = bars
    pen.rectangle((0, 0, 1080, 90), fill=top)
    pen.rectangle((0, 2310, 1080, 2400), fill=bottom)
    pen.rectangle((60, 30, 160, 65), fill=255 if top < 128 else 0)
    pen.rectangle((950, 30, 1020, 65), fill=255 if top < 128 else 0)
    pen.rectangle((360, 2360, 720, 2370), fill=0)
    return image


@pytest.mark.parametrize("bars", [(30, 200), (255, 255), (0, 255), (255, 0), (120, 120)])
@pytest.mark.parametrize("name", ["Star", "Cat"])
def test_a_phones_bars_are_no_drawing(name, bars):
    plain = picture.read(encoded(drawn(name, size=900)))
    found = picture.read(encoded(screenshot(name, bars)))
    assert cosine(found, plain) > 0.97


def on_ruled_paper(name, squared, shade):
    """The drawing on paper with lines of that shade, a little aslant, as a noisy picture."""
    page = Image.new("L", (600, 600), 255)
    pen = ImageDraw.Draw(page)
    for at in range(15, 600, 32):
        pen.line((0, at, 600, at + 9), fill=shade, width=2)
        if squared:
            pen.line((at + 9, 0, at, 600), fill=shade, width=2)
    page.paste(0, (100, 100), ImageOps.invert(drawn(name, 400, 6, 0.05)))
    light = np.linspace(150, 220, 600)[:, None]
    noise = np.random.default_rng(0).normal(0, 4, (600, 600))
    grey = np.asarray(page.filter(ImageFilter.GaussianBlur(1))) / 255 * light + noise
    return encoded(Image.fromarray(grey.clip(0, 255).astype(np.uint8)), "JPEG")


@pytest.mark.parametrize("shade", [30, 150], ids=["as dark as the pen", "fainter"])
@pytest.mark.parametrize("squared", [False, True], ids=["ruled", "squared"])
@pytest.mark.parametrize("name", ["Cat", "Umbrella", "Sailboat"])
def test_lines_of_the_paper_are_no_drawing(name, squared, shade):
    bitmap = picture.read(on_ruled_paper(name, squared, shade))
    assert cosine(bitmap, rasterise(DRAWINGS[name])) > 0.85


def test_a_few_lines_from_edge_to_edge_are_a_drawing():
    page = Image.new("L", (400, 400), 255)
    for at in (100, 200, 300):
        ImageDraw.Draw(page).line((20, at, 380, at), fill=0, width=6)
    bitmap = picture.read(encoded(page))
    assert (bitmap.max(axis=1) > 128).sum() >= 3


def test_a_filled_shape_is_its_outline():
    disc = Image.new("L", (300, 300), 255)
    ImageDraw.Draw(disc).circle((150, 150), 90, fill=0)
    turns = np.linspace(0, 2 * np.pi, 90)
    ring = [[(128 + 127.5 * np.cos(turns)).tolist(), (128 + 127.5 * np.sin(turns)).tolist()]]
    assert cosine(picture.read(encoded(disc)), rasterise(ring)) > 0.98


def test_a_dot_is_no_error():
    dot = Image.new("L", (300, 300), 255)
    ImageDraw.Draw(dot).circle((150, 150), 4, fill=0)
    assert picture.read(encoded(dot)).max() > 200


# What is refused


SVG = b"<?xml version='1.0'?>\n<!-- a drawing -->\n<svg xmlns='http://www.w3.org/2000/svg'/>"
FRAMES = {"save_all": True, "append_images": [Image.new("RGB", (40, 40), "red")]}


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "empty"),
        (b"just a text called drawing.png", "no PNG, JPEG or WebP, whatever its name"),
        (SVG, "an SVG, a vector drawing: save it as PNG"),
        (b"\xef\xbb\xbf  <svg></svg>" + b" " * 6_000_000, "an SVG"),
        (b"GIF89a" + bytes(50), "a GIF"),
        (b"\0\0\0\x18ftypheic" + bytes(50), "a HEIC or AVIF photo"),
        (b"\0\0\0\x18ftypisom" + bytes(50), "a film"),
        (b"%PDF-1.7", "a PDF document"),
        (b"\xff\xd8\xff" + bytes(10 * 2**20), "10,485,763 bytes: at most 10,485,760"),
        (png(50_000, 50_000), "50,000 x 50,000 pixels: at most 8,388,608"),
        (png(3_000, 2_800), "3,000 x 2,800 pixels"),
        (png(1, 1), "1 x 1 pixels: 8 x 8 is the least"),
        (png(300, 300), "damaged"),
        (encoded(Image.new("P", (40, 40))).replace(b"PLTE", b"pLTE"), "damaged"),
        (encoded(Image.new("RGB", (40, 40)), "WEBP", **FRAMES), "animation"),
        (encoded(Image.new("RGB", (40, 40)), "PNG", **FRAMES), "animation"),
        (encoded(Image.new("RGB", (40, 40), "white"), "JPEG"), "Nothing is drawn"),
        (encoded(Image.new("RGB", (40, 40), "black")), "Nothing is drawn"),
        (encoded(Image.new("RGBA", (40, 40))), "Nothing is drawn"),
        (b"\xff\xd8\xff" + b"\xff\xda\0\x02" * 1000, "damaged"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_refuses_in_plain_words(content, message):
    said = refusal(content)
    assert message in said
    assert said.endswith(".")


def test_blank_paper_is_blank():
    assert "Nothing is drawn" in refusal(photographed("Cat", ink=1))


@pytest.mark.parametrize("size", [(16_000, 1_600), (16_383, 16_383)])
def test_a_huge_webp_is_refused_by_its_header(size):
    small = bytearray(encoded(Image.new("RGB", (40, 40)), "WEBP", lossless=True))
    bits = (size[0] - 1) | (size[1] - 1) << 14
    small[21:25] = bits.to_bytes(4, "little")
    assert "8,388,608" in refusal(bytes(small)) or "damaged" in refusal(bytes(small))


@pytest.mark.parametrize("kind", [b"zTXt", b"iTXt"])
def test_a_text_that_unpacks_to_100_megabytes_is_refused(kind):
    packed = zlib.compressobj(1)
    bomb = b"".join(packed.compress(MEGABYTE) for _ in range(100)) + packed.flush()
    head = b"a\0\0" if kind == b"zTXt" else b"a\0\1\0\0\0"
    assert "damaged" in refusal(png(300, 300, chunk(kind, head + bomb)))


def test_exif_that_points_to_itself_costs_nothing():
    entries = b"".join(struct.pack(">HHII", 256 + n, 7, 60_000, 8) for n in range(4_000))
    tiff = b"MM\0*" + struct.pack(">IH", 8, 4_000) + entries
    exif = b"Exif\0\0" + tiff
    plain = encoded(drawn("Cat"), "JPEG")
    loaded = plain[:2] + b"\xff\xe1" + struct.pack(">H", len(exif) + 2) + exif + plain[2:]
    assert (picture.read(loaded) == picture.read(plain)).all()


# Anything may be sent


WHOLE = [encoded(drawn("Cat", 64, 3), form) for form in FORMATS] + [
    encoded(drawn("Cat", 64, 3).convert("RGBA"), "WEBP", exif=Image.Exif()),
    encoded(drawn("Cat", 64, 3), "JPEG", progressive=True),
    encoded(drawn("Cat", 64, 3).convert("P"), "PNG"),
]


def survives(content):
    with suppress(PictureError):
        bitmap = picture.read(content)
        assert (bitmap.shape, bitmap.dtype) == ((28, 28), np.uint8)
        assert bitmap.any()


@settings(max_examples=50, deadline=None)
@given(
    st.sampled_from([b"", b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff", b"RIFF\0\0\0\0WEBPVP8 "]),
    st.binary(),
)
@example(b"\xff\xd8\xff\xe1", b"\0\x10Exif\0\0II*\0")
def test_random_bytes_raise_nothing_else(start, rest):
    survives(start + rest)


@settings(max_examples=50, deadline=None)
@given(st.sampled_from(WHOLE), st.data())
def test_spoilt_pictures_raise_nothing_else(whole, data):
    spoilt = bytearray(whole)
    for _ in range(data.draw(st.integers(1, 6))):
        spoilt[data.draw(st.integers(0, len(whole) - 1))] = data.draw(st.integers(0, 255))
    survives(bytes(spoilt[: data.draw(st.integers(len(whole) // 3, len(whole)))]))


@settings(max_examples=20, deadline=None)
@given(st.integers(8, 40), st.integers(8, 40), st.integers(0, 2**32), st.booleans())
def test_any_pixels_raise_nothing_else(width, height, seed, coloured):
    shape = (height, width, 3) if coloured else (height, width)
    pixels = np.random.default_rng(seed).integers(0, 256, shape, np.uint8)
    survives(encoded(Image.fromarray(pixels)))


@pytest.mark.parametrize("size", [(8, 3_000), (2_000, 9), (8, 8)])
def test_any_shape_raises_nothing_else(size):
    image = Image.new("L", size, 255)
    ImageDraw.Draw(image).line((0, 0, *size), fill=0, width=3)
    survives(encoded(image))


# What it costs


GROWTH = """
import io, resource, sys
from PIL import Image, ImageDraw
from models.sketch import picture

def peak():
    with open("/proc/self/status") as status:
        return next(int(line.split()[1]) for line in status if line.startswith("VmHWM")) / 1000

small = io.BytesIO()
image = Image.new("L", (300, 300), 255)
ImageDraw.Draw(image).circle((150, 150), 90, outline=0, width=5)
image.save(small, "PNG")
picture.read(small.getvalue())
before = peak()
picture.read(sys.stdin.buffer.read())
print(peak() - before)
"""


@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="the peak is read from /proc")
def test_a_progressive_jpeg_of_25_megapixels_stays_below_200_megabytes():
    image = Image.new("RGB", (5_000, 5_000), "white")
    ImageDraw.Draw(image).circle((2_500, 2_500), 2_000, outline="black", width=60)
    content = encoded(image, "JPEG", progressive=True, subsampling=0)
    run = subprocess.run(
        [sys.executable, "-c", GROWTH],
        cwd=REPOSITORY,
        input=content,
        capture_output=True,
        check=True,
    )
    assert float(run.stdout) < 200

"""Pictures as a function gets them: what they look like, and what they cost to decode."""

import io
import subprocess
import sys
from pathlib import Path

import pytest
from PIL import Image

from showcase.contract.picture_file import MAX_PIXELS, PictureError, decoded

GROWTH = """
import io, sys
from PIL import Image
from showcase.contract.picture_file import decoded

def peak():
    with open("/proc/self/status") as status:
        return next(int(line.split()[1]) for line in status if line.startswith("VmHWM")) / 1000

small = io.BytesIO()
Image.new("RGBA", (9, 9)).save(small, "PNG")
decoded(small.getvalue())
before = peak()
decoded(sys.stdin.buffer.read(), within=(int(sys.argv[1]) or None))
print(peak() - before)
"""


def encoded(image, form="PNG", **more):
    buffer = io.BytesIO()
    image.save(buffer, form, **more)
    return buffer.getvalue()


@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="the peak is read from /proc")
@pytest.mark.parametrize("within", [0, 240])
def test_the_largest_transparent_picture_takes_little_more_than_itself_twice(within):
    """Held as RGBA three times and as RGB once, one of 25 megapixels took 480 MB."""
    content = encoded(Image.new("RGBA", (4_096, 2_048), (10, 20, 30, 40)))
    run = subprocess.run(
        [sys.executable, "-c", GROWTH, str(within)], input=content, capture_output=True, check=True
    )
    assert float(run.stdout) < 3 * MAX_PIXELS * 4 / 1e6


@pytest.mark.parametrize("mode", ["RGBA", "LA", "P", "RGB", "L", "1", "I;16"])
def test_every_mode_is_shown_on_white(mode):
    image = Image.new("RGBA", (40, 600), (0, 0, 0, 0))
    image.paste((255, 0, 0, 255), (0, 0, 20, 600))
    if mode == "P":
        image = image.quantize()
    elif mode == "I;16":
        image = Image.new(mode, (40, 600), 65_535)
    elif mode != "RGBA":
        image = image.convert(mode)
    found = decoded(encoded(image))
    assert (found.mode, found.size) == ("RGB", (40, 600))
    if image.has_transparency_data:
        assert found.getpixel((30, 599)) == (255, 255, 255)
        assert found.getpixel((5, 300)) != (255, 255, 255)


def test_half_transparent_parts_are_half_white():
    found = decoded(encoded(Image.new("RGBA", (4, 4), (0, 0, 0, 51))))
    assert found.getpixel((0, 0)) == (204, 204, 204)


@pytest.mark.parametrize("form", ["PNG", "JPEG"])
def test_a_preview_is_made_small(form):
    assert max(decoded(encoded(Image.new("RGB", (2_000, 1_000)), form), within=240).size) == 240


def test_more_than_eight_megapixels_are_refused_before_they_are_decoded():
    with pytest.raises(PictureError, match="2,897 x 2,896 pixels: at most 8,388,608 are allowed"):
        decoded(encoded(Image.new("1", (2_897, 2_896))))

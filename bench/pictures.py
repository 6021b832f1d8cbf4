"""How often Sketch names a drawing from a picture of it: photos of paper, screenshots of phones.

python -m bench.pictures DIR [COUNT]: DIR holds Quick, Draw!'s drawings, of which those kept apart
are put on paper, photographed askew in uneven light, and on a phone's screen.
"""

import io
import sys
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFilter

from bench.row import Row
from models import sketch
from models.sketch import picture
from models.sketch.strokes import Drawing
from models.sketch.training.data import read
from models.sketch.training.evaluate import within

WIDE, HIGH = 900, 1_100  # pixels of the paper
COUNT = 690
Random = np.random.Generator


def picture_rows(folder: Path, count: int) -> Iterator[Row]:
    """Yield the shares right for each kind of picture."""
    part, random = read(folder).test, np.random.default_rng(0)
    chosen = random.permutation(len(part.drawings))[:count]
    labels, model = part.drawn[chosen], sketch.load()
    for name, made in KINDS.items():
        random = np.random.default_rng(1)
        answers = np.zeros((len(chosen), len(sketch.LABELS)))
        for place, index in enumerate(chosen):
            image = made(part.drawings[index], random)
            answers[place] = _answer(model, image)
        shares = [100 * within(answers, labels, k) for k in (1, 3)]
        yield Row(f"Sketch, {name}", "{:.1f} / {:.1f} of 100".format(*shares))


def _answer(model: "sketch.Recogniser", image: bytes) -> NDArray[np.float64]:
    """Return the probabilities; a picture that is refused names nothing."""
    try:
        return sketch.predict_bitmaps(model, picture.read(image)[None])[0]
    except picture.PictureError:
        return np.linspace(0, 1e-9, len(sketch.LABELS))


def paper(
    drawing: Drawing, random: Random, shade: int = 60, ruled: int = 255, squared: int = 255
) -> bytes:
    """Return a photo of the drawing on paper; a pen's shade is 60, white paper's 255."""
    page = Image.new("L", (WIDE, HIGH), 255)
    pen = ImageDraw.Draw(page)
    gap = int(random.integers(34, 52))
    for at in range(gap // 2, HIGH, gap):
        pen.line((0, at, WIDE, at), fill=min(ruled, squared), width=3)
    for at in range(gap // 2, WIDE, gap):
        pen.line((at, 0, at, HIGH), fill=squared, width=3)
    draw(pen, drawing, float(random.uniform(380, 620)), float(random.uniform(5, 8)), shade)
    return _photographed(page, random)


def draw(pen: ImageDraw.ImageDraw, drawing: Drawing, size: float, width: float, shade: int) -> None:
    """Draw the strokes in the middle of the paper, `size` their greatest extent."""
    together = np.concatenate([np.array(stroke).T for stroke in drawing])
    middle = (together.min(axis=0) + together.max(axis=0)) / 2
    extent = max(float(np.ptp(together, axis=0).max()), 1)
    for stroke in drawing:
        at = (np.array(stroke).T - middle) * size / extent + (WIDE / 2, HIGH / 2)
        pen.line(at.ravel().tolist(), fill=shade, width=round(width))
        for x, y in at.tolist():
            pen.circle((x, y), width / 2, fill=shade)


def _photographed(page: Image.Image, random: Random) -> bytes:
    """Return a JPEG of the page, seen from the side a little, in uneven light, with noise."""
    corners = np.array([(0, 0), (0, HIGH), (WIDE, HIGH), (WIDE, 0)], float)
    inner = corners * 0.9 + (0.05 * WIDE, 0.05 * HIGH)
    quad = inner + random.uniform(-0.03, 0.03, (4, 2)) * (WIDE, HIGH)
    how = Image.Resampling.BICUBIC
    seen = page.transform(page.size, Image.Transform.QUAD, quad.ravel().tolist(), how)
    ink = np.asarray(seen.filter(ImageFilter.GaussianBlur(1.2)), float) / 255
    across, down = np.meshgrid(np.linspace(0, 1, WIDE), np.linspace(0, 1, HIGH))
    slope = random.uniform(-60, 60, 2)
    light = 190 + slope[0] * (across - 0.5) + slope[1] * (down - 0.5)
    grey = light * ink + random.normal(0, 5, ink.shape)
    file = io.BytesIO()
    Image.fromarray(grey.clip(0, 255).astype(np.uint8)).save(file, "JPEG", quality=70)
    return file.getvalue()


def screenshot(drawing: Drawing, random: Random) -> bytes:
    """Return a phone's screenshot: bars with clock, battery and the line to swipe."""
    page = Image.new("L", (WIDE, HIGH), 255)
    draw(ImageDraw.Draw(page), drawing, float(random.uniform(500, 800)), 10, shade=0)
    image = Image.new("L", (1_080, 2_400), 255)
    image.paste(page, (90, 650))
    pen = ImageDraw.Draw(image)
    top, bottom = random.choice([0, 30, 120, 200, 255], 2).tolist()
    pen.rectangle((0, 0, 1_080, 90), fill=top)
    pen.rectangle((0, 2_310, 1_080, 2_400), fill=bottom)
    for left in (60, 110, 930, 990):
        pen.rectangle((left, 30, left + 35, 65), fill=255 if top < 128 else 0)
    pen.rectangle((360, 2_360, 720, 2_370), fill=255 if bottom < 128 else 0)
    file = io.BytesIO()
    image.save(file, "PNG")
    return file.getvalue()


KINDS: dict[str, Callable[[Drawing, Random], bytes]] = {
    "plain paper": paper,
    "ruled paper": partial(paper, ruled=150),
    "ruled as dark as the pen": partial(paper, ruled=70),
    "pencil on ruled paper": partial(paper, shade=140, ruled=170),
    "squared paper": partial(paper, squared=150),
    "pencil on squared paper": partial(paper, shade=140, squared=180),
    "a phone's screenshot": screenshot,
}

if __name__ == "__main__":
    for row in picture_rows(Path(sys.argv[1]), int(sys.argv[2]) if sys.argv[2:] else COUNT):
        print(row.what, row.measured, sep=": ", flush=True)

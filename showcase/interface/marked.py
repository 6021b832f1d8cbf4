"""Text with labelled spans and pictures with labelled boxes, as Streamlit draws them natively."""

import io
import re
from collections import Counter
from collections.abc import Sequence
from itertools import pairwise

import streamlit as st
from PIL import Image, ImageDraw, ImageFont

from showcase.contract.outputs import AnnotatedImage, Box, HighlightedText, Span
from showcase.contract.palette import OKABE_ITO, YELLOW
from showcase.ui.charts import percent
from showcase.ui.markdown import escape_markdown

COLOURS = ("blue", "orange", "green", "violet", "red", "yellow", "gray")  # Streamlit's own
LARGEST_SIDE = 1280  # pixels of a picture on the page
LISTED = 12  # boxes below a picture
LIGHT = (YELLOW, "#E69F00", "#56B4E9", "#CC79A7")  # behind black letters
LATIN = re.compile(r"[\x20-\xff]*")  # what Pillow's own font has


def highlighted_text(output: HighlightedText) -> None:
    """Draw the text with a background behind each span and its label, and count the labels."""
    colours = dict(zip(_labels(output.spans), COLOURS * len(output.spans), strict=False))
    st.markdown(as_markdown(output.text, output.spans, colours))
    counts = Counter(span.label for span in output.spans)
    told = [f":{colours[label]}-badge[{escape_markdown(label)}] {n}" for label, n in counts.items()]
    st.markdown(f":small[{' · '.join(told) or 'Nothing is marked in it.'}]")


def as_markdown(text: str, spans: Sequence[Span], colours: dict[str, str]) -> str:
    r"""Return Markdown of a text with its spans; where several overlap, the shortest is drawn.

    >>> as_markdown("Ada lived.", [Span(start=0, end=3, label="WHO")], {"WHO": "blue"})
    ':blue-background[Ada :small[:blue[**WHO**]]] lived\\.'
    """
    breaks = (at for found in re.finditer("\n", text) for at in found.span())
    ends = {0, len(text), *breaks, *(end for span in spans for end in (span.start, span.end))}
    waiting = sorted(spans, key=lambda span: -span.start)
    inside: list[Span] = []
    written = []
    for start, end in pairwise(sorted(ends)):
        inside = [span for span in inside if span.end > start]
        while waiting and waiting[-1].start <= start:
            inside.append(waiting.pop())
        piece = _escaped(text[start:end])
        piece += "".join(_label(span, colours) for span in inside if span.end == end)
        if inside and piece.strip():
            shortest = min(inside, key=lambda span: span.end - span.start)
            piece = f":{colours[shortest.label]}-background[{piece}]"
        written.append(piece)
    return "".join(written)


def _escaped(piece: str) -> str:
    """Return Markdown of a piece of text, or of a line's end, with the spaces around it."""
    if piece == "\n":
        return "  \n"
    before, after = piece[:1].isspace(), piece[-1:].isspace() and bool(piece.strip())
    return f"{' ' * before}{escape_markdown(piece)}{' ' * after}"


def _label(span: Span, colours: dict[str, str]) -> str:
    sure = "" if span.score is None else f" {percent(span.score)}"
    return f" :small[:{colours[span.label]}[**{escape_markdown(span.label)}**{sure}]]"


def annotated_image(output: AnnotatedImage) -> None:
    """Draw the picture with its boxes, and below it what they are."""
    listed = [_said(box) for box in output.boxes]
    alt = output.alt or "The picture that is the answer"
    boxes = f"{len(listed)} box{'es' * (len(listed) != 1)}"
    st.image(with_boxes(output.png, output.boxes), alt=f"{alt}, with {boxes}")
    more = f" and {len(listed) - LISTED} more" if len(listed) > LISTED else ""
    said = " · ".join(map(escape_markdown, listed[:LISTED]))
    st.caption(f"{boxes}: {said}{more}" if listed else "Nothing is marked in it.")


def with_boxes(png: bytes, boxes: Sequence[Box]) -> bytes:
    """Return a picture, at most 1,280 pixels a side, with boxes and their labels drawn on it."""
    picture = Image.open(io.BytesIO(png)).convert("RGB")
    width = picture.width
    picture.thumbnail((LARGEST_SIDE, LARGEST_SIDE))
    by = picture.width / width
    draw = ImageDraw.Draw(picture)
    line = max(2, round(max(picture.size) / 250))
    font = ImageFont.load_default(max(11, round(max(picture.size) / 26)))
    colours = dict(zip(_labels(boxes), OKABE_ITO * len(boxes), strict=False))
    for number, box in enumerate(boxes, start=1):
        colour = colours[box.label]
        corners = [corner * by for corner in (box.xmin, box.ymin, box.xmax, box.ymax)]
        draw.rectangle(corners, outline=colour, width=line)
        words = box.label if LATIN.fullmatch(box.label) else str(number)
        _tag(draw, (corners[0], corners[1]), words, colour, font)
    content = io.BytesIO()
    picture.save(content, "PNG")
    return content.getvalue()


def _tag(
    draw: ImageDraw.ImageDraw,
    corner: tuple[float, float],
    words: str,
    colour: str,
    font: ImageFont.FreeTypeFont | ImageFont.ImageFont,
) -> None:
    """Write words on their colour above a box, or inside it where there is no room above."""
    left, top, right, bottom = draw.textbbox((0, 0), words, font=font)
    pad = (bottom - top) // 3
    width, height = right - left + 2 * pad, bottom - top + 2 * pad
    x = max(0, min(corner[0], draw.im.size[0] - width))
    y = corner[1] - height if corner[1] >= height else corner[1]
    draw.rectangle([x, y, x + width, y + height], fill=colour)
    fill = "black" if colour in LIGHT else "white"
    draw.text((x + pad - left, y + pad - top), words, fill=fill, font=font)


def _labels(marked: Sequence[Span | Box]) -> list[str]:
    return list(dict.fromkeys(one.label for one in marked))


def _said(box: Box) -> str:
    return box.label if box.score is None else f"{box.label} {percent(box.score)}"

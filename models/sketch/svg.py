"""A drawing as SVG: for verdict rows, lists and pages that show no canvas."""

from typing import TYPE_CHECKING

from models.sketch.inputs import decoded

if TYPE_CHECKING:
    from models.sketch.inputs import Input, Stroke

GREATEST, MARGIN = 255, 16  # the box that a drawing fills, and the room around it
PIXELS = 28  # pixels of a bitmap
INK, PAPER = "#14102B", "#FFFFFF"
TEXT = "A drawing"


def svg(given: "Input") -> str:
    """Return the drawing in ink on paper, centred, with a text alternative."""
    if given.bitmap is None:
        return _polylines(given.drawing or ())
    return _framed(f"0 0 {PIXELS} {PIXELS}", PIXELS, _pixels(given.bitmap))


def _polylines(drawing: "tuple[Stroke, ...]") -> str:
    wide, high = (max(max(stroke[axis]) for stroke in drawing) for axis in (0, 1))
    side = GREATEST + 2 * MARGIN
    lines = "".join(f'<polyline points="{_points(*stroke)}"/>' for stroke in drawing)
    style = f'fill="none" stroke="{INK}" stroke-width="6" stroke-linecap="round"'
    view = f"{(wide - side) / 2:g} {(high - side) / 2:g} {side} {side}"
    return _framed(view, side, f'<g {style} stroke-linejoin="round">{lines}</g>')


def _points(xs: tuple[int, ...], ys: tuple[int, ...]) -> str:
    return " ".join(f"{x},{y}" for x, y in zip(xs, ys, strict=True))


def _pixels(bitmap: str) -> str:
    tile = decoded(bitmap)
    shades = ((x, y, tile[y, x] / 255) for y in range(PIXELS) for x in range(PIXELS))
    return "".join(
        f'<path d="M{x} {y}h1v1h-1z" fill="{INK}" fill-opacity="{shade:.2f}"/>'
        for x, y, shade in shades
        if shade
    )


def _framed(view: str, side: float, body: str) -> str:
    left, top, *_ = view.split()
    paper = f'<rect x="{left}" y="{top}" width="{side}" height="{side}" fill="{PAPER}"/>'
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" role="img" aria-label="{TEXT}" '
        f'viewBox="{view}"><title>{TEXT}</title>{paper}{body}</svg>'
    )

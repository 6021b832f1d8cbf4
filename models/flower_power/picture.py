"""An iris drawn to scale from its four measurements, as SVG.

Seen from above, laid flat: three sepals (one points down) and, between them, three petals, each at
its real length and width, a centimetre the same number of units in every picture. Only these sizes
are measured; shapes, veins and the pale mark are of our own making, and the colours are those of
the species everywhere in the app. A picture without a species holds nothing that tells it.
"""

import hashlib
from html import escape
from math import cos, pi, sin

from models.flower_power import COLOURS
from models.flower_power.inputs import Input
from showcase.contract import canonical_json

# A shape is one side of a part from its base (0, 0) to its tip (1, 0), the widest place 1 away from
# the axis: cubic Bézier curves, each two control points and an end. Tangents are level at the
# widest place and upright at the tip, so that no curve leaves the measured box.
Point = tuple[float, float]
Shape = tuple[tuple[Point, Point, Point], ...]

SEPAL: Shape = (
    ((0.08, 0.30), (0.20, 0.26), (0.32, 0.40)),
    ((0.42, 0.52), (0.50, 1.0), (0.69, 1.0)),
    ((0.87, 1.0), (1.0, 0.55), (1.0, 0.0)),
)
PETAL: Shape = (
    ((0.15, 0.18), (0.35, 1.0), (0.62, 1.0)),
    ((0.83, 1.0), (1.0, 0.60), (1.0, 0.0)),
)
VEINS = (-0.72, -0.48, -0.24, 0.0, 0.24, 0.48, 0.72)  # shares of the half width
FINE = 6.0  # units of width that a vein needs around it, else parts look hatched

UNIT = 20.0  # per centimetre
EXTENT = (7.8, 7.0, 8.0)  # centimetres to each side, up and down that every picture shows
MARGIN = 8.0  # units
HIDDEN = "#8794AB"
GREY = "#787878"
WHITE, INK, POLLEN = "#FFFFFF", "#14102B", "#FFE680"
SEPALS, PETALS = (210, 330, 90), (30, 150, 270)  # degrees, clockwise from the right
FONT = 'font-family="system-ui, -apple-system, Segoe UI, Roboto, sans-serif"'


def flower_svg(given: Input, label: str | None = None, *, scale_bar: bool = True) -> str:
    """Return the SVG of one iris, in the colours of `label` or, when that is None, of no species.

    It has a text alternative (`flower_text`), works on light and dark ground, and shows more ground
    when a part is longer than any that was measured.
    """
    text = escape(flower_text(given, label))
    side, top, bottom = (MARGIN + UNIT * size for size in _extent(given))
    bar = _scale_bar(MARGIN - side, bottom - 1.5 * MARGIN) if scale_bar else ""
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" role="img" aria-label="{text}" '
        f'viewBox="{-side:g} {-top:g} {2 * side:g} {top + bottom:g}" '
        f'width="{2 * side:g}" height="{top + bottom:g}" {FONT}>'
        f"<title>{text}</title>{flower_shape(given, label)}{bar}</svg>"
    )


def flower_shape(given: Input, label: str | None = None) -> str:
    """Return the flower alone, its middle at (0, 0), to be put into a larger picture."""
    return _gradients(given, label) + _parts(given, label) + _middle(given, label)


def flower_text(given: Input, label: str | None = None) -> str:
    """Return the picture's text alternative.

    >>> from models.flower_power import EXAMPLES
    >>> flower_text(EXAMPLES[0])
    'An iris: sepals 5 cm long and 3.4 cm wide, petals 1.5 cm long and 0.2 cm wide.'
    """
    name = f"An iris, {label}:" if label else "An iris:"
    return (
        f"{name} sepals {given.sepal_length:g} cm long and {given.sepal_width:g} cm wide, "
        f"petals {given.petal_length:g} cm long and {given.petal_width:g} cm wide."
    )


def mixed(colour: str, other: str, share: float) -> str:
    """Return a colour with a share of another in it.

    >>> mixed("#000000", "#FFFFFF", 0.5)
    '#808080'
    """
    pairs = [(int(colour[at : at + 2], 16), int(other[at : at + 2], 16)) for at in (1, 3, 5)]
    return "#" + "".join(f"{round(a + share * (b - a)):02X}" for a, b in pairs)


def _extent(given: Input) -> tuple[float, float, float]:
    """Return the centimetres to each side, up and down that hold all parts."""
    sepal, petal = given.sepal_length, given.petal_length
    aside, along = sin(pi / 3), cos(pi / 3)  # of the parts that point neither up nor down
    wide = max(given.sepal_width, given.petal_width) / 2
    needed = (
        aside * max(sepal, petal) + along * wide,
        max(petal, along * sepal + aside * wide),
        max(sepal, along * petal + aside * wide),
    )
    side, up, down = (max(usual, size) for usual, size in zip(EXTENT, needed, strict=True))
    return side, up, down


def _colour(label: str | None) -> str:
    return COLOURS[label] if label else HIDDEN


def _pollen(label: str | None) -> str:
    return POLLEN if label else WHITE


def _key(given: Input, label: str | None) -> str:
    """Return a prefix for the ids, so that several pictures can stand in one document."""
    return "f" + hashlib.sha256(f"{canonical_json(given)}{label}".encode()).hexdigest()[:8]


def _gradients(given: Input, label: str | None) -> str:
    """Return the shades of both kinds of parts, from the middle of the flower outwards."""
    colour, key = _colour(label), _key(given, label)
    sepal = (mixed(colour, INK, 0.45), mixed(colour, INK, 0.08), mixed(colour, WHITE, 0.30))
    petal = (mixed(colour, INK, 0.25), mixed(colour, WHITE, 0.38), mixed(colour, WHITE, 0.62))
    return (
        "<defs>"
        + _gradient(f"{key}s", given.sepal_length, sepal)
        + _gradient(f"{key}p", given.petal_length, petal)
        + "</defs>"
    )


def _gradient(name: str, length: float, colours: tuple[str, str, str]) -> str:
    stops = "".join(
        f'<stop offset="{at}" stop-color="{colour}"/>'
        for at, colour in zip((0, 0.55, 1), colours, strict=True)
    )
    return (
        f'<radialGradient id="{name}" gradientUnits="userSpaceOnUse" cx="0" cy="0" '
        f'r="{length * UNIT:g}">{stops}</radialGradient>'
    )


def _parts(given: Input, label: str | None) -> str:
    """Return the three sepals and, over them, the three petals."""
    colour, key = _colour(label), _key(given, label)
    long, wide = given.sepal_length * UNIT, given.sepal_width * UNIT
    sepal = _part(SEPAL, long, wide, colour, f"{key}s")
    sepal += f'<path d="{blaze(long, wide)}" fill="{_pollen(label)}" opacity="0.95"/>'
    long, wide = given.petal_length * UNIT, given.petal_width * UNIT
    petal = _part(PETAL, long, wide, colour, f"{key}p")
    return "".join(
        f'<g class="{kind}" transform="rotate({angle})">{part}</g>'
        for kind, part, angles in (("sepal", sepal, SEPALS), ("petal", petal, PETALS))
        for angle in angles
    )


def _part(shape: Shape, long: float, wide: float, colour: str, shade: str) -> str:
    """Return one sepal or petal along the x axis, outline first, then its veins."""
    return (
        f'<path d="{outline(shape, long, wide)}" fill="url(#{shade})" '
        f'stroke="{mixed(colour, INK, 0.5)}" stroke-width="0.8" stroke-linejoin="round"/>'
        f'<path d="{veins(shape, long, wide)}" fill="none" stroke="{mixed(colour, INK, 0.55)}" '
        f'stroke-width="0.7" stroke-linecap="round" opacity="0.55"/>'
    )


def _middle(given: Input, label: str | None) -> str:
    """Return the flower's middle, which no measurement tells the size of."""
    colour, size = _colour(label), 0.055 * given.sepal_length * UNIT
    return (
        f'<circle r="{size:.1f}" fill="{mixed(colour, INK, 0.35)}"/>'
        f'<circle r="{0.5 * size:.1f}" fill="{_pollen(label)}"/>'
    )


def _scale_bar(x: float, y: float) -> str:
    """Return a bar of one centimetre with its length in words."""
    end = x + UNIT
    return (
        f'<g class="scale" stroke="{GREY}" stroke-width="2">'
        f'<path d="M{x:g} {y - 4:g}v8M{x:g} {y:g}H{end:g}M{end:g} {y - 4:g}v8" fill="none"/></g>'
        f'<text x="{end + 7:g}" y="{y + 5:g}" font-size="14" fill="{GREY}">1 cm</text>'
    )


def outline(shape: Shape, long: float, wide: float) -> str:
    """Return the path of a part that is exactly `long` by `wide`, its base at (0, 0).

    >>> outline(PETAL, 100, 40)[:38]
    'M0 0C15 3.6 35 20 62 20C83 20 100 12 1'
    """
    down = [_scaled(curve, long, wide / 2) for curve in shape]
    starts: list[Point] = [(0.0, 0.0), *(curve[2] for curve in shape)]
    back = [
        _scaled((second, first, start), long, -wide / 2)
        for (first, second, _), start in zip(shape[::-1], starts[-2::-1], strict=True)
    ]
    return "M0 0" + "".join(down + back) + "Z"


def veins(shape: Shape, long: float, wide: float) -> str:
    """Return the path of fine lines that fan out from the base; narrow parts have fewer."""
    widest = shape[-2][2][0]
    count = min(len(VEINS), 1 + 2 * int(wide / 2 / FINE))
    middle = len(VEINS) // 2
    chosen = VEINS[middle - count // 2 : middle + count // 2 + 1]
    lines = []
    for share in chosen:
        end = (0.93 - 0.30 * share**2, 0.86 * share)
        curve = ((0.20, 0.16 * share), (widest - 0.22, 0.80 * share), end)
        lines.append(f"M{0.06 * long:.1f} 0" + _scaled(curve, long, wide / 2))
    return "".join(lines)


def blaze(long: float, wide: float) -> str:
    """Return the path of the pale mark that leads insects into the flower, on a sepal's axis."""
    tip = ((0.18, 0.05), (0.36, 0.30), (0.52, 0.0))
    base = ((0.36, -0.30), (0.18, -0.05), (0.12, 0.0))
    return f"M{0.12 * long:.1f} 0" + "".join(_scaled(c, long, wide / 2) for c in (tip, base)) + "Z"


def _scaled(curve: tuple[Point, Point, Point], long: float, half: float) -> str:
    # 0 is added to make -0 a plain 0
    return "C" + " ".join(f"{round(x * long, 2):g} {round(y * half, 2) + 0:g}" for x, y in curve)

"""Outlines and veins of a sepal and a petal, for any length and width.

A shape is one side of a part from its base (0, 0) to its tip (1, 0), the widest place 1 away from
the axis: cubic Bézier curves, each two control points and an end. Tangents are level at the widest
place and upright at the tip, so that no curve leaves the measured box.
"""

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

"""The small picture of a demo in the gallery: its own, else one drawn from its icon's name."""

from html import escape

from showcase.contract.demo import Demo

WIDTH, HEIGHT = 320, 160
LARGEST, ROOM = 19, 215  # font size; the letters of a title have this much together
BLUE, GREY = "#0072B2", "#8C8C8C"
FONT = "system-ui, -apple-system, Segoe UI, Roboto, sans-serif"


def thumbnail(demo: Demo, colour: str = BLUE) -> str:
    """Return the SVG beside the demo's module; for a function without one, one drawn for it."""
    if demo.made is not None:
        return drawn(demo.title, colour)
    path = demo.beside("thumbnail.svg")
    if path.exists() or not demo.function:
        return path.read_text(encoding="utf-8")
    return drawn(demo.title, colour)


def drawn(title: str, colour: str = BLUE) -> str:
    """Return a picture of lines that go into a box with the title, and an answer coming out."""
    size = min(LARGEST, ROOM / max(len(title), 1))
    lines = "".join(
        f'<rect x="16" y="{58 + 18 * row}" width="{width}" height="8" rx="4" fill="{GREY}" '
        'fill-opacity="0.5"/>'
        for row, width in enumerate((44, 30, 38))
    )
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" width="{WIDTH}" '
        f'height="{HEIGHT}" role="img" font-family="{FONT}">\n'
        f"<title>{escape(title)}: something goes in, an answer comes out</title>\n{lines}\n"
        f'<rect x="76" y="44" width="168" height="72" rx="12" fill="none" stroke="{colour}" '
        f'stroke-width="3"/>\n<text x="160" y="86" font-size="{size:.1f}" font-weight="600" '
        f'text-anchor="middle" fill="{colour}">{escape(title)}</text>\n'
        f'<circle cx="280" cy="80" r="16" fill="{colour}"/>\n</svg>\n'
    )

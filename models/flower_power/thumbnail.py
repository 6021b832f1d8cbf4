"""The gallery's picture: one iris of each species, drawn to scale, with what the model says.

On no background: the colours are readable on white and on near-black.
"""

from pathlib import Path

from models.flower_power import Input, measured, predict
from models.flower_power.classifier import Classifier
from models.flower_power.picture import UNIT, flower_shape

WIDTH, HEIGHT = 320, 160
SHOWN = (
    measured([5.0, 3.4, 1.5, 0.2]),
    measured([5.8, 2.7, 4.1, 1.3]),
    measured([6.6, 3.0, 5.6, 2.1]),
)
SCALE = 7.4 / UNIT  # pixels of a unit
MIDDLE, WORDS = 58, 134
GREY = "#787878"
FONT = 'font-family="system-ui, -apple-system, Segoe UI, Roboto, sans-serif"'


def write(path: Path, model: Classifier) -> None:
    """Write the picture of three flowers in the colours of the answers."""
    path.write_text(draw([(one, *_said(model, one)) for one in SHOWN]), encoding="utf-8")


def _said(model: Classifier, given: Input) -> tuple[str, str]:
    """Return the model's answer and how sure it is, as words."""
    said = predict(model, given)
    sure = said.confidence or 0
    return said.label, "&gt;99%" if sure > 0.99 else f"{sure:.0%}"


def draw(flowers: list[tuple[Input, str, str]]) -> str:
    """Return the SVG of flowers side by side, each with its label and percentage."""
    room = WIDTH / len(flowers)
    cells = "\n".join(
        f'<g transform="translate({room * (place + 0.5):.1f} {MIDDLE}) scale({SCALE:.3f})">'
        f"{flower_shape(given, label)}</g>"
        f'<g font-size="14" text-anchor="middle" fill="{GREY}">'
        f'<text x="{room * (place + 0.5):.1f}" y="{WORDS}" font-weight="600">{label}</text>'
        f'<text x="{room * (place + 0.5):.1f}" y="{WORDS + 17}">{sure}</text></g>'
        for place, (given, label, sure) in enumerate(flowers)
    )
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" width="{WIDTH}" '
        f'height="{HEIGHT}" role="img" {FONT}>\n'
        f"<title>Three irises and what the model takes them for</title>\n{cells}\n</svg>\n"
    )

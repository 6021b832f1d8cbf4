"""Colours: Okabe and Ito's colour-blind-safe palette; the same label has one colour everywhere.

Source: Okabe M., Ito K. (2008), Color Universal Design, https://jfly.uni-koeln.de/color/
"""

from showcase.contract.demo import ModelModule

BLUE, ORANGE, GREEN, VERMILLION = "#0072B2", "#E69F00", "#009E73", "#D55E00"
PURPLE, SKY, YELLOW, GREY = "#CC79A7", "#56B4E9", "#F0E442", "#8C8C8C"
OKABE_ITO = (BLUE, ORANGE, GREEN, VERMILLION, PURPLE, SKY, YELLOW, GREY)


def label_colours(module: ModelModule) -> dict[str, str]:
    """Return label to colour: the module's own `COLOURS` (Okabe-Ito names), else by order."""
    own: dict[str, str] = getattr(module, "COLOURS", {})
    if own:
        return own
    return {
        label: OKABE_ITO[index % len(OKABE_ITO)] for index, label in enumerate(module.LABELS or ())
    }

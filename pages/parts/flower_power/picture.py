"""An iris drawn to scale, on the page."""

import streamlit as st

from models.flower_power import Input
from models.flower_power.picture import flower_svg, flower_text
from showcase import ui

PARTS_TOLD = "Sepals carry the pale mark; petals lie between them."


def picture(given: Input, label: str | None = None) -> None:
    """Draw the iris, as wide as its place, in the colours of `label` or, without one, of none."""
    alt = flower_text(given, label)
    st.html(ui.svg_image(flower_svg(given, label), alt, "aspect-ratio:1"))

"""An iris drawn to scale, on the page."""

import base64

import streamlit as st

from models.flower_power import Input
from models.flower_power.picture import flower_svg, flower_text

PARTS_TOLD = "Sepals carry the pale mark; petals lie between them."


def picture(given: Input, label: str | None = None) -> None:
    """Draw the iris, as wide as its place, in the colours of `label` or, without one, of none."""
    source = base64.b64encode(flower_svg(given, label).encode()).decode()
    alt = flower_text(given, label)
    st.html(
        f'<img src="data:image/svg+xml;base64,{source}" alt="{alt}" '
        'style="width:100%;aspect-ratio:1;display:block">'
    )

"""Text of unknown origin inside Streamlit's Markdown, and pictures as HTML."""

import re
from base64 import b64encode

# Addresses become links after Markdown's escapes are gone; an invisible character breaks them up.
ADDRESS = re.compile(r"(?<=:)(?=//)|(?<=www)(?=\.)|(?=@)", re.IGNORECASE)
WORD_JOINER = "\N{WORD JOINER}"
MARKDOWN = re.compile(r"([\\`*_{}\[\]()#+\-.!|<>~:$&/@^=])")


def escape_markdown(text: str) -> str:
    r"""Return Markdown that shows the text as it is: no links, images, colours or formulas.

    >>> escape_markdown("[log in](e) :red[x]")
    '\\[log in\\]\\(e\\) \\:red\\[x\\]'
    """
    broken_up = ADDRESS.sub(WORD_JOINER, " ".join(text.split()))
    return MARKDOWN.sub(r"\\\1", broken_up)


def field_problem(text: str) -> str:
    """Return Markdown for what is wrong with a field, to stand under its widget: small and red."""
    return f":small[:red[:material/error: {escape_markdown(text)}]]"


def svg_image(svg: str, alt: str, style: str = "border-radius:8px") -> str:
    """Return an SVG as the HTML of a picture as wide as its place; `alt` must be fit for HTML.

    `st.image` would import NumPy for it, 0.1 s for the gallery.
    """
    source = f"data:image/svg+xml;base64,{b64encode(svg.encode()).decode()}"
    return f'<img src="{source}" alt="{alt}" style="width:100%;display:block;{style}">'

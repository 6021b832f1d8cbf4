"""Text of unknown origin inside Streamlit's Markdown."""

import re

# Addresses become links after Markdown's escapes are gone; an invisible character breaks them up.
ADDRESS = re.compile(r"(?<=:)(?=//)|(?<=www)(?=\.)|(?=@)", re.IGNORECASE)
WORD_JOINER = "\N{WORD JOINER}"
MARKDOWN = re.compile(r"([\\`*_{}\[\]()#+\-.!|<>~:$&/@^=])")


def literal(text: str) -> str:
    r"""Return Markdown that shows the text as it is: no links, images, colours or formulas.

    >>> literal("[log in](e) :red[x]")
    '\\[log in\\]\\(e\\) \\:red\\[x\\]'
    """
    broken_up = ADDRESS.sub(WORD_JOINER, " ".join(text.split()))
    return MARKDOWN.sub(r"\\\1", broken_up)


def wrong(text: str) -> str:
    """Return Markdown for what is wrong with a field, to stand under its widget: small and red."""
    return f":small[:red[:material/error: {literal(text)}]]"

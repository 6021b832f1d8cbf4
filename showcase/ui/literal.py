"""Text of unknown origin inside Streamlit's Markdown."""

import re

MARKDOWN = re.compile(r"([\\`*_{}\[\]()#+\-.!|<>~:$&/@^=])")


def literal(text: str) -> str:
    r"""Return Markdown that shows the text as it is: no links, images, colours or formulas.

    >>> literal("[log in](http://e.vil) :red[x]")
    '\\[log in\\]\\(http\\:\\/\\/e\\.vil\\) \\:red\\[x\\]'
    """
    return MARKDOWN.sub(r"\\\1", " ".join(text.split()))

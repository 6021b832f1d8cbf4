"""Cells that a spreadsheet would run as a formula, made harmless and turned back."""

import re

FIRST = frozenset("'=+-@\t\r\n")  # what either pattern begins with, found without a pattern
FORMULA = re.compile(r"'*[=+\-@\t\r\n]")
ESCAPED = re.compile(r"'+[=+\-@\t\r\n]")
NUMBER = re.compile(r"[+-]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]+)?")


def escape_formula(text: str) -> str:
    """Return the text as it is written: one apostrophe before a formula, numbers unaltered.

    >>> [escape_formula(text) for text in ("=SUM(A1)", "'=SUM(A1)", "-5", "it's")]
    ["'=SUM(A1)", "''=SUM(A1)", '-5', "it's"]
    """
    runs = text[:1] in FIRST and FORMULA.match(text) and not NUMBER.fullmatch(text)
    return f"'{text}" if runs else text


def unescape_formula(text: str) -> str:
    """Return the text as it was before `escape_formula`.

    >>> [unescape_formula(text) for text in ("'=SUM(A1)", "''=SUM(A1)", "-5", "'tis")]
    ['=SUM(A1)', "'=SUM(A1)", '-5', "'tis"]
    """
    return text[1:] if ESCAPED.match(text) else text

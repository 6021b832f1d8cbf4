"""Cells that a spreadsheet would run as a formula, made harmless and turned back."""

import re

FIRST = frozenset("'=+-@\t\r\n")  # what either pattern begins with, found without a pattern
FORMULA = re.compile(r"'*[=+\-@\t\r\n]")
GUARDED = re.compile(r"'+[=+\-@\t\r\n]")
NUMBER = re.compile(r"[+-]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]+)?")


def guard(text: str) -> str:
    """Return the text as it is written: one apostrophe before a formula, numbers unaltered.

    >>> guard("=SUM(A1)"), guard("'=SUM(A1)"), guard("-5"), guard("it's")
    ("'=SUM(A1)", "''=SUM(A1)", '-5', "it's")
    """
    runs = text[:1] in FIRST and FORMULA.match(text) and not NUMBER.fullmatch(text)
    return f"'{text}" if runs else text


def unguard(text: str) -> str:
    """Return the text as it was before `guard`.

    >>> unguard("'=SUM(A1)"), unguard("''=SUM(A1)"), unguard("-5"), unguard("'tis")
    ('=SUM(A1)', "'=SUM(A1)", '-5', "'tis")
    """
    return text[1:] if GUARDED.match(text) else text

"""The letters of a text, as people count and compare them: case and punctuation aside."""

import re
import unicodedata
from array import array
from collections.abc import Sequence
from dataclasses import dataclass

LETTER, MARK, JOINER, INVISIBLE, OTHER = "lmj-."
# A letter with its accents. Marks that compose (é) and those that do not (Devanagari's vowels)
# both belong to the letter before them.
UNIT = re.compile(f"{LETTER}{MARK}*")
# Hangul's medial vowels and final consonants: with the consonant before them they are one syllable
JAMO = ((0x1160, 0x11FF), (0xD7B0, 0xD7FB))
# Between two letters they are part of a word: don’t, well-known, col·lecció, e.g
JOINERS = "'’ʼ＇-‐‑·."


@dataclass(frozen=True)
class Letters:
    """The letters of a text: equal numbers in `keys` are equal letters; slices of the text."""

    keys: Sequence[int]
    starts: Sequence[int]
    ends: Sequence[int]


def letters(text: str, *, accents: bool = True) -> Letters:
    """Return the letters and digits of any script, each with its accents, in their order.

    Two letters are equal if they differ in case only, or in how they are encoded (é as one
    character or as two): Unicode's canonical caseless match, definition D145 of
    https://www.unicode.org/versions/latest/core-spec/chapter-3/. Without `accents` é is e, too.

    >>> list(letters("É, e").starts), list(letters("É, é, e").keys)
    ([0, 3], [0, 0, 1])
    """
    found, key_of = kinds(text), _Keys(accents=accents)
    starts = array("i", (position for position, kind in enumerate(found) if kind == LETTER))
    if MARK in found:
        ends = array("i", (unit.end() for unit in UNIT.finditer(found)))
    else:  # the same, in a third of the time
        ends = array("i", (start + 1 for start in starts))
    units = (text[start:end] for start, end in zip(starts, ends, strict=True))
    return Letters(array("i", (key_of[unit] for unit in units)), starts, ends)


def folded(text: str) -> str:
    """Return the text without what case and encoding change: equal for canonical equivalents.

    >>> folded("Straße") == folded("STRASSE"), folded("é") == folded("e")
    (True, False)
    """
    decomposed = unicodedata.normalize("NFD", text).casefold()
    return unicodedata.normalize("NFC", decomposed)


def without_accents(text: str) -> str:
    """Return the text without the marks on its letters.

    >>> without_accents("Ésope")
    'Esope'
    """
    decomposed = unicodedata.normalize("NFD", text)
    return "".join(part for part in decomposed if unicodedata.category(part)[0] != "M")


def kinds(text: str) -> str:
    """Return what each character is: letter or digit, mark, joiner, invisible, or anything else.

    >>> kinds("Né, don't!")
    'll..llljl.'
    """
    return text.translate(_KINDS)


class _Keys(dict[str, int]):
    """A number for each letter as it is written, the same for equal letters."""

    def __init__(self, *, accents: bool) -> None:
        super().__init__()
        self._numbers: dict[str, int] = {}
        self._accents = accents

    def __missing__(self, unit: str) -> int:
        plain = folded(unit) if self._accents else without_accents(folded(unit))
        self[unit] = self._numbers.setdefault(plain, len(self._numbers))
        return self[unit]


class _Kinds(dict[int, str]):
    """A table for `str.translate` that learns each character the first time it is met."""

    def __missing__(self, code: int) -> str:
        self[code] = _kind(chr(code))
        return self[code]


def _kind(character: str) -> str:
    category = unicodedata.category(character)
    if category[0] == "M" or any(low <= ord(character) <= high for low, high in JAMO):
        return MARK
    if character in JOINERS:
        return JOINER
    if category == "Cf":  # a soft hyphen, the joiners within Persian words
        return INVISIBLE
    return LETTER if character.isalnum() else OTHER


_KINDS = _Kinds()
